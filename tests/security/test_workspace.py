import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from ketenzicht.errors import ConfigurationError
from ketenzicht.workspace import Workspace, atomic_write, make_directory


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_paths_are_those_of_the_architecture(tmp_path: Path) -> None:
    """Every path of docs/architecture.md, letter by letter."""
    place = Workspace(tmp_path)
    found = [
        place.agency_keys("police"),
        place.quarantine("police", "2016-2020"),
        place.agency_report("police", "2016-2020"),
        place.key_file("police"),
        place.linkage_package("police", "2016-2020"),
        place.payload_package("police", "2016-2020"),
        place.linkage_unit_keys,
        place.received_linkage("police", "2016-2020"),
        place.crosswalk("r1"),
        place.links("r1"),
        place.candidates("r1"),
        place.records("r1"),
        place.linkage_summary("r1"),
        place.warehouse_keys,
        place.received_payload("police", "2016-2020"),
        place.crosswalk_package("r1"),
        place.warehouse_database,
        place.release,
        place.journal,
        place.report("r1"),
    ]
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "agency/police/keys",
        "agency/police/quarantine/2016-2020.csv",
        "agency/police/reports/2016-2020.json",
        "agency/police/key_file.csv",
        "agency/police/outbox/police-2016-2020.linkage.age",
        "agency/police/outbox/police-2016-2020.payload.age",
        "linkage_unit/keys",
        "linkage_unit/inbox/police-2016-2020.linkage.age",
        "linkage_unit/runs/r1/crosswalk.parquet",
        "linkage_unit/runs/r1/links.parquet",
        "linkage_unit/runs/r1/candidates.parquet",
        "linkage_unit/runs/r1/records.parquet",
        "linkage_unit/runs/r1/linkage.json",
        "warehouse/keys",
        "warehouse/inbox/police-2016-2020.payload.age",
        "warehouse/inbox/crosswalk-r1.age",
        "warehouse/warehouse.duckdb",
        "release",
        "audit/journal.jsonl",
        "audit/reports/r1.html",
    ]


@pytest.mark.parametrize("name", ["..", "../police", "a/b", "", ".hidden", "a\0b", "a\n"])
def test_a_name_cannot_lead_out_of_the_workspace(name: str) -> None:
    """Sources, periods and run ids come from files; none may climb out."""
    place = Workspace(Path("w"))
    asked: list[Callable[[], Path]] = [
        lambda: place.agency(name),
        lambda: place.run(name),
        lambda: place.quarantine("police", name),
        lambda: place.linkage_package(name, "2020"),
        lambda: place.crosswalk_package(name),
    ]
    for ask in asked:
        with pytest.raises(ConfigurationError, match="Cure: use letters"):
            ask()


def test_written_files_and_directories_are_their_owners_alone(tmp_path: Path) -> None:
    """Files 0600 and every new directory 0700, whatever the umask allows."""
    path = tmp_path / "one" / "two" / "file"
    mask = os.umask(0)
    try:
        atomic_write(path, b"x")
    finally:
        os.umask(mask)
    assert (_mode(path), _mode(path.parent), _mode(tmp_path / "one")) == (0o600, 0o700, 0o700)


def test_an_existing_directory_is_left_as_it_is(tmp_path: Path) -> None:
    """Somebody else's directory is not taken over."""
    tmp_path.chmod(0o750)
    assert make_directory(tmp_path) == tmp_path
    assert _mode(tmp_path) == 0o750


def test_a_failing_writer_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    """Half-written content is never seen."""
    path = tmp_path / "file"
    atomic_write(path, b"old")

    def fail(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        atomic_write(path, fail)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_what_a_killed_writer_left_is_overwritten(tmp_path: Path) -> None:
    """After a kill and a rerun the directory is as after an undisturbed run, with no trace of the longer remainder."""
    remainder = tmp_path / ".file.part"
    remainder.write_bytes(b"a longer remainder")
    remainder.chmod(0o644)
    atomic_write(tmp_path / "file", b"new")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("file", b"new")]
    assert _mode(tmp_path / "file") == 0o600


def test_parallel_writers_never_mix(tmp_path: Path) -> None:
    """Eight writers of one path: the result is one of theirs, whole."""
    path = tmp_path / "file"
    contents = [bytes([letter]) * 50_000 for letter in range(8)]
    threads = [threading.Thread(target=atomic_write, args=(path, content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_bytes() in contents
    assert [found.name for found in tmp_path.iterdir()] == ["file"]
