"""Bad workbooks are refused by a message that names row, column, rule and cure."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
from openpyxl import Workbook

from ketenzicht.settings import SourceSettings

HEADER = ["id", "name", "sex", "date"]
ROW = ["1", "Kanariewaarde", "V", "2020-03-01"]


def _workbook(*rows: Sequence[object], sheet: str = "Data") -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def source(source_of: Callable[..., SourceSettings]) -> SourceSettings:
    """The settings that every file of this module breaks."""
    return source_of(type="xlsx", sheet="Data")


@pytest.mark.parametrize("content", [b"", _workbook(), _workbook(HEADER), _workbook(HEADER, [None, None])])
def test_an_empty_delivery(source: SourceSettings, refusal_of: Callable[..., str], content: bytes) -> None:
    """No bytes, blank lines or a header alone are no delivery."""
    assert "empty delivery" in refusal_of(source, content)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_cut_off_anywhere_is_truncated(
    source: SourceSettings, refusal_of: Callable[..., str], kept: float
) -> None:
    """The archive's directory stands at its end."""
    whole = _workbook(HEADER, *[ROW] * 50)
    assert "truncated" in refusal_of(source, whole[: int(kept * len(whole))])


def test_a_file_that_is_no_workbook(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """A CSV under the name of a workbook."""
    assert "not an Excel workbook" in refusal_of(source, b"id;name\r\n1;Kanariewaarde\r\n")


def test_a_workbook_whose_sheet_is_broken_inside(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """A whole archive around half a sheet: the XML parser's own message, which may quote the sheet, stays inside."""
    content = io.BytesIO(_workbook(HEADER, ROW))
    broken = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(broken, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            new.writestr(item, data[: len(data) // 2] if item.startswith("xl/worksheets/") else data)
    assert "truncated" in refusal_of(source, broken.getvalue())


def test_a_missing_sheet_is_named(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """The one expected, not those found."""
    assert "no sheet called Data" in refusal_of(source, _workbook(HEADER, ROW, sheet="Kanariewaarde"))


def test_wrong_columns_are_named(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """Missing, extra and repeated in one message."""
    message = refusal_of(source, _workbook(["id", "name", "name", "date", "size"], [*ROW, "x"]))
    assert "row 1: missing columns: sex; extra columns: size; duplicate columns: name" in message


def test_a_value_beyond_the_header_names_its_row(source: SourceSettings, refusal_of: Callable[..., str]) -> None:
    """It would be lost without a word."""
    message = refusal_of(source, _workbook(HEADER, ROW, [*ROW, "Kanariewaarde"]))
    assert "row 3" in message
    assert "beyond the last column" in message
