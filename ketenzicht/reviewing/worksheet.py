"""The agency's worksheet: pairs of its own numbers in a CSV file, with an empty column for the answers."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from ketenzicht.errors import DataRefused

HEADER = ("pair", "native_id_a", "native_id_b", "answer")
ANSWERS: Mapping[str, str] = {
    "same": "same",
    "different": "different",
    "unsure": "unsure",
    "zelfde": "same",
    "verschillend": "different",
    "onzeker": "unsure",
}
_ALLOWED = "same, different or unsure (zelfde, verschillend, onzeker)"

Pair = tuple[str, str]


def text(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A CSV file as a Dutch spreadsheet program opens it: semicolons, UTF-8 with a byte order mark."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue().encode("utf-8-sig", errors="surrogatepass")


def write(pairs: Sequence[Pair]) -> bytes:
    """The worksheet of these pairs of native ids, numbered from 1, answers empty."""
    return text(HEADER, [(number, one, other, "") for number, (one, other) in enumerate(pairs, start=1)])


def read(path: Path, pairs: Sequence[Pair]) -> list[str]:
    """The answers (same, different, unsure) to ``pairs`` of native ids, in their order.

    Rows may stand in any order. Raises ``DataRefused`` naming file, row, column, rule and cure, never a value: for a
    pair that is missing, there twice or was not asked, ids that are not those of the pair, or an answer that is none.
    """
    found: dict[int, str] = {}
    for row, cells in rows(path, HEADER):
        number = _number(path, row, cells[0], len(pairs))
        if number in found:
            raise refused(path, row, "pair", "this pair is there twice", "keep one row of it")
        if tuple(map(_plain, cells[1:3])) != tuple(map(_plain, pairs[number - 1])):
            cure = "leave numbers and ids as they are, or show the questions again and fill in a fresh worksheet"
            raise refused(path, row, "native_id_a, native_id_b", "not the ids that were asked under this number", cure)
        found[number] = answer(path, row, cells[3])
    missing = [number for number in range(1, len(pairs) + 1) if number not in found]
    if missing:
        listed = ", ".join(map(str, missing[:10])) + (" and more" if len(missing) > 10 else "")  # noqa: PLR2004 - a line
        msg = f"{path.name}: pair {listed} has no row. Cure: put the row back and answer it; unsure is an answer."
        raise DataRefused(msg)
    return [found[number] for number in range(1, len(pairs) + 1)]


def rows(path: Path, header: Sequence[str]) -> list[tuple[int, list[str]]]:
    """The rows of a worksheet under ``header`` with their line's row number (the header is row 1), blank ones left out.

    Semicolons or commas separate. Raises ``DataRefused`` where the file cannot be read, its header is another, or a
    row has another number of cells.
    """
    try:
        lines = list(csv.reader(io.StringIO(_text(path), newline=""), delimiter=_separator(path, header)))
    except csv.Error:
        msg = f"{path.name}: not a CSV file. Cure: save the worksheet as CSV UTF-8."
        raise DataRefused(msg) from None
    out = []
    for row, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise refused(path, row, "all", f"not {len(header)} cells", "keep the columns as they were")
        out.append((row, [cell.strip() for cell in cells]))
    return out


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        msg = f"{path}: the file is missing. Cure: show the questions, and give the worksheet's path."
    except UnicodeDecodeError:
        msg = f"{path.name}: not UTF-8 text. Cure: save the worksheet as CSV UTF-8."
    raise DataRefused(msg)


def _separator(path: Path, header: Sequence[str]) -> str:
    first = _text(path).partition("\n")[0].strip()
    for separator in (";", ","):
        if [cell.strip().strip('"') for cell in first.split(separator)] == list(header):
            return separator
    msg = f"{path.name} row 1: not the header {', '.join(header)}. Cure: keep the first line as it was."
    raise DataRefused(msg)


def answer(path: Path, row: int, cell: str) -> str:
    """The answer in a cell, in English; ``DataRefused`` where it is empty or none of the allowed words."""
    said = ANSWERS.get(cell.strip().lower())
    if said is None:
        raise refused(path, row, "answer", "empty, or not an answer", f"fill in {_ALLOWED}")
    return said


def _number(path: Path, row: int, cell: str, count: int) -> int:
    number = int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= len(str(count)) else 0
    if not 1 <= number <= count:
        raise refused(path, row, "pair", "not the number of a pair that was asked", "restore the number")
    return number


def _plain(native_id: str) -> str:
    """An id without what a spreadsheet program may take off: blanks around it and leading zeros."""
    return native_id.strip().lstrip("0")


def refused(path: Path, row: int, column: str, rule: str, cure: str) -> DataRefused:
    """The error of one cell: file, row, column, rule, cure."""
    return DataRefused(f"{path.name} row {row}, {column}: {rule}. Cure: {cure}.")
