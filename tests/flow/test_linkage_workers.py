"""The linkage unit links with the workers that its project names."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dask
import pytest
from distributed import LocalCluster

from ketenzicht import flow, keys
from ketenzicht.context import Context, open_context
from ketenzicht.errors import DataRefused
from ketenzicht.stages import linkage_unit
from linkage.errors import LinkageError
from linkage.settings import WorkerSettings

LOOPBACK = "127.0.0.1:0"
FILES = {
    "police": "police.csv",
    "comensha": "comensha.xlsx",
    "shelter": "shelter.jsonl",
    "youth_care": "youth_care.txt",
}


def write_workers(config: Path, text: str, candidates: str = "") -> None:
    """Let a project's linkage.toml name these workers."""
    (config / "linkage.toml").write_text(f"[candidates]\n{candidates}\n[workers]\n{text}\n", encoding="utf-8")


def opened(context: Context) -> linkage_unit.OpenedPackages:
    """No package at all: enough to see who would link them."""
    return linkage_unit.OpenedPackages("0123456789abcdef", context.project.period, context.clock(), {})


@pytest.fixture
def stood_in(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Workers and a linkage that only note what they are given."""
    seen = SimpleNamespace(asked=[], given=[], open=False)

    @contextmanager
    def workers(settings: WorkerSettings, threads: int) -> Iterator[str]:
        seen.asked.append((settings, threads))
        seen.open = True
        try:
            yield "the workers"
        finally:
            seen.open = False

    def link(_: object, **given: Any) -> str:  # noqa: ANN401 - whatever a linkage takes
        seen.given.append((given["workers"], given["threads"], seen.open))
        if given["threads"] > 2:
            raise LinkageError("source a: holds nothing. Cure: deliver it.")
        return "a linkage"

    monkeypatch.setattr(linkage_unit, "workers", workers)
    monkeypatch.setattr("linkage.link.link", link)
    return seen


def test_a_run_is_done_by_the_workers_that_linkage_toml_names(
    stood_in: SimpleNamespace, config: Path, tmp_path: Path
) -> None:
    """Its settings as they are written, and the threads of this machine besides; at the end the workers are let go."""
    write_workers(config, 'scheduler = "tcp://127.0.0.1:8786"\nstorage = "file:///var/tmp/linkage"\npartition = 77')
    context = open_context(config, tmp_path / "workspace", "Anna", threads=2)
    linked: Any = linkage_unit.link(context, opened(context))
    assert linked == "a linkage"
    expected = WorkerSettings(scheduler="tcp://127.0.0.1:8786", storage="file:///var/tmp/linkage", partition=77)
    assert stood_in.asked == [(expected, 2)]
    assert stood_in.given == [("the workers", 2, True)]
    assert not stood_in.open


def test_workers_are_let_go_when_a_linkage_is_refused(stood_in: SimpleNamespace, config: Path, tmp_path: Path) -> None:
    """And the refusal keeps its words."""
    context = open_context(config, tmp_path / "workspace", "Anna", threads=3)
    with pytest.raises(DataRefused, match=r"source a: holds nothing. Cure: deliver it."):
        linkage_unit.link(context, opened(context))
    assert stood_in.asked == [(WorkerSettings(), 3)]
    assert not stood_in.open


def test_a_scheduler_that_does_not_answer_ends_the_run_with_its_cure(config: Path, tmp_path: Path) -> None:
    """One sentence, no traceback of a library."""
    storage = tmp_path / "storage"
    write_workers(config, f'scheduler = "tcp://127.0.0.1:1"\nstorage = "file://{storage}"\npatience = 1')
    context = open_context(config, tmp_path / "workspace", "Anna", threads=1)
    with pytest.raises(DataRefused, match=r"cannot be reached within 1 seconds .*Cure: start it"):
        linkage_unit.link(context, opened(context))


@pytest.fixture
def delivered(small_world: Path, tmp_path: Path) -> Path:
    """A workspace in which every agency has delivered and nothing was linked yet."""
    place = tmp_path / "delivered"
    context = open_context(None, place, "Anna")
    keys.create(context.workspace, context.project.pipeline.sources, context.entropy)
    for source, file in FILES.items():
        flow.encode(context, source, small_world / file, context.project.period)
        flow.deliver(context, source, context.project.period)
    return place


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    """Two processes of one thread."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 3}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=LOOPBACK,
            worker_dashboard_address=LOOPBACK,
            local_directory=str(tmp_path / "scratch"),
        ) as two,
    ):
        yield two


@pytest.mark.heavy
def test_a_project_on_a_cluster_gives_the_run_it_gives_alone(
    cluster: LocalCluster, delivered: Path, config: Path, tmp_path: Path
) -> None:
    """The same run id and the same bytes of the crosswalk, by blocking, in parts of few records; no storage is left."""
    crosswalks, storage = [], tmp_path / "storage"
    named = f'scheduler = "{cluster.scheduler_address}"\nstorage = "file://{storage}"\npartition = 100'
    for number, text in enumerate(("", named)):
        write_workers(config, text, "exhaustive_records = 0")
        place = Path(shutil.copytree(delivered, tmp_path / f"copy{number}"))
        result = flow.link(open_context(config, place, "Anna", threads=1))
        crosswalks.append((result.run_id, result.links, result.crosswalk.read_bytes()))
    assert crosswalks[0] == crosswalks[1]
    assert crosswalks[0][1] > 50
    assert list(storage.glob("*")) == []
