"""The data sets of the benchmarks: FEBRL 1 to 4, the fictional four agencies, and any project given by its path."""

import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ketenzicht import extract, sources
from ketenzicht.errors import ConfigurationError
from ketenzicht.settings import Project, read_project
from ketenzicht.synthetic import generate
from linkage.encode import encode
from linkage.normalise import normalise

ROOT = Path(__file__).resolve().parent.parent
SECRET = b"benchmark secret, fictional data"
FIXED = {name: ROOT / "config/examples" / name for name in ("febrl1", "febrl2", "febrl3", "febrl4")}
POPULATION = "four_agencies"
SETS = (*FIXED, POPULATION)
SUBGROUPS = ("nationality_group", "sex", "age_band")


@dataclass(frozen=True)
class Case:
    """One data set: its project, the normalised plain text and the encodings by source, and the truth.

    ``truth``: source, native_id, person, and the columns of ``SUBGROUPS`` where they are known. ``encoding_seconds``:
    time it took to encode the plain text.
    """

    name: str
    project: Project
    plain: Mapping[str, pd.DataFrame]
    packages: Mapping[str, pa.Table]
    ids: pd.DataFrame
    truth: pd.DataFrame
    encoding_seconds: float

    @property
    def deduplicated(self) -> dict[str, bool]:
        """Whether each source holds each person once."""
        return {name: self.project.source(name).deduplicated for name in self.plain}


@dataclass(frozen=True)
class Choice:
    """Which data sets are linked: shipped ``sets`` and config directories ``data`` once, the population per seed."""

    sets: Sequence[str]
    data: Sequence[tuple[str, Path]]
    levels: Sequence[str]
    seeds: Sequence[int]
    persons: int

    def __len__(self) -> int:
        """Return how many cases there are."""
        population = len(self.levels) * len(self.seeds) if POPULATION in self.sets else 0
        return len(self._configs) + population

    def cases(self) -> Iterator[tuple[Case, str | None, int]]:
        """Make each case when it is asked for, with its level of error (None where it has none) and its seed."""
        for name, config in self._configs.items():
            yield prepare(name, config, None, None), None, self.seeds[0]
        if POPULATION in self.sets:
            for level, seed in product(self.levels, self.seeds):
                with tempfile.TemporaryDirectory() as folder:
                    case = four_agencies(self.persons, seed, level, Path(folder))
                yield case, level, seed

    @property
    def _configs(self) -> dict[str, Path]:
        return {name: FIXED[name] for name in self.sets if name in FIXED} | dict(self.data)


def prepare(name: str, config: Path, folder: Path | None, truth: Path | None) -> Case:
    """Read, normalise and encode every source of a project as an agency would, without quarantine."""
    project = read_project(config)
    plain, packages, ids, seconds = {}, {}, [], 0.0
    for source_name in project.pipeline.sources:
        source = project.source(source_name)
        delivery = sources.read(source, sources.locate(source, folder, config), project.period)
        natives = sorted(set(extract.native_ids(delivery.frame, source)))
        frame = normalise(extract.identifiers(delivery.frame, source, project.codes), project.encoding.fields)
        frame = frame.reindex(natives)
        record_ids = pd.Series([f"{number:09d}" for number in _shuffled(len(frame))], index=frame.index)
        started = time.perf_counter()
        packages[source_name] = encode(frame, project.encoding, secret=SECRET, epoch="1", record_ids=record_ids)
        seconds += time.perf_counter() - started
        plain[source_name] = frame
        ids.append(pd.DataFrame({"source": source_name, "native_id": frame.index, "record_id": record_ids.to_numpy()}))
    table = pd.concat(ids, ignore_index=True)
    return Case(name, project, plain, packages, table, _truth(project, table, truth), seconds)


def _shuffled(size: int) -> list[int]:
    """Record ids in an order that says nothing of the person, as keyed pseudonyms would be."""
    return [int(number) for number in np.random.default_rng(size).permutation(size)]


def _truth(project: Project, ids: pd.DataFrame, path: Path | None) -> pd.DataFrame:
    """The person of each record: from ``path``, else as the project's ``[truth]`` says.

    Subgroups come from a file ``persons.csv`` beside the truth, where there is one.
    """
    settings = project.pipeline.truth
    if path is None and settings is not None and settings.file is not None:
        path = project.directory / settings.file
    if path is not None:
        return _with_subgroups(pd.read_csv(path, dtype=str)[["source", "native_id", "person"]], path)
    if settings is None or settings.person_pattern is None:
        msg = (
            f"{project.directory / 'pipeline.toml'}: no truth is known. Cure: add [truth] with file or person_pattern."
        )
        raise ConfigurationError(msg)
    pattern = re.compile(settings.person_pattern)
    persons = [found.group(1) if (found := pattern.search(native)) else native for native in ids["native_id"]]
    return ids[["source", "native_id"]].assign(person=persons)


def _with_subgroups(truth: pd.DataFrame, path: Path) -> pd.DataFrame:
    beside = path.with_name("persons.csv")
    if not beside.is_file():
        return truth
    persons = pd.read_csv(beside, dtype=str)
    known = [column for column in SUBGROUPS if column in persons.columns]
    return truth.merge(persons[["person", *known]], on="person", how="left", validate="many_to_one")


def four_agencies(persons: int, seed: int, level: str, folder: Path) -> Case:
    """The fictional four agencies, generated into ``folder``."""
    generate(persons, seed, folder, level=level)
    return prepare(POPULATION, ROOT / "config", folder, folder / "truth.csv")
