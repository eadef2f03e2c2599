"""Writers of the four real formats; the same rows give the same bytes."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

YOUTH_CARE_WIDTHS = {
    "bsn": 9,
    "geboortedatum": 8,
    "geslacht": 1,
    "woonplaats": 6,
    "soort": 2,
    "verwijzer": 2,
    "hulpvorm": 2,
    "crisis": 2,
    "begindatum": 8,
    "einddatum": 8,
    "reden_einde": 2,
    "gi_overgedragen": 8,
    "gi_ontvangen": 8,
    "aanbieder_kvk": 8,
    "verslagjaar": 4,
}
_WRITTEN = datetime(2021, 3, 31)  # noqa: DTZ001 - a workbook's clock has no zone
_ZIP_TIME = (2021, 3, 31, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def write_police(path: Path, rows: pd.DataFrame) -> None:
    """Semicolon CSV in cp1252 with a header line and CRLF."""
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(rows.columns)
        writer.writerows(_rows(rows))


def write_comensha(path: Path, rows: pd.DataFrame, sheet: str = "Meldingen") -> None:
    """Workbook with one sheet of text cells; times inside the file are fixed."""
    book = Workbook(write_only=True)
    book.properties.created = _WRITTEN
    page = book.create_sheet(sheet)
    page.append(list(rows.columns))
    for row in _rows(rows):
        page.append([value or None for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_with_fixed_times(buffer))


def write_shelter(path: Path, rows: pd.DataFrame) -> None:
    """One JSON object a line; dotted columns become nested objects, empty cells null."""
    keys = [column.split(".") for column in rows.columns]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in _rows(rows):
            file.write(json.dumps(_nested(keys, row), ensure_ascii=False) + "\n")


def write_youth_care(path: Path, rows: pd.DataFrame) -> None:
    """Fixed-width ASCII, one line per record, without header; empty cells are spaces."""
    line = pd.Series("", index=rows.index)
    for column, width in YOUTH_CARE_WIDTHS.items():
        line = line + rows[column].str.ljust(width)
    with path.open("w", encoding="ascii", newline="") as file:
        file.writelines(text + "\r\n" for text in line)


def write_table(path: Path, rows: pd.DataFrame) -> None:
    """UTF-8 CSV with a header line."""
    rows.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _rows(rows: pd.DataFrame) -> Iterable[tuple[str, ...]]:
    return zip(*(rows[column].astype(object).to_numpy() for column in rows.columns), strict=True)


def _nested(keys: list[list[str]], row: tuple[str, ...]) -> dict[str, object]:
    message: dict[str, object] = {}
    for path, value in zip(keys, row, strict=True):
        place: dict[str, object] = message
        for part in path[:-1]:
            inner = place.setdefault(part, {})
            assert isinstance(inner, dict)  # noqa: S101 - columns never name a value and a group alike
            place = inner
        place[path[-1]] = value or None
    return message


def _with_fixed_times(book: io.BytesIO) -> bytes:
    """The same workbook with every time stamp set to one moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _WRITTEN.isoformat().encode() + rb"Z\g<2>", content)
            member = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, content)
    return out.getvalue()


def text_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without the truth's ``person`` column, every cell text."""
    export = rows.drop(columns="person")
    return export.assign(
        **{name: np.where(export[name].isna(), "", export[name].astype(object)) for name in export.columns}
    )
