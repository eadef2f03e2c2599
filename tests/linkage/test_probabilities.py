"""Scores, bounds and probabilities against sums done by hand."""

from collections.abc import Mapping

import numpy as np
import pytest

from linkage.candidates import Pairs
from linkage.cluster import Clusters, cluster
from linkage.model import MATCH, RANDOM, Fit, MatchModel, Parameters, Shape, count_patterns, most_matches
from linkage.model.classes import MixtureClass
from linkage.model.em import Task, expectation, expected_sums, maximisation
from linkage.records import Records

SHAPE = Shape((2, 2))
CLASSES = (
    MixtureClass("match", (True, True)),
    MixtureClass("random", (True, True)),
    MixtureClass("namesakes", (True, False)),
)
ONE = np.zeros(1, dtype=np.int64)


def three_classes() -> Parameters:
    tables = [[[0.1, 0.9], [0.2, 0.8]], [[0.9, 0.1], [0.7, 0.3]], [[0.4, 0.6], [0.7, 0.3]]]
    return Parameters(np.stack([SHAPE.flat(table) for table in tables])[:, None, :], np.array([[0.1, 0.6, 0.3]]))


def test_odds_are_those_against_strangers_of_every_class() -> None:
    """Match weight and prior by hand, the other classes added up."""
    fit = Fit(three_classes(), True, 1, 0.0, (0.0,))
    model = MatchModel(SHAPE, ONE, (frozenset({0, 1}),), ("match", "random", "namesakes"), fit, fit)
    (odds,) = model.log_odds(ONE, np.array([[2, 2]], dtype=np.int8)).tolist()
    assert odds == pytest.approx(np.log(0.1 * 0.9 * 0.8 / (0.6 * 0.1 * 0.3 + 0.3 * 0.6 * 0.3)))


def test_strangers_of_all_classes_teach_the_fields_they_share() -> None:
    """Where a class is like a random pair, u is the weighted share over both classes together."""
    levels = np.array([[1, 1], [1, 2], [2, 1], [2, 2]], dtype=np.int8)
    patterns = count_patterns(
        np.zeros(4, dtype=np.int64), np.ones(4, dtype=bool), levels, np.array([50.0, 5.0, 9.0, 30.0])
    )
    task = Task(patterns, SHAPE, ONE, CLASSES, np.zeros((3, 1, SHAPE.width)), np.array([1e9]))
    responsibility, _ = expectation(task, three_classes())
    found = maximisation(task, three_classes(), expected_sums(task, three_classes()))
    strangers = (responsibility[:, RANDOM] + responsibility[:, 2]) * patterns.weight
    equal = strangers[patterns.levels[:, 1] == 2].sum() / strangers.sum()
    own = responsibility[:, 2] * patterns.weight
    assert SHAPE.split(found.theta[RANDOM, 0])[1][1] == pytest.approx(equal)
    assert SHAPE.split(found.theta[2, 0])[1][1] == pytest.approx(equal)
    assert SHAPE.split(found.theta[2, 0])[0][1] == pytest.approx(own[patterns.levels[:, 0] == 2].sum() / own.sum())
    assert found.share[0, MATCH] == pytest.approx((responsibility[:, MATCH] * patterns.weight).sum() / 94)


def test_bounds_on_matches_follow_from_sizes_and_promises() -> None:
    """The smaller source where both hold a person once; five a record where a source does not promise it."""
    sizes = [(100, 30), (100, 30), (100, 30), (100, 100), (100, 100)]
    within = [False, False, False, True, True]
    promises = [(True, True), (True, False), (False, True), (True, True), (False, False)]
    assert most_matches(sizes, within, promises, 5.0).tolist() == [30, 30, 100, 0, 500]


def clustered(log_odds: Mapping[tuple[int, int], float]) -> Clusters:
    """Three records of one source with duplicates, unseen pairs at -4."""
    nothing: dict[str, np.ndarray] = {}
    records = Records(("a",), (False,), np.array([0, 3]), np.array(list("xyz"), dtype=object), nothing, {})
    rows = np.array(list(log_odds)).T
    odds = np.array(list(log_odds.values()))
    return cluster(records, np.zeros(3, dtype=np.int64), Pairs(rows[0], rows[1], 3), odds, threshold=0.0, unseen=-4.0)


def logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


@pytest.mark.parametrize("scored", [True, False])
def test_a_record_belongs_by_its_mean_log_odds_with_the_others(scored: bool) -> None:  # noqa: FBT001
    """The mean over all others of the cluster, one that was never scored as an unseen one."""
    found = clustered({(0, 1): 7.0, (1, 2): 7.5} | ({(0, 2): -4.0} if scored else {}))
    assert found.cluster.tolist() == [0, 0, 0]
    assert found.probability.tolist() == pytest.approx([logistic(1.5), logistic(7.25), logistic(1.75)])


def test_a_link_held_by_others_has_the_probability_that_both_belong() -> None:
    """A pair that says no by itself is a link as sure as its two records' places; a sure pair keeps its own."""
    found = clustered({(0, 1): 7.0, (0, 2): -4.0, (1, 2): 7.5})
    assert found.link_probability.tolist() == pytest.approx(
        [logistic(7.0), logistic(1.5) * logistic(1.75), logistic(7.5)]
    )
