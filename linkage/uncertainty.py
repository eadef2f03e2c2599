"""Draws of the whole linkage, and what they say of its links: parameters and partitions drawn from their posterior."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs
from linkage.cluster import Clusters
from linkage.compare import compare
from linkage.decision import Decision, log_odds_of
from linkage.draws import Counts, Draws, counts_by, pair_agreement, posterior_draws, stratum_offsets
from linkage.model import MatchModel, Parameters, Patterns, count_patterns, parameter_draws
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
    start = decision.clusters.cluster
    fitted = _adjusted(task, model, scope)
    offsets = stratum_offsets(
        records.source_of,
        task.exclusive,
        start,
        scope.pairs,
        fitted,
        decision.unseen,
        parts.number,
        task.seed,
        row_of=scope.row_of,
        threads=task.threads,
    )
    odds = _drawn_odds(task, models, scope, offsets)
    draws = posterior_draws(
        records.source_of,
        task.exclusive,
        start,
        scope.pairs,
        odds,
        decision.unseen,
        len(models),
        task.seed,
        row_of=scope.row_of,
        threads=task.threads,
    )
    untraced = np.random.default_rng([task.seed, _STREAM]).uniform(0.0, MOST_UNTRACED, len(models))
    outside = np.array(
        [factor * _outside(task, own, seen.patterns, scope) for factor, own in zip(untraced, models, strict=True)]
    )
    agreement = pair_agreement(draws, decision.scored.where(decision.clusters.linked))
    return Uncertainty(draws, counts_by(draws, records.source_of, parts.number), outside, agreement)


@dataclass(frozen=True)
class _Scope:
    """The pairs that draws can link, and each distinct pattern of them once.

    ``row_of``: row of the log odds of each pair, which is its pattern; its own where reviewers' answers weigh on single
    pairs. ``levels``: of the pairs. ``stratum``: of the rows.
    """

    pairs: Pairs
    levels: Levels
    row_of: Rows
    stratum: Ints
    patterns: Patterns


def _scope(task: Task, seen: Observed, model: MatchModel, decision: Decision) -> _Scope:
    """All scored pairs, and the candidates that some draw may link."""
    near = task.parts.can_match[seen.stratum] & (seen.log_odds(model) > LOWEST)
    pairs = seen.pairs.where(near).union(decision.scored)
    levels = compare(task.records, pairs, task.plan, task.threads)
    own = task.parts.of(task.records, pairs)
    patterns = count_patterns(own, task.parts.can_match[own], levels)
    if task.answers:
        return _Scope(pairs, levels, np.arange(len(pairs), dtype=np.int32), own, patterns)
    return _Scope(pairs, levels, patterns.row_of, patterns.stratum, patterns)


def _parameters(task: Task, model: MatchModel) -> list[Parameters]:
    count = task.settings.clusters.draws
    if model.task is None:
        return [model.parameters] * count
    return list(parameter_draws(model.task, model.parameters, count, task.seed))


def _drawn_odds(task: Task, models: list[MatchModel], scope: _Scope, offsets: Floats) -> Callable[[int], Floats]:
    """The log odds of the rows in a draw (1 to M): by its parameters, balanced by the offsets."""

    def odds(draw: int) -> Floats:
        return _adjusted(task, models[draw - 1], scope) + offsets[scope.stratum]

    return odds


def _adjusted(task: Task, model: MatchModel, scope: _Scope) -> Floats:
    """Log odds of the rows, what reviewers answered taken into account."""
    if task.answers:
        return log_odds_of(task, model, scope.pairs, scope.levels)
    return model.log_odds(scope.patterns.stratum, scope.patterns.levels)


def _outside(task: Task, model: MatchModel, patterns: Patterns, scope: _Scope) -> Floats:
    """Matches expected per source pair among all pairs of the cross space but those of the scope."""
    strata = len(task.parts.names)
    everything = _expected(model, patterns, strata)
    inside = _expected(model, scope.patterns, strata)
    outside: Floats = np.where(task.parts.can_match, np.maximum(everything - inside, 0.0), 0.0)
    return outside


def _expected(model: MatchModel, patterns: Patterns, strata: int) -> Floats:
    odds = model.log_odds(patterns.stratum, patterns.levels)
    probability = 1.0 / (1.0 + np.exp(-np.clip(odds, -500, 500)))
    return np.bincount(patterns.stratum, weights=probability * patterns.weight, minlength=strata).astype(np.float64)
