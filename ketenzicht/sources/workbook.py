"""One sheet of an Excel workbook, header in the first row."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from ketenzicht.settings import XlsxFormat
from ketenzicht.sources.header import check_columns
from ketenzicht.sources.records import RecordBuffer, TextTable
from ketenzicht.sources.refusal import empty, refusal

# Exports shrink ten- to thirtyfold when packed; only what repeats itself without end shrinks two hundredfold.
_MOST_SHRUNK = 200
_SMALL = 64 << 20
_MOST_ROWS = 1 << 20  # Excel's own limit


def read_workbook(path: Path, content: bytes, form: XlsxFormat) -> TextTable:
    """The rows of a sheet, numbered as Excel numbers them; rows without any value are passed over.

    A date cell becomes ISO text, a whole number text without decimals. Raises ``DataRefused`` for an empty delivery, a
    broken workbook, a missing sheet, wrong columns, and a value outside the columns.
    """
    if not content:
        raise empty(path)
    _check_size(path, content)
    with warnings.catch_warnings():
        # openpyxl warns with the value of a cell whose date is out of range.
        warnings.simplefilter("ignore")
        return _read(path, _filled_rows(path, content, form.sheet), form.columns)


def _check_size(path: Path, content: bytes) -> None:
    """Refuse what would unpack into more than any export; ``zipfile`` reads no more than an entry declares."""
    try:
        unpacked = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(content)).infolist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError):
        return  # the reader refuses it
    if unpacked > _SMALL and unpacked > _MOST_SHRUNK * len(content):
        rule = "the workbook unpacks into more than any export holds"
        raise refusal(path, rule, "save it again as .xlsx, or deliver in shorter periods")


def _read(path: Path, rows: Iterator[tuple[int, list[Any]]], columns: tuple[str, ...]) -> TextTable:
    number, header = next(rows, (0, []))
    if not header:
        raise empty(path)
    names = [(text(value) or "").strip() for value in header]
    check_columns(path, names, columns, place=f"row {number}")
    order = [names.index(name) for name in columns]
    buffer = RecordBuffer(path, columns, "row")
    for number, values in rows:
        if len(values) > len(names):
            rule = "a value stands beyond the last column of the header"
            raise refusal(path, rule, "clear that cell, or agree on the column", place=f"row {number}")
        padded = values + [None] * (len(names) - len(values))
        buffer.add(number, [text(padded[at]) for at in order])
    return buffer.table()


def text(value: Any) -> str | None:  # noqa: ANN401 - a cell holds whatever Excel put there
    """A cell's value as text: dates in ISO form, whole numbers without decimals, None where empty."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _filled_rows(path: Path, content: bytes, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """Row number and values of each row that holds something, empty cells at its end cut off."""
    rows = _sheet_rows(path, content, sheet)
    for number, row in enumerate(rows, start=1):
        if number > _MOST_ROWS:
            rule = "a row number beyond Excel's last"
            raise refusal(path, rule, "save it again as .xlsx", place=f"row {number}")
        values = list(row)
        while values and values[-1] is None:
            values.pop()
        if values:
            yield number, values


def _sheet_rows(path: Path, content: bytes, sheet: str) -> Iterator[tuple[Any, ...]]:
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        worksheet = workbook[sheet] if sheet in workbook.sheetnames else None
        if worksheet is not None:
            # The declared dimensions are often wrong, and openpyxl would stop reading there.
            worksheet.reset_dimensions()
            yield from worksheet.iter_rows(values_only=True)
    except Exception:  # noqa: BLE001 - a broken workbook fails in many ways, whose messages may hold cells
        rule = "the file is truncated or not an Excel workbook"
        raise refusal(path, rule, "save it again as .xlsx, without a password, and copy it whole") from None
    if worksheet is None:
        rule = f"there is no sheet called {sheet}"
        raise refusal(path, rule, "give the sheet that name, or set format.sheet of the source")
