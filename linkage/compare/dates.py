"""Levels of two dates, of which the linkage unit sees year, month and day as codes and filters.

What two dates have in common is a handful of yes and no, so their levels are worked out here for every combination of
them, and looked up per pair.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.compare.layout import DATE_PARTS
from linkage.compare.plan import Comparison, Method
from linkage.records import Dictionary

Flags = npt.NDArray[np.bool_]
Table = npt.NDArray[np.uint8]

KNOWN, EQUAL, ALIKE = 1, 2, 4
PART_BITS = 3
"""Bits of one date part: known in both, equal, equal or one digit off."""
CROSSWISE = 1 << (PART_BITS * len(DATE_PARTS))
"""The day of one is the month of the other, both ways."""
CROWDED = 2 * CROSSWISE
"""One of the two dates, or both, is on a crowded day."""
COMBINATIONS = 2 * CROWDED


@dataclass(frozen=True)
class _Part:
    """One date part over all combinations."""

    known: Flags
    equal: Flags
    near: Flags


def part_table(dictionary: Dictionary, comparison: Comparison, number: int) -> Table:
    """Return what part ``number`` of a date says of each two codes; the code after the last is a missing part.

    One digit off leaves three of four digits of a year, and one of two of a month or day.
    """
    _, *cuts = comparison.cut_points
    cut = cuts[0] if number == 0 else cuts[-1]
    common = np.bitwise_count(dictionary.filters[:, None, :] & dictionary.filters[None, :, :]).sum(axis=2)
    alike = 2 * common >= cut * (dictionary.ones[:, None] + dictionary.ones[None, :])
    facts = KNOWN + EQUAL * np.eye(dictionary.size, dtype=np.uint8) + ALIKE * alike
    return np.pad(facts, ((0, 1), (0, 1))).astype(np.uint8)


def level_table(comparison: Comparison) -> Table:
    """Return the level of each combination of what the parts say, of ``CROSSWISE`` and of ``CROWDED``."""
    facts = np.arange(COMBINATIONS)
    parts = []
    for number in range(len(comparison.field.parts)):
        part = facts >> (PART_BITS * number)
        parts.append(_Part((part & KNOWN) > 0, (part & EQUAL) > 0, (part & ALIKE) > 0))
    crosswise, crowded = (facts & CROSSWISE) > 0, (facts & CROWDED) > 0
    if comparison.method is Method.PARTIAL_DATE:
        return _partial(parts, crowded, comparison)
    return _full(parts, crosswise, crowded, comparison)


def _full(parts: list[_Part], crosswise: Flags, crowded: Flags, comparison: Comparison) -> Table:
    """Two full dates: equal, one digit off, day and month swapped, two of three parts, year, differ.

    Equal dates on a crowded day are a level of their own: they may both stand for the year alone. A crowded day against
    another says nothing of month and day, and is left to ``_partial``.
    """
    known = np.logical_and.reduce([part.known for part in parts])
    equal = np.sum([part.equal for part in parts], axis=0)
    near = np.logical_or.reduce([part.near & ~part.equal for part in parts])
    year = parts[0].equal
    level = np.full(COMBINATIONS, comparison.number("differ"), dtype=np.uint8)
    level[year] = comparison.number("year_only")
    level[equal == len(parts) - 1] = comparison.number("two_parts")
    level[(equal == len(parts) - 1) & near] = comparison.number("one_digit")
    level[year & (equal == 1) & crosswise] = comparison.number("swapped")
    level[equal == len(parts)] = comparison.number("equal")
    level[(equal == len(parts)) & crowded] = comparison.number("equal_crowded")
    level[~known | (crowded & (equal < len(parts)))] = 0
    return level


def _partial(parts: list[_Part], crowded: Flags, comparison: Comparison) -> Table:
    """Two dates of which one or both lack month or day, or have a crowded one in their place.

    0 where both are full, or equal, or a year is missing.
    """
    year, *rest = parts
    full = np.logical_and.reduce([part.known for part in parts])
    equal = np.logical_and.reduce([part.equal for part in parts])
    level = np.full(COMBINATIONS, comparison.number("differ"), dtype=np.uint8)
    level[year.near] = comparison.number("year_near")
    level[year.equal] = comparison.number("year")
    if rest:
        level[year.equal & rest[0].equal & ~crowded] = comparison.number("year_month")
    level[(full & (~crowded | equal)) | ~year.known] = 0
    return level
