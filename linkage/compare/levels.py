"""Comparison vectors: the level of every comparison for every pair."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.compare.dates import date_levels, partial_date_levels
from linkage.compare.equality import equality_levels, identifier_levels
from linkage.compare.layout import FieldColumns
from linkage.compare.plan import Comparison, Method
from linkage.compare.similarity import Similarity, similarity
from linkage.records import Records

Levels = npt.NDArray[np.int8]

CONTAINED = 0.95
"""Overlap coefficient from which one name counts as part of the other (Jan in Jan Willem)."""


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
                levels[:, column] = _name(records, pairs, comparison, threads, dice)
            case Method.SIMILARITY:
                best, _ = dice(records, pairs, comparison.field.members, comparison.field.members, threads)
                levels[:, column] = _graded(best, comparison.cut_points)
            case Method.DATE:
                levels[:, column] = date_levels(records, pairs, comparison)
            case Method.PARTIAL_DATE:
                levels[:, column] = partial_date_levels(records, pairs, comparison)
            case Method.EQUALITY:
                levels[:, column] = equality_levels(records, pairs, comparison)
            case Method.IDENTIFIER:
                levels[:, column] = identifier_levels(records, pairs, comparison)
    _settle_swaps(levels, comparisons)
    return levels


def _graded(dice: npt.NDArray[np.float64], cut_points: Sequence[float]) -> Levels:
    """0 where there is no Dice (negative), else 1 plus the number of cut points reached."""
    reached = np.sum([dice >= cut for cut in cut_points], axis=0)
    return np.where(dice < 0, 0, 1 + reached).astype(np.int8)


def _name(records: Records, pairs: Pairs, comparison: Comparison, threads: int, dice: Similarity) -> Levels:
    """Best Dice over the name sets; containment and sound lift pairs that spell differently."""
    members, phonetic = comparison.field.members, comparison.field.phonetic
    best, cover = dice(records, pairs, members, members, threads)
    level = _graded(best, comparison.cut_points)
    weak = (level > 0) & (level <= len(comparison.cut_points) - 1)
    if phonetic:
        sound, _ = dice(records, pairs, phonetic, phonetic, threads)
        level[weak & (sound >= comparison.cut_points[0])] = comparison.number("phonetic")
    level[weak & (cover >= CONTAINED)] = comparison.number("contained")
    if comparison.swapped_with is not None:
        swapped = _swapped(records, pairs, comparison, comparison.swapped_with, best, threads, dice)
        level[swapped] = comparison.number("swapped")
    return level


def _swapped(
    records: Records,
    pairs: Pairs,
    comparison: Comparison,
    other: FieldColumns,
    straight: npt.NDArray[np.float64],
    threads: int,
    dice: Similarity,
) -> npt.NDArray[np.bool_]:
    """Whether given and family name agree crosswise, better than they do straight."""
    one, _ = dice(records, pairs, comparison.field.members, other.members, threads)
    two, _ = dice(records, pairs, other.members, comparison.field.members, threads)
    family, _ = dice(records, pairs, other.members, other.members, threads)
    crosswise = np.minimum(one, two)
    return (crosswise >= comparison.cut_points[1]) & (crosswise > np.minimum(straight, family))


def _settle_swaps(levels: Levels, comparisons: Sequence[Comparison]) -> None:
    """Count a swap once: at the given name; the family name is then no evidence of its own."""
    place = {comparison.name: column for column, comparison in enumerate(comparisons)}
    for column, comparison in enumerate(comparisons):
        if comparison.swapped_with is not None:
            swapped = levels[:, column] == comparison.number("swapped")
            levels[swapped, place[comparison.swapped_with.field]] = 0
