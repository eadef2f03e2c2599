"""Training sets by which fields are present: pairs that may match beside the strangers expected among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.discriminate.evidence import (
    FOLDS,
    LARGEST_SCALE,
    Counts,
    Evidence,
    Flags,
    Floats,
    Ints,
    Levels,
    only,
)
from linkage.model import count_patterns

REST = -1
"""Key of the training set of all patterns of available fields that are too rare for one of their own."""
PAIRS_PER_LEVEL = 20
"""Candidates that a pattern of available fields needs, per level of its comparisons, for a model of its own."""
LARGE = 1_000_000
"""Candidates of a run above which only the ``MOST_MODELS`` most common patterns of available fields have a model of
their own. Counting grows with distinct patterns, and hardly with pairs; the number of models would grow with both."""
MOST_MODELS = 6
EXHAUSTIVE = 0.9
"""Share of all pairs as alike as these that must be candidates, on both sides, for candidates to be counted against
each other. Deeper down the number of records to choose from decides how many strangers become candidates."""
FEWEST_STRANGERS = 1_000
"""Known strangers of a source with at least the fields of a cell, below which the source cannot stand for it."""


@dataclass(frozen=True)
class TrainingSet:
    """Distinct (fold, across, levels): ``across`` is whether a row's pairs may match; the others are known strangers.

    Strangers are weighted to the size of the cross space with the same fields, so that the odds of ``across`` are the
    density ratio itself. ``grain``: mean weight of one known stranger, at least 1. ``depth``: least sum of match
    weights at which the search for candidates was exhaustive; nothing below it is in the set.
    """

    fold: Ints
    across: Flags
    levels: Levels
    weight: Floats
    grain: float
    depth: float

    def without(self, fold: int) -> tuple[Flags, Levels, Floats]:
        """Return across, levels and weight of the pairs outside a fold, weighted to stand for those in it.

        Only the pairs that may match are dealt into folds: known strangers are not scored.
        """
        kept = np.flatnonzero(~self.across | (self.fold != fold))
        weight = self.weight[kept] * np.where(self.across[kept], FOLDS / (FOLDS - 1), 1.0)
        rows = count_patterns(np.zeros(len(kept), dtype=np.int64), self.across[kept], self.levels[kept], weight)
        return rows.may_match, rows.levels, rows.weight


@dataclass(frozen=True)
class _Part:
    """Candidates of one side of a cell, ``further`` pairs beside them, and the weight of a pair."""

    across: bool
    candidates: Counts
    further: Counts
    scale: float = 1.0


def training_sets(evidence: Evidence, order: Sequence[Floats]) -> dict[int, TrainingSet]:
    """Return a training set per pattern of available fields that is common enough, and one for all others.

    In a large run the ``MOST_MODELS`` most common at most, so that what the check costs is bounded; the model of the
    others tells them apart by what is missing. ``order``: match weight of each level per comparison.
    """
    parts = {fields: _parts(evidence, fields) for fields in np.unique(evidence.candidates.fields).tolist()}
    common = _common(parts, order)
    if float(evidence.candidates.weight.sum()) > LARGE:
        common = common[:MOST_MODELS]
    sets: dict[int, list[_Part]] = {}
    for fields, found in parts.items():
        if found:
            sets.setdefault(fields if fields in common else REST, []).extend(found)
    return {key: _training_set(found, order) for key, found in sets.items()}


def _common(parts: dict[int, list[_Part]], order: Sequence[Floats]) -> list[int]:
    """The patterns of available fields that have enough candidates for a model of their own, most common first."""
    found = []
    for fields, own in parts.items():
        needed = PAIRS_PER_LEVEL * sum(len(weights) for place, weights in enumerate(order) if fields >> place & 1)
        held = sum(float(part.candidates.weight.sum()) for part in own if part.across)
        if own and held >= needed:
            found.append((-held, fields))
    return [fields for _, fields in sorted(found)]


def total_weight(levels: Levels, order: Sequence[Floats]) -> Floats:
    """Return the sum of the match weights of each row; a missing field adds nothing."""
    total = np.zeros(len(levels))
    for column, weights in enumerate(order):
        total += np.append(0.0, weights)[levels[:, column]]
    return total


def _parts(evidence: Evidence, fields: int) -> list[_Part]:
    """Both sides of every source pair that has candidates with these fields, and strangers to hold against them."""
    found = []
    candidates = evidence.candidates.where(evidence.candidates.fields == fields)
    for stratum in np.unique(candidates.stratum).tolist():
        strangers = _strangers(evidence, stratum, fields)
        if strangers:
            further = evidence.further.where(
                (evidence.further.fields == fields) & (evidence.further.stratum == stratum)
            )
            across = _Part(across=True, candidates=candidates.where(candidates.stratum == stratum), further=further)
            found += [across, *strangers]
    return found


def _strangers(evidence: Evidence, stratum: int, fields: int) -> list[_Part]:
    """Strangers of the same sources, each source for an equal share of the cross space.

    They have just these fields; where such strangers are too few, others are cut back to these fields. Records drawn
    from two populations agree at most as often as the mean of pairs drawn from either (by the inequality of Cauchy and
    Schwarz), so that with equal shares strangers are not counted too few where the sources differ.
    """
    size, nulls = evidence.space[stratum, fields], evidence.null_of[stratum]
    found = []
    for null in nulls:
        spaces = {its: pairs for (own, its), pairs in evidence.space.items() if own == null and its & fields == fields}
        if size <= LARGEST_SCALE * len(nulls) * spaces.get(fields, 0.0):
            spaces = {fields: spaces[fields]}
        total = sum(spaces.values())
        if total >= FEWEST_STRANGERS:
            seen, rest = (_cut_back(part, null, list(spaces), fields) for part in _within(evidence))
            found.append(_Part(across=False, candidates=seen, further=rest, scale=size / total))
    return [replace(part, scale=part.scale / len(found)) for part in found]


def _within(evidence: Evidence) -> tuple[Counts, Counts]:
    return evidence.strangers, evidence.further_strangers


def _cut_back(counts: Counts, stratum: int, chosen: list[int], fields: int) -> Counts:
    rows = counts.where((counts.stratum == stratum) & np.isin(counts.fields, chosen))
    return replace(rows, levels=only(rows.levels, fields))


def _training_set(parts: list[_Part], order: Sequence[Floats]) -> TrainingSet:
    depth = max(_depth([part for part in parts if part.across is side], order) for side in (True, False))
    levels = np.concatenate([part.candidates.levels for part in parts])
    kept = total_weight(levels, order) >= depth
    rows = count_patterns(
        np.concatenate([part.candidates.fold for part in parts])[kept],
        np.concatenate([np.full(len(part.candidates.fold), part.across) for part in parts])[kept],
        levels[kept],
        np.concatenate([part.candidates.weight * part.scale for part in parts])[kept],
    )
    seen = [(float(part.candidates.weight.sum()), part.scale) for part in parts if not part.across]
    grain = sum(pairs * scale for pairs, scale in seen) / max(sum(pairs for pairs, _ in seen), 1.0)
    return TrainingSet(rows.stratum, rows.may_match, rows.levels, rows.weight, max(1.0, grain), depth)


def _depth(parts: list[_Part], order: Sequence[Floats]) -> float:
    """Least total match weight above which candidates are ``EXHAUSTIVE`` of all pairs; infinite where none is."""
    sides = [(part.candidates, part.scale, 1.0) for part in parts] + [(part.further, part.scale, 0.0) for part in parts]
    total = np.concatenate([total_weight(counts.levels, order) for counts, _, _ in sides])
    weight = np.concatenate([counts.weight * scale for counts, scale, _ in sides])
    held = np.concatenate([counts.weight * scale * candidate for counts, scale, candidate in sides])
    falling = np.argsort(-total, kind="stable")
    ends = np.append(np.diff(total[falling]) != 0, [True] * min(len(total), 1))
    deep = np.flatnonzero(ends & (np.cumsum(held[falling]) >= EXHAUSTIVE * np.cumsum(weight[falling])))
    return float(total[falling][deep[-1]]) if len(deep) else np.inf
