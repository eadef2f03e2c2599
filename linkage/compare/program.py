"""A plan of comparisons put into numbers, for the compiled loop: one row of settings per comparison.

Columns of ``Program.steps`` and ``Program.sets`` are named below; -1 stands for what a comparison does not have.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linkage.compare.plan import Method

Ints = npt.NDArray[np.int64]

NAME, SIMILARITY, POSTCODE, INITIAL, DATE, EQUALITY, IDENTIFIER, RARITY = range(8)
METHODS = {
    Method.NAME: NAME,
    Method.SIMILARITY: SIMILARITY,
    Method.POSTCODE: POSTCODE,
    Method.INITIAL: INITIAL,
    Method.DATE: DATE,
    Method.PARTIAL_DATE: DATE,
    Method.EQUALITY: EQUALITY,
    Method.IDENTIFIER: IDENTIFIER,
    Method.RARITY: RARITY,
}
"""What the loop does for each method; the two of a date differ only in the table of their levels."""

RARITY_BITS = 3
"""Lowest bits of a name's code that hold its level of rarity."""
RARITY_MASK = 2**RARITY_BITS - 1

# A set of columns: the first and the one after the last; words of a filter; where filters and their ones begin.
FIRST, LAST, WORDS, FILTERS, ONES = range(5)
SET_WIDTH = 5

STEP = (
    "method",
    "own",
    "sound",
    "skeleton",
    "other",
    "elsewhere",
    "cuts",
    "grades",
    "settles",
    "flag",
    "near",
    "is_differ",
    "is_equal",
    "is_contained",
    "is_phonetic",
    "is_part_sounds",
    "is_skeleton",
    "is_elsewhere",
    "is_swapped",
    "is_area",
    "is_shared",
)
"""``own``, ``sound``, ``skeleton``, ``other``, ``elsewhere``: sets. ``cuts``: number of cut points, or of date parts.
``grades``: where the table of levels begins in ``lookups``. ``settles``: the step whose level a swap takes away.
``flag``: a column of its own (area of a postcode, crowded day). ``near``: the first part's row of ``Program.near``. The
rest: numbers of levels."""
(
    METHOD,
    OWN,
    SOUND,
    SKELETON,
    OTHER,
    ELSEWHERE,
    CUTS,
    GRADES,
    SETTLES,
    FLAG,
    NEAR,
    IS_DIFFER,
    IS_EQUAL,
    IS_CONTAINED,
    IS_PHONETIC,
    IS_PART_SOUNDS,
    IS_SKELETON,
    IS_ELSEWHERE,
    IS_SWAPPED,
    IS_AREA,
    IS_SHARED,
) = range(len(STEP))


class Program(NamedTuple):
    """Everything the compiled loop reads, as arrays.

    ``rows``: codes of all records, ``width`` to a record. ``filters``: words of all dictionaries; ``ones``: bits set in
    each value. ``contained``: see ``grading.contained``. ``lookups``: tables of levels and of date parts. ``near``: a
    row per date part, where its table begins in ``lookups`` and how many codes it has to a side. ``radices``: levels
    of each comparison, with the missing one.
    """

    rows: npt.NDArray[np.int32]
    width: int
    filters: npt.NDArray[np.uint64]
    ones: npt.NDArray[np.int32]
    contained: Ints
    lookups: npt.NDArray[np.uint8]
    near: Ints
    steps: Ints
    sets: Ints
    radices: Ints
