"""Texts on their way from a reader to a data frame, held as Arrow columns to save memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ketenzicht.sources.refusal import empty, refusal

# 50,000 records of 22 columns are about 60 MB of Python strings before they shrink to Arrow.
_CHUNK = 50_000

# What one cell of Excel can hold. Encoding takes seconds for a value a hundred times as long.
_LONGEST_VALUE = 32_767


@dataclass(frozen=True, slots=True)
class TextTable:
    """Text columns with the row number of each line, as a steward counts them."""

    rows: npt.NDArray[np.int64]
    columns: pa.Table

    def to_frame(self, path: Path, *, trim: bool) -> pd.DataFrame:
        """The table as pandas: text or None, empty and blank values None, index ``row``.

        ``trim`` strips blanks around every value. Raises ``DataRefused`` for a table without rows, a value with a NUL
        character, and one that is longer than a cell can be.
        """
        if len(self.rows) == 0:
            raise empty(path)
        for name in self.columns.column_names:
            self._check_values(path, name)
        cleaned = {name: _clean(self.columns.column(name), trim=trim) for name in self.columns.column_names}
        # Arrow shares one Python string between equal values of a column, which a plain list of records would not.
        frame: pd.DataFrame = pa.table(cleaned).to_pandas()
        frame.index = pd.Index(self.rows, name="row")
        return frame

    def _check_values(self, path: Path, name: str) -> None:
        column = self.columns.column(name)
        cure = "export the value again as plain text"
        # Texts that differ only after a NUL pass for one in some libraries: two persons would become one.
        for broken, rule in (
            (pc.match_substring(column, "\0"), "a NUL character"),
            (pc.greater(pc.utf8_length(column), _LONGEST_VALUE), f"longer than {_LONGEST_VALUE} characters"),
        ):
            at = pc.index(broken, value=True).as_py()
            if at >= 0:
                raise refusal(path, rule, cure, place=f"row {self.rows[at]}", column=name)


class RecordBuffer:
    """Collects records of texts, in order, and turns them into columns piece by piece."""

    def __init__(self, path: Path, columns: Sequence[str], place: str) -> None:
        """``place`` is what the format calls a row: "line" or "row"."""
        self._path = path
        self._columns = tuple(columns)
        self._place = place
        self._rows: list[int] = []
        self._records: list[Sequence[str | None]] = []
        self._pieces: list[pa.Table] = []
        self._all_rows: list[npt.NDArray[np.int64]] = []

    def add(self, row: int, record: Sequence[str | None]) -> None:
        """Keep one record, its values in the order of the columns."""
        self._rows.append(row)
        self._records.append(record)
        if len(self._rows) == _CHUNK:
            self._flush()

    def table(self) -> TextTable:
        """Everything that was added."""
        self._flush()
        rows = np.concatenate(self._all_rows) if self._all_rows else np.empty(0, dtype=np.int64)
        schema = pa.schema([(name, pa.string()) for name in self._columns])
        return TextTable(rows, pa.concat_tables([schema.empty_table(), *self._pieces]))

    def _flush(self) -> None:
        if not self._rows:
            return
        by_column = zip(*self._records, strict=True)
        arrays = {name: self._array(name, values) for name, values in zip(self._columns, by_column, strict=True)}
        self._pieces.append(pa.table(arrays))
        self._all_rows.append(np.array(self._rows, dtype=np.int64))
        self._rows, self._records = [], []

    def _array(self, column: str, values: Sequence[str | None]) -> pa.Array:
        try:
            return pa.array(values, type=pa.string())
        except UnicodeEncodeError:
            row = next(row for row, value in zip(self._rows, values, strict=True) if not _is_text(value))
        rule = "wrong encoding: half of a surrogate pair stands alone"
        raise refusal(self._path, rule, "export as UTF-8", place=f"{self._place} {row}", column=column)


def _is_text(value: str | None) -> bool:
    return value is None or not any("\ud800" <= character <= "\udfff" for character in value)


def _clean(column: pa.ChunkedArray, *, trim: bool) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(column)
    nothing = pa.scalar(None, type=pa.string())
    return pc.if_else(pc.equal(trimmed, ""), nothing, trimmed if trim else column)
