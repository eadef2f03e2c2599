"""Levels of two dates, of which the linkage unit sees year, month and day as codes and filters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.compare.crowded import crowded_dates
from linkage.compare.layout import DATE_PARTS
from linkage.compare.plan import Comparison
from linkage.records import MISSING, Records

Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


def date_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Levels of two full dates: equal, one digit off, day and month swapped, two of three parts, year, differ.

    Equal dates on a crowded day are a level of their own: they may both stand for the year alone. A crowded day against
    another says nothing of month and day, and is left to ``partial_date_levels``.
    """
    parts, crowded = _parts(records, pairs, comparison), _either_crowded(records, pairs, comparison)
    known = np.logical_and.reduce([part.known for part in parts])
    equal = np.sum([part.equal for part in parts], axis=0)
    near = np.logical_or.reduce([part.near & ~part.equal for part in parts])
    year = parts[0].equal
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    level[year] = comparison.number("year_only")
    level[equal == len(parts) - 1] = comparison.number("two_parts")
    level[(equal == len(parts) - 1) & near] = comparison.number("one_digit")
    if len(parts) == len(DATE_PARTS):
        level[year & (equal == 1) & _crosswise(records, pairs, comparison.field.parts)] = comparison.number("swapped")
    level[equal == len(parts)] = comparison.number("equal")
    level[(equal == len(parts)) & crowded] = comparison.number("equal_crowded")
    level[~known | (crowded & (equal < len(parts)))] = 0
    return level


def partial_date_levels(records: Records, pairs: Pairs, comparison: Comparison) -> Levels:
    """Levels of two dates of which one or both lack month or day, or have a crowded one in their place.

    0 where both are full, or equal, or a year is missing.
    """
    crowded = _either_crowded(records, pairs, comparison)
    year, *rest = _parts(records, pairs, comparison)
    full = np.logical_and.reduce([year.known, *(part.known for part in rest)])
    equal = np.logical_and.reduce([year.equal, *(part.equal for part in rest)])
    level = np.full(len(pairs), comparison.number("differ"), dtype=np.int8)
    level[year.near] = comparison.number("year_near")
    level[year.equal] = comparison.number("year")
    if rest:
        level[year.equal & rest[0].equal & ~crowded] = comparison.number("year_month")
    level[(full & (~crowded | equal)) | ~year.known] = 0
    return level


def _either_crowded(records: Records, pairs: Pairs, comparison: Comparison) -> Flags:
    """Whether one of the two dates, or both, is on a crowded day."""
    parts = comparison.field.parts
    if len(parts) < len(DATE_PARTS):
        return np.zeros(len(pairs), dtype=np.bool_)
    crowded = crowded_dates(records, *parts)
    return crowded[pairs.left] | crowded[pairs.right]


@dataclass(frozen=True)
class _Part:
    """Agreement of one date part over all pairs: both known, equal, equal or one digit off."""

    known: Flags
    equal: Flags
    near: Flags


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


def _crosswise(records: Records, pairs: Pairs, parts: Sequence[str]) -> Flags:
    """Whether the day of one is the month of the other, both ways (month and day share a dictionary)."""
    month, day = records.columns[parts[1]], records.columns[parts[2]]
    agree: Flags = (month[pairs.left] == day[pairs.right]) & (day[pairs.left] == month[pairs.right])
    return agree
