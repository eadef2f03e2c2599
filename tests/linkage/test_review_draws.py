"""Answers hold in posterior draws as they do in the crosswalk."""

import numpy as np

from linkage.candidates import Pairs
from linkage.cluster import cluster, components
from linkage.draws import posterior_draws
from linkage.records import Records
from linkage.review import Answer, Answers
from linkage.review.constraints import constrained


def test_answers_hold_in_every_draw() -> None:
    """Whatever else is in doubt: of eight records, two judged the same are together and two judged different never."""
    ids = np.array([f"{number}" for number in range(8)], dtype=object)
    records = Records(("a",), (False,), np.array([0, 8]), ids, {}, {})
    left, right = np.triu_indices(8, 1)
    pairs = Pairs.of(left, right, 8)
    doubt = np.random.default_rng(4).normal(0.0, 2.0, len(pairs))
    told = (Answer(("a", "0"), ("a", "5"), same=True), Answer(("a", "2"), ("a", "3"), same=False))
    odds = constrained(pairs, doubt, records, Answers(told))
    start = cluster(records, components(pairs), pairs, odds, threshold=0.0, unseen=-8.0).cluster
    draws = posterior_draws(records.source_of, [], start, pairs, lambda _draw: odds, -8.0, 60, 1)
    labels = np.stack([start, *(draws.labels(draw) for draw in range(1, 61))])
    assert (labels[:, 0] == labels[:, 5]).all()
    assert (labels[:, 2] != labels[:, 3]).all()
    assert len(np.unique(labels[1:], axis=0)) > 5, "nothing else was in doubt, so the test shows nothing"
