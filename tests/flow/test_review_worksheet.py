"""The worksheet: what a spreadsheet program does to it is taken, everything else is refused by row, column and rule."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenzicht.errors import DataRefused
from ketenzicht.reviewing import worksheet

PAIRS = [("0012", "77;8"), ("A-1", "A-2")]
ANSWERED = 'pair;native_id_a;native_id_b;answer\n1;0012;"77;8";same\n2;A-1;A-2;unsure\n'


def read(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    return worksheet.read(path, PAIRS)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    """Empty, the worksheet is refused at its first row; with answers it is read."""
    path = tmp_path / "sheet.csv"
    path.write_bytes(worksheet.write(PAIRS))
    with pytest.raises(
        DataRefused, match=r"sheet\.csv row 2, answer: empty, or not an answer\. Cure: fill in same, different"
    ):
        worksheet.read(path, PAIRS)
    path.write_bytes(path.read_bytes().replace(b";\r\n", b";same\r\n"))
    assert worksheet.read(path, PAIRS) == ["same", "same"]


@pytest.mark.parametrize(
    "text",
    [
        ANSWERED,
        "\ufeff" + ANSWERED,
        ANSWERED.replace("\n", "\r\n"),
        "pair,native_id_a,native_id_b,answer\n1,0012,77;8,Same\n2,A-1,A-2,ONZEKER\n",
        'pair;native_id_a;native_id_b;answer\n2;A-1;A-2; unsure \n\n1;12;"77;8";zelfde\n;;;\n',
    ],
)
def test_what_spreadsheets_do_is_taken(tmp_path: Path, text: str) -> None:
    """Byte order mark, either separator, other order, capitals, blank lines, zeros taken off, Dutch words."""
    assert read(tmp_path, text) == ["same", "unsure"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("same", "", "row 2, answer: empty, or not an answer"),
        ("same", "perhaps", "row 2, answer: empty, or not an answer"),
        ("A-1", "A-3", "row 3, native_id_a, native_id_b: not the ids that were asked"),
        ("2;A-1", "1;A-1", "row 3, pair: this pair is there twice"),
        ("2;A-1", "3;A-1", "row 3, pair: not the number of a pair"),
        ("2;A-1", "-2;A-1", "row 3, pair: not the number of a pair"),
        ("2;A-1", "9" * 5000 + ";A-1", "row 3, pair: not the number of a pair"),
        ("2;A-1;A-2;unsure\n", "", "pair 2 has no row"),
        (";unsure", ";unsure;sure", "row 3, all: not 4 cells"),
        ("pair;", "nr;", "row 1: not the header pair, native_id_a"),
        ("A-1;A-2", "A-2;A-1", "row 3, native_id_a, native_id_b: not the ids that were asked"),
    ],
)
def test_anything_else_is_refused_by_row_column_and_rule(tmp_path: Path, old: str, new: str, rule: str) -> None:
    """With a cure, and never with what stands in the cell."""
    with pytest.raises(DataRefused) as caught:
        read(tmp_path, ANSWERED.replace(old, new, 1))
    said = str(caught.value)
    assert rule in said
    assert "Cure:" in said
    assert not any(text in said for text in ("A-1", "A-3", "0012", "77;8", "perhaps", "999"))


def test_a_file_that_is_no_text_is_refused_without_its_bytes(tmp_path: Path) -> None:
    """Latin letters in another encoding, and no file at all."""
    path = tmp_path / "sheet.csv"
    path.write_bytes(ANSWERED.replace("A-1", "Zwaluwstaartjé").encode("latin-1"))
    with pytest.raises(DataRefused, match="not UTF-8 text") as caught:
        worksheet.read(path, PAIRS)
    assert "Zwaluw" not in str(caught.value)
    with pytest.raises(DataRefused, match=r"none\.csv: the file is missing"):
        worksheet.read(tmp_path / "none.csv", PAIRS)


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), min_size=1, max_size=5))
def test_any_native_id_comes_back(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]) -> None:
    """Quotes, separators and line ends within an id do not disturb the sheet."""
    path = tmp_path_factory.mktemp("sheets") / "sheet.csv"
    usable = [
        (one.replace("\x00", "").strip() or "x", other.replace("\x00", "").strip() or "x") for one, other in pairs
    ]
    usable = [tuple(part.encode(errors="ignore").decode() or "x" for part in pair) for pair in usable]  # type: ignore[misc]
    import csv  # noqa: PLC0415 - to fill in as a program would
    import io  # noqa: PLC0415 - as above

    header, *rows = csv.reader(io.StringIO(worksheet.write(usable).decode("utf-8-sig"), newline=""), delimiter=";")
    path.write_bytes(worksheet.text(header, [[*row[:3], "different"] for row in rows]))
    assert worksheet.read(path, usable) == ["different"] * len(usable)
