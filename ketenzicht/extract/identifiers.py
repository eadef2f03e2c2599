"""Identifier values of a delivery, one line each, for normalisation."""

import numpy as np
import pandas as pd

from ketenzicht.extract.cells import CodeLists, read_lines
from ketenzicht.extract.native_ids import native_ids
from ketenzicht.settings import Cell, SourceSettings

_COLUMNS = ("native_id", "row", "field", "slot", "value", "prefix")


def identifiers(frame: pd.DataFrame, source: SourceSettings, codes: CodeLists) -> pd.DataFrame:
    """Long table ``native_id, row, field, slot, value, prefix`` with one line per non-missing value.

    ``frame`` holds the rows that passed validation, indexed by row number. ``slot`` is the position of the cell among
    its field's cells (0 own name, 1 partner or alias, as the source orders them); a split cell gives several lines of
    one slot. ``prefix`` is the name prefix or None. Lines come by field, slot and row, in the order of settings and
    frame.
    """
    ids = native_ids(frame, source).to_numpy(dtype=object)
    pieces = [
        _lines(frame, ids, field, slot, cell, codes)
        for field, cells in source.identifiers.items()
        for slot, cell in enumerate(cells)
    ]
    return pd.concat(pieces, ignore_index=True)


def _lines(
    frame: pd.DataFrame,
    ids: "np.ndarray[tuple[int], np.dtype[np.object_]]",
    field: str,
    slot: int,
    cell: Cell,
    codes: CodeLists,
) -> pd.DataFrame:
    positions, values = read_lines(frame, cell, codes)
    count = len(positions)
    columns = {
        "native_id": ids[positions],
        "row": frame.index.to_numpy(dtype=np.int64)[positions],
        "field": np.full(count, field, dtype=object),
        "slot": np.full(count, slot, dtype=np.int64),
        "value": values,
        "prefix": _prefixes(frame, cell)[positions],
    }
    return pd.DataFrame(columns, columns=list(_COLUMNS))


def _prefixes(frame: pd.DataFrame, cell: Cell) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    if cell.prefix is None:
        return np.full(len(frame), None, dtype=object)
    positions, values = read_lines(frame, Cell(column=cell.prefix), {})
    prefixes = np.full(len(frame), None, dtype=object)
    prefixes[positions] = values
    return prefixes
