"""The searches for nearest records against plain numpy, and that nothing but the pairs met decides what is held."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.search import blocks, kernels, rows
from linkage.search.blocks import search_blocks
from linkage.search.held import Nearest
from linkage.search.plain import plain_nearest
from linkage.search.rows import nearest_of_rows

Ints = npt.NDArray[np.int64]
Blocking = tuple[Ints, Ints]


class Case(NamedTuple):
    """Records to search, and what to keep of them."""

    filters: npt.NDArray[np.uint64]
    ones: Ints
    source_of: Ints
    wanted: Ints
    floor: float


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Random filters of 1 to 5 words, some equal, some empty, in up to four sources that need not lie in order."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    size, words, sources = draw(st.integers(1, 90)), draw(st.integers(1, 5)), draw(st.integers(1, 4))
    known = random.integers(0, 2**63, (draw(st.integers(2, 90)), words), dtype=np.uint64)
    for _ in range(draw(st.integers(0, 2))):
        known &= random.integers(0, 2**63, known.shape, dtype=np.uint64)
    known[0] = 0
    filters = known[random.integers(0, len(known), size)]
    source_of = random.integers(0, sources, size)
    if draw(st.booleans()):
        source_of.sort()
    wanted = random.integers(0, draw(st.integers(1, 6)) + 1, (sources, sources))
    floor = draw(st.sampled_from([0.0, 0.15, 0.4, 0.5, 0.75, 1.0]))
    ones = np.bitwise_count(filters).sum(axis=1).astype(np.int64)
    return Case(filters, ones, source_of, wanted, floor)


def blocking(records: int, seed: int, count: int) -> Blocking:
    """Some of the records divided over blocks, a few of them empty, in no order."""
    random = np.random.default_rng(seed)
    order = random.permutation(records)[: random.integers(0, records + 1)]
    return order, np.concatenate(([0], np.sort(random.integers(0, len(order) + 1, count)), [len(order)]))


def searched(case: Case, passes: list[Blocking], threads: int) -> Nearest:
    held = Nearest.of(len(case.filters), len(case.wanted), int(case.wanted.max(initial=1)))
    for order, edges in passes:
        arrays = (case.filters, case.ones, case.source_of)
        search_blocks(held, *arrays, wanted=case.wanted, floor=case.floor, order=order, edges=edges, threads=threads)
    return held


def assert_plain(case: Case, passes: list[Blocking], held: Nearest) -> None:
    found, dice = plain_nearest(case.filters, case.source_of, wanted=case.wanted, floor=case.floor, passes=passes)
    np.testing.assert_array_equal(held.found, found)
    np.testing.assert_array_equal(held.dice(case.ones), dice)


@settings(deadline=None, max_examples=150)
@given(case=cases(), seeds=st.lists(st.integers(0, 99), max_size=4), threads=st.integers(1, 3))
def test_passes_hold_the_best_of_all_pairs_met(case: Case, seeds: list[int], threads: int) -> None:
    """Whatever the blocks, passes and threads: the nearest of the union of the pairs met, each held once."""
    passes = [blocking(len(case.filters), seed, seed % 7) for seed in seeds]
    held = searched(case, passes, threads)
    assert_plain(case, passes, held)
    turned = searched(case, passes[::-1], 1)
    np.testing.assert_array_equal(held.entries, turned.entries)


@settings(deadline=None, max_examples=100)
@given(case=cases(), threads=st.integers(1, 3))
def test_one_block_shared_by_threads_is_exhaustive(case: Case, threads: int) -> None:
    """A block above the limit, in chunks of two groups and with a near cache of one, gives every record's nearest."""
    everybody = [(np.arange(len(case.filters)), np.array([0, len(case.filters)]))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "SHARED", 10)
        patch.setattr(blocks, "CHUNK", 2)
        held = searched(case, everybody, threads)
    assert_plain(case, everybody, held)


@settings(deadline=None, max_examples=100)
@given(case=cases(), seed=st.integers(0, 99), threads=st.integers(1, 3))
def test_chosen_rows_find_what_the_exhaustive_search_finds(case: Case, seed: int, threads: int) -> None:
    """Searching for some rows, in any order, gives the lists that these rows have when everybody is searched."""
    everybody = [(np.arange(len(case.filters)), np.array([0, len(case.filters)]))]
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(case.filters))[: random.integers(0, len(case.filters) + 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "CHUNK", 1)
        arrays = (case.filters, case.ones, case.source_of)
        held = nearest_of_rows(chosen, *arrays, wanted=case.wanted, floor=case.floor, threads=threads)
    found, dice = plain_nearest(case.filters, case.source_of, wanted=case.wanted, floor=case.floor, passes=everybody)
    np.testing.assert_array_equal(held.found, found[chosen])
    np.testing.assert_array_equal(held.dice(case.ones, chosen), dice[chosen])


def test_many_records_pass_the_near_cache_in_parts() -> None:
    """With more groups than the near cache holds, and filters wide enough for few, nothing is missed or met twice."""
    random = np.random.default_rng(5)
    filters = random.integers(0, 2**63, (400, 40), dtype=np.uint64)
    filters[200:] = filters[random.integers(0, 200, 200)]
    assert kernels.NEAR_CACHE // 40 < 400 // 8
    ones = np.bitwise_count(filters).sum(axis=1).astype(np.int64)
    case = Case(filters, ones, np.repeat([0, 1], [150, 250]), np.array([[4, 3], [2, 0]]), 0.2)
    everybody = [(np.arange(400), np.array([0, 400]))]
    assert_plain(case, everybody, searched(case, everybody, 2))


def test_records_with_nothing_in_common_are_nearest_where_nobody_is_nearer() -> None:
    """A floor of 0 keeps a Dice of 0, of the smallest rows; the empty places of a group of eight stay out."""
    filters = np.array([[1], [2], [4], [8]], dtype=np.uint64)
    case = Case(filters, np.ones(4, dtype=np.int64), np.zeros(4, dtype=np.int64), np.array([[2]]), 0.0)
    held = searched(case, [(np.arange(4), np.array([0, 4]))], 1)
    np.testing.assert_array_equal(held.found[:, 0], [[1, 2], [0, 2], [0, 1], [0, 1]])
    assert (held.dice(case.ones) == 0).all()


def test_a_record_in_two_blocks_is_refused() -> None:
    """Threads may each take a block because no record is in two; a blocking that breaks this is a fault."""
    case = Case(
        np.ones((3, 1), dtype=np.uint64),
        np.ones(3, dtype=np.int64),
        np.zeros(3, dtype=np.int64),
        np.ones((1, 1), dtype=np.int64),
        0.0,
    )
    with pytest.raises(ValueError, match="two blocks"):
        searched(case, [(np.array([0, 1, 1, 2]), np.array([0, 2, 4]))], 1)


def test_filters_too_wide_to_keep_their_counts_are_refused() -> None:
    """Lists keep a rounded Dice, which tells any two apart only up to a width."""
    wide = np.ones((2, 256), dtype=np.uint64)
    case = Case(wide, np.full(2, 256), np.zeros(2, dtype=np.int64), np.ones((1, 1), dtype=np.int64), 0.0)
    with pytest.raises(ValueError, match="fold"):
        searched(case, [(np.arange(2), np.array([0, 2]))], 1)
