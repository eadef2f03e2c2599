"""Cuts by probabilities: the best expected F1, and a floor under precision."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.cut import expected_f_cut, precision_threshold

PATTERNS = st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(1, 50)), min_size=1, max_size=30)


def _arrays(patterns: list[tuple[float, int]]) -> tuple[np.ndarray, np.ndarray]:
    probability, weight = zip(*patterns, strict=True)
    return np.array(probability), np.array(weight, dtype=np.float64)


@given(PATTERNS)
def test_no_threshold_expects_a_better_f1(patterns: list[tuple[float, int]]) -> None:
    """Held against every threshold in turn."""
    probability, weight = _arrays(patterns)
    cut = expected_f_cut(probability, weight)
    for least in probability:
        above = probability >= least
        reached = (
            2 * (probability * weight)[above].sum() / max(weight[above].sum() + (probability * weight).sum(), 1e-9)
        )
        assert reached <= cut.f1 + 1e-9


@given(PATTERNS)
def test_the_threshold_is_half_the_best_f1(patterns: list[tuple[float, int]]) -> None:
    """Lipton, Elkan and Naryanaswamy: the links above it are the ones that give that F1."""
    probability, weight = _arrays(patterns)
    cut = expected_f_cut(probability, weight)
    near = np.abs(probability - cut.threshold) < 1e-9
    assert weight[(probability > cut.threshold) & ~near].sum() <= cut.links + 1e-6
    assert cut.links <= weight[(probability > cut.threshold) | near].sum() + 1e-6


def test_a_poor_linkage_links_below_a_half_and_a_good_one_does_not() -> None:
    """Where F1 can only be .7, a pair of probability .4 still helps; where it is near 1 it does not."""
    poor = expected_f_cut(np.array([0.9, 0.4, 0.001]), np.array([100.0, 100.0, 20_000.0]))
    good = expected_f_cut(np.array([1.0, 0.4]), np.array([1000.0, 10.0]))
    assert poor.links == 200
    assert poor.threshold < 0.4
    assert good.links == 1000
    assert good.threshold > 0.49


def test_calibrated_probabilities_tell_the_truth() -> None:
    """Truth drawn from the probabilities: precision is in its interval 16 of 20 times at least, recall near."""
    rng = np.random.default_rng(4)
    probability = rng.beta(0.15, 0.3, 3000)
    cut = expected_f_cut(probability, np.ones(3000))
    linked = probability > cut.threshold
    precisions, recalls = [], []
    for _ in range(20):
        true = rng.random(3000) < probability
        precisions.append(true[linked].mean())
        recalls.append(true[linked].sum() / true.sum())
    assert sum(cut.precision_low <= precision <= cut.precision_high for precision in precisions) >= 16
    assert np.mean(recalls) == pytest.approx(cut.recall, abs=0.01)


def test_matches_expected_in_unlikely_pairs_make_the_cut_unusable() -> None:
    """A million pairs of probability .001 hold as many matches as the links: nobody knows the recall."""
    cut = expected_f_cut(np.array([0.99, 0.001]), np.array([1000.0, 1_000_000.0]))
    assert not cut.usable
    assert "hardly likely" in str(cut.reason)


def test_where_most_links_would_be_false_the_cut_is_refused() -> None:
    """F1 is best at a probability of .2 here, but nobody is served by links of which four in five are false."""
    cut = expected_f_cut(np.array([0.2, 0.0]), np.array([1000.0, 1000.0]))
    assert cut.links == 1000
    assert "more links than not would be false" in str(cut.reason)


def test_a_handful_of_doubtful_links_makes_the_cut_unusable() -> None:
    """Precision of ten links of probability .6 is not known within .2."""
    cut = expected_f_cut(np.array([0.6]), np.array([10.0]))
    assert (cut.usable, cut.reason) == (False, "too few links to tell their precision")


def test_no_expected_match_links_nothing() -> None:
    """Threshold 1: no probability is above it."""
    assert expected_f_cut(np.array([0.0]), np.array([5.0])).threshold == 1.0


@given(PATTERNS, st.floats(0.0, 1.0))
def test_the_floor_holds_and_one_step_lower_breaks_it(patterns: list[tuple[float, int]], floor: float) -> None:
    """The links above the threshold reach the floor; with the next ones they would not."""
    probability, weight = _arrays(sorted(patterns, reverse=True))
    threshold = precision_threshold(probability, weight, floor)
    above = probability > threshold
    if above.any():
        assert np.average(probability[above], weights=weight[above]) >= floor - 1e-9
    if (lower := probability >= threshold).sum() > above.sum() and threshold > 0:
        assert np.average(probability[lower], weights=weight[lower]) < floor


def test_at_the_floor_is_enough() -> None:
    """A mean of exactly .9 is not below a floor of .9."""
    assert precision_threshold(np.array([1.0, 0.8]), np.array([1.0, 1.0]), 0.9) == 0.0
    assert precision_threshold(np.array([1.0, 0.8]), np.array([1.0, 1.0]), 0.91) == 0.8
    assert precision_threshold(np.array([0.8]), np.array([1.0]), 0.9) == 1.0
    assert precision_threshold(np.zeros(0), np.zeros(0), 0.9) == 0.0


def test_probabilities_that_do_not_descend_are_refused() -> None:
    """The mean over a prefix would mean nothing."""
    with pytest.raises(ValueError, match="descend"):
        precision_threshold(np.array([0.1, 0.9]), np.ones(2), 0.5)
