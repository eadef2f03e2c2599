"""What the generator writes: formats, keys, truth, determinism."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from ketenzicht import sources
from ketenzicht.errors import ConfigurationError
from ketenzicht.settings import Project, SourceSettings, read_project
from ketenzicht.synthetic import GeneratedFiles, generate
from ketenzicht.synthetic.files import YOUTH_CARE_WIDTHS

CONFIG = Path(__file__).parents[2] / "config"
SOURCES = ("police", "comensha", "shelter", "youth_care")


@pytest.fixture(scope="session")
def project() -> Project:
    """The four-agency project."""
    return read_project(CONFIG)


@pytest.fixture(scope="session")
def frames(generated: GeneratedFiles, project: Project) -> dict[str, pd.DataFrame]:
    """The deliveries as the project's own readers see them."""
    return {name: _read(generated, project, name) for name in SOURCES}


def _read(generated: GeneratedFiles, project: Project, name: str) -> pd.DataFrame:
    return sources.read(project.source(name), getattr(generated, name), project.period).frame


@pytest.mark.parametrize("name", SOURCES)
def test_columns_and_row_counts_are_what_the_configuration_declares(
    name: str, frames: dict[str, pd.DataFrame], project: Project, generated: GeneratedFiles
) -> None:
    """The project's reader accepts each file and sees every row."""
    assert tuple(frames[name].columns) == tuple(project.source(name).format.columns)
    assert len(frames[name]) == generated.rows[name]


@pytest.mark.parametrize("name", SOURCES)
def test_row_key_is_unique(name: str, frames: dict[str, pd.DataFrame], project: Project) -> None:
    """No two rows share the configured row key."""
    assert not frames[name].duplicated(list(project.source(name).row_key)).any()


def _configured_native_ids(frame: pd.DataFrame, source: SourceSettings) -> set[str]:
    """Native ids as the configuration defines them, apart from the generator's own code."""
    found = set()
    for row in frame.fillna("").to_dict("records"):
        own = [row[column] for column in source.native_id]
        fallback = [row[column] for column in source.native_id_fallback]
        found.add("|".join(fallback if set(own) & set(source.native_id_missing) else own))
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_truth_has_one_person_for_every_native_id(
    name: str, frames: dict[str, pd.DataFrame], project: Project, generated: GeneratedFiles
) -> None:
    """truth.csv lists exactly the native ids of each file, each once."""
    truth = pd.read_csv(generated.truth, dtype=str)
    assert list(truth.columns) == ["source", "native_id", "person"]
    listed = truth.loc[truth["source"] == name, "native_id"]
    assert listed.is_unique
    assert set(listed) == _configured_native_ids(frames[name], project.source(name))


def test_duplicates_stand_in_police_and_comensha_only(generated: GeneratedFiles) -> None:
    """A person has two native ids in police and CoMensha; elsewhere only a spoiled BSN makes a second one."""
    truth = pd.read_csv(generated.truth, dtype=str)
    several = truth.groupby("source")["person"].agg(lambda people: int(people.duplicated().sum()))
    assert several["police"] > 0
    assert several["comensha"] > 0
    assert several["shelter"] == 0
    assert several["youth_care"] <= 0.003 * generated.rows["youth_care"]


def test_persons_are_as_many_victims_as_asked(generated: GeneratedFiles) -> None:
    """persons.csv has a row per person with the subgroups, and 400 victims, each in some register."""
    persons = pd.read_csv(generated.persons, dtype=str)
    assert list(persons.columns) == ["person", "sex", "nationality_group", "age_band", "victim"]
    victims = set(persons.loc[persons["victim"] == "1", "person"])
    assert len(victims) == 400
    assert victims <= set(pd.read_csv(generated.truth, dtype=str)["person"])
    assert set(persons["nationality_group"]) <= {"NL", "EU", "non-EU", "unknown"}
    assert set(persons["age_band"]) <= {"<18", "18-22", "23+"}


def test_youth_care_lines_have_the_statutory_width(generated: GeneratedFiles, project: Project) -> None:
    """Every line is as wide as the configuration says, ASCII, and holds no name column."""
    form = project.source("youth_care").format
    assert form.type == "fixed_width"
    assert form.widths == YOUTH_CARE_WIDTHS
    lines = generated.youth_care.read_bytes().split(b"\r\n")[:-1]
    assert {len(line) for line in lines} == {sum(YOUTH_CARE_WIDTHS.values())}


def test_police_file_is_cp1252_with_crlf(generated: GeneratedFiles) -> None:
    """The export decodes as cp1252 and every line ends in CRLF."""
    content = generated.police.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") == generated.rows["police"] + 1
    rows = list(csv.reader(content.decode("cp1252").splitlines(), delimiter=";"))
    assert {len(row) for row in rows} == {22}


def test_transfers_between_institutions_are_one_day_apart(frames: dict[str, pd.DataFrame]) -> None:
    """The day received follows the day handed over."""
    rows = frames["youth_care"].dropna(subset=["gi_ontvangen", "gi_overgedragen"])
    apart = pd.to_datetime(rows["gi_ontvangen"]) - pd.to_datetime(rows["gi_overgedragen"])
    assert len(rows) > 0
    assert set(apart.dt.days) == {1}


def test_shelters_give_no_address_and_youth_care_no_name(frames: dict[str, pd.DataFrame]) -> None:
    """The address is withheld in every message."""
    assert frames["shelter"]["adres"].isna().all()
    assert not {"achternaam", "voornamen"} & set(frames["youth_care"].columns)


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """All six files, the workbook too."""
    for folder in ("one", "two"):
        generate(40, 3, tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 6
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    """The seed decides."""
    first, second = generate(40, 3, tmp_path / "a"), generate(40, 4, tmp_path / "b")
    assert first.police.read_bytes() != second.police.read_bytes()


def test_progress_is_told_from_start_to_end(tmp_path: Path) -> None:
    """Steps come in order and the last one is complete."""
    told: list[tuple[str, int, int, str]] = []
    generate(20, 1, tmp_path, progress=lambda *said: told.append(said))
    assert told == [("synth", done, 6, "files") for done in (0, 1, 2, 3, 4, 6)]


@pytest.mark.parametrize(("persons", "level"), [(1, "default"), (10**9, "default"), (50, "severe")])
def test_wrong_arguments_are_refused_with_a_cure(persons: int, level: str, tmp_path: Path) -> None:
    """Too few, too many, or an unknown level."""
    with pytest.raises(ConfigurationError, match="Cure"):
        generate(persons, 1, tmp_path, level=level)


def test_a_few_rows_are_truly_bad(frames: dict[str, pd.DataFrame], project: Project) -> None:
    """Rows with a code outside the lists exist, and stay under the warning share."""
    known = set(project.codes["police_role"])
    bad = Counter(~frames["police"]["rol"].isin(known))[True]
    assert bad <= 0.01 * len(frames["police"])
