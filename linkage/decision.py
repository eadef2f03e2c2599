"""Which records become one person: cuts per source pair, then clusters."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.calibration import FALSE_LINKS
from linkage.candidates import Pairs
from linkage.cluster import Clusters, cluster, components, pairs_between, pairs_within
from linkage.compare import compare
from linkage.cut import precision_threshold
from linkage.cutting import Cuts, first_cuts
from linkage.model import MatchModel, match_is_match
from linkage.review.constraints import constrained
from linkage.review.patterns import pattern_adjustment
from linkage.task import Observed, Task

Floats = npt.NDArray[np.float64]

LARGEST_COMPONENT = 100
"""Components up to this many records have every pair scored before clustering; larger ones keep their candidates."""


@dataclass(frozen=True)
class Decision:
    """``scored`` pairs with their ``levels`` and ``log_odds``, the ``clusters`` they led to, and the ``cuts``.

    ``cuts``: log odds per source pair above which records were linked, ``rules``: how they were first found.
    ``unseen``: log odds of a pair not scored.
    """

    scored: Pairs
    levels: npt.NDArray[np.int8]
    log_odds: Floats
    clusters: Clusters
    cuts: Floats
    unseen: float
    rules: tuple[dict[str, Any], ...]


def decide(task: Task, seen: Observed, model: MatchModel) -> Decision:
    """Cluster at the first cuts; where a source pair's links then fall short in precision, cut it higher.

    A steward's guard: a source pair whose links are estimated to be right less often than ``clusters.precision`` is cut
    at the least log odds at which they are, by the mean probability of the links above, and everything is clustered
    again. Without it, source pairs that share little more than a date of birth would link at even odds.
    """
    first = first_cuts(task, seen, model)
    decision = _at(task, seen, model, first)
    higher = _raised(task, decision)
    return decision if (higher == first.log_odds).all() else _at(task, seen, model, Cuts(higher, first.rules))


def log_odds_of(task: Task, model: MatchModel, pairs: Pairs, levels: npt.NDArray[np.int8]) -> Floats:
    """Return the log odds of pairs, what reviewers answered on patterns and on pairs taken into account."""
    stratum = task.parts.of(task.records, pairs)
    odds = model.log_odds(stratum, levels)
    if not task.answers:
        return odds
    odds = odds + pattern_adjustment(levels, stratum, odds, task.answers, task.plan, task.parts)
    return constrained(pairs, odds, task.records, task.answers)


def candidate_log_odds(task: Task, model: MatchModel, seen: Observed) -> Floats:
    """Return the log odds of the candidates, answers taken into account; one look-up a pair where there are none."""
    return log_odds_of(task, model, seen.pairs, seen.levels) if task.answers else seen.log_odds(model)


def _raised(task: Task, decision: Decision) -> Floats:
    """The cuts, higher where the mean probability of a source pair's links is below what is asked.

    A link is taken to be false as often as estimates do (``FALSE_LINKS``), so that the floor holds for what is told.
    """
    floor = task.settings.clusters.precision
    linked = decision.clusters.linked
    stratum = task.parts.of(task.records, decision.scored.where(linked))
    probability = 1 - FALSE_LINKS * (1 - decision.clusters.link_probability)
    cuts = decision.cuts.copy()
    for number in np.unique(stratum).tolist():
        own = np.sort(probability[stratum == number])[::-1]
        if own.mean() < floor:
            least = 1 - (1 - precision_threshold(own, np.ones(len(own)), floor)) / FALSE_LINKS
            cuts[number] = max(cuts[number], _log_odds(least))
    return cuts


def _log_odds(probability: float) -> float:
    """The log odds of a probability, finite."""
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(bounded / (1 - bounded)))


def _at(task: Task, seen: Observed, model: MatchModel, cuts: Cuts) -> Decision:
    """Cluster the records; within a component all pairs are scored, also those that were no candidates.

    Components too large for that (chains of lookalikes) are clustered on their candidates first, then again with every
    pair scored within those clusters and between those that a likely pair joins: a pair that is not scored counts
    against a merge, and would keep the records of one person apart.
    """
    parts, pairs = task.parts, seen.pairs
    odds = candidate_log_odds(task, model, seen)
    linkable = parts.can_match[seen.stratum] & (odds > cuts.log_odds[seen.stratum]) & match_is_match(model, task.plan)
    labels = components(pairs.where(linkable))
    inside = pairs.where(labels[pairs.left] == labels[pairs.right])
    found = _clustered(task, model, labels, inside.union(pairs_within(labels, LARGEST_COMPONENT)), cuts)
    if np.bincount(labels, minlength=1).max() > LARGEST_COMPONENT:
        cut = cuts.log_odds[parts.of(task.records, found.scored)]
        touching = found.scored.where((found.log_odds > cut) & ~found.clusters.linked)
        scored = found.scored.union(pairs_within(found.clusters.cluster, LARGEST_COMPONENT))
        scored = scored.union(pairs_between(found.clusters.cluster, touching, LARGEST_COMPONENT))
        found = _clustered(task, model, labels, scored, cuts)
    return found


def _clustered(task: Task, model: MatchModel, labels: npt.NDArray[np.int64], scored: Pairs, cuts: Cuts) -> Decision:
    """The clusters within the components ``labels``, by the scored pairs."""
    records, parts = task.records, task.parts
    levels = compare(records, scored, task.plan, task.threads)
    odds = log_odds_of(task, model, scored, levels)
    share = model.match_share[parts.can_match]
    unseen = float(np.log(np.maximum(share, 1e-12)).min(initial=0.0))
    cut = cuts.log_odds[parts.of(records, scored)]
    clusters = cluster(records, labels, scored, odds, threshold=cut, unseen=unseen, base=task.threshold)
    return Decision(scored, levels, odds, clusters, cuts.log_odds, unseen, cuts.rules)
