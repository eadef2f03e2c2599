"""Workbooks, JSON Lines, fixed width and Parquet are read as texts with the steward's row numbers."""

import io
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ketenzicht.sources.workbook import text

Read = Callable[[bytes, dict[str, object]], pd.DataFrame]


def _workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet("Data")
    for row in rows:
        page.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_gives_dates_in_iso_and_whole_numbers(read_frame: Read) -> None:
    """What Excel made a date or a number becomes the text that the agency meant."""
    cells: list[object] = [datetime(2020, 3, 1), date(2020, 3, 2), 42, 7.0, 1.5, "007"]  # noqa: DTZ001 - Excel knows no zones
    columns = [f"c{number}" for number in range(len(cells))]
    frame = read_frame(_workbook([columns, cells]), {"type": "xlsx", "sheet": "Data", "columns": columns})
    assert frame.iloc[0].tolist() == ["2020-03-01", "2020-03-02", "42", "7", "1.5", "007"]


def test_a_workbook_row_number_is_the_sheet_row(read_frame: Read) -> None:
    """An empty row in between counts; the order of columns and cells cut off at the end of a row do not matter."""
    content = _workbook([["b", "a"], ["x", "1"], [], [None, "2"], ["y"]])
    frame = read_frame(content, {"type": "xlsx", "sheet": "Data", "columns": ["a", "b"]})
    assert frame.index.tolist() == [2, 4, 5]
    assert frame.to_numpy().tolist() == [["1", "x"], ["2", None], [None, "y"]]


@given(st.dates())
def test_a_date_cell_is_its_iso_text(day: date) -> None:
    """With and without a time of midnight."""
    assert text(day) == text(datetime.combine(day, datetime.min.time())) == day.isoformat()


def test_json_lines_name_nested_keys_by_dots(read_frame: Read) -> None:
    """Keys left out, null parents and blanks are None; numbers keep their digits; blank lines count."""
    lines = [
        {"id": 12345678901234567890, "person": {"name": "x\u2028y", "of_age": True}},
        {"id": 1.50, "person": None},
    ]
    content = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    frame = read_frame(content, {"type": "jsonl", "columns": ["id", "person.name", "person.of_age"]})
    assert frame.to_numpy().tolist() == [["12345678901234567890", "x\u2028y", "true"], ["1.5", None, None]]
    assert frame.index.tolist() == [1, 3]


def test_fixed_width_is_cut_stripped_and_numbered_by_line(read_frame: Read) -> None:
    """Both kinds of line end; a blank field is None."""
    frame = read_frame(b"01ab 1\r\n02   2\n\n03 c 3\n", {"type": "fixed_width", "widths": {"a": 2, "b": 3, "c": 1}})
    assert frame.to_numpy().tolist() == [["01", "ab", "1"], ["02", None, "2"], ["03", "c", "3"]]
    assert frame.index.tolist() == [1, 2, 4]


def test_parquet_columns_become_texts(read_frame: Read) -> None:
    """Typed columns read as a steward would have typed them; rows are numbered from 1."""
    columns = {
        "text": pa.array(["007", None]),
        "whole": pa.array([7, None], pa.int64()),
        "real": pa.array([7.0, 1.5]),
        "day": pa.array([date(2020, 3, 1), None]),
        "moment": pa.array([datetime(2020, 3, 1), None], pa.timestamp("us")),  # noqa: DTZ001 - stored without zone
        "list_of": pa.array(["x", "x"]).dictionary_encode(),
        "amount": pa.array([Decimal("1.50"), None]),
        "known": pa.array([True, None]),
    }
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    frame = read_frame(content.getvalue(), {"type": "parquet", "columns": list(columns)})
    assert frame.iloc[0].tolist() == ["007", "7", "7", "2020-03-01", "2020-03-01", "x", "1.50", "true"]
    assert frame.iloc[1].tolist() == [None, None, "1.5", None, None, "x", None, None]
    assert frame.index.tolist() == [1, 2]
