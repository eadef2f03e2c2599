"""What a CSV file says is what is read, and the row number is the line."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import recordlinkage
from hypothesis import given
from hypothesis import strategies as st

from ketenzicht.settings import CsvFormat
from ketenzicht.sources.delimited import read_delimited

Read = Callable[[bytes, dict[str, object]], pd.DataFrame]

# What a police export can hold: accents, curly quotes, dashes, separators, quotes and line ends inside a field.
_WORDS = [
    "a",
    "007",
    " ",
    ";",
    ",",
    '"',
    "'",
    "\r\n",
    "\n",
    "\t",
    "José",
    "Bjørn",
    "Šime",
    "Ren\u00c9\u2019s",
    "x\u2013",
    "5\u20ac",
]
_FIELDS = st.lists(st.sampled_from(_WORDS), max_size=5).map("".join)
_RECORDS = st.lists(st.tuples(_FIELDS, _FIELDS, _FIELDS), min_size=1, max_size=6)


def _csv(records: list[tuple[str, ...]], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *records])
    return text.getvalue().encode(encoding)


@given(records=_RECORDS, encoding=st.sampled_from(["utf-8", "cp1252"]), trim=st.booleans())
def test_what_is_written_is_read(records: list[tuple[str, ...]], encoding: str, trim: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    """Every field comes back, blank ones as None, whatever separators, quotes and line ends stand inside."""
    form = CsvFormat.model_validate({"type": "csv", "columns": ["a", "b", "c"], "encoding": encoding, "trim": trim})
    path = Path("x.csv")
    frame = read_delimited(path, _csv(records, encoding), form).to_frame(path, trim=trim)
    wanted = [[(field.strip() if trim else field) if field.strip() else None for field in record] for record in records]
    assert frame.to_numpy().tolist() == wanted


def test_the_row_number_is_the_line_the_record_begins_on(read_frame: Read) -> None:
    """Line ends inside quotes and blank lines between records count as lines."""
    content = b'a,b\n1,"two\nlines"\n\n2,x\n'
    frame = read_frame(content, {"type": "csv", "separator": ",", "columns": ["a", "b"]})
    assert frame.index.tolist() == [2, 5]
    assert frame.index.name == "row"


def test_columns_come_in_configured_order(read_frame: Read) -> None:
    """The order in the file is free."""
    frame = read_frame(b"b;a\n2;1\n", {"type": "csv", "columns": ["a", "b"]})
    assert list(frame.columns) == ["a", "b"]
    assert frame.iloc[0].tolist() == ["1", "2"]


def test_numbers_keep_their_zeros_and_missing_is_none(read_frame: Read) -> None:
    """No value is taken for a number, a date or a "NA"."""
    frame = read_frame(b"a;b;c\n007;NA; \n", {"type": "csv", "columns": ["a", "b", "c"]})
    assert frame.iloc[0].tolist() == ["007", "NA", None]


def test_blanks_stay_where_trim_is_off(read_frame: Read) -> None:
    """A source may mean its blanks."""
    frame = read_frame(b"a;b\n x ; \n", {"type": "csv", "columns": ["a", "b"], "trim": False})
    assert frame.iloc[0].tolist() == [" x ", None]


def test_a_byte_order_mark_is_no_part_of_the_header(read_frame: Read) -> None:
    """Excel writes one when it saves CSV as UTF-8."""
    frame = read_frame("\ufeffa;b\n1;é\n".encode(), {"type": "csv", "columns": ["a", "b"]})
    assert frame.iloc[0].tolist() == ["1", "é"]


def test_a_curly_quote_after_a_capital_accent_is_good_cp1252(read_frame: Read) -> None:
    """Bytes C9 92 happen to be valid UTF-8 as well; a delivery is not refused for them."""
    form: dict[str, object] = {"type": "csv", "columns": ["a", "b"], "encoding": "cp1252"}
    assert read_frame("a;b\n1;REN\u00c9\u2019S\n".encode("cp1252"), form).loc[2, "b"] == "REN\u00c9\u2019S"


@pytest.mark.parametrize(
    ("name", "rows", "ends"), [("dataset4a", 5000, False), ("dataset4b", 5000, True), ("dataset3", 5000, True)]
)
def test_febrl_files_are_read_as_they_are_shipped(read_frame: Read, name: str, rows: int, ends: bool) -> None:  # noqa: FBT001 - a table of cases
    """Real input of others: blanks after separators, and one file without a last line end."""
    content = (Path(recordlinkage.__file__).parent / "datasets" / "febrl" / f"{name}.csv").read_bytes()
    columns = [column.strip().decode() for column in content.split(b"\n")[0].split(b",")]
    frame = read_frame(content, {"type": "csv", "separator": ",", "columns": columns, "final_line_end": ends})
    assert frame.shape == (rows, 11)
    assert frame["rec_id"].str.fullmatch(r"rec-\d+-(org|dup-\d)").all()
    assert frame.index.tolist() == list(range(2, rows + 2))
