"""Levels of names: spelling first, then parts, sounds and names that stand in another field."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.compare.grading import CONTAINED, Levels, graded
from linkage.compare.layout import FieldColumns
from linkage.compare.plan import Comparison
from linkage.compare.similarity import Similarity
from linkage.records import MISSING, Records

Flags = npt.NDArray[np.bool_]


def name_levels(records: Records, pairs: Pairs, comparison: Comparison, threads: int, dice: Similarity) -> Levels:
    """Best Dice over the name sets; what lifts pairs that spell differently; given and family name swapped."""
    members = comparison.field.members
    best, cover = dice(records, pairs, members, members, threads)
    level = graded(best, comparison.cut_points)
    weak = np.flatnonzero((level > 0) & (level < len(comparison.cut_points)))
    level[weak] = _lifted(records, pairs, comparison, level, cover, weak, threads, dice)
    if comparison.swapped_with is not None:
        swapped = _swapped(records, pairs, comparison, comparison.swapped_with, best, threads, dice)
        level[swapped] = comparison.number("swapped")
    return level


def _lifted(
    records: Records,
    pairs: Pairs,
    comparison: Comparison,
    level: Levels,
    cover: npt.NDArray[np.float64],
    weak: npt.NDArray[np.int64],
    threads: int,
    dice: Similarity,
) -> Levels:
    """Levels of the pairs ``weak``, whose spelling differs: each kind of likeness overrules the ones before it.

    ``elsewhere`` and ``skeleton`` say less than a likeness in spelling, and lift only pairs that have next to none.
    """
    field, some = comparison.field, Pairs(pairs.left[weak], pairs.right[weak], pairs.size)
    found = level[weak]
    unlike = found < len(comparison.cut_points) - 1
    if comparison.elsewhere:
        one, other = (
            dice(records, some, left, right, threads)[1]
            for left, right in ((field.members, comparison.elsewhere), (comparison.elsewhere, field.members))
        )
        found[unlike & (np.maximum(one, other) >= CONTAINED)] = comparison.number("elsewhere")
    if field.skeleton:
        heard, _ = dice(records, some, field.skeleton, field.skeleton, threads)
        found[unlike & (heard >= comparison.cut_points[0])] = comparison.number("skeleton")
    if field.phonetic:
        sound, part = dice(records, some, field.phonetic, field.phonetic, threads)
        found[part >= CONTAINED] = comparison.number("part_sounds")
        found[sound >= comparison.cut_points[0]] = comparison.number("phonetic")
    found[cover[weak] >= CONTAINED] = comparison.number("contained")
    return found


def _swapped(
    records: Records,
    pairs: Pairs,
    comparison: Comparison,
    other: FieldColumns,
    straight: npt.NDArray[np.float64],
    threads: int,
    dice: Similarity,
) -> Flags:
    """Whether given and family name agree crosswise, better than they do straight."""
    one, _ = dice(records, pairs, comparison.field.members, other.members, threads)
    two, _ = dice(records, pairs, other.members, comparison.field.members, threads)
    family, _ = dice(records, pairs, other.members, other.members, threads)
    crosswise = np.minimum(one, two)
    return (crosswise >= comparison.cut_points[1]) & (crosswise > np.minimum(straight, family))


def settle_swaps(levels: Levels, comparisons: Sequence[Comparison]) -> None:
    """Count a swap once: at the given name; the family name is then no evidence of its own."""
    place = {comparison.name: column for column, comparison in enumerate(comparisons)}
    for column, comparison in enumerate(comparisons):
        if comparison.swapped_with is not None:
            swapped = levels[:, column] == comparison.number("swapped")
            levels[swapped, place[comparison.swapped_with.field]] = 0


def initial_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Equal or different first letters, where one of the two records has nothing but initials; else 0."""
    named = np.zeros(len(records), dtype=np.bool_)
    for member in comparison.field.members:
        named |= records.present(member)
    letters = records.columns[str(comparison.field.initial)]
    left, right = letters[pairs.left], letters[pairs.right]
    known = (left != MISSING) & (right != MISSING) & ~(named[pairs.left] & named[pairs.right])
    return np.where(known, np.where(left == right, 2, 1), 0).astype(np.int8)
