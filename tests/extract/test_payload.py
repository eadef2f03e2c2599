"""The payload: exact schema, one registration a row, events where they start, and no identifier."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from ketenzicht.errors import ConfigurationError
from ketenzicht.extract import EVENTS, REGISTRATIONS, payload
from ketenzicht.settings import Cell, EventSettings, PayloadSettings, Project, SourceSettings

Frames = Callable[..., pd.DataFrame]
Pseudonym = Callable[[pd.Series, str], pd.Series]

VICTIM = {
    "incidentnummer": "I1", "persoon_id": "P1", "rol": "SLACHTOFFER", "achternaam": "Kanarie", "bsn": "123456782",
    "geboortedatum": "01-01-1998", "geslacht": "V", "nationaliteit": "0074", "gemeente": "Utrecht", "eenheid": "03",
    "uitbuitingsvorm": "S,A,S", "aangifte": "J", "incident_datum": "00-03-2019", "registratie_datum": "05-04-2019",
}  # fmt: skip


def test_a_registration_in_the_agreed_schema(project: Project, frame_of: Frames, pseudonym: Pseudonym) -> None:
    """Codes canonical, dates as bounds, the year of birth also where the day is a dummy."""
    source = project.source("police")
    table = payload(frame_of(source, VICTIM), source, project.codes, pseudonym).registrations
    assert table.schema.equals(REGISTRATIONS, check_metadata=True)
    (line,) = table.to_pylist()
    ids = {name: line.pop(name) for name in ("record_id", "registration_id")}
    assert ids["record_id"] == pseudonym(pd.Series(["P1"]), "record")[0]
    assert ids["registration_id"] == pseudonym(pd.Series(["I1|P1|SLACHTOFFER"]), "registration")[0]
    assert {key: value for key, value in line.items() if value is not None} == {
        "source": "police",
        "registered_earliest": date(2019, 4, 5),
        "registered_latest": date(2019, 4, 5),
        "role": "victim",
        "sex": "V",
        "birth_year": 1998,
        "nationality": "RO",
        "forms": ["labour", "sexual"],
        "region_report": "Midden-Nederland",
        "municipality": "Utrecht",
    }


def test_events_stand_where_the_row_says(project: Project, frame_of: Frames, pseudonym: Pseudonym) -> None:
    """By the ``where`` columns, with the bounds of a partial start, and not without a start."""
    source = project.source("police")
    suspect = VICTIM | {"persoon_id": "P2", "rol": "VERDACHTE"}
    no_start = VICTIM | {"persoon_id": "P3", "incident_datum": "", "aangifte": "N"}
    table = payload(frame_of(source, VICTIM, suspect, no_start), source, project.codes, pseudonym).events
    assert table.schema.equals(EVENTS, check_metadata=True)
    found = {(line["activity"], line["start_earliest"], line["start_latest"]) for line in table.to_pylist()}
    assert table.num_rows == 3
    assert found == {
        ("police_registration", date(2019, 3, 1), date(2019, 3, 31)),
        ("aangifte", date(2019, 4, 5), date(2019, 4, 5)),
        ("suspect_registration", date(2019, 3, 1), date(2019, 3, 31)),
    }


def test_an_open_event_has_no_end_and_a_code_list_can_give_the_activity(
    project: Project, frame_of: Frames, pseudonym: Pseudonym
) -> None:
    """A child-protection measure that runs, one that ended, and a code of another list that is no measure."""
    source = project.source("youth_care")
    child = {"bsn": "123456782", "soort": "JB", "begindatum": "20190401", "aanbieder_kvk": "1"}
    rows = [
        child | {"hulpvorm": "11", "einddatum": "00000000"},
        child | {"hulpvorm": "21", "einddatum": "20190600"},
        child | {"hulpvorm": "01"},
    ]
    table = payload(frame_of(source, *rows), source, project.codes, pseudonym).events
    found = {line["activity"]: (line["end_earliest"], line["end_latest"]) for line in table.to_pylist()}
    assert found == {"ots": (None, None), "voogdij": (date(2019, 6, 1), date(2019, 6, 30))}


def test_rows_are_sorted_whatever_their_order_in_the_file(
    project: Project, frame_of: Frames, pseudonym: Pseudonym
) -> None:
    """The order of the file says who was registered when; it does not travel."""
    source = project.source("police")
    rows = [VICTIM | {"persoon_id": f"P{number}", "incidentnummer": f"I{number % 3}"} for number in range(20)]
    one = payload(frame_of(source, *rows), source, project.codes, pseudonym)
    other = payload(frame_of(source, *reversed(rows)), source, project.codes, pseudonym)
    assert one.registrations.equals(other.registrations)
    assert one.events.equals(other.events)
    assert one.registrations["record_id"].to_pylist() == sorted(one.registrations["record_id"].to_pylist())


def _occurs(event: EventSettings) -> dict[str, str]:
    """What a row must hold for an event to exist."""
    assert event.start.date is not None
    start = event.start.date.replace("YYYY", "2019").replace("MM", "05").replace("DD", "06")
    activity = {} if isinstance(event.activity, str) else {event.activity.column: "11"}
    return {column: values[0] for column, values in event.where.items()} | {event.start.column: start} | activity


@pytest.mark.parametrize("name", ["police", "comensha", "shelter", "youth_care"])
def test_no_identifier_reaches_the_payload(project: Project, frame_of: Frames, pseudonym: Pseudonym, name: str) -> None:
    """Every column of an identifier or id holds a canary, and no canary is in the tables."""
    source = project.source(name)
    allowed = {"persoon.geslacht", "geslacht", "gemeente", "gemeente_herkomst"}
    cells = [cell for cells in source.identifiers.values() for cell in cells]
    columns = {*source.native_id, *source.row_key, *(cell.column for cell in cells)} - allowed
    columns |= {cell.prefix for cell in cells if cell.prefix is not None}
    assert source.payload is not None
    row = {column: f"Kanarie{number}" for number, column in enumerate(sorted(columns))}
    rows = [row | _occurs(event) for event in source.payload.events]
    made = payload(frame_of(source, *rows), source, project.codes, pseudonym)
    assert made.registrations.num_rows == len(rows)
    assert made.events.num_rows >= len(rows)
    assert "Kanarie" not in str(made.registrations.to_pylist() + made.events.to_pylist())
    assert "Kanarie" not in repr(made)


def _with(source: SourceSettings, key: str, value: Any) -> SourceSettings:  # noqa: ANN401 - any setting
    assert source.payload is not None
    registration = source.payload.registration.model_copy(update={key: value})
    return source.model_copy(update={"payload": source.payload.model_copy(update={"registration": registration})})


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("reporter", Cell(column="achternaam")),
        ("reporter", Cell(column="voorvoegsel")),
        ("reporter", Cell(column="persoon_id")),
        ("registered", Cell(column="geboortedatum", date="DD-MM-YYYY")),
        ("birth_year", Cell(column="geboortedatum")),
        ("municipality", Cell(column="postcode")),
        ("region_report", Cell(column="gemeente")),
    ],
)
def test_settings_that_would_carry_an_identifier_are_refused(
    project: Project, frame_of: Frames, pseudonym: Pseudonym, key: str, cell: Cell
) -> None:
    """A name, prefix, id, whole birth date or postcode in a payload column is a mistake in the settings."""
    source = _with(project.source("police"), key, cell)
    with pytest.raises(ConfigurationError, match=rf"key payload\.registration\.{key}: column {cell.column} .*Cure: "):
        payload(frame_of(source, VICTIM), source, project.codes, pseudonym)


def test_an_event_may_not_start_at_birth(project: Project, frame_of: Frames, pseudonym: Pseudonym) -> None:
    """Events are looked at as well, by their number."""
    police = project.source("police")
    assert police.payload is not None
    event = EventSettings(activity="birth", start=Cell(column="geboortedatum", date="DD-MM-YYYY"))
    settings = PayloadSettings(registration=police.payload.registration, events=(event,))
    source = police.model_copy(update={"payload": settings})
    with pytest.raises(ConfigurationError, match=r"key payload\.events\.0\.start: column geboortedatum"):
        payload(frame_of(source, VICTIM), source, project.codes, pseudonym)


def test_a_source_without_payload_gives_empty_tables(project: Project, frame_of: Frames, pseudonym: Pseudonym) -> None:
    """In the agreed schemas, so that what follows need not ask."""
    source = project.source("police").model_copy(update={"payload": None})
    made = payload(frame_of(source, VICTIM), source, project.codes, pseudonym)
    assert made.registrations.equals(pa.schema(REGISTRATIONS).empty_table())
    assert made.events.equals(EVENTS.empty_table())
