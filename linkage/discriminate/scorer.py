"""The label-free discriminative scorer: log odds of any pair from the density ratio of its comparison vector."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from linkage.compare import Comparison
from linkage.discriminate.boosting import DensityRatio, features_of, fit_ratio
from linkage.discriminate.evidence import (
    Evidence,
    Flags,
    Floats,
    Ints,
    Levels,
    available,
)
from linkage.discriminate.training import REST, total_weight, training_sets
from linkage.errors import LinkageError
from linkage.model import MATCH, RANDOM, MatchModel

LOWEST = float(np.log(1e-3))
"""Log odds of a pair that resembles strangers at least as often as others: ratios counted in thousands of pairs cannot
show smaller ones, and a mean over the pairs of a cluster needs a number."""
_TINY = 1e-300
_ROUNDS = 200
_SETTLED = 1e-9


@dataclass(frozen=True)
class DiscriminativeScorer:
    """Fitted density ratios with what is needed to score any pair.

    ``ratios``: by pattern of available fields (bits), ``REST`` for those too rare for a model of their own.
    ``overlap``: per stratum, how many times more often its pairs match than those of all strata.
    """

    plan: tuple[Comparison, ...]
    order: tuple[Floats, ...]
    ratios: Mapping[int, DensityRatio]
    overlap: Floats

    def scores(self, stratum: Ints, levels: Levels, fold: Ints) -> tuple[Floats, Flags]:
        """Return the log of the odds that pairs are matches (natural log), and whether they have a ratio.

        ``fold``: of each pair's first record, which tells the model that did not see the pair. The posterior is
        1 - 1/ratio, so its odds are ratio - 1, here times the overlap of the source pair; they are at least ``LOWEST``,
        always finite. A pair without a ratio gets ``LOWEST``: it shares fields that hardly any known stranger shares,
        or is less alike than pairs among which the search for candidates was exhaustive.
        """
        log_ratio = log_ratios(self.ratios, levels, available(levels, self.plan), fold, self.order)
        return _bounded(_excess(log_ratio) * self.overlap[stratum]), ~np.isnan(log_ratio)


def level_order(model: MatchModel, plan: Sequence[Comparison]) -> tuple[Floats, ...]:
    """Return the match weight log2(m/u) of each level per comparison.

    m from the fit that all groups share, u as the geometric mean over the groups that have the comparison.
    """
    m = model.shape.split(model.pooled.parameters.theta[MATCH].mean(axis=0))
    u = [model.shape.split(table) for table in model.pooled.parameters.theta[RANDOM]]
    order = []
    for column in range(len(plan)):
        groups = [group for group, fields in enumerate(model.comparable) if column in fields]
        logs = [np.log2(np.maximum(u[group][column], _TINY)) for group in groups or range(len(u))]
        order.append(np.log2(np.maximum(m[column], _TINY)) - np.mean(logs, axis=0))
    return tuple(order)


def fit_scorer(seen: Evidence, plan: Sequence[Comparison], order: Sequence[Floats], seed: int) -> DiscriminativeScorer:
    """Fit the density ratios and the overlap of every source pair.

    ``order``: match weight of each level per comparison. Raises ``LinkageError`` where no source is free of duplicates:
    there is then no pair that is known to be of strangers.

    One thread: sums then run in one order, and the result is the same on every machine with the same libraries.
    """
    if not any(seen.null_of.values()):
        msg = (
            "the discriminative scorer needs a source without duplicates and this run has none. "
            "Cure: set deduplicated = true where a source holds each person once, or take the scorer fellegi_sunter."
        )
        raise LinkageError(msg)
    sets = training_sets(seen, order)
    with threadpool_limits(limits=1):
        ratios = {key: fit_ratio(training, order, seed) for key, training in sorted(sets.items())}
    excess = _excess(log_ratios(ratios, seen.candidates.levels, seen.candidates.fields, seen.candidates.fold, order))
    return DiscriminativeScorer(tuple(plan), tuple(order), ratios, _overlaps(seen, ratios, excess))


def log_ratios(
    ratios: Mapping[int, DensityRatio], levels: Levels, fields: Ints, fold: Ints, order: Sequence[Floats]
) -> Floats:
    """Return the log density ratio of each row by the model for its available fields; NaN where it is not known."""
    out = np.full(len(levels), np.nan)
    features = features_of(levels, order)
    key = np.where(np.isin(fields, [own for own in ratios if own != REST]), fields, REST)
    total = total_weight(levels, order)
    with threadpool_limits(limits=1):
        for own, ratio in ratios.items():
            rows = np.flatnonzero((key == own) & (total >= ratio.depth))
            out[rows] = ratio.log_ratio(features[rows], fold[rows])
    return out


def _excess(log_ratio: Floats) -> Floats:
    """Ratio - 1, at least 0: the odds of a match. 0 without a ratio."""
    known = np.nan_to_num(log_ratio, nan=0.0)
    return np.expm1(np.maximum(known, 0.0))


def _bounded(odds: Floats) -> Floats:
    return np.maximum(np.log(np.maximum(odds, _TINY)), LOWEST)


def _overlaps(seen: Evidence, ratios: Mapping[int, DensityRatio], excess: Floats) -> Floats:
    """How many times more often the pairs of each stratum match than those of all strata, at the same fields.

    A ratio is learned for all source pairs together, with their mean share of matches as prior; this adjusts it to each
    by expectation-maximisation (Saerens, Latinne and Decaestecker 2002), on patterns with a ratio of 2 or more: below
    it noise of the many stranger pairs would count for matches. 1 where less than one match would be expected.
    """
    cross = seen.candidates
    telling = excess >= 1.0
    matches = cross.weight * telling * excess / (1.0 + excess)
    found: dict[int, float] = {}
    for fields, number in zip(cross.fields.tolist(), matches.tolist(), strict=True):
        key = fields if fields in ratios else REST
        found[key] = found.get(key, 0.0) + number
    space = np.zeros((len(found), seen.strata))
    place = {key: row for row, key in enumerate(found)}
    for (stratum, fields), pairs in seen.space.items():
        key = fields if fields in ratios else REST
        if stratum in seen.null_of and key in place:
            space[place[key], stratum] += pairs
    expected = (np.array(list(found.values())) / space.sum(axis=1)) @ space
    overlap = np.ones(len(expected))
    for stratum in np.flatnonzero(expected >= 1.0).tolist():
        rows = telling & (cross.stratum == stratum)
        overlap[stratum] = _overlap(excess[rows], cross.weight[rows], float(expected[stratum]))
    return overlap


def _overlap(excess: Floats, weight: Floats, expected: float) -> float:
    factor = 1.0
    for _ in range(_ROUNDS):
        odds = factor * excess
        after = float((weight * odds / (1.0 + odds)).sum()) / expected
        if abs(after - factor) < _SETTLED:
            break
        factor = after
    return factor
