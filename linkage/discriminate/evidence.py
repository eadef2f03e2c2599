"""What the discriminative scorer learns from: candidates across sources, and those within a source without doubles."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates import Strata
from linkage.compare import Comparison
from linkage.compare.plan import Method
from linkage.model import Patterns, count_patterns
from linkage.records import Records

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int32] | npt.NDArray[np.int64]

FOLDS = 3
"""Parts that records are dealt into. Two thirds of the pairs teach the model that scores the last third."""
LARGEST_SCALE = 4.0
"""Pairs of the cross space that one known stranger may stand for: what strangers do as often as that shows among them
once it is common enough to make four false links. Two sources keep to it where one has up to four times the records."""
DUPLICATES = "a source has duplicates"
UNEQUAL = "one source has few records"
_FOLDS_STREAM = 31
"""Second number of the seed of the folds, so that they share no draws with other parts of a run."""
_TRACE = 1e-6


def folds_of_records(records: int, seed: int) -> Ints:
    """Return the fold of each record, 0 to ``FOLDS`` - 1; folds differ by at most one record in size."""
    dealt: Ints = np.random.default_rng([seed, _FOLDS_STREAM]).permutation(records).astype(np.int64) % FOLDS
    return dealt


def available(levels: Levels, plan: Sequence[Comparison]) -> Ints:
    """Return, per row, the comparisons that have a value, as the bits of a number (bit 0 is the first comparison).

    Where given and family name are swapped the family name's own comparison is blank by design, not missing; and how
    rare a name is goes with the name.
    """
    bits = levels > 0
    place = {comparison.name: column for column, comparison in enumerate(plan)}
    for column, comparison in enumerate(plan):
        if comparison.swapped_with is not None:
            swapped = levels[:, column] == comparison.number("swapped")
            bits[swapped, place[comparison.swapped_with.field]] = True
    for column, comparison in enumerate(plan):
        if comparison.method is Method.RARITY:
            bits[:, column] = bits[:, place[comparison.field.field]]
    return bits.astype(np.int64) @ (1 << np.arange(len(plan), dtype=np.int64))


def only(levels: Levels, fields: int) -> Levels:
    """Return the levels with every comparison outside ``fields`` (bits, as in ``available``) made missing."""
    kept = (fields >> np.arange(levels.shape[1])) & 1
    return (levels * kept[None, :]).astype(np.int8)


@dataclass(frozen=True)
class Counts:
    """Pairs by pattern: rows are distinct (stratum, fold, levels); ``weight`` counts pairs; ``fields`` are bits."""

    stratum: Ints
    fold: Ints
    levels: Levels
    weight: Floats
    fields: Ints

    def where(self, keep: Flags) -> "Counts":
        """Return the rows at which ``keep`` is true."""
        return Counts(self.stratum[keep], self.fold[keep], self.levels[keep], self.weight[keep], self.fields[keep])


@dataclass(frozen=True)
class Evidence:
    """Pattern counts of two spaces: of pairs that may be of one person, and of pairs known to be of two.

    ``candidates`` and ``strangers``: the candidates of the one and of the other. ``further`` and ``further_strangers``:
    all other pairs, a weighted sample, in fold 0. ``space``: pairs by stratum and available fields. ``null_of``: per
    stratum that can match, the within strata that show what its strangers look like. ``borrowed``: strata whose own
    sources all have duplicates, so that those of other sources stand in. ``strata``: number of strata of the run.
    """

    candidates: Counts
    strangers: Counts
    further: Counts
    further_strangers: Counts
    space: dict[tuple[int, int], float]
    null_of: dict[int, tuple[int, ...]]
    weak: dict[int, str]
    strata: int


def cells_of(row_of: Rows, left: Ints, fold: Ints) -> Rows:
    """Return a number per pattern and fold for each candidate: a pair belongs to the fold of its first record.

    ``row_of`` and ``left``: pattern and first record of the candidates.
    """
    cell: Rows = row_of.astype(np.int32) * np.int32(FOLDS)
    cell += fold.astype(np.int8)[left]
    return cell


def counts_by_fold(cell: Rows, count: Ints) -> Floats:
    """Return (patterns, ``FOLDS``) candidates of each pattern by fold.

    ``cell``: of the candidates that are still listed; ``count``: candidates of each pattern. Those that are not listed
    any more are spread evenly, as they were dealt.
    """
    listed = np.bincount(cell, minlength=len(count) * FOLDS).reshape(-1, FOLDS)
    by_fold: Floats = listed + (count - listed.sum(axis=1))[:, None] / FOLDS
    return by_fold


def evidence(
    records: Records, parts: Strata, patterns: Patterns, by_fold: Floats, plan: Sequence[Comparison]
) -> Evidence:
    """Count pairs by stratum, fold and comparison vector.

    ``patterns``: counts of the full cross space; ``by_fold``: (patterns, folds) candidates of each. A candidate belongs
    to the fold of its first record, so no pair is scored by a model that saw it.
    """
    row, fold = np.nonzero(by_fold)
    seen = _counts(patterns.stratum[row] * FOLDS + fold, patterns.levels[row], by_fold[row, fold], plan)
    whole = _counts(patterns.stratum * FOLDS, patterns.levels, patterns.weight, plan)
    rest = _counts(
        np.concatenate([whole.stratum, seen.stratum]) * FOLDS,
        np.concatenate([whole.levels, seen.levels]),
        np.concatenate([whole.weight, -seen.weight]),
        plan,
    )
    # What is left of a pattern when its candidates are taken off; rounding leaves a trace of nothing.
    rest = rest.where(rest.weight > _TRACE)
    null_of = _nulls(records, parts)
    return Evidence(
        candidates=seen.where(parts.can_match[seen.stratum]),
        strangers=seen.where(~parts.can_match[seen.stratum]),
        further=rest.where(parts.can_match[rest.stratum]),
        further_strangers=rest.where(~parts.can_match[rest.stratum]),
        space=_space(whole),
        null_of=null_of,
        weak=_weak(records, parts, null_of),
        strata=len(parts.names),
    )


def _counts(stratum_and_fold: Ints, levels: Levels, weight: Floats, plan: Sequence[Comparison]) -> Counts:
    rows = count_patterns(stratum_and_fold, np.ones(len(weight), dtype=bool), levels, weight)
    fields = available(rows.levels, plan)
    return Counts(rows.stratum // FOLDS, rows.stratum % FOLDS, rows.levels, rows.weight, fields)


def _space(whole: Counts) -> dict[tuple[int, int], float]:
    distinct, cell = np.unique(np.column_stack([whole.stratum, whole.fields]), axis=0, return_inverse=True)
    total = np.bincount(cell.ravel(), weights=whole.weight, minlength=len(distinct))
    return {(int(s), int(a)): float(size) for (s, a), size in zip(distinct.tolist(), total, strict=True)}


def _nulls(records: Records, parts: Strata) -> dict[int, tuple[int, ...]]:
    """Within strata per stratum that can match: of its own sources free of duplicates, else of all that are free."""
    clean = [number for number, free in enumerate(records.deduplicated) if free]
    found = {}
    for stratum in np.flatnonzero(parts.can_match).tolist():
        own = [number for number in _sources(records, parts, stratum) if number in clean]
        found[stratum] = tuple(int(parts.number[number, number]) for number in own or clean)
    return found


def _sources(records: Records, parts: Strata, stratum: int) -> list[int]:
    return [records.sources.index(name) for name in dict.fromkeys(parts.names[stratum])]


def _weak(records: Records, parts: Strata, null_of: dict[int, tuple[int, ...]]) -> dict[int, str]:
    """Why known strangers say little of a source pair: a source has duplicates, or is much the smaller."""
    found = {}
    for stratum, nulls in null_of.items():
        if not all(records.deduplicated[number] for number in _sources(records, parts, stratum)):
            found[stratum] = DUPLICATES
        elif parts.spaces[stratum] > LARGEST_SCALE * len(nulls) * min(parts.spaces[number] for number in nulls):
            found[stratum] = UNEQUAL
    return found
