"""Comparison vectors: the level of every comparison for every pair."""

from collections.abc import Sequence

import numpy as np

from linkage.candidates.pairs import Pairs
from linkage.compare.dates import date_levels, partial_date_levels
from linkage.compare.equality import equality_levels, identifier_levels
from linkage.compare.grading import CONTAINED, Levels, graded
from linkage.compare.names import initial_levels, name_levels, settle_swaps
from linkage.compare.plan import Comparison, Method
from linkage.compare.similarity import Similarity, similarity
from linkage.records import MISSING, Records


def compare(
    records: Records, pairs: Pairs, comparisons: Sequence[Comparison], threads: int = 1, dice: Similarity = similarity
) -> Levels:
    """Return (pairs, comparisons) level numbers; 0 where either record lacks the field.

    ``dice`` is the similarity of two sets of filters: the compiled one, or the plain one that tests compare it with.
    """
    levels = np.zeros((len(pairs), len(comparisons)), dtype=np.int8)
    for column, comparison in enumerate(comparisons):
        match comparison.method:
            case Method.NAME:
                levels[:, column] = name_levels(records, pairs, comparison, threads, dice)
            case Method.INITIAL:
                levels[:, column] = initial_levels(records, pairs, comparison)
            case Method.SIMILARITY:
                best, _ = dice(records, pairs, comparison.field.members, comparison.field.members, threads)
                levels[:, column] = graded(best, comparison.cut_points)
            case Method.POSTCODE:
                levels[:, column] = _postcode(records, pairs, comparison, threads, dice)
            case Method.DATE:
                levels[:, column] = date_levels(records, pairs, comparison)
            case Method.PARTIAL_DATE:
                levels[:, column] = partial_date_levels(records, pairs, comparison)
            case Method.EQUALITY:
                levels[:, column] = equality_levels(records, pairs, comparison)
            case Method.IDENTIFIER:
                levels[:, column] = identifier_levels(records, pairs, comparison)
    settle_swaps(levels, comparisons)
    return levels


def _postcode(records: Records, pairs: Pairs, comparison: Comparison, threads: int, dice: Similarity) -> Levels:
    """Dice in levels; ``area`` where only the digits agree, or are all that one of the two has."""
    best, cover = dice(records, pairs, comparison.field.members, comparison.field.members, threads)
    level = graded(best, comparison.cut_points)
    if comparison.field.coarse is not None:
        areas = records.columns[comparison.field.coarse]
        same = (areas[pairs.left] == areas[pairs.right]) & (areas[pairs.left] != MISSING)
        unlike = (best >= 0) & (best < comparison.cut_points[1])
        shorter = (cover >= CONTAINED) & (best < comparison.cut_points[0])
        level[same & (unlike | shorter)] = comparison.number("area")
    return level
