"""Strangers made up from strangers."""

import numpy as np
import numpy.typing as npt
import pytest

from linkage.cut import StrangerPatterns, scrambled_false_links


def _sum(stratum: npt.NDArray[np.int64], levels: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    score: npt.NDArray[np.float64] = levels.sum(axis=1) + 0.0 * stratum
    return score


def _patterns(levels: list[list[int]], weight: list[float], stratum: list[int] | None = None) -> StrangerPatterns:
    rows = np.array(stratum or [0] * len(weight), dtype=np.int64)
    return StrangerPatterns(rows, np.array(levels, dtype=np.int8), np.array(weight))


def test_fields_that_agree_together_are_taken_apart() -> None:
    """A tenth agrees on both fields, nobody on one: scrambled, a hundredth agrees on both."""
    found = scrambled_false_links(_patterns([[1, 1], [2, 2]], [900.0, 100.0]), [[0]], _sum, np.array([3.5, 2.5, 1.0]))
    np.testing.assert_allclose(found, [[[10.0, 190.0, 1000.0]]])


def test_dependence_within_the_group_is_kept() -> None:
    """Fields 0 and 1 go together and stay together when both are of the group."""
    patterns = _patterns([[1, 1, 1], [2, 2, 1], [1, 1, 2]], [800.0, 100.0, 100.0])
    together = scrambled_false_links(patterns, [[0, 1]], _sum, np.array([5.5]))
    apart = scrambled_false_links(patterns, [[0]], _sum, np.array([5.5]))
    assert together[0, 0, 0] == pytest.approx(10.0)
    assert apart[0, 0, 0] == pytest.approx(0.0)


def test_a_missing_field_stays_missing_and_source_pairs_stay_apart() -> None:
    """Level 0 is never exchanged for a known level, nor a value of one source pair for another's."""
    patterns = _patterns([[0, 2], [1, 1], [2, 1]], [50.0, 900.0, 50.0], [0, 0, 1])
    found = scrambled_false_links(patterns, [[0]], _sum, np.array([1.5, 2.5]))
    np.testing.assert_allclose(found[0], [[950.0, 0.0], [50.0, 50.0]])


def test_it_is_the_mean_over_all_permutations() -> None:
    """Held against a thousand random exchanges of the group among the pairs themselves."""
    rng = np.random.default_rng(2)
    levels = rng.integers(1, 5, (60, 3)).astype(np.int8)
    levels[:, 1] = np.maximum(levels[:, 0], levels[:, 1])
    thresholds = np.array([5.5, 7.5, 9.5])
    patterns = StrangerPatterns(np.zeros(60, dtype=np.int64), levels, np.ones(60))
    told = scrambled_false_links(patterns, [[0]], _sum, thresholds)[0, 0]
    counts = np.zeros(3)
    for _ in range(1000):
        mixed = levels.copy()
        mixed[:, 0] = rng.permutation(levels[:, 0])
        counts += [(mixed.sum(axis=1) > threshold).sum() for threshold in thresholds]
    np.testing.assert_allclose(told, counts / 1000, atol=0.3)


def test_strangers_that_weigh_nothing_make_nothing() -> None:
    """Where all are matches there is no null, and no error."""
    found = scrambled_false_links(_patterns([[1, 2]], [0.0]), [[0]], _sum, np.array([0.0]))
    assert found.tolist() == [[[0.0]]]
