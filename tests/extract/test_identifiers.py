"""Identifier lines: one per value, sentinels and dummies gone, codes and dates canonical."""

from collections.abc import Callable

import pandas as pd
import pytest

from ketenzicht.errors import DataRefused
from ketenzicht.extract import identifiers, native_ids
from ketenzicht.extract.cells import read_text
from ketenzicht.settings import Cell, Project

Frames = Callable[..., pd.DataFrame]


def test_one_line_per_value_with_slot_prefix_and_row(project: Project, frame_of: Frames) -> None:
    """Own name and partner's are two slots of one field; the row is the steward's."""
    source = project.source("police")
    person = {
        "persoon_id": "P1", "achternaam": "Berg", "voorvoegsel": "van den", "partner_achternaam": "Vos",
        "geboortedatum": "15-03-1998", "geslacht": "V",
    }  # fmt: skip
    lines = identifiers(frame_of(source, {"persoon_id": "P0"}, person), source, project.codes)
    assert list(lines.columns) == ["native_id", "row", "field", "slot", "value", "prefix"]
    assert lines.to_numpy().tolist() == [
        ["P1", 3, "family_name", 0, "Berg", "van den"],
        ["P1", 3, "family_name", 1, "Vos", None],
        ["P1", 3, "birth_date", 0, "1998-03-15", None],
        ["P1", 3, "sex", 0, "V", None],
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("15-03-1998", "1998-03-15"),
        ("01-01-1998", "1998-00-00"),
        ("01-07-1998", "1998-00-00"),
        ("07-01-1998", "1998-01-07"),
        ("00-03-1998", "1998-03-00"),
        ("00-00-1998", "1998-00-00"),
    ],
)
def test_dummy_days_lose_day_and_month(project: Project, text: str, wanted: str) -> None:
    """1 January and 1 July stand for an unknown day; 7 January is a day like others."""
    (cell,) = project.source("police").identifiers["birth_date"]
    assert read_text(text, cell, project.codes) == (wanted,)


@pytest.mark.parametrize(
    ("cell", "text", "wanted"),
    [
        (Cell(column="a"), "  x ", ("x",)),
        (Cell(column="a", missing=("Onbekend", ".")), " ONBEKEND ", ()),
        (Cell(column="a", missing=("Onbekend", ".")), ".", ()),
        (Cell(column="a", pattern="[0-9]{4}"), "1234", ("1234",)),
        (Cell(column="a", pattern="[0-9]{4}"), "1234AB", ()),
        (Cell(column="a", codes="sex"), "Vrouw", ("V",)),
        (Cell(column="a", codes="sex"), "Onbekend", ()),
        (Cell(column="a", codes="sex"), "not listed", ()),
        (Cell(column="a", split=","), "x, y,,x", ("x", "y", "x")),
        (Cell(column="a", split=",", missing=("?",)), "?,y", ("y",)),
        (Cell(column="a", date="YYYYMMDD"), "00000000", ()),
        (Cell(column="a", date="YYYYMMDD"), "19981350", ()),
    ],
)
def test_a_text_is_read_as_its_cell_says(project: Project, cell: Cell, text: str, wanted: tuple[str, ...]) -> None:
    """Blanks, sentinels, patterns, code lists, split cells and dates."""
    assert read_text(text, cell, project.codes) == wanted


def test_a_split_cell_gives_several_lines_of_one_slot(project: Project, frame_of: Frames) -> None:
    """Each keeps the row's prefix."""
    cells = (Cell(column="achternaam", prefix="voorvoegsel", split="/"),)
    source = project.source("police").model_copy(update={"identifiers": {"family_name": cells}})
    frame = frame_of(
        source,
        {"persoon_id": "P1", "achternaam": "A/B", "voorvoegsel": "de"},
        {"persoon_id": "P2"},
        {"persoon_id": "P3", "achternaam": "C"},
    )
    lines = identifiers(frame, source, project.codes)
    wanted = [["P1", 2, 0, "A", "de"], ["P1", 2, 0, "B", "de"], ["P3", 4, 0, "C", None]]
    assert lines[["native_id", "row", "slot", "value", "prefix"]].to_numpy().tolist() == wanted


def test_postcode_or_municipality_by_pattern(project: Project, frame_of: Frames) -> None:
    """The youth-care column holds either; each row gives the one it is."""
    source = project.source("youth_care")
    rows = [{"bsn": "1", "woonplaats": "1234AB"}, {"bsn": "2", "woonplaats": "0344"}]
    lines = identifiers(frame_of(source, *rows), source, project.codes).set_index(["native_id", "field"])["value"]
    assert lines.drop("bsn", level="field").to_dict() == {("1", "postcode"): "1234AB", ("2", "municipality"): "0344"}


def test_no_value_gives_no_line(project: Project, frame_of: Frames) -> None:
    """A delivery whose rows hold nothing but their ids is an empty table of the same columns."""
    source = project.source("shelter")
    lines = identifiers(frame_of(source, {"client_nummer": "C1"}), source, project.codes)
    assert lines.empty
    assert list(lines.columns) == ["native_id", "row", "field", "slot", "value", "prefix"]


def test_an_unknown_bsn_falls_back_on_sex_birth_date_and_place(project: Project, frame_of: Frames) -> None:
    """The official fallback key of the CBS delivery; a missing part of it is empty."""
    source = project.source("youth_care")
    child = {"geslacht": "V", "geboortedatum": "20100300", "woonplaats": "1234AB"}
    rows = [{"bsn": "123456782", **child}, {"bsn": "999999999", **child}, {"geslacht": "M", "woonplaats": "0344"}]
    assert native_ids(frame_of(source, *rows), source).tolist() == ["123456782", "V|20100300|1234AB", "M||0344"]


def test_several_id_columns_are_joined_by_a_bar(project: Project, frame_of: Frames) -> None:
    """On the index of the frame."""
    source = project.source("police").model_copy(update={"native_id": ("eenheid", "persoon_id")})
    ids = native_ids(frame_of(source, {"eenheid": "03", "persoon_id": "P1"}), source)
    assert ids.to_dict() == {2: "03|P1"}


@pytest.mark.parametrize("name", ["police", "youth_care"])
def test_a_row_without_any_id_is_refused_by_row(project: Project, frame_of: Frames, name: str) -> None:
    """Such rows would all become one person."""
    source = project.source(name)
    rows = [{"persoon_id": "P1", "bsn": "123456782"}, {"achternaam": "Kanarie", "soort": "JH"}]
    with pytest.raises(DataRefused, match=r"row 3, column .*: no native id.*Cure: ") as caught:
        native_ids(frame_of(source, *rows), source)
    assert "Kanarie" not in str(caught.value)


def test_a_bar_inside_a_joined_id_is_refused(project: Project, frame_of: Frames) -> None:
    """("a|b", "c") and ("a", "b|c") would be one id, and two persons one record: refused by row and column."""
    source = project.source("youth_care")
    known = {"geslacht": "V", "geboortedatum": "20050312"}
    frame = frame_of(source, {**known, "bsn": "999999999", "woonplaats": "1|2"})
    with pytest.raises(DataRefused, match=r"row \d+, column woonplaats: holds a bar") as caught:
        native_ids(frame, source)
    assert "1|2" not in str(caught.value)


def test_a_bar_in_an_id_of_one_column_is_kept(project: Project, frame_of: Frames) -> None:
    """Nothing is joined there, so nothing can be confused."""
    source = project.source("police")
    assert native_ids(frame_of(source, {"persoon_id": "A|1"}), source).tolist() == ["A|1"]
