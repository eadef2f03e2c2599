"""What draws say of each link and each record, and of the matches that no draw can link."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.candidates import Pairs
from linkage.cluster import Clusters
from linkage.draws import Draws, counts_by, pair_agreement
from linkage.uncertainty import Uncertainty

START = np.array([0, 0, 1, 2])
LABELS = [np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])]
LINKED = Pairs.of(np.array([0]), np.array([1]), 4)


def doubt() -> Uncertainty:
    """Four records of one source, the first two linked; of four draws one parts them, another joins the last two."""
    draws = Draws.of(START, LABELS)
    counts = counts_by(draws, np.zeros(4, dtype=np.int64), np.zeros((1, 1), dtype=np.int64))
    return Uncertainty(draws, counts, np.zeros((4, 1)), pair_agreement(draws, LINKED))


def test_counts_and_agreement_by_hand() -> None:
    """One link in the point linkage; the draws have one, one, two and one; three of them have ours."""
    found = doubt()
    assert found.counts.point.tolist() == [1]
    assert found.counts.draw[:, 0].tolist() == [1, 1, 2, 1]
    assert found.counts.both[:, 0].tolist() == [1, 0, 1, 1]
    assert found.agreement.tolist() == [0.75]


def test_a_link_counts_its_odds_as_one_draw_more() -> None:
    """Three of four draws and a probability by odds of .9: (3 + .9) / 5."""
    assert doubt().of_links(np.array([0.9])).tolist() == pytest.approx([3.9 / 5])


def test_a_record_belongs_as_often_as_draws_leave_it_in_its_place() -> None:
    """A record that one draw takes away has (3 + its own) / 5; one that stays in all draws keeps its doubt by odds."""
    clusters = Clusters(START, np.array([0.9, 0.9, 1.0, 1.0]), np.array([True]), np.array([0.9]))
    found = doubt().placed(clusters)
    away = np.array([[own != point for own, point in zip(labels, START, strict=True)] for labels in LABELS]).sum(axis=0)
    assert away.sum() == 2, "one record left, one joined"
    assert found.probability.tolist() == pytest.approx(((4 - away + clusters.probability) / 5).tolist())
    np.testing.assert_array_equal(found.cluster, START)


@given(seed=st.integers(0, 10_000), count=st.integers(1, 20))
def test_probabilities_stay_between_0_and_1(seed: int, count: int) -> None:
    """Whatever the draws: and more agreement never makes a link less probable."""
    random = np.random.default_rng(seed)
    start = np.unique(random.integers(0, 4, 8), return_inverse=True)[1].astype(np.int64)
    draws = Draws.of(start, [random.integers(0, 4, 8) for _ in range(count)])
    left, right = np.triu_indices(8, 1)
    pairs = Pairs.of(left, right, 8)
    linked = pairs.where(start[pairs.left] == start[pairs.right])
    counts = counts_by(draws, np.zeros(8, dtype=np.int64), np.zeros((1, 1), dtype=np.int64))
    found = Uncertainty(draws, counts, np.zeros((count, 1)), pair_agreement(draws, linked))
    probability = found.of_links(np.full(len(linked), 0.8))
    assert ((probability > 0) & (probability <= 1)).all()
    order = np.argsort(found.agreement, kind="stable")
    assert (np.diff(probability[order]) >= -1e-12).all()
    placed = found.placed(Clusters(start, np.ones(8), np.zeros(0, dtype=bool), np.zeros(0)))
    assert ((placed.probability > 0) & (placed.probability <= 1)).all()
    both = counts.both[:, 0]
    assert (both <= np.minimum(counts.point[0], counts.draw[:, 0])).all()
