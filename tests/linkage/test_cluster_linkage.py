"""A whole linkage on a real cluster of two worker processes gives the bytes that one machine gives."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dask
import numpy as np
import pyarrow as pa
import pytest
from distributed import LocalCluster

from linkage.link import Linkage, link
from linkage.settings import CandidateSettings, EncodingSettings, LinkageSettings, WorkerSettings
from linkage.workers import Threads, Workers, workers

pytestmark = pytest.mark.heavy

Encoder = Callable[[list[dict[str, str | None]]], pa.Table]
LOOPBACK = "127.0.0.1:0"
PARTITION = 100
"""Records of a part, far fewer than a real run has, so that two workers have many parts to do."""
SYLLABLES = ["ka", "lo", "mi", "ra", "te", "su", "ven", "dor", "pel", "jan", "bri", "wou", "zi", "gra", "hof", "nel"]
TABLES = ("crosswalk", "links", "draws", "candidates", "records")


@pytest.fixture(scope="module")
def packages() -> dict[str, Any]:
    """Nothing yet: filled by the first test, as the encoder is a fixture of each test."""
    return {}


@pytest.fixture
def registers(packages: dict[str, Any], encode_fictional: Encoder) -> dict[str, pa.Table]:
    """Two registers of 800 records with 500 persons in common, a third of whom are without a number in the second."""
    if not packages:
        random = np.random.default_rng(11)
        persons = [_person(random) for _ in range(1100)]
        left = [{"record_id": f"L{number:04d}", **persons[number]} for number in range(800)]
        right = [{"record_id": f"R{number:04d}", **_again(persons[number + 300], number)} for number in range(800)]
        packages |= {"left": encode_fictional(left), "right": encode_fictional(right)}
    return packages


def _person(random: np.random.Generator) -> dict[str, str | None]:
    given, family = ("".join(random.choice(SYLLABLES, length)) for length in (2, 3))
    date = f"{random.integers(1960, 2005)}{random.integers(1, 13):02d}{random.integers(1, 29):02d}"
    number = f"{random.integers(0, 10**9):09d}"
    return {
        "given_name": given,
        "family_name": family,
        "birth_date": date,
        "sex": str(random.choice(["man", "woman"])),
        "bsn": number,
    }


def _again(person: dict[str, str | None], number: int) -> dict[str, str | None]:
    """The registration elsewhere: no number in one of three, another ending of the family name in one of seven."""
    copy = dict(person)
    if number % 3 == 0:
        copy["bsn"] = None
    if number % 7 == 0:
        copy["family_name"] = f"{copy['family_name']}s"
    return copy


@pytest.fixture
def two_processes(tmp_path: Path) -> Iterator[LocalCluster]:
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 3}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=LOOPBACK,
            worker_dashboard_address=LOOPBACK,
            local_directory=str(tmp_path / "scratch"),
        ) as cluster,
    ):
        yield cluster


@dataclass
class KillsOne:
    """Workers of a cluster, one of which is killed when three parts of the work ``during`` have been given."""

    cluster: Workers
    pid: int
    during: str
    given: dict[str, int] = field(default_factory=dict)

    def run(self, work: Callable[..., Any], shared: object, parts: Sequence[Any]) -> Iterator[Any]:
        """As the cluster does it."""
        for result in self.cluster.run(work, shared, parts):
            self.given[work.__name__] = self.given.get(work.__name__, 0) + 1
            if work.__name__ == self.during and self.given[work.__name__] == 3:
                os.kill(self.pid, signal.SIGKILL)
            yield result


def linked(packages: dict[str, pa.Table], encoding: EncodingSettings, chosen: Workers) -> Linkage:
    """A run that searches within blocks, as large ones do, in parts of few records."""
    settings = LinkageSettings(
        candidates=CandidateSettings(exhaustive_records=0), workers=WorkerSettings(partition=PARTITION)
    )
    alone = dict.fromkeys(packages, True)
    return link(packages, encoding=encoding, settings=settings, deduplicated=alone, seed=7, threads=1, workers=chosen)


def arrow_bytes(table: pa.Table) -> bytes:
    """The table as the Arrow stream format writes it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("killed_during", ["nothing", "search_part", "levels_of_part"])
def test_a_cluster_gives_the_bytes_of_one_machine(
    killed_during: str,
    two_processes: LocalCluster,
    registers: dict[str, pa.Table],
    encoding: EncodingSettings,
    tmp_path: Path,
) -> None:
    """Every table and the summary; also when a worker is killed during the search or during the comparison.

    Nothing stays on the storage.
    """
    alone = linked(registers, encoding, Threads(1))
    settings = WorkerSettings(
        scheduler=two_processes.scheduler_address, storage=f"file://{tmp_path}/storage", retries=1
    )
    with workers(settings, 1) as cluster:
        chosen = KillsOne(cluster, two_processes.workers[0].pid, killed_during)
        together = linked(registers, encoding, chosen)
    for name in TABLES:
        assert arrow_bytes(getattr(together, name)) == arrow_bytes(getattr(alone, name)), name
    assert together.summary == alone.summary
    assert {name: number > 10 for name, number in chosen.given.items()} == {"search_part": True, "levels_of_part": True}
    assert together.links.num_rows > 400
    assert list(tmp_path.glob("storage/*")) == []
