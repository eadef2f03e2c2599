"""Same input, settings, keys and seed: the same bytes of crosswalk and marts, by any route, for any threads."""

import hashlib
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import warehouse

CONFIG = Path(__file__).parents[2] / "config"
PERIOD = "2016-2020"
SOURCES = {"police": "csv", "comensha": "xlsx", "shelter": "jsonl", "youth_care": "txt"}


def fingerprints(place: Path, scratch: Path) -> dict[str, str]:
    """SHA-256 of the plaintext crosswalk and of every mart's ordered export."""
    (crosswalk,) = (place / "linkage_unit" / "runs").glob("*/crosswalk.parquet")
    exported = warehouse.export(place / "warehouse" / "warehouse.duckdb", scratch)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (crosswalk, *exported)}


@pytest.fixture
def copies(workspace: Path, tmp_path: Path) -> list[Path]:
    """Three workspaces with the same keys."""
    return [Path(shutil.copytree(workspace, tmp_path / f"workspace{number}")) for number in range(3)]


def test_run_threads_and_stages_give_the_same_bytes(ketenzicht, small_world, copies, tmp_path) -> None:  # noqa: ANN001
    """`run` with one thread, `run` with two, and the stages one by one end in the same crosswalk and marts."""
    one, two, staged = copies
    for place, threads in ((one, 1), (two, 2)):
        said = ketenzicht(
            "run", "--sources", small_world, "--threads", threads, "--config", CONFIG, "--workspace", place, "--json"
        )
        assert said.code in {0, 5}, said.err
    shared = ("--config", CONFIG, "--workspace", staged)
    for source, ending in reversed(SOURCES.items()):
        file = small_world / f"{source}.{ending}"
        assert ketenzicht("encode", source, file, "--out", staged / "out", *shared).code in {0, 5}
        for kind, inbox in (("linkage", "linkage_unit"), ("payload", "warehouse")):
            folder = staged / inbox / "inbox"
            folder.mkdir(exist_ok=True, parents=True)
            shutil.copy(staged / "out" / f"{source}-{PERIOD}.{kind}.age", folder)
    linked = ketenzicht("link", "--threads", 1, *shared, "--json")
    assert linked.code == 0, linked.err
    assert ketenzicht("load", *shared).code == 0
    first = fingerprints(one, tmp_path / "export1")
    assert first == fingerprints(two, tmp_path / "export2")
    assert first == fingerprints(staged, tmp_path / "export3")
    assert len(first) > 10
    assert json.loads(linked.out)["run_id"] in str(next((one / "linkage_unit" / "runs").iterdir()))


def test_another_seed_gives_other_person_ids(ketenzicht, small_world, workspace, config) -> None:  # noqa: ANN001
    """Person ids are random under the seed: they are not derived from records."""
    shared = ("--config", config, "--workspace", workspace, "--json")
    first = json.loads(ketenzicht("run", "--sources", small_world, *shared).out)
    pipeline = config / "pipeline.toml"
    pipeline.write_text(pipeline.read_text(encoding="utf-8").replace("seed = 20161231", "seed = 7"), encoding="utf-8")
    again = json.loads(ketenzicht("link", *shared).out)
    assert again["run_id"] != first["run_id"]
    assert again["persons"] == first["linkage"]["persons"]
    runs = workspace / "linkage_unit" / "runs"
    ids = [set(person_ids(runs / run / "crosswalk.parquet")) for run in (first["run_id"], again["run_id"])]
    assert not ids[0] & ids[1]


def person_ids(path: Path) -> list[str]:
    """The person ids of a crosswalk."""
    return list(pq.read_table(path)["person_id"].to_pylist())
