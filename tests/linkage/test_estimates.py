"""Precision and recall without the truth: what the interval promises, when nothing is given, and whether it covers."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.calibration import FALSE_DOUBT, FALSE_LINKS
from linkage.draws import Counts, Draws
from linkage.estimates import COVERAGE, TRACEABLE, WIDEST, Estimate, estimates, quality_of, share_of, why_not
from linkage.uncertainty import Uncertainty

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ALL = np.array([True, True])


def doubt(point: list[int], drawn: Ints, both: Ints, outside: Floats | None = None) -> Uncertainty:
    """Counts per source pair as draws left them; the draws themselves are not looked at."""
    nothing = np.zeros(0, dtype=np.int64)
    draws = Draws(start=nothing, count=len(drawn), draw=nothing, row=nothing, cluster=nothing)
    none = np.zeros(drawn.shape) if outside is None else outside
    return Uncertainty(draws, Counts(np.array(point), drawn, both), none, np.zeros(0))


@st.composite
def worlds(choose: st.DrawFn) -> Uncertainty:
    """Two source pairs, some links, and draws that share some of them and have others."""
    random = np.random.default_rng(choose(st.integers(0, 10_000)))
    point = choose(st.lists(st.integers(0, 400), min_size=2, max_size=2))
    count = choose(st.integers(1, 20))
    both = random.binomial(point, choose(st.floats(0, 1)), (count, 2))
    drawn = both + random.poisson(choose(st.floats(0, 50)), (count, 2))
    return doubt(point, drawn, both, random.uniform(0, choose(st.floats(0, 50)), (count, 2)))


@given(found=worlds(), seed=st.integers(0, 100))
def test_an_interval_holds_its_value_and_stays_between_0_and_1(found: Uncertainty, seed: int) -> None:
    """Both figures are given together with both their bounds, in order, or not at all."""
    for figure in quality_of(found, ALL, seed)[:2]:
        if figure.value is None:
            assert (figure.low, figure.high) == (None, None)
            continue
        assert figure.low is not None
        assert figure.high is not None
        assert 0.0 <= figure.low <= figure.value <= figure.high <= 1.0


@given(found=worlds(), seed=st.integers(0, 100))
def test_the_bounds_of_precision_are_numbers_of_whole_links(found: Uncertainty, seed: int) -> None:
    """Of 180 links 179 or 180 can be right: a bound between them could never be the truth."""
    precision = quality_of(found, ALL, seed)[0]
    links = int(found.counts.point.sum())
    for bound in (precision.low, precision.high):
        if bound is not None and bound != precision.value:
            assert bound * links == pytest.approx(round(bound * links), abs=1e-6)


def test_figures_by_hand() -> None:
    """Two draws: 90 and 80 of 100 links, with 10 and 20 missed beside, and 5 that no draw can link."""
    found = doubt([60, 40], np.array([[60, 40], [70, 30]]), np.array([[50, 40], [60, 20]]), np.full((2, 2), 2.5))
    precision, recall, matches = quality_of(found, ALL, 0)
    right, false = np.array([90, 80]), FALSE_LINKS * np.array([10, 20])
    assert precision.value == pytest.approx(np.mean(right / (right + false)))
    assert recall.value == pytest.approx((90 / 105 + 80 / 105) / 2)
    assert matches == pytest.approx(105.0)
    alone = quality_of(found, np.array([True, False]), 0)
    assert alone[0].value == pytest.approx((50 / (50 + FALSE_LINKS * 10) + 1) / 2)
    assert alone[2] == pytest.approx((60 + 70) / 2 + 2.5)


def test_without_links_there_is_no_precision_and_without_matches_no_recall() -> None:
    """Nothing is made up: null with the reason in words."""
    none = np.zeros((3, 2), dtype=np.int64)
    found = estimates(doubt([0, 0], none, none), ALL, 1.0, 0)
    assert [found[key] for key in ("precision", "precision_low", "precision_high")] == [None] * 3
    assert [found[key] for key in ("recall", "recall_low", "recall_high")] == [None] * 3
    assert found["recall_reason"] == "no match is expected"
    assert found["expected_matches"] == 0.0


def test_a_recall_that_may_be_anything_is_withheld_with_its_reason() -> None:
    """The interval decides: just as wide as allowed is given, wider is not, and the reason names both ends."""
    assert why_not(Estimate(0.8, 0.75, 0.75 + WIDEST - 1e-9), 1.0) is None
    assert "0.50 to 0.90" in str(why_not(Estimate(0.8, 0.5, 0.9), 1.0))
    both = np.full((20, 2), 50)
    untraced = np.linspace(0.0, 200.0, 40).reshape(20, 2)
    found = estimates(doubt([50, 50], both, both, untraced), ALL, 1.0, 0)
    assert found["recall"] is None
    assert found["recall_reason"]
    assert found["precision"] is not None


def test_a_recall_of_pairs_that_could_not_be_linked_is_withheld() -> None:
    """Where too many pairs share too little for a link, the number of matches is an assumption; the reason says so."""
    both = np.full((20, 2), 50)
    found = doubt([50, 50], both, both)
    assert estimates(found, ALL, TRACEABLE, 0)["recall"] is not None
    withheld = estimates(found, ALL, TRACEABLE - 0.1, 0)
    assert withheld["recall"] is None
    assert "80%" in withheld["recall_reason"]


def test_an_interval_follows_from_the_seed() -> None:
    """The same run says the same again."""
    both = np.full((5, 2), 45)
    found = doubt([50, 50], both + 2, both)
    assert estimates(found, ALL, 1.0, 0) == estimates(found, ALL, 1.0, 0)


def test_more_links_of_the_same_quality_are_known_better() -> None:
    """One in ten wrong in the mean over draws: of 5,000 links the interval is much narrower than of 50."""
    widths = []
    for size in (50, 5000):
        right = np.random.default_rng(22).binomial(size, 0.9, (20, 2))
        precision = quality_of(doubt([size, size], right, right), ALL, 0)[0]
        assert precision.low is not None
        assert precision.high is not None
        widths.append(precision.high - precision.low)
    assert widths[1] < 0.75 * widths[0]


def test_intervals_cover_the_truth_where_draws_are_right() -> None:
    """400 worlds of 20 draws in which the truth is one draw more: the interval holds it in 90% of them or more.

    It may hold it more often, as it allows for a model that is wrong by half; but it must still say something.
    """
    random = np.random.default_rng(21)
    held, widths = [], []
    for world in range(400):
        probability = random.beta(9.0, 1.0, 150)
        drawn = random.random((21, 150)) < probability
        right = drawn[1:].sum(axis=1)[:, None].astype(np.float64)
        found = share_of(right, 150.0 - right, world, doubt=FALSE_DOUBT)
        assert found.low is not None
        assert found.high is not None
        held.append(found.low <= drawn[0].mean() <= found.high)
        widths.append(found.high - found.low)
    assert np.mean(held) >= COVERAGE
    assert np.mean(widths) < 0.2
