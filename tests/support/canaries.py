"""Canary identities, where they are planted, and how everything a run leaves behind is searched for them."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq

# No register and no name list holds these: whoever sees one has seen a person.
CANARIES = {
    "family_name": "Zwaluwstaartje",
    "given_name": "Kwikkelbertus",
    "alias": "Schaduwmerel",
    "bsn": "874512369",
    "v_number": "7719283645",
    "postcode": "9753QX",
    "bad_value": "Geheimkanarie",
}


def needles() -> list[bytes]:
    """The canaries as they were written, in lower and in upper case, in the two encodings in use."""
    forms = {form for text in CANARIES.values() for form in (text, text.lower(), text.upper(), text.capitalize())}
    return sorted({form.encode(code) for form in forms for code in ("utf-8", "utf-16-le")})


def found_in(content: bytes) -> list[str]:
    """The canaries that a piece of output holds."""
    return [needle.decode(errors="replace") for needle in needles() if needle in content]


def plant(world: Path) -> None:
    """One canary person in every export, and one more whose row breaks a rule."""
    _plant_police(world / "police.csv")
    _plant_comensha(world / "comensha.xlsx")
    _plant_shelter(world / "shelter.jsonl")
    _plant_youth_care(world / "youth_care.txt")


def _identity(good: dict[str, str]) -> list[dict[str, str]]:
    """A row that passes and one that does not."""
    return [good, {**good, "bad": CANARIES["bad_value"]}]


def _plant_police(path: Path) -> None:
    header, first, *rest = path.read_text(encoding="cp1252").splitlines()
    names = header.split(";")
    planted = []
    for number, bad in enumerate((False, True)):
        row = dict(zip(names, first.split(";"), strict=True))
        row |= {
            "incidentnummer": f"PL9999-{number}",
            "persoon_id": f"canary{number}",
            "achternaam": CANARIES["family_name"],
            "voornamen": CANARIES["given_name"],
            "alias_achternaam": CANARIES["alias"],
            "bsn": CANARIES["bsn"],
            "v_nummer": CANARIES["v_number"],
            "postcode": CANARIES["postcode"],
        }
        if bad:
            row |= {"geboortedatum": CANARIES["bad_value"], "geslacht": CANARIES["bad_value"]}
        planted.append(";".join(row[name] for name in names))
    path.write_text("\r\n".join([header, first, *rest, *planted]) + "\r\n", encoding="cp1252", newline="")


def _plant_comensha(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Meldingen"]
    names = [cell.value for cell in sheet[1]]
    for number, bad in enumerate((False, True)):
        row = dict(zip(names, (cell.value for cell in sheet[2]), strict=True))
        row |= {
            "meldingsnummer": f"M99999{number}",
            "dossiernummer": f"D99999{number}",
            "achternaam": CANARIES["family_name"],
            "voornaam": CANARIES["given_name"],
            "v_nummer": CANARIES["v_number"],
        }
        if bad:
            row |= {"geboortedatum": CANARIES["bad_value"], "nationaliteit": CANARIES["bad_value"]}
        sheet.append([row[name] for name in names])
    book.save(path)


def _plant_shelter(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, bad in enumerate((False, True)):
        row = json.loads(lines[0])
        row |= {"bericht_id": f"B99999{number}", "client_nummer": f"C99999{number}"}
        row["persoon"] |= {
            "achternaam": CANARIES["family_name"],
            "voornamen": CANARIES["given_name"],
            "alias": CANARIES["alias"],
            "bsn": CANARIES["bsn"],
            "v_nummer": CANARIES["v_number"],
        }
        if bad:
            row["persoon"]["geboortedatum"] = CANARIES["bad_value"]
        lines.append(json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plant_youth_care(path: Path) -> None:
    lines = path.read_text(encoding="ascii").splitlines()
    good = CANARIES["bsn"] + lines[0][9:18] + CANARIES["postcode"] + lines[0][24:]
    bad = CANARIES["bsn"] + CANARIES["bad_value"][:8] + lines[0][17:18] + CANARIES["postcode"] + lines[0][24:]
    path.write_text("\n".join([*lines, good, bad]) + "\n", encoding="ascii")


def leaks(root: Path, *, except_below: tuple[Path, ...] = ()) -> dict[str, list[str]]:
    """File to the canaries found in it: in its bytes, and in what Parquet, DuckDB and SQLite make of them."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(place) for place in except_below):
            hits = found_in(path.read_bytes()) + found_in(_readable(path))
            if hits:
                found[str(path.relative_to(root))] = hits
    return found


def _readable(path: Path) -> bytes:
    """The content of a compressed or binary table as text."""
    match path.suffix:
        case ".parquet":
            return pq.read_table(path).to_pandas().to_csv().encode()
        case ".duckdb":
            return "".join(_duckdb_texts(path)).encode()
        case ".db":
            with sqlite3.connect(path) as con:
                return "\n".join(con.iterdump()).encode()
        case _:
            return b""


def _duckdb_texts(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as con:
        for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            yield con.table(name).df().to_csv()
