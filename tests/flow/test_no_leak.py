"""Canary identities in every source appear nowhere outside the agency's own folder, whether a run ends well or not."""

import logging
import tempfile
from pathlib import Path

import canaries
import pytest

from ketenzicht import keys, packages
from ketenzicht.settings import read_project
from ketenzicht.workspace import Workspace

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of this test."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_the_search_finds_what_is_there(planted: Path) -> None:
    """The search itself is no empty promise: it finds the canaries in every export."""
    found = canaries.leaks(planted)
    assert {"police.csv", "shelter.jsonl", "youth_care.txt"} <= set(found)
    assert canaries.found_in(b"x Kwikkelbertus y")


def test_a_whole_run_leaks_nothing(ketenzicht, planted, tmp_path, temporary, caplog) -> None:  # noqa: ANN001
    """Run, release, evaluate and query: nothing outside the agencies' folders holds a canary, opened or sealed."""
    caplog.set_level(logging.DEBUG)
    place = tmp_path / "workspace"
    shared = ("--config", CONFIG, "--workspace", place)
    said = [
        ketenzicht("run", "--sources", planted, *shared),
        ketenzicht("release", *shared),
        ketenzicht("release", "--approve-as", "officer", "--reason", "checked", *shared),
        ketenzicht("evaluate", "--truth", planted / "truth.csv", *shared),
        ketenzicht("query", "FROM victims_per_year", *shared),
        ketenzicht("audit", "verify", *shared),
        ketenzicht("doctor", *shared),
    ]
    assert all(answer.code in {0, 5} for answer in said), [answer.err for answer in said]
    for answer in said:
        assert not canaries.found_in((answer.out + answer.err).encode())
    assert not canaries.found_in(caplog.text.encode())
    assert canaries.leaks(place, except_below=tuple(_own_files(place))) == {}
    assert canaries.leaks(temporary) == {}
    _assert_packages_clean(place)


def _own_files(place: Path) -> list[Path]:
    """What an agency keeps for itself: the key file, whose native ids may be personal numbers."""
    return [Workspace(place).key_file(source) for source in read_project(CONFIG).sources]


def _assert_packages_clean(place: Path) -> None:
    """Open every package with its recipient's key and search what is inside."""
    project, workspace = read_project(CONFIG), Workspace(place)
    unit = keys.load_linkage_unit(workspace, project.pipeline.sources)
    office = keys.load_warehouse(workspace, project.pipeline.sources)
    opened = [
        packages.open_sealed(path, domain.identity, domain.agencies)
        for domain, inbox in ((unit, workspace.linkage_inbox), (office, workspace.warehouse_inbox))
        for path in sorted(inbox.glob("*-2016-2020.*.age"))
    ]
    assert len(opened) == 2 * len(project.sources)
    for package in opened:
        assert not canaries.found_in(package.manifest.canonical())
        for table in package.tables.values():
            assert not canaries.found_in(table.to_pandas().to_csv().encode())


@pytest.mark.parametrize("stage", ["normalise", "encode", "extract_payload", "seal"])
def test_a_step_that_breaks_leaks_nothing(ketenzicht, planted, workspace, temporary, monkeypatch, stage) -> None:  # noqa: ANN001
    """An unforeseen error whose message holds a person ends in one line without the message, and leaves no value."""

    def broken(*_: object, **__: object) -> None:
        msg = f"cannot handle {canaries.CANARIES['family_name']}"
        raise RuntimeError(msg)

    monkeypatch.setattr(f"ketenzicht.stages.agency.{stage}", broken)
    shared = ("--config", CONFIG, "--workspace", workspace)
    said = ketenzicht("encode", "police", planted / "police.csv", "--out", workspace / "out", *shared)
    assert said.code == 1
    assert "RuntimeError" in said.err
    assert not canaries.found_in((said.out + said.err).encode())
    assert canaries.leaks(workspace) == {}
    assert canaries.leaks(temporary) == {}


@pytest.mark.parametrize("source", ["police", "comensha", "shelter", "youth_care"])
def test_an_agency_keeps_no_values_in_quarantine_or_reports(ketenzicht, planted, workspace, source) -> None:  # noqa: ANN001
    """Even at the agency, what validation writes names rows and rules only."""
    file = next(planted.glob(f"{source}.*"))
    ketenzicht("encode", source, file, "--out", workspace / "out", "--config", CONFIG, "--workspace", workspace)
    quarantine = Workspace(workspace).quarantine(source, "2016-2020")
    assert len(quarantine.read_text(encoding="utf-8").splitlines()) > 1
    assert canaries.leaks(workspace, except_below=tuple(_own_files(workspace))) == {}
