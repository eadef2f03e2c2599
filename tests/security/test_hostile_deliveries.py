"""Deliveries made to hurt: refused with place, rule and cure, soon, and without a value in the message."""

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ketenzicht import sources
from ketenzicht.errors import DataRefused
from ketenzicht.periods import Period
from ketenzicht.settings import SourceSettings

CANARY = "Kanariewaarde"
GOOD = {"id": "1", "name": "Jansen", "date": "2020-03-01"}


def source(**form: object) -> SourceSettings:
    """An agency that delivers the columns id, name and date."""
    return SourceSettings.model_validate(
        {
            "name": "agency",
            "title": "An agency",
            "owner": "Owner",
            "legal_ground": "A law",
            "file": "unused",
            "native_id": ["id"],
            "row_key": ["id"],
            "deduplicated": True,
            "format": {"columns": list(GOOD), **form},
            "identifiers": {"name": [{"column": "name"}]},
        }
    )


def refused(path: Path, settings: SourceSettings, content: bytes) -> str:
    """The message of a refusal, which holds a cure and no value."""
    path.write_bytes(content)
    with pytest.raises(DataRefused) as caught:
        sources.read(settings, path, Period.parse("2020"))
    message = str(caught.value)
    assert "Cure: " in message
    assert CANARY not in message
    return message


def lines(*objects: dict[str, object]) -> bytes:
    """JSON Lines of these objects after two good ones."""
    return "".join(json.dumps(item) + "\n" for item in (GOOD, GOOD | {"id": "2"}, *objects)).encode()


def test_a_value_that_stands_as_a_key_is_not_repeated(tmp_path: Path) -> None:
    """Some systems write an object by person; only keys of half the lines are taken for columns."""
    message = refused(tmp_path / "d.jsonl", source(type="jsonl"), lines(GOOD | {"id": "3", CANARY: 1}))
    assert "line 3: a key that was not agreed" in message


@pytest.mark.parametrize("key", [f"x\n{CANARY}", f"\x1b[2J{CANARY}", f"\ud800{CANARY}", f"0123456{CANARY}", CANARY * 9])
def test_only_what_looks_like_a_column_is_repeated(tmp_path: Path, key: str) -> None:
    """Numbers, long texts and control characters are no names of columns; they could be values or forge a log."""
    message = refused(tmp_path / "d.jsonl", source(type="jsonl"), (json.dumps(GOOD | {key: 1}) + "\n").encode())
    assert "extra columns: (not shown" in message


@pytest.mark.parametrize("depth", [30, 300, 960, 200_000])
def test_nested_objects_of_any_depth(tmp_path: Path, depth: int) -> None:
    """No recursion error, and no key a thousand levels long in the message."""
    content = lines() + b'{"a":' * depth + b"1" + b"}" * depth + b"\n" + lines()
    message = refused(tmp_path / "d.jsonl", source(type="jsonl"), content)
    assert "line 3: not a JSON object" in message
    assert len(message) < 300


def test_a_nul_is_refused(tmp_path: Path) -> None:
    """Ids that differ after a NUL only would become one person."""
    message = refused(tmp_path / "d.jsonl", source(type="jsonl"), lines(GOOD | {"id": f"3\0{CANARY}"}))
    assert "row 3, column id: a NUL character" in message


def test_an_endless_value_is_refused(tmp_path: Path) -> None:
    """Ten megabytes in one cell took half a minute and a gigabyte to encode."""
    message = refused(tmp_path / "d.jsonl", source(type="jsonl"), lines(GOOD | {"name": CANARY * 100_000}))
    assert "row 3, column name: longer than" in message


def workbook(tail: bytes) -> bytes:
    """A workbook with one good row, and ``tail`` at the end of its sheet."""
    book, packed, changed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.title = "data"
    for row in (list(GOOD), list(GOOD.values())):
        book.active.append(row)
    book.save(packed)
    with zipfile.ZipFile(packed) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"</sheetData>", tail + b"</sheetData>"))
    return changed.getvalue()


def cell(row: int, text: bytes) -> bytes:
    """A row of one cell."""
    return b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>' % (row, row, text)


@pytest.mark.parametrize(
    ("tail", "rule"),
    [
        (cell(9, b"A" * (70 << 20)), "unpacks into more"),
        (cell(99_999_999_999, CANARY.encode()), "beyond Excel's last"),
    ],
)
def test_a_workbook_that_unpacks_without_end(tmp_path: Path, tail: bytes, rule: str) -> None:
    """Seventy megabytes in one cell; a row number that takes hours to count up to."""
    assert rule in refused(tmp_path / "d.xlsx", source(type="xlsx", sheet="data"), workbook(tail))


def test_the_name_of_a_file_cannot_forge_a_line_of_a_log(tmp_path: Path) -> None:
    """A line feed in a name is shown as a question mark."""
    assert "\n" not in refused(tmp_path / "d\nerror: none.csv", source(type="csv"), b"")
