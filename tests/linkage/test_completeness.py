"""Completeness of the candidates by capture and recapture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.completeness import FEWEST, completeness


def times(*counts: int) -> np.ndarray:
    """So many candidates found on one road, on two roads, and so on."""
    return np.repeat(np.arange(1, len(counts) + 1), counts)


def test_figure_worked_by_hand() -> None:
    """10 found once, 20 twice, 30 three times: 100 / 40 = 2.5 missed of 62.5 (Chao 1987)."""
    found = times(10, 20, 30)
    assert completeness(np.ones(60), found) == pytest.approx(60 / 62.5)


def test_candidates_count_as_far_as_they_are_matches() -> None:
    """Pairs of probability a half are half a match each; strangers found once say nothing of matches."""
    halves = np.full(120, 0.5)
    assert completeness(halves, times(20, 40, 60)) == pytest.approx(60 / 62.5)
    strangers = np.concatenate([np.ones(60), np.zeros(1000)])
    assert completeness(strangers, np.concatenate([times(10, 20, 30), np.ones(1000, dtype=np.int64)])) == 0.96


def test_nothing_found_twice_takes_the_corrected_form() -> None:
    """30 found once and none twice: 30 x 29 / 2 missed, not a division by zero."""
    assert completeness(np.ones(30), times(30)) == pytest.approx(30 / (30 + 435), abs=1e-4)


def test_too_few_matches_give_no_figure() -> None:
    """Below the least number of expected matches the figure is null, from it on it is given."""
    few = int(FEWEST) - 1
    assert completeness(np.ones(few), times(few - 10, 10)) is None
    assert completeness(np.ones(few + 1), times(few - 9, 10)) is not None
    assert completeness(np.zeros(0), np.zeros(0, dtype=np.int64)) is None


@given(st.lists(st.integers(0, 300), min_size=2, max_size=5), st.floats(0.2, 1.0))
def test_a_share_between_0_and_1(counts: list[int], probability: float) -> None:
    """Whatever was found how often; everything found three times or more is complete."""
    found = times(*counts)
    share = completeness(np.full(len(found), probability), found)
    assert share is None or 0.0 <= share <= 1.0
    often = completeness(np.ones(50), times(0, 0, 50))
    assert often == 1.0


@pytest.mark.parametrize("chance", [0.5, 0.7, 0.9])
def test_three_equal_roads_tell_what_all_missed(chance: float) -> None:
    """5,000 matches that each road finds by chance: what is missed is put half as high again, T / (T - 1) for T roads.

    Chao's figure is for many occasions; with few, equal and independent ones it errs to the cautious side by no more.
    """
    random = np.random.default_rng(21)
    found = (random.random((3, 5000)) < chance).sum(axis=0)
    seen = found[found > 0]
    share = completeness(np.ones(len(seen)), seen)
    assert share is not None
    missed = (1 - chance) ** 3
    assert missed == pytest.approx((1 - share) / share * len(seen) / 5000 / 1.5, rel=0.3)


def test_unlike_matches_make_it_an_upper_bound() -> None:
    """Where some matches are hard on every road, as records without names are, the figure is too high."""
    random = np.random.default_rng(22)
    chance = np.repeat([0.9, 0.2], [4000, 1000])
    found = (random.random((3, 5000)) < chance).sum(axis=0)
    seen = found[found > 0]
    share = completeness(np.ones(len(seen)), seen)
    assert share is not None
    assert share >= len(seen) / 5000
