"""Draws work once per distinct log odds and leave settled records out: neither shows in what is drawn."""

import numpy as np
import numpy.typing as npt
import pytest

from linkage.candidates import Pairs
from linkage.draws import posterior_draws, stratum_offsets

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
UNSEEN = -9.0
RECORDS = 300
DISTINCT = 12
NUMBER = np.array([[-1, 0, 1], [0, -1, 2], [1, 2, -1]])


def numbered_pairs(seed: int) -> tuple[Ints, Pairs, Floats, npt.NDArray[np.int32]]:
    """Sources of the records, pairs, a table of log odds and the row of each pair, which goes with its sources."""
    random = np.random.default_rng(seed)
    pairs = Pairs.of(random.integers(0, RECORDS, 500), random.integers(0, RECORDS, 500), RECORDS)
    source = random.integers(0, 3, RECORDS)
    pairs = pairs.where(source[pairs.left] != source[pairs.right])
    stratum = NUMBER[source[pairs.left], source[pairs.right]]
    row_of = (stratum * DISTINCT + random.integers(0, DISTINCT, len(pairs))).astype(np.int32)
    return source, pairs, random.normal(0, 5, 3 * DISTINCT), row_of


def all_labels(source: Ints, start: Ints, pairs: Pairs, odds: Floats, row_of: npt.NDArray[np.int32] | None) -> Ints:
    """Cluster of every record in each of three draws, whose parameters differ."""
    draws = posterior_draws(
        source, [0, 1], start, pairs, lambda draw: odds + 0.3 * draw, UNSEEN, 3, 7, row_of=row_of, sweeps=5
    )
    return np.array([draws.labels(draw) for draw in (1, 2, 3)])


@pytest.mark.parametrize("seed", [1, 2])
def test_log_odds_by_row_draw_what_log_odds_by_pair_draw(seed: int) -> None:
    """The same labels, byte for byte, and the same offsets but for the order of a sum."""
    source, pairs, odds, row_of = numbered_pairs(seed)
    start = np.arange(RECORDS, dtype=np.int64)
    by_row = all_labels(source, start, pairs, odds, row_of)
    np.testing.assert_array_equal(by_row, all_labels(source, start, pairs, odds[row_of], None))
    assert (by_row != start).sum() > RECORDS // 10
    offsets = stratum_offsets(source, [0, 1], start, pairs, odds, UNSEEN, NUMBER, 7, row_of=row_of, rounds=3)
    plain = stratum_offsets(source, [0, 1], start, pairs, odds[row_of], UNSEEN, NUMBER, 7, rounds=3)
    assert offsets == pytest.approx(plain, abs=1e-9)


def test_what_is_settled_never_moves_and_moves_nothing() -> None:
    """Two and three records beyond doubt keep their cluster in all draws; others are drawn as if these were not there.

    A pair of the same log odds whose records the point linkage has apart is not settled: every draw joins it.
    """
    source, pairs, odds, row_of = numbered_pairs(3)
    alone = all_labels(source, np.arange(RECORDS, dtype=np.int64), pairs, odds[row_of], None)
    left = np.concatenate([pairs.left, RECORDS + np.array([0, 2, 2, 3, 5])])
    right = np.concatenate([pairs.right, RECORDS + np.array([1, 3, 4, 4, 6])])
    more = Pairs(left, right, RECORDS + 7)
    start = np.concatenate([np.arange(RECORDS), RECORDS + np.array([0, 0, 2, 2, 2, 5, 6])])
    sources = np.concatenate([source, [0, 1, 0, 1, 2, 0, 1]])
    beside = all_labels(sources, start, more, np.concatenate([odds[row_of], np.full(5, 9.0)]), None)
    here, there = (
        [[np.unique(row, return_inverse=True)[1] for row in found]] for found in (alone, beside[:, :RECORDS])
    )
    np.testing.assert_array_equal(here, there)
    np.testing.assert_array_equal(beside[:, RECORDS : RECORDS + 5], np.tile(start[RECORDS : RECORDS + 5], (3, 1)))
    assert (beside[:, RECORDS + 5] == beside[:, RECORDS + 6]).all()
