"""A cell of a delivery, read as its settings say."""

import re
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ketenzicht.extract.dates import UNKNOWN, PartialDate, parse_date
from ketenzicht.settings import Cell

CodeLists: TypeAlias = Mapping[str, Mapping[str, str]]
Texts: TypeAlias = npt.NDArray[np.object_]
Positions: TypeAlias = npt.NDArray[np.intp]


def read_text(text: str, cell: Cell, codes: CodeLists) -> tuple[str, ...]:
    """The values that one text stands for: none, one, or several where the cell is split.

    Blanks around a value, sentinels (in whatever case), values that miss the pattern, codes that are not listed or
    mean "unknown", and texts that are no date are dropped. Dates come in ISO form with 00 for unknown parts.
    """
    pieces = text.split(cell.split) if cell.split else [text]
    sentinels = {sentinel.strip().casefold() for sentinel in cell.missing}
    read = []
    for piece in (piece.strip() for piece in pieces):
        if not piece or piece.casefold() in sentinels:
            continue
        if cell.pattern is not None and re.fullmatch(cell.pattern, piece) is None:
            continue
        value = _canonical(piece, cell, codes)
        if value:
            read.append(value)
    return tuple(read)


def read_lines(frame: pd.DataFrame, cell: Cell, codes: CodeLists) -> tuple[Positions, Texts]:
    """Every value of a cell, row after row: positions of the rows in ``frame``, and the values, equally long."""
    numbers, read = _read_column(frame[cell.column], cell, codes)
    counts = np.array([len(values) for values in read] + [0], dtype=np.intp)
    if counts.max() <= 1:
        positions = np.flatnonzero(counts[numbers] == 1)
        single = np.array([values[0] if values else None for values in read] + [None], dtype=object)
        return positions, single[numbers[positions]]
    positions = np.repeat(np.arange(len(numbers)), counts[numbers])
    values = [value for number in numbers if number >= 0 for value in read[number]]
    return positions, np.array(values, dtype=object)


def read_values(frame: pd.DataFrame, cell: Cell, codes: CodeLists) -> pd.Series:
    """One value a row, the first of a split cell; None where the row has none. On the index of ``frame``."""
    numbers, read = _read_column(frame[cell.column], cell, codes)
    first = np.array([values[0] if values else None for values in read] + [None], dtype=object)
    return pd.Series(first[numbers], index=frame.index, dtype=object)


def read_lists(frame: pd.DataFrame, cell: Cell, codes: CodeLists) -> list[list[str]]:
    """All values of each row, sorted and without repeats; an empty list where the row has none."""
    numbers, read = _read_column(frame[cell.column], cell, codes)
    lists = [sorted(set(values)) for values in read] + [[]]
    return [lists[number] for number in numbers]


def _read_column(column: pd.Series, cell: Cell, codes: CodeLists) -> tuple[Positions, list[tuple[str, ...]]]:
    """For each row the number of its text, -1 where missing, and what each distinct text reads as."""
    numbers, texts = pd.factorize(column)
    return numbers, [read_text(text, cell, codes) for text in texts]


def _canonical(piece: str, cell: Cell, codes: CodeLists) -> str:
    """The code or ISO date of a text, or the text itself; empty where it stands for none."""
    if cell.codes is not None:
        return codes[cell.codes].get(piece, "")
    if cell.date is None:
        return piece
    found = parse_date(piece, cell.date)
    if found is None or found == UNKNOWN:
        return ""
    is_dummy = f"{found.day:02}-{found.month:02}" in cell.dummy_days
    return PartialDate(found.year, 0, 0).iso if is_dummy else found.iso
