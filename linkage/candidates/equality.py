"""Candidates by equality: records that agree on an identifier or on a combination of encoded columns."""

from collections.abc import Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from linkage.candidates.joining import pairs_within_blocks
from linkage.candidates.pairs import Pairs
from linkage.compare.layout import NAMES, FieldColumns, Layout
from linkage.records import MISSING, Records
from linkage.settings import FieldKind

Pass = tuple[str, ...]

KEY_LIMIT = 2**62
"""Combinations of codes from which a key of them could overflow; keys are then renumbered by rank per column."""


def passes(layout: Layout) -> tuple[Pass, ...]:
    """Return the column combinations that make two records candidates when all are equal.

    Derived from the kinds of the fields alone: every identifier; the full date; names by phonetic key, postcodes and
    texts each with the year of birth and with each other; the full date with each category. A name, postcode or text
    alone is a pass only where there is nothing to combine it with.
    """
    identifiers = [(field.members[0],) for field in layout.of_kind(FieldKind.IDENTIFIER)]
    dates = [field.parts for field in layout.of_kind(FieldKind.DATE) if field.parts]
    words = [_word(field) for field in layout.of_kind(*NAMES, FieldKind.POSTCODE, FieldKind.TEXT) if field.members]
    categories = [(field.members[0],) for field in layout.of_kind(FieldKind.CATEGORY)]
    alone = words if len(words) + len(dates) == 1 else []
    found: list[Pass] = [*identifiers, *dates, *alone]
    found += [(*date, *category) for date in dates for category in categories]
    found += [(date[0], *word) for date in dates for word in words]
    found += [(*a, *b) for position, a in enumerate(words) for b in words[position + 1 :]]
    return tuple(dict.fromkeys(found))


def _word(field: FieldColumns) -> Pass:
    """The column by which a name, postcode or text is matched whole."""
    return (field.phonetic[0] if field.phonetic else field.members[0],)


def equal_pairs(records: Records, columns: Sequence[str], budget: int) -> Pairs:
    """Return the pairs that agree on all ``columns``; the largest blocks are left out beyond ``budget`` pairs.

    Leaving out large blocks drops the values that say least (a frequent name, a crowded address).
    """
    complete = np.logical_and.reduce([records.present(column) for column in columns])
    rows = np.flatnonzero(complete)
    order, sizes = _blocks(records, columns, rows)
    keep = sizes <= _largest_block(sizes, budget)
    return _pairs_of_blocks(order, sizes, keep, len(records))


def any_equal_pairs(records: Records, members: Sequence[str], budget: int) -> Pairs:
    """Return the pairs that have a value in common, whichever of ``members`` holds it (an old and a new number).

    The columns share a dictionary. The largest blocks are left out beyond ``budget`` pairs, as in ``equal_pairs``.
    """
    rows = np.concatenate([np.flatnonzero(records.present(member)) for member in members])
    codes = np.concatenate([records.columns[member][records.present(member)] for member in members])
    sizes = np.unique(codes, return_counts=True)[1].astype(np.int64)
    order = rows[np.argsort(codes, kind="stable")]
    return _pairs_of_blocks(order, sizes, sizes <= _largest_block(sizes, budget), len(records))


def share_value(records: Records, members: Sequence[str], pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Return whether the two records of each pair have a value in common, whichever of ``members`` holds it."""
    share = np.zeros(len(pairs), dtype=np.bool_)
    for one in members:
        left = records.columns[one][pairs.left]
        for other in members:
            share |= (left == records.columns[other][pairs.right]) & (left != MISSING)
    return share


def _blocks(
    records: Records, columns: Sequence[str], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows ordered by block (row order within), and the size of each block."""
    keys = np.zeros(len(rows), dtype=np.int64)
    outgrown = prod(records.dictionaries[column].size + 1 for column in columns) >= KEY_LIMIT
    for column in columns:
        keys = keys * (records.dictionaries[column].size + 1) + records.columns[column][rows]
        if outgrown:
            keys = np.unique(keys, return_inverse=True)[1]
    place = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[place], prepend=-1))
    return rows[place], np.diff(np.append(starts, len(rows)))


def _largest_block(sizes: npt.NDArray[np.int64], budget: int) -> int:
    """The largest block size such that all blocks up to it hold at most ``budget`` pairs together."""
    ordered = np.sort(sizes)
    total = np.cumsum(ordered * (ordered - 1) // 2)
    within = np.searchsorted(total, budget, side="right")
    if within == len(ordered):
        return int(ordered[-1]) if len(ordered) else 0
    return int(ordered[within]) - 1


def _pairs_of_blocks(
    order: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], keep: npt.NDArray[np.bool_], count: int
) -> Pairs:
    """All pairs within each kept block."""
    chosen = np.flatnonzero(keep & (sizes > 1))
    starts, held = (np.cumsum(sizes) - sizes)[chosen], sizes[chosen]
    total = int((held * (held - 1) // 2).sum())
    left, right = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.int64)
    pairs_within_blocks(order, starts, held, left, right)
    return Pairs.of(left, right, count)


def usable(records: Records, combination: Pass) -> bool:
    """Whether at least two records have all columns of a pass."""
    shared = np.logical_and.reduce([records.columns[column] != MISSING for column in combination])
    return int(shared.sum()) > 1
