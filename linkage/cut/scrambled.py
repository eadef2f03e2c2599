"""A null of strangers where no pair is known to be one: one group of fields scrambled against the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from linkage.cut.scored import Floats, Ints

Levels = npt.NDArray[np.int8]
Score = Callable[[Ints, Levels], Floats]
"""Score of comparison vectors, given the stratum of each."""
CHUNK = 200_000
"""Scrambled patterns scored at a time: 40 MB of intermediate tables."""


@dataclass(frozen=True)
class StrangerPatterns:
    """Comparison vectors of pairs with the number of strangers each stands for.

    ``stratum``: source pair; ``levels``: (rows, comparisons), 0 is missing; ``weight``: pairs times the probability
    that they are of two persons, so that matches do not teach how strangers agree.
    """

    stratum: Ints
    levels: Levels
    weight: Floats


def scrambled_false_links(
    patterns: StrangerPatterns, groups: Sequence[Sequence[int]], score: Score, thresholds: Floats
) -> Floats:
    """Return (groups, strata, thresholds) how many strangers are expected to score above each threshold.

    For each group of comparisons (the date of birth, the names) strangers are made up: each keeps all its other fields
    and takes those of the group from another pair of strangers, of the same source pair and with the same fields of the
    group present. That is what a copy of the records would show in which one record's names stand with another's date,
    in expectation over all such copies, so it needs no draw. Within the group and among the others, fields depend on
    each other as they do among strangers; between them they do not. Strangers who agree on both for one cause (twins at
    one address) are therefore missing, and the largest of the groups' counts is a lower limit of the false links.
    """
    strata = int(patterns.stratum.max(initial=-1)) + 1
    out = np.zeros((len(groups), strata, len(thresholds)))
    for number, group in enumerate(groups):
        inside = np.isin(np.arange(patterns.levels.shape[1]), list(group))
        for rows in _alike(patterns, inside):
            stratum = int(patterns.stratum[rows[0]])
            own = patterns.levels[rows], patterns.weight[rows]
            out[number, stratum] += _above(own, inside, partial(_scored, score, stratum), thresholds)
    return out


def _scored(score: Score, stratum: int, levels: Levels) -> Floats:
    return score(np.full(len(levels), stratum, dtype=np.int64), levels)


def _alike(patterns: StrangerPatterns, inside: npt.NDArray[np.bool_]) -> list[Ints]:
    """Rows of one stratum with the same fields of the group present, together."""
    known = patterns.levels[:, inside] > 0
    _, kind = np.unique(np.column_stack([patterns.stratum, known]), axis=0, return_inverse=True)
    order = np.argsort(kind, kind="stable")
    return [part for part in np.split(order, np.flatnonzero(np.diff(kind[order])) + 1) if len(part)]


def _above(
    own: tuple[Levels, Floats], inside: npt.NDArray[np.bool_], score: Callable[[Levels], Floats], thresholds: Floats
) -> Floats:
    """Weight of the made-up strangers above each threshold: every group part with every other part."""
    group, group_weight = _distinct(own[0][:, inside], own[1])
    other, other_weight = _distinct(own[0][:, ~inside], own[1])
    total = float(group_weight.sum())
    above = np.zeros(len(thresholds))
    if total <= 0:
        return above
    step = max(CHUNK // len(group), 1)
    for first in range(0, len(other), step):
        rest, rest_weight = other[first : first + step], other_weight[first : first + step]
        levels = np.zeros((len(rest) * len(group), len(inside)), dtype=np.int8)
        levels[:, ~inside] = np.repeat(rest, len(group), axis=0)
        levels[:, inside] = np.tile(group, (len(rest), 1))
        weight = np.outer(rest_weight, group_weight / total).ravel()
        scores = score(levels)
        above += np.array([float(weight[scores > threshold].sum()) for threshold in thresholds])
    return above


def _distinct(levels: Levels, weight: Floats) -> tuple[Levels, Floats]:
    """Distinct rows with their summed weight; those that weigh nothing are left out."""
    rows, place = np.unique(levels, axis=0, return_inverse=True)
    total = np.bincount(place.ravel(), weights=weight, minlength=len(rows)).astype(np.float64)
    return rows[total > 0], total[total > 0]
