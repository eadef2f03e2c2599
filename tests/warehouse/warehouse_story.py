"""A story of eight persons in four registers, small enough to work every mart out by hand."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import warehouse

RUN = {"run_id": "run-1", "project": "story", "period": "2016-2020"}
SETTINGS = warehouse.WarehouseSettings(extraction_date=date(2021, 3, 31))

TEXT = pa.string()
REGISTRATION = pa.schema(
    [
        ("source", TEXT), ("record_id", TEXT), ("registration_id", TEXT), ("registered_earliest", pa.date32()),
        ("registered_latest", pa.date32()), ("role", TEXT), ("sex", TEXT), ("birth_year", pa.int16()),
        ("nationality", TEXT), ("residence_status", TEXT), ("forms", pa.list_(TEXT)), ("reporter", TEXT),
        ("dossier_type", TEXT), ("region_report", TEXT), ("region_exploitation", TEXT), ("region_shelter", TEXT),
        ("municipality", TEXT),
    ]
)  # fmt: skip
EVENT = pa.schema(
    [
        ("source", TEXT), ("record_id", TEXT), ("registration_id", TEXT), ("activity", TEXT),
        ("start_earliest", pa.date32()), ("start_latest", pa.date32()), ("end_earliest", pa.date32()),
        ("end_latest", pa.date32()), ("detail", TEXT), ("region", TEXT), ("reason", TEXT),
    ]
)  # fmt: skip
CROSSWALK = pa.schema(
    [
        ("source", TEXT), ("record_id", TEXT), ("person_id", TEXT), ("run_id", TEXT), ("link_method", TEXT),
        ("link_probability", pa.float64()),
    ]
)  # fmt: skip

Row = dict[str, Any]


def span(text: str | None) -> tuple[date | None, date | None]:
    """Earliest and latest day of YYYY-MM-DD, where day or month and day may be 00."""
    if text is None:
        return None, None
    year, month, day = (int(part) for part in text.split("-"))
    first_month, last_month = (month, month) if month else (1, 12)
    last_day = day or monthrange(year, last_month)[1]
    return date(year, first_month, day or 1), date(year, last_month, last_day)


def registered(source: str, record: str, number: str, day: str | None, role: str = "victim", **rest: object) -> Row:
    """One line of registrations."""
    earliest, latest = span(day)
    return {
        "source": source, "record_id": record, "registration_id": number, "registered_earliest": earliest,
        "registered_latest": latest, "role": role, "forms": [], **rest,
    }  # fmt: skip


def happened(
    source: str, record: str, number: str, activity: str, start: str, end: str | None = None, **rest: object
) -> Row:
    """One line of events."""
    (start_earliest, start_latest), (end_earliest, end_latest) = span(start), span(end)
    return {
        "source": source, "record_id": record, "registration_id": number, "activity": activity,
        "start_earliest": start_earliest, "start_latest": start_latest, "end_earliest": end_earliest,
        "end_latest": end_latest, **rest,
    }  # fmt: skip


def linked(source: str, record: str, person: str, probability: float = 1.0) -> Row:
    """One line of the crosswalk."""
    return {
        "source": source, "record_id": record, "person_id": person, "run_id": "run-1", "link_method": "model",
        "link_probability": probability,
    }  # fmt: skip


@dataclass(frozen=True)
class Story:
    """Rows of the three inputs."""

    registrations: tuple[Row, ...]
    events: tuple[Row, ...]
    crosswalk: tuple[Row, ...]


WOMAN: Row = {"sex": "V", "birth_year": 1999, "nationality": "NL"}
ROMANIAN: Row = {"sex": "V", "birth_year": 1990, "nationality": "RO"}
BOY: Row = {"sex": "M", "birth_year": 2001}

STORY = Story(
    registrations=(
        # ann: in three registers, reported twice for one incident, victim again two years later
        registered("police", "p-ann", "p1", "2016-03-10", forms=["sexual"], region_report="Amsterdam", **WOMAN),
        registered("comensha", "c-ann", "c1", "2016-03-20", forms=["sexual", "criminal"], sex="V", birth_year=1998,
                   nationality="NL", residence_status="dutch"),
        registered("shelter", "s-ann", "s1", "2016-04-02", **WOMAN),
        registered("police", "p-ann", "p2", "2018-05-01", forms=["labour"], **WOMAN),
        # bob: month of report only; already in youth care when reported
        registered("comensha", "c-bob", "c2", "2017-06-00", **BOY),
        registered("youth_care", "y-bob", "y1", "2016-09-01", "client", **BOY),
        # cas, dee, eve: suspect, witness, client of youth care: never stored
        registered("police", "p-cas", "p3", "2016-05-05", "suspect", sex="M"),
        registered("police", "p-dee", "p4", "2016-05-05", "witness", sex="V"),
        registered("youth_care", "y-eve", "y2", "2016-09-01", "client"),
        registered("youth_care", "y-eve", "y3", "2017-09-01", "client"),
        # fay: victim and suspect; a second report exactly at the end of the washout
        registered("police", "p-fay", "p5", "2020-01-15", forms=["criminal"], **ROMANIAN),
        registered("police", "p-fay", "p6", "2020-02-01", "suspect", **ROMANIAN),
        registered("police", "p-fay", "p7", "2020-02-20", **ROMANIAN),
        # gus: in shelter before the first report, and reported again a day after the washout
        registered("comensha", "c-gus", "c3", "2019-01-01", sex="M", birth_year=1980, nationality="NG"),
        registered("comensha", "c-gus", "c4", "2019-02-01", sex="M", birth_year=1980, nationality="NG"),
        registered("shelter", "s-gus", "s2", "2019-06-01", sex="M"),
        # a record that linkage did not hold
        registered("comensha", "c-hal", "c5", "2019-01-01"),
    ),
    events=(
        happened("police", "p-ann", "p1", "aangifte", "2016-03-10"),
        happened("police", "p-ann", "p1", "police_registration", "2016-03-01"),
        happened("comensha", "c-ann", "c1", "comensha_report", "2016-03-20"),
        happened("shelter", "s-ann", "s1", "shelter_placement", "2016-04-02", "2016-06-30", detail="COSM"),
        happened("police", "p-ann", "p2", "police_registration", "2018-04-20"),
        happened("comensha", "c-bob", "c2", "comensha_report", "2017-06-00"),
        happened("comensha", "c-bob", "c2", "care_coordination_start", "2017-07-10"),
        happened("youth_care", "y-bob", "y1", "youth_help", "2016-09-01", detail="ambulatory"),
        happened("police", "p-cas", "p3", "suspect_registration", "2016-05-01"),
        happened("youth_care", "y-eve", "y2", "youth_help", "2016-09-01"),
        happened("police", "p-fay", "p5", "police_registration", "2020-01-15"),
        happened("police", "p-fay", "p6", "suspect_registration", "2020-02-01"),
        happened("police", "p-fay", "p7", "police_registration", "2020-02-14"),
        happened("comensha", "c-gus", "c3", "comensha_report", "2019-01-01"),
        happened("comensha", "c-gus", "c4", "comensha_report", "2019-02-01"),
        happened("shelter", "s-gus", "s2", "shelter_placement", "2018-11-01", "2018-12-15", detail="VO"),
        happened("shelter", "s-gus", "s2", "shelter_placement", "2019-06-01", detail="MO"),
    ),
    crosswalk=(
        linked("police", "p-ann", "ann"), linked("comensha", "c-ann", "ann", 0.9),
        linked("shelter", "s-ann", "ann", 0.8),
        linked("comensha", "c-bob", "bob"), linked("youth_care", "y-bob", "bob", 0.95),
        linked("police", "p-cas", "cas"),
        linked("police", "p-dee", "dee"), linked("youth_care", "y-eve", "eve"), linked("police", "p-fay", "fay"),
        linked("comensha", "c-gus", "gus"), linked("shelter", "s-gus", "gus", 0.7),
    ),
)  # fmt: skip


def write_story(story: Story, folder: Path) -> tuple[Path, Path, Path]:
    """The three inputs as Parquet files: registrations, events, crosswalk."""
    folder.mkdir(exist_ok=True)
    paths = (folder / "registrations.parquet", folder / "events.parquet", folder / "crosswalk.parquet")
    tables = (
        (story.registrations, REGISTRATION),
        (story.events, EVENT),
        (story.crosswalk, CROSSWALK),
    )
    for path, (rows, schema) in zip(paths, tables, strict=True):
        pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)
    return paths
