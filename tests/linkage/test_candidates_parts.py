"""A search within blocks done in parts elsewhere finds what it finds here; within blocks what it finds everywhere."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from drawn_records import LAYOUT, SIZES, agree, drawn_records, every_pair, records
from elsewhere import Elsewhere
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.candidates import Pairs, candidate_lists, strata
from linkage.candidates.blockings import Blocking, blockings, blocks
from linkage.candidates.neighbours import neighbours, neighbours_within, per_record, wanted_neighbours
from linkage.candidates.parts import Division, Search, merge_nearest, parts_of_division, search_part
from linkage.candidates.sparse import bare_pairs
from linkage.records import Records
from linkage.search.held import Nearest
from linkage.settings import CandidateSettings
from linkage.workers import Threads

FEW = CandidateSettings(neighbours=2, neighbours_with_duplicates=4, floor=0.3, exhaustive_records=0)
WITHOUT_LIMITS = CandidateSettings(
    neighbours=2, neighbours_with_duplicates=4, floor=0.3, exhaustive_records=0, pairs_per_record=1000
)
ROADS = blockings(LAYOUT)
COLUMNS = sorted(SIZES)


@st.composite
def divisions(draw: st.DrawFn, records: Records) -> list[Division]:
    """Up to three divisions: by columns of the records, their large blocks divided."""
    largest = draw(st.integers(2, 20))
    chosen = draw(st.lists(st.sampled_from(COLUMNS), max_size=3, unique=True))
    return [blocks(records, (column,), ["sex", "postcode"], largest) for column in chosen]


@settings(deadline=None)
@given(data=st.data(), records=records(), size=st.integers(0, 90))
def test_parts_are_the_division_cut_between_blocks(data: st.DataObject, records: Records, size: int) -> None:
    """In order, nothing lost; no part is larger than asked for by more than one block, and none is empty."""
    for order, edges in data.draw(divisions(records)):
        parts = parts_of_division(order, edges, size)
        rows = [own for own, _ in parts]
        np.testing.assert_array_equal(np.concatenate([order[:0], *rows]), order)
        sizes = [np.diff(own) for _, own in parts]
        np.testing.assert_array_equal(np.concatenate([edges[:0], *sizes]), np.diff(edges))
        assert all(own[0] == 0 and own[-1] == len(held) > 0 for held, own in parts)
        assert all(len(held) < max(size, 1) + np.diff(own).max() for held, own in parts)


@settings(deadline=None)
@given(data=st.data(), records=records(), partition=st.integers(1, 90), threads=st.integers(1, 3))
def test_any_parts_elsewhere_find_what_threads_find_here(
    data: st.DataObject, records: Records, partition: int, threads: int
) -> None:
    """Whatever the blocks, the size of a part and the number of threads."""
    given_blocks = data.draw(divisions(records))
    here = neighbours_within(records, "search", given_blocks, FEW, Threads(threads), partition)
    workers = Elsewhere()
    there = neighbours_within(records, "search", given_blocks, FEW, workers, partition)
    np.testing.assert_array_equal(here.keys, there.keys)
    assert workers.done["search_part"] == sum(len(parts_of_division(*division, partition)) for division in given_blocks)


@settings(deadline=None)
@given(data=st.data(), records=records(), partition=st.integers(1, 40), seed=st.integers(0, 99))
def test_parts_may_come_in_any_order(data: st.DataObject, records: Records, partition: int, seed: int) -> None:
    """What is held in the end is the best of all that parts found, entry for entry, and also if a part comes twice."""
    filters, wanted = per_record(records, "search"), wanted_neighbours(records, FEW)
    search = Search(filters.filters, filters.ones, records.source_of, wanted, FEW.floor)
    direct, merged = (Nearest.of(len(records), len(wanted), int(wanted.max())) for _ in range(2))
    parts: list[Division] = []
    for order, edges in data.draw(divisions(records)):
        search.fill(direct, order, edges, 1)
        parts += parts_of_division(order, edges, partition)
    for place in np.random.default_rng(seed).permutation(len(parts)).tolist():
        found = search_part(search, parts[place])
        for _ in range(2):
            merge_nearest(merged.entries, np.sort(parts[place][0]), found, records.source_of, wanted)
    np.testing.assert_array_equal(merged.entries, direct.entries)


@settings(deadline=None)
@given(records=records())
def test_blocks_keep_every_pair_of_the_exhaustive_search_that_shares_one(records: Records) -> None:
    """Who is among the nearest of all is among the nearest of those in a block, as long as none is divided."""
    everywhere = neighbours(records, "search", FEW, 1)
    undivided = [blocks(records, road, [], max(len(records), 2)) for road in ROADS]
    within = neighbours_within(records, "search", undivided, FEW, Threads(1), 10)
    meet = [agreeing(records, ROADS, a, b) for a, b in rows_of(everywhere)]
    assert within.contains(everywhere.keys)[meet].all()
    assert all(agreeing(records, ROADS, a, b) for a, b in rows_of(within))


@settings(deadline=None)
@given(records=records())
def test_a_large_run_has_what_blocks_numbers_and_weak_agreement_give(records: Records) -> None:
    """Every pair that shares a number, though no search found it; every candidate is of one of the three."""
    lists = candidate_lists(records, LAYOUT, WITHOUT_LIMITS, threads=1)
    found = set(rows_of(lists.all))
    numbers = {(a, b) for a, b in every_pair(records) if common_number(records, a, b)}
    assert numbers <= found
    weak = set(rows_of(bare_pairs(records, LAYOUT, strata(records), 500)))
    assert weak <= found
    assert all(agreeing(records, ROADS, a, b) for a, b in found - numbers - weak)


@settings(deadline=None)
@given(records=records(), budget=st.sampled_from([0, 500]))
def test_bare_pairs_are_those_without_a_name_that_agree_a_little(records: Records, budget: int) -> None:
    """Two parts of a date and a category, a year and a category or an area, or a whole date; within the budget all."""
    parts = strata(records)
    pairs = set(rows_of(bare_pairs(records, LAYOUT, parts, budget)))
    year, month, day = (f"birth_date.{part}" for part in ("year", "month", "day"))
    weak: list[Blocking] = [(year, month, day), (year, month, "sex"), (year, day, "sex"), (month, day, "sex")]
    weak += [(year, "postcode.area"), (year, "sex")]
    named = records.present("given_name") | records.present("family_name")
    source = records.source_of
    expected = {
        (a, b)
        for a, b in every_pair(records)
        if not (named[a] and named[b])
        and parts.can_match[parts.number[source[a], source[b]]]
        and agreeing(records, tuple(weak), a, b)
    }
    assert pairs == (expected if budget else set())


def test_the_laws_above_speak_of_something() -> None:
    """On records as they are drawn: large blocks, pairs only a number finds, bare records, pairs that no block has."""
    records = drawn_records(3, 80, 3, 0.1)
    everywhere = set(rows_of(neighbours(records, "search", FEW, 1)))
    lists = candidate_lists(records, LAYOUT, WITHOUT_LIMITS, threads=1)
    found = set(rows_of(lists.all))
    assert everywhere - found
    assert [pair for pair in found if not agreeing(records, ROADS, *pair)]
    assert rows_of(bare_pairs(records, LAYOUT, strata(records), 500))


def rows_of(pairs: Pairs) -> list[tuple[int, int]]:
    """The pairs as they are in order."""
    return list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def agreeing(records: Records, roads: Sequence[Blocking], a: int, b: int) -> bool:
    """Whether two records agree on one of several sets of columns."""
    return any(agree(records, road, a, b) for road in roads)


def common_number(records: Records, a: int, b: int) -> bool:
    """Whether two records have a number in common, an old or a new one."""
    numbers: tuple[npt.NDArray[np.int32], ...] = tuple(records.columns[name] for name in ("bsn", "bsn.2"))
    return bool({int(own[a]) for own in numbers} & {int(own[b]) for own in numbers} - {-1})
