"""Delimited text with a header line (RFC 4180 quoting, any one-character separator)."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ketenzicht.settings import CsvFormat
from ketenzicht.sources.encoding import decode
from ketenzicht.sources.header import check_columns, check_separator
from ketenzicht.sources.records import RecordBuffer, TextTable
from ketenzicht.sources.refusal import empty, refusal, truncated


def read_delimited(path: Path, content: bytes, form: CsvFormat) -> TextTable:
    """The rows of a CSV file; each row's number is the line its record begins on.

    Raises ``DataRefused`` for an empty or truncated file, a wrong encoding, separator or header, and a record with
    the wrong number of fields.
    """
    if not content.strip():
        raise empty(path)
    text = decode(path, content, form.encoding)
    if form.final_line_end and not text.endswith(("\n", "\r")):
        rule = "the last line has no line end (some programs leave it out; then set format.final_line_end = false)"
        raise truncated(path, rule)
    records = _records(path, text, form)
    _, header = next(records)
    names = [name.strip() for name in header] if form.trim else header
    check_separator(path, names, form.columns, form.separator)
    check_columns(path, names, form.columns, place="line 1")
    return _body(path, records, names, form.columns)


def _records(path: Path, text: str, form: CsvFormat) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each record; blank lines are passed over."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=form.separator, strict=True, skipinitialspace=form.trim
    )
    line = 1
    while True:
        try:
            record = next(reader, None)
        except csv.Error:
            break
        if record is None:
            return
        if record:
            yield line, record
        line = reader.line_num + 1
    rule = "a quote is not closed, or is followed by text; the file may be truncated"
    raise refusal(path, rule, "export again with every quote closed and doubled inside a field", place=f"line {line}")


def _body(
    path: Path, records: Iterator[tuple[int, list[str]]], names: list[str], columns: tuple[str, ...]
) -> TextTable:
    buffer = RecordBuffer(path, names, "line")
    width = len(names)
    for line, record in records:
        if len(record) != width:
            last = next(records, None) is None
            if last and len(record) < width:
                raise truncated(path, f"the last record has {len(record)} of {width} fields", place=f"line {line}")
            cure = "quote fields that hold the separator or a line end, and export again"
            raise refusal(path, f"{len(record)} fields instead of {width}", cure, place=f"line {line}")
        buffer.add(line, record)
    table = buffer.table()
    return TextTable(table.rows, table.columns.select(list(columns)))
