"""Blockings of a large run: divisions of the records into blocks small enough to search exhaustively.

Two records of one person meet where they agree on any one of them: year of birth, month and day, the sound of a family
or a given name, an area. Blocking by several keys in turn is multi-pass blocking (Hernandez and Stolfo 1998; Christen
2012); within a block nothing is lost, because every record is held against every other.
"""

from collections.abc import Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from linkage.candidates.equality import KEY_LIMIT
from linkage.candidates.pairs import Pairs
from linkage.compare.layout import NAMES, Layout
from linkage.records import Records
from linkage.settings import FieldKind

Rows = npt.NDArray[np.int64]
Blocking = tuple[str, ...]


def blockings(layout: Layout) -> tuple[Blocking, ...]:
    """Return the columns of each blocking, derived from the kinds of the fields alone.

    Categories divide too little to be one, but where there is nothing else.
    """
    found: list[Blocking] = []
    for field in layout.of_kind(FieldKind.DATE):
        if field.parts:
            found += [field.parts[:1], field.parts[1:]]
    for field in layout.of_kind(*NAMES):
        found += [(column,) for column in field.phonetic or field.members[:1]]
    for field in layout.of_kind(FieldKind.POSTCODE, FieldKind.TEXT):
        if field.members:
            found.append((field.coarse or field.members[0],))
    categories = [(field.members[0],) for field in layout.of_kind(FieldKind.CATEGORY) if field.members]
    return tuple(dict.fromkeys(columns for columns in found or categories if columns))


def blocks(records: Records, blocking: Blocking, finer: Sequence[str], largest: int) -> tuple[Rows, Rows]:
    """Return rows ordered by block, row order within, and the edges of the blocks; blocks of one row are left out.

    Records without all columns of the ``blocking`` are in no block. A block of more than ``largest`` rows is divided by
    the columns ``finer``, one after another, until it is small enough or they run out; those without a value stay
    together.
    """
    rows = np.flatnonzero(np.logical_and.reduce([records.present(column) for column in blocking]))
    order, starts = _grouped(rows, _keys(records, blocking, rows))
    for column in finer:
        sizes = np.diff(np.append(starts, len(order)))
        if sizes.max(initial=0) <= largest:
            break
        wide = np.repeat(sizes > largest, sizes)
        codes = np.where(wide, records.columns[column][order].astype(np.int64) + 1, 0)
        group = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        order, starts = _grouped(order, group * (records.dictionaries[column].size + 1) + codes)
    sizes = np.diff(np.append(starts, len(order)))
    shared = sizes > 1
    return order[np.repeat(shared, sizes)], np.concatenate(([0], np.cumsum(sizes[shared])))


def share_block(records: Records, blocking: Blocking, pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Return whether the two records of each pair agree on a blocking, however large blocks were divided."""
    agree = np.ones(len(pairs), dtype=np.bool_)
    for column in blocking:
        codes = records.columns[column]
        left = codes[pairs.left]
        agree &= (left == codes[pairs.right]) & (left >= 0)
    return agree


def _keys(records: Records, columns: Sequence[str], rows: Rows) -> Rows:
    """One number per row, equal where all columns are."""
    outgrown = prod(records.dictionaries[column].size + 1 for column in columns) >= KEY_LIMIT
    keys = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        keys = keys * (records.dictionaries[column].size + 1) + records.columns[column][rows]
        if outgrown:
            keys = np.unique(keys, return_inverse=True)[1]
    return keys


def _grouped(rows: Rows, keys: Rows) -> tuple[Rows, Rows]:
    """Rows ordered by key and then by themselves, and where each key starts."""
    place = np.lexsort((rows, keys))
    return rows[place], np.flatnonzero(np.diff(keys[place], prepend=-1))
