"""Clusters of a run: which records are one person, and how probable each record's place is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.cluster.average_linkage import average_linkage
from linkage.records import Records

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Clusters:
    """``cluster``: number of each record's person, numbered by smallest record. ``probability``: that it belongs there.

    ``linked``: whether each of the scored pairs has both records in one cluster; ``link_probability``: of those pairs,
    that the two are one person.
    """

    cluster: Ints
    probability: Floats
    linked: npt.NDArray[np.bool_]
    link_probability: Floats


def cluster(
    records: Records,
    labels: Ints,
    pairs: Pairs,
    log_odds: Floats,
    *,
    threshold: float | Floats,
    unseen: float,
    base: float = 0.0,
) -> Clusters:
    """Cluster the records component by component.

    ``labels``: component of each record. ``pairs`` with ``log_odds``: every scored pair within a component.
    ``threshold``: one number, or one per pair: clusters merge while the mean of their log odds above it is positive.
    ``unseen``: log odds of a pair that was not scored, and ``base`` its threshold.
    """
    exclusive = [number for number, alone in enumerate(records.deduplicated) if alone]
    smallest = average_linkage(labels, pairs, log_odds - threshold, records.source_of, exclusive, unseen - base)
    linked = smallest[pairs.left] == smallest[pairs.right]
    belonging = _belonging(smallest, pairs.where(linked), log_odds[linked], unseen)
    return Clusters(
        cluster=(np.cumsum(smallest == np.arange(len(records))) - 1)[smallest],
        probability=belonging,
        linked=linked,
        link_probability=_of_links(pairs.where(linked), log_odds[linked], belonging),
    )


def _of_links(linked: Pairs, log_odds: Floats, belonging: Floats) -> Floats:
    """Probability of each link: the pair's own, or, where others hold the two together, that both belong there."""
    return np.maximum(probability_of(log_odds), belonging[linked.left] * belonging[linked.right])


def probability_of(log_odds: Floats) -> Floats:
    """Return the probability at which the odds are ``exp(log_odds)``."""
    out: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))
    return out


def _belonging(smallest: Ints, linked: Pairs, log_odds: Floats, unseen: float) -> Floats:
    """Probability from the mean log odds of a record with the others of its cluster; 1 for a record alone."""
    count = len(smallest)
    others = np.bincount(smallest, minlength=count)[smallest] - 1
    total, scored = np.zeros(count), np.zeros(count, dtype=np.int64)
    for rows in (linked.left, linked.right):
        total += np.bincount(rows, weights=log_odds, minlength=count)
        scored += np.bincount(rows, minlength=count)
    total += (others - scored) * unseen
    mean = total / np.maximum(others, 1)
    return np.where(others == 0, 1.0, probability_of(mean))
