"""Generate the fictional population's four deliveries and the truth beside them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ketenzicht.errors import ConfigurationError
from ketenzicht.synthetic import files
from ketenzicht.synthetic.bad_rows import spoil
from ketenzicht.synthetic.careers import Careers, draw_careers
from ketenzicht.synthetic.comensha import comensha_rows
from ketenzicht.synthetic.margins import AGE_BANDS, group_of
from ketenzicht.synthetic.police import police_rows
from ketenzicht.synthetic.population import Streams, draw_population
from ketenzicht.synthetic.rates import LEVELS, Level, Rates
from ketenzicht.synthetic.shelter import shelter_rows
from ketenzicht.synthetic.youth_care import FALLBACK, UNBORN_BSN, UNKNOWN_BSN, youth_care_rows
from linkage.progress import Progress, silent, told

FEWEST, MOST = 20, 300_000
_FILES = 6
_REFERENCE_DAY = np.datetime64("2018-07-01", "D")


@dataclass(frozen=True, slots=True)
class GeneratedFiles:
    """Where the files are, and rows per source."""

    police: Path
    comensha: Path
    shelter: Path
    youth_care: Path
    truth: Path
    persons: Path
    rows: dict[str, int]


def generate(
    persons: int, seed: int, out: Path, *, progress: Progress = silent, level: str = "default"
) -> GeneratedFiles:
    """Write police.csv, comensha.xlsx, shelter.jsonl, youth_care.txt, truth.csv and persons.csv into ``out``.

    ``persons`` is the number of victims; youth care and police hold others besides. The same arguments give the same
    bytes. ``progress`` is told of the files made. Raises ``ConfigurationError`` for a number of
    persons out of range or an unknown level.
    """
    rates = _checked(persons, level)
    out.mkdir(parents=True, exist_ok=True)
    streams = Streams(seed)
    with told(progress, "synth", _FILES, "files") as stage:
        people = draw_population(streams, persons)
        careers = draw_careers(streams.of("careers"), people)
        deliveries = {}
        for source, build, write, name in _SOURCES:
            rows = build(streams.of(source), people, careers, rates)
            rows = spoil(streams.of(f"{source} bad rows"), source, rows, getattr(rates, source).bad_row)
            write(out / name, files.text_columns(rows))
            deliveries[source] = rows
            stage.count(1)
        _write_truth(out, people, careers, deliveries)
    paths = {source: out / name for source, _, _, name in _SOURCES}
    counts = {source: len(rows) for source, rows in deliveries.items()}
    return GeneratedFiles(**paths, truth=out / "truth.csv", persons=out / "persons.csv", rows=counts)


_SOURCES = (
    ("police", police_rows, files.write_police, "police.csv"),
    ("comensha", comensha_rows, files.write_comensha, "comensha.xlsx"),
    ("shelter", shelter_rows, files.write_shelter, "shelter.jsonl"),
    ("youth_care", youth_care_rows, files.write_youth_care, "youth_care.txt"),
)


def native_ids(source: str, rows: pd.DataFrame) -> pd.Series:
    """The native id of each row, as the configuration of the source reads it: own number, BSN, or fallback key."""
    if source != "youth_care":
        return rows[{"police": "persoon_id", "comensha": "dossiernummer", "shelter": "client_nummer"}[source]]
    fallback = rows[FALLBACK[0]] + "|" + rows[FALLBACK[1]] + "|" + rows[FALLBACK[2]]
    return rows["bsn"].where(~rows["bsn"].isin((UNKNOWN_BSN, UNBORN_BSN)), fallback)


def _checked(persons: int, level: str) -> Rates:
    if not FEWEST <= persons <= MOST:
        msg = f"number of persons is out of range. Cure: ask for {FEWEST} to {MOST} persons."
        raise ConfigurationError(msg)
    known: dict[str, Level] = {name: name for name in LEVELS}
    if level not in known:
        msg = f"error level is not known. Cure: use one of {', '.join(known)}."
        raise ConfigurationError(msg)
    return LEVELS[known[level]]


def _write_truth(out: Path, people: pd.DataFrame, careers: Careers, deliveries: dict[str, pd.DataFrame]) -> None:
    """truth.csv (source, native_id, person) and persons.csv."""
    names = "P" + pd.Series(people.index).astype(str).str.zfill(8)
    parts = []
    for source, rows in deliveries.items():
        part = pd.DataFrame(
            {"source": source, "native_id": native_ids(source, rows), "person": names.loc[rows["person"]].to_numpy()}
        )
        parts.append(part.drop_duplicates().sort_values("native_id"))
    files.write_table(out / "truth.csv", pd.concat(parts, ignore_index=True))
    first_day = careers.victims["first_day"].reindex(people.index).fillna(pd.Timestamp(_REFERENCE_DAY))
    age = (first_day - people["birth"]).dt.days / 365.25
    bands = np.select([age < 18, age < 23], AGE_BANDS[:2], AGE_BANDS[2])  # noqa: PLR2004 - the published bands
    table = pd.DataFrame(
        {
            "person": names,
            "sex": people["sex"],
            "nationality_group": people["nationality"].map(group_of),
            "age_band": np.where(people["age_band"].isna(), bands, people["age_band"]),
            "victim": (people["kind"] == "victim").astype(int),
        }
    )
    files.write_table(out / "persons.csv", table)
