"""Draws of the whole linkage, and what they say of its links: parameters and partitions drawn from their posterior."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs
from linkage.cluster import Clusters
from linkage.decision import Decision
from linkage.draws import Counts, Doubt, Draws, counts_by, draws_in, pair_agreement, stratum_offsets
from linkage.model import MatchModel, Parameters, Patterns, count_patterns, parameter_draws
from linkage.review.constraints import CERTAIN, known_classes
from linkage.review.patterns import pattern_adjustment
from linkage.task import Observed, Task

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int32]

MOST_UNTRACED = 1.0
"""Most matches in a draw among pairs that share too little, as a multiple of those expected. That fields are missing at
random is an assumption, and who lacks them is rather somebody whom no other source knows: each draw takes none of these
matches, all that are expected, or anything between."""
LOWEST = -6.0
"""Log odds from which a pair that was not linked can be linked in a draw; below, it is counted in expectation."""
MARGIN = 4.0
"""Log odds that offsets may take from a pair which is still settled without a draw."""
_STREAM = 47


@dataclass(frozen=True)
class Uncertainty:
    """``draws`` of the linkage and the ``counts`` of links in them, per source pair.

    ``outside``: (draws, strata) matches that a draw's parameters expect among the pairs that no draw can link.
    ``agreement``: of each link, the share of draws that have it.
    """

    draws: Draws
    counts: Counts
    outside: Floats
    agreement: Floats

    def of_links(self, by_odds: Floats) -> Floats:
        """Return the probability of each link: how often draws have it, with its probability by odds as one draw more.

        Twenty draws alone would call a link certain that is not.
        """
        count = self.draws.count
        probability: Floats = (count * self.agreement + by_odds) / (count + 1)
        return probability

    def placed(self, clusters: Clusters) -> Clusters:
        """Return the clusters with the probability that each record belongs to its own, as ``of_links`` mixes it."""
        count = self.draws.count
        away = np.bincount(self.draws.row, minlength=len(clusters.cluster))
        probability = (count - away + clusters.probability) / (count + 1)
        return replace(clusters, probability=probability)


def uncertainty(task: Task, seen: Observed, model: MatchModel, decision: Decision) -> Uncertainty:
    """Draw parameters, then the partition given the parameters, as often as the settings say."""
    records, parts = task.records, task.parts
    scope = _scope(task, seen, model, decision)
    models = [model.drawn(parameters) for parameters in _parameters(task, model)]
    fitted, drawn = scope.log_odds(task, model), np.stack([scope.log_odds(task, own) for own in models])
    doubt = Doubt.of(
        records.source_of,
        task.exclusive,
        decision.clusters.cluster,
        scope.pairs,
        decision.unseen,
        np.maximum(fitted, drawn.max(axis=0)),
        np.minimum(fitted, drawn.min(axis=0)) - MARGIN,
        row_of=scope.row_of,
    )
    drawn += stratum_offsets(doubt, fitted, parts.number, task.seed, threads=task.threads)[scope.stratum]
    draws = draws_in(doubt, drawn, task.seed, threads=task.threads)
    untraced = np.random.default_rng([task.seed, _STREAM]).uniform(0.0, MOST_UNTRACED, len(models))
    reached = np.bincount(scope.row_of[doubt.reached], minlength=len(scope.stratum)).astype(np.float64)
    outside = np.array(
        [
            factor * _outside(task, own, seen.patterns, scope, reached)
            for factor, own in zip(untraced, models, strict=True)
        ]
    )
    agreement = pair_agreement(draws, decision.scored.where(decision.clusters.linked))
    return Uncertainty(draws, counts_by(draws, records.source_of, parts.number), outside, agreement)


@dataclass(frozen=True)
class _Scope:
    """The pairs that draws may link. Each has a row: ``row_of``.

    Rows are the distinct patterns, with ``stratum`` and ``levels``, and one more for each pair that reviewers judged:
    ``judged``, 1 for one person, -1 for two; 0 for all other rows.
    """

    pairs: Pairs
    row_of: Rows
    stratum: Ints
    levels: Levels
    judged: npt.NDArray[np.int8]

    def log_odds(self, task: Task, model: MatchModel) -> Floats:
        """Log odds of each row, what reviewers answered taken into account."""
        odds = model.log_odds(self.stratum, self.levels)
        if not task.answers:
            return odds
        odds = odds + pattern_adjustment(self.levels, self.stratum, odds, task.answers, task.plan, task.parts)
        return np.where(self.judged == 0, odds, self.judged * CERTAIN)


def _scope(task: Task, seen: Observed, model: MatchModel, decision: Decision) -> _Scope:
    """The candidates that some draw may link, and all scored pairs."""
    patterns = seen.patterns
    near = task.parts.can_match[patterns.stratum] & (model.log_odds(patterns.stratum, patterns.levels) > LOWEST)
    chosen = near[seen.row_of]
    pairs = seen.pairs.where(chosen)
    further = ~pairs.contains(decision.scored.keys)
    scored = decision.scored.where(further)
    own = task.parts.of(task.records, scored)
    counted = count_patterns(own, task.parts.can_match[own], decision.levels[further], np.ones(len(scored)))
    number = (np.cumsum(near) - 1).astype(np.int32)
    places = np.searchsorted(pairs.keys, scored.keys)
    scope = _Scope(
        Pairs.from_keys(np.insert(pairs.keys, places, scored.keys), pairs.size),
        np.insert(number[seen.row_of[chosen]], places, counted.row_of.astype(np.int32) + np.int32(near.sum())),
        np.concatenate([patterns.stratum[near], counted.stratum]),
        np.concatenate([patterns.levels[near], counted.levels]),
        np.zeros(int(near.sum()) + len(counted), dtype=np.int8),
    )
    return _with_judged(task, scope) if task.answers else scope


def _with_judged(task: Task, scope: _Scope) -> _Scope:
    """The scope with a row of its own for each pair that reviewers judged."""
    known = known_classes(scope.pairs, task.records, task.answers)
    judged, row_of = np.flatnonzero(known), scope.row_of.copy()
    rows = row_of[judged]
    row_of[judged] = len(scope.stratum) + np.arange(len(judged), dtype=np.int32)
    return _Scope(
        scope.pairs,
        row_of,
        np.concatenate([scope.stratum, scope.stratum[rows]]),
        np.concatenate([scope.levels, scope.levels[rows]]),
        np.concatenate([scope.judged, known[judged]]),
    )


def _parameters(task: Task, model: MatchModel) -> list[Parameters]:
    count = task.settings.clusters.draws
    if model.task is None:
        return [model.parameters] * count
    return list(parameter_draws(model.task, model.parameters, count, task.seed))


def _outside(task: Task, model: MatchModel, patterns: Patterns, scope: _Scope, reached: Floats) -> Floats:
    """Matches expected per source pair among all pairs of the cross space but those in reach, ``reached`` per row."""
    strata = len(task.parts.names)
    everything = _expected(model, patterns.stratum, patterns.levels, patterns.weight, strata)
    inside = _expected(model, scope.stratum, scope.levels, reached, strata)
    outside: Floats = np.where(task.parts.can_match, np.maximum(everything - inside, 0.0), 0.0)
    return outside


def _expected(model: MatchModel, stratum: Ints, levels: Levels, weight: Floats, strata: int) -> Floats:
    probability = 1.0 / (1.0 + np.exp(-np.clip(model.log_odds(stratum, levels), -500, 500)))
    return np.bincount(stratum, weights=probability * weight, minlength=strata).astype(np.float64)
