"""Comparison vectors: the level of every comparison for every pair."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.compare.layout import FieldColumns
from linkage.compare.plan import Comparison, Method
from linkage.compare.similarity import Similarity, similarity
from linkage.records import MISSING, Records

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
                levels[:, column] = _date(records, pairs, comparison)
            case Method.PARTIAL_DATE:
                levels[:, column] = _partial_date(records, pairs, comparison)
            case Method.EQUALITY:
                levels[:, column] = _equality(records, pairs, comparison.field.members[0])
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


def _equality(records: Records, pairs: Pairs, column: str) -> Levels:
    codes = records.columns[column]
    left, right = codes[pairs.left], codes[pairs.right]
    both = (left != MISSING) & (right != MISSING)
    return np.where(both, np.where(left == right, 2, 1), 0).astype(np.int8)


def _date(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Levels of two full dates: equal, one digit off, day and month swapped, two of three parts, year, differ."""
    parts = _parts(records, pairs, comparison)
    known = np.logical_and.reduce([part.known for part in parts])
    equal = np.sum([part.equal for part in parts], axis=0)
    near = np.logical_or.reduce([part.near & ~part.equal for part in parts])
    year = parts[0].equal
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    level[year] = comparison.number("year_only")
    level[equal == len(parts) - 1] = comparison.number("two_parts")
    level[(equal == len(parts) - 1) & near] = comparison.number("one_digit")
    if len(parts) == 3:  # noqa: PLR2004 - year, month and day
        level[year & (equal == 1) & _crosswise(records, pairs, comparison.field.parts)] = comparison.number("swapped")
    level[equal == len(parts)] = comparison.number("equal")
    level[~known] = 0
    return level


def _partial_date(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Levels of two dates of which one or both lack month or day; 0 where both are full or a year is missing."""
    year, *rest = _parts(records, pairs, comparison)
    full = np.logical_and.reduce([year.known, *(part.known for part in rest)])
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    level[year.near] = comparison.number("year_near")
    level[year.equal] = comparison.number("year")
    if rest:
        level[year.equal & rest[0].equal] = comparison.number("year_month")
    level[full | ~year.known] = 0
    return level


@dataclass(frozen=True)
class _Part:
    """Agreement of one date part over all pairs: both known, equal, equal or one digit off."""

    known: npt.NDArray[np.bool_]
    equal: npt.NDArray[np.bool_]
    near: npt.NDArray[np.bool_]


def _parts(records: Records, pairs: Pairs, comparison: Comparison) -> list[_Part]:
    """Year, month and day. One digit off leaves three of four digits of a year, and one of two of a month or day."""
    _, *cuts = comparison.cut_points
    return [
        _part(records, pairs, column, cuts[0] if number == 0 else cuts[-1])
        for number, column in enumerate(comparison.field.parts)
    ]


def _part(records: Records, pairs: Pairs, column: str, cut: float) -> _Part:
    codes, dictionary = records.columns[column], records.dictionaries[column]
    left, right = codes[pairs.left], codes[pairs.right]
    known = (left != MISSING) & (right != MISSING)
    common = np.bitwise_count(dictionary.filters[:, None, :] & dictionary.filters[None, :, :]).sum(axis=2)
    total = dictionary.ones[:, None] + dictionary.ones[None, :]
    # A row and a column more, for the code of a missing part.
    alike = np.pad(2 * common >= cut * total, ((0, 1), (0, 1)))
    return _Part(known, known & (left == right), known & alike[left, right])


def _crosswise(records: Records, pairs: Pairs, parts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether the day of one is the month of the other, both ways (month and day share a dictionary)."""
    month, day = records.columns[parts[1]], records.columns[parts[2]]
    agree: npt.NDArray[np.bool_] = (month[pairs.left] == day[pairs.right]) & (day[pairs.left] == month[pairs.right])
    return agree
