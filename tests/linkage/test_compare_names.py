"""Levels of names, initials and postcodes whose encodings come from the encoder itself."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from linkage.candidates import Pairs, candidates
from linkage.compare import Layout, compare, comparisons, layout
from linkage.encode import encode
from linkage.gathering import gather
from linkage.normalise import normalise
from linkage.profiles import RESEARCH
from linkage.records import Records
from linkage.settings import CandidateSettings, EncodingSettings

ENCODING = EncodingSettings.model_validate(
    {
        "fields": {
            "given": {"kind": "given_name", "values": 2},
            "family": {"kind": "family_name", "values": 2},
            "postcode": {"kind": "postcode"},
        }
    }
)
Row = dict[str, str]


def encoded(rows: list[Row]) -> pa.Table:
    """The rows as an agency would send them; several values of a field stand apart by a bar."""
    lines = [
        (f"{number}", number, field, slot, value, None)
        for number, row in enumerate(rows)
        for field, values in row.items()
        for slot, value in enumerate(values.split("|"))
    ]
    columns = ["native_id", "row", "field", "slot", "value", "prefix"]
    plain = normalise(pd.DataFrame(lines, columns=columns), ENCODING.fields)
    ids = pd.Series([f"r{native}" for native in plain.index], index=plain.index)
    return encode(plain, ENCODING, secret=bytes(range(32)), epoch="1", record_ids=ids)


def prepared(rows: list[Row]) -> tuple[Records, Layout]:
    table = encoded(rows)
    delivered = [name for name in table.column_names if table[name].null_count < len(table)]
    run = layout(ENCODING, delivered)
    return gather({"a": table}, {"a": True}, run.shared_dictionaries), run


def levels_of(one: Row, other: Row) -> dict[str, str]:
    """Level name per comparison, the same both ways round."""
    records, run = prepared([one, other])
    plan = comparisons(run, RESEARCH)
    there, back = (compare(records, Pairs(np.array([a]), np.array([1 - a]), 2), plan)[0].tolist() for a in (0, 1))
    assert there == back
    return {
        comparison.name: comparison.levels[level - 1].name if level else "missing"
        for comparison, level in zip(plan, there, strict=True)
    }


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Jan", "Johannes", "phonetic"),
        ("Jan", "Johan", "phonetic"),
        ("Kees", "Cornelis Petrus", "part_sounds"),
        ("Ans", "Anna", "part_sounds"),
        ("Truus", "Geertruida Maria", "part_sounds"),
        ("Muhammad", "Mohamet", "phonetic"),
        ("Achmed", "Ahmed", "dice_0.7"),
        ("Ahmad", "Achmet", "skeleton"),
        ("Djamila", "Yameela", "skeleton"),
        ("Jan", "Jan Willem", "contained"),
        ("Johannes", "Johannus", "phonetic"),
        ("Johannes", "Petronella", "differ"),
        ("Johannes|Bob", "Bob", "equal"),
    ],
)
def test_what_lifts_names_that_spell_differently(one: str, other: str, level: str) -> None:
    """From a part of the name to a call name, a sound and a skeleton; spelling counts first."""
    assert levels_of({"given": one}, {"given": other})["given"] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("J.P.", "Johannes Petrus", "equal"),
        ("J.", "J.P.", "equal"),
        ("P.", "Johannes", "differ"),
        ("Johannes", "Jacobus", "missing"),
    ],
)
def test_initials_are_held_against_first_letters(one: str, other: str, level: str) -> None:
    """Where one side has nothing but initials, they are the comparison; the names themselves are none."""
    found = levels_of({"given": one, "family": "Jansen"}, {"given": other, "family": "Jansen"})
    assert found["given.initial"] == level
    assert found.get("given", "missing") == ("differ" if level == "missing" else "missing")


def test_a_run_that_knows_initials_only_still_compares_them() -> None:
    rows = [{"given": "J.P.", "family": "Jansen"}, {"given": "J.", "family": "Jansen"}]
    records, run = prepared(rows)
    assert levels_of(*rows) == {"given.initial": "equal", "family": "equal"}
    assert len(candidates(records, run, CandidateSettings(), 1)) == 1


@pytest.mark.parametrize(
    ("one", "other", "family"),
    [
        ({"given": "Maria Garcia", "family": "Lopez"}, {"given": "Maria", "family": "Garcia"}, "elsewhere"),
        ({"given": "Maria", "family": "Lopez"}, {"given": "Maria", "family": "Garcia"}, "differ"),
        ({"given": "Kalomira", "family": "Bakker"}, {"given": "Bakker", "family": "Kalomira"}, "missing"),
    ],
)
def test_a_family_name_among_the_given_names(one: Row, other: Row, family: str) -> None:
    """A family name within the other's given names is more than a difference; a swap stays a swap."""
    assert levels_of(one, other)["family"] == family


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1234 AB", "1234ab", "equal"),
        ("1234 AB", "1235 AB", "dice_0.75"),
        ("1234 AB", "1234 AC", "dice_0.75"),
        ("1234 AB", "1234 ZX", "area"),
        ("1234 AB", "1234", "area"),
        ("1234 AB", "1243 AB", "dice_0.6"),
        ("1234 AB", "9876 ZX", "differ"),
        ("SW1A 1AA", "SW1A 2BB", "dice_0.6"),
    ],
)
def test_postcodes_at_two_depths(one: str, other: str, level: str) -> None:
    """The area counts where the signs behind it differ or are not known; one wrong sign stays a wrong sign."""
    assert levels_of({"postcode": one}, {"postcode": other})["postcode"] == level


def test_without_derived_columns_the_levels_are_those_of_spelling() -> None:
    """A profile that releases less is compared on what there is."""
    run = layout(ENCODING, ["given", "family", "family.phonetic", "postcode"])
    names = {comparison.name: [level.name for level in comparison.levels] for comparison in comparisons(run, RESEARCH)}
    assert set(names) == {"given", "family", "postcode"}
    assert "area" not in names["postcode"]
    assert not {"phonetic", "part_sounds", "skeleton"} & set(names["given"])
    assert "skeleton" not in names["family"]
