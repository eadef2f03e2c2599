"""The search by threshold against plain numpy."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.search import above
from linkage.search.above import pairs_above
from linkage.search.early import words_before_look
from linkage.search.plain import plain_dice, plain_pairs_above

Words = npt.NDArray[np.uint64]


def some_filters(random: np.random.Generator, records: int, words: int, known: Words) -> Words:
    """Filters of which half are known ones with a few bits less, and one in ten is empty."""
    filters = random.integers(0, 2**63, (records, words), dtype=np.uint64)
    near = random.random(records) < 0.5
    filters[near] = known[random.integers(0, len(known), near.sum())]
    filters[near, 0] &= random.integers(0, 2**63, near.sum(), dtype=np.uint64)
    filters[random.random(records) < 0.1] = 0
    return filters


@settings(deadline=None, max_examples=150)
@given(
    seed=st.integers(0, 2**32),
    sizes=st.tuples(st.integers(0, 70), st.integers(0, 70)),
    words=st.integers(1, 9),
    threshold=st.sampled_from([0.0, 0.3, 0.5, 2 / 3, 0.7, 0.8, 0.85, 0.9, 1.0]),
    threads=st.integers(1, 3),
    head=st.integers(1, 9),
)
def test_pairs_above_are_the_plain_ones(
    seed: int, sizes: tuple[int, int], words: int, threshold: float, threads: int, head: int
) -> None:
    """The same pairs in the same order with the same Dice, wherever tiles are left early, for any threads."""
    random = np.random.default_rng(seed)
    known = random.integers(0, 2**63, (12, words), dtype=np.uint64)
    a, b = (some_filters(random, size, words, known) for size in sizes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(above, "CHUNK", 2)
        patch.setattr(above, "words_before_look", lambda *_: min(head, words))
        fast = pairs_above(a, b, threshold, threads)
    for mine, plain in zip(fast, plain_pairs_above(a, b, threshold), strict=True):
        np.testing.assert_array_equal(mine, plain)
        assert mine.dtype == plain.dtype


def test_more_pairs_than_the_first_room_are_all_kept() -> None:
    """300 equal filters against as many: all 90,000 pairs come back, in order."""
    filters = np.full((300, 2), 0b1011, dtype=np.uint64)
    left, right, dice = pairs_above(filters, filters, 0.9, 1)
    np.testing.assert_array_equal(left, np.repeat(np.arange(300), 300))
    np.testing.assert_array_equal(right, np.tile(np.arange(300), 300))
    assert (dice == 1.0).all()


def test_a_dice_equal_to_the_threshold_is_above() -> None:
    """The threshold is inclusive to the last bit, as 2 * common / total rounds it."""
    random = np.random.default_rng(2)
    filters = random.integers(0, 2**63, (40, 3), dtype=np.uint64)
    for threshold in np.unique(plain_dice(filters, filters))[::50].tolist():
        left, right, dice = pairs_above(filters, filters, threshold, 1)
        assert dice.min() == threshold
        assert len(left) == len(right) == (plain_dice(filters, filters) >= threshold).sum()


def test_filters_of_two_widths_are_refused() -> None:
    """Filters of different schemas share no bit positions; comparing them would be noise."""
    with pytest.raises(ValueError, match="one schema"):
        pairs_above(np.ones((1, 2), dtype=np.uint64), np.ones((1, 3), dtype=np.uint64), 0.5, 1)


@pytest.mark.parametrize(("threshold", "least", "most"), [(0.3, 16, 16), (0.9, 2, 8)])
def test_tiles_are_left_early_where_that_pays(threshold: float, least: int, most: int) -> None:
    """Strangers are ruled out within half of the words at .9; at .3 nobody can be ruled out before the end."""
    random = np.random.default_rng(4)
    bits = random.random((2, 200, 1024)) < 0.3
    a, b = (np.packbits(side, axis=1).view(np.uint64) for side in bits)
    assert least <= words_before_look(a, b, threshold) <= most


def test_a_look_is_not_planned_without_records() -> None:
    """Without records there is nothing to judge by."""
    assert words_before_look(np.zeros((0, 4), dtype=np.uint64), np.ones((3, 4), dtype=np.uint64), 0.9) == 4
