"""Offsets that make the number of links in a draw the one that the match model expects."""

import numpy as np
import pytest

from linkage.candidates import Pairs
from linkage.draws import counts_by, posterior_draws, stratum_offsets

NUMBER = np.array([[-1, 0, 1], [0, -1, -1], [1, -1, -1]])
COUNT = 400


def test_competition_takes_no_links_once_balanced() -> None:
    """Two partners of which a record may have one: links fall short of the pairs' probabilities until balanced.

    The other stratum has no competition, so it keeps its odds.
    """
    rows = np.arange(COUNT, dtype=np.int64)
    source = np.repeat([0, 1, 1, 0, 2], COUNT)
    competing = [(rows, rows + COUNT), (rows, rows + 2 * COUNT)]
    alone = (rows + 3 * COUNT, rows + 4 * COUNT)
    left, right = (np.concatenate([pair[side] for pair in [*competing, alone]]) for side in (0, 1))
    order = np.lexsort((right, left))
    pairs, odds = Pairs(left[order], right[order], 5 * COUNT), np.full(3 * COUNT, -0.5)
    start = np.arange(5 * COUNT, dtype=np.int64)
    expected = np.array([2 * COUNT, COUNT]) / (1 + np.exp(0.5))

    def links(offsets: list[float]) -> list[float]:
        with_offsets = odds + np.array(offsets)[NUMBER[source[pairs.left], source[pairs.right]]]
        draws = posterior_draws(source, [0, 1, 2], start, pairs, lambda _: with_offsets, -9.0, 40, 3)
        found: list[float] = counts_by(draws, source, NUMBER).draw.mean(axis=0).tolist()
        return found

    assert links([0.0, 0.0])[0] < 0.8 * expected[0]
    offsets = stratum_offsets(source, [0, 1, 2], start, pairs, odds, -9.0, NUMBER, 3)
    assert links(offsets.tolist()) == pytest.approx(expected.tolist(), rel=0.04)
    assert offsets[0] > 0.5
    assert abs(offsets[1]) < 0.15


def test_a_stratum_in_no_doubt_keeps_its_odds() -> None:
    """Links that are sure, and strangers that are sure, do not respond: nothing is added."""
    pairs = Pairs(np.array([0, 1]), np.array([2, 3]), 4)
    source = np.array([0, 0, 1, 2])
    offsets = stratum_offsets(source, [], np.arange(4), pairs, np.array([20.0, -20.0]), -9.0, NUMBER, 1)
    assert np.abs(offsets).max() < 0.01
