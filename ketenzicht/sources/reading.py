"""From a file to a raw delivery."""

import hashlib
from pathlib import Path

from ketenzicht.periods import Period
from ketenzicht.settings import (
    CsvFormat,
    FixedWidthFormat,
    JsonLinesFormat,
    ParquetFormat,
    SourceFormat,
    SourceSettings,
    XlsxFormat,
)
from ketenzicht.sources.delimited import read_delimited
from ketenzicht.sources.delivery import RawDelivery
from ketenzicht.sources.fixed_width import read_fixed_width
from ketenzicht.sources.json_lines import read_json_lines
from ketenzicht.sources.parquet import read_parquet
from ketenzicht.sources.records import TextTable
from ketenzicht.sources.refusal import refusal
from ketenzicht.sources.workbook import read_workbook


def read(source: SourceSettings, path: Path, period: Period) -> RawDelivery:
    """Read a source's file as texts, in the format its settings declare.

    Raises ``DataRefused`` naming file, place, column, rule and cure where the file's structure is not as agreed. What
    the values say is for validation to judge.
    """
    content = _content(path)
    frame = _table(path, content, source.format).to_frame(path, trim=_trims(source.format))
    return RawDelivery(source.name, period, path, hashlib.sha256(content).hexdigest(), frame)


def _content(path: Path) -> bytes:
    if not path.exists():
        raise refusal(path, "the file is missing", "put the delivery there, or give another file or folder")
    try:
        return path.read_bytes()
    except OSError:
        raise refusal(path, "the file cannot be read", "check that it is a file and who may read it") from None


def _table(path: Path, content: bytes, form: SourceFormat) -> TextTable:
    match form:
        case CsvFormat():
            return read_delimited(path, content, form)
        case XlsxFormat():
            return read_workbook(path, content, form)
        case JsonLinesFormat():
            return read_json_lines(path, content, form)
        case FixedWidthFormat():
            return read_fixed_width(path, content, form)
        case ParquetFormat():
            return read_parquet(path, content, form)


def _trims(form: SourceFormat) -> bool:
    match form:
        case CsvFormat():
            return form.trim
        case FixedWidthFormat():
            return True
        case _:
            return False
