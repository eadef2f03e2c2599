"""Fictional encoded packages, made without the encoder: filters of seeded random bits with seeded errors."""

import hashlib
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from linkage.settings import EncodingSettings, FieldKind, FieldSettings

Package = Callable[..., pa.Table]

FIELDS = {
    "given_name": FieldSettings(kind=FieldKind.GIVEN_NAME, values=2),
    "family_name": FieldSettings(kind=FieldKind.FAMILY_NAME),
    "birth_date": FieldSettings(kind=FieldKind.DATE),
    "sex": FieldSettings(kind=FieldKind.CATEGORY),
    "bsn": FieldSettings(kind=FieldKind.IDENTIFIER),
}


def bloom(text: str, width: int, per_token: int, *, positional: bool = False) -> bytes:
    """A small stand-in for a Bloom filter: bits of bigrams, or of characters with their place."""
    tokens = [f"{place}{sign}" for place, sign in enumerate(text)] if positional else _bigrams(text)
    bits = np.zeros(width * 8, dtype=np.uint8)
    for token in tokens:
        digest = hashlib.blake2b(token.encode(), digest_size=4 * per_token).digest()
        bits[np.frombuffer(digest, dtype=np.uint32) % (width * 8)] = 1
    return np.packbits(bits).tobytes()


def _bigrams(text: str) -> list[str]:
    padded = f"_{text}_"
    return [padded[place : place + 2] for place in range(len(padded) - 1)]


def _merged(parts: list[bytes]) -> bytes | None:
    if not parts:
        return None
    return np.bitwise_or.reduce([np.frombuffer(part, dtype=np.uint8) for part in parts]).tobytes()


def encode_rows(rows: list[dict[str, str | None]]) -> pa.Table:
    """Encode rows (record_id, given_name, given_name.2, family_name, birth_date as YYYYMMDD, sex, bsn)."""
    out: dict[str, list[bytes | None]] = {}
    for row in rows:
        date = row.get("birth_date")
        parts = {} if date is None else {"year": date[:4], "month": date[4:6], "day": date[6:]}
        texts: dict[str, str | None] = {
            **{name: row.get(name) for name in ("given_name", "given_name.2", "family_name")},
            **{f"birth_date.{part}": parts.get(part) for part in ("year", "month", "day")},
            "sex": row.get("sex"),
        }
        for name, text in texts.items():
            value = None if text in {None, "00"} else bloom(str(text), 64, 6, positional=name[:5] == "birth")
            out.setdefault(name, []).append(value)
        number = row.get("bsn")
        out.setdefault("bsn", []).append(
            None if number is None else hashlib.blake2b(number.encode(), digest_size=16).digest()
        )
        search = [bloom(str(text), 128, 3) for name, text in texts.items() if text is not None and name != "sex"]
        out.setdefault("search", []).append(_merged(search))
    widths = {"bsn": 16, "search": 128}
    arrays = {name: pa.array(values, type=pa.binary(widths.get(name, 64))) for name, values in out.items()}
    return pa.table({"record_id": pa.array([str(row["record_id"]) for row in rows], type=pa.string()), **arrays})


@pytest.fixture
def encoding() -> EncodingSettings:
    """The fields of the fictional packages."""
    return EncodingSettings(fields=FIELDS)


@pytest.fixture
def encode_fictional() -> Callable[[list[dict[str, str | None]]], pa.Table]:
    """The stand-in encoder."""
    return encode_rows


def fictional_person(random: np.random.Generator) -> dict[str, str | None]:
    """One person with a name of random syllables."""
    syllables = [
        "ka",
        "lo",
        "mi",
        "ra",
        "te",
        "su",
        "ven",
        "dor",
        "pel",
        "jan",
        "bri",
        "wou",
        "zi",
        "gra",
        "hof",
        "nel",
    ]

    def word(length: int) -> str:
        return "".join(random.choice(syllables, length))

    return {
        "given_name": word(2),
        "family_name": word(3),
        "birth_date": f"{random.integers(1960, 2005)}{random.integers(1, 13):02d}{random.integers(1, 29):02d}",
        "sex": str(random.choice(["man", "woman"])),
        "bsn": f"{random.integers(0, 10**9):09d}",
    }


def with_errors(person: dict[str, str | None], random: np.random.Generator) -> dict[str, str | None]:
    """A second registration of a person: fields missing, a letter or a digit wrong, names swapped now and then."""
    copy = dict(person)
    if random.random() < 0.4:
        copy["bsn"] = None
    if random.random() < 0.1:
        copy["given_name"] = f"{copy['given_name']}x"
    if random.random() < 0.05:
        copy["given_name"], copy["family_name"] = copy["family_name"], copy["given_name"]
    if random.random() < 0.05:
        copy["birth_date"] = f"{str(copy['birth_date'])[:4]}0000"
    return copy


@pytest.fixture
def two_registers() -> tuple[dict[str, pa.Table], dict[str, int]]:
    """Two registers without duplicates; 60 of each one's 100 records are of the same person. Record id to person."""
    random = np.random.default_rng(5)
    persons = [fictional_person(random) for _ in range(140)]
    left = [{"record_id": f"L{number:03d}", **persons[number]} for number in range(100)]
    right = [
        {"record_id": f"R{int(place):03d}", **with_errors(persons[number], random)}
        for place, number in zip(random.permutation(100), range(40, 140), strict=True)
    ]
    truth = {f"L{number:03d}": number for number in range(100)}
    random = np.random.default_rng(5)
    truth |= {str(row["record_id"]): number for row, number in zip(right, range(40, 140), strict=True)}
    return {"left": encode_rows(left), "right": encode_rows(right)}, truth
