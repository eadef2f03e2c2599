"""Whole runs: who runs when, what is kept, and our own two processes."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks.speed import ours_encode, ours_link
from benchmarks.speed.process import Call, SideFailed, run
from benchmarks.speed.usage import used
from benchmarks.speed.whole_runs import Plan, growth, prepare, warm_up, whole_run


class Sides:
    """Processes that never start: they leave what a side leaves and tell the CPU seconds they are given."""

    def __init__(self, cpu: dict[str, list[float]]) -> None:
        """Take the CPU seconds of each module, round after round."""
        self.cpu = {module: iter(seconds) for module, seconds in cpu.items()}
        self.calls: list[tuple[str, int, bool]] = []

    def __call__(
        self, module: str, folder: Path, out: Path, *, seed: int, threads: int, extras: bool = False
    ) -> dict[str, Any]:
        """Put every record alone."""
        name = module.rpartition(".")[2]
        assert seed == 1
        self.calls.append((name, threads, extras))
        truth = pd.read_parquet(folder / "truth.parquet")
        alone = truth.assign(cluster=range(len(truth)))
        alone.to_parquet(out / "crosswalk.parquet")
        alone = alone.rename(columns={"source": "source_dataset", "native_id": "unique_id", "cluster": "cluster_id"})
        for file in ("components", "best_links"):
            alone.to_parquet(out / f"{file}.parquet")
        columns = ["source_dataset_l", "unique_id_l", "source_dataset_r", "unique_id_r", "match_weight"]
        pd.DataFrame({column: [] for column in columns}, dtype=object).to_parquet(out / "pairs.parquet")
        spent = {"cpu_seconds": next(self.cpu[name]), "wall_seconds": 1.0, "peak_mb": 5.0, "start_up_cpu_seconds": 0.5}
        return spent | {"random_log_odds": -9.0, "stages": {}}


def test_sides_take_turns_and_the_ratio_is_of_the_same_round(tmp_path: Path) -> None:
    sides = Sides({"ours_encode": [1, 1, 1], "ours_link": [1, 3, 5], "splink_side": [2, 1, 6]})
    prepare("registers", 40, 1, tmp_path)
    found = whole_run(Plan("registers", 40, ("ours", "splink"), 3, 1), tmp_path, sides)
    assert [name for name, _, _ in sides.calls] == [
        *("ours_encode", "ours_link", "splink_side"),
        *("splink_side", "ours_encode", "ours_link"),
        *("ours_encode", "ours_link", "splink_side"),
    ]
    assert [extras for name, _, extras in sides.calls if name == "splink_side"] == [True, False, False]
    assert found["cpu_over_splink"] == {"ours": {"median": 1.0, "smallest": 1.0, "largest": 4.0}}
    ours = found["sides"]["ours"]
    assert (ours["cpu_seconds"], ours["encode_cpu_seconds"], ours["start_up_cpu_seconds"]) == (4, 1, 1.0)
    assert (ours["cpu_range"], ours["peak_mb"], ours["repeats"]) == ([2, 6], 5.0, 3)
    assert found["sides"]["splink"]["f1"] == 0.0
    assert (found["asked"], found["records"]) == (40, 40)


def test_two_threads_are_a_side_of_its_own(tmp_path: Path) -> None:
    sides = Sides({"ours_encode": [1], "ours_link": [1]})
    prepare("registers", 40, 1, tmp_path)
    found = whole_run(Plan("registers", 40, ("ours_two_threads",), 1, 1), tmp_path, sides)
    assert {threads for _, threads, _ in sides.calls} == {2}
    assert found["cpu_over_splink"] == {}


def test_warming_up_runs_ours_once_per_population() -> None:
    sides = Sides({"ours_encode": [1], "ours_link": [1]})
    warm_up([Plan("registers", size, ("ours", "splink"), 1, 1) for size in (40, 80)], sides)
    assert [name for name, _, _ in sides.calls] == ["ours_encode", "ours_link"]


def test_growth_is_the_exponent_between_the_two_largest_registers() -> None:
    def row(population: str, records: int, cpu: float) -> dict[str, Any]:
        sides = {"ours": {"cpu_seconds": cpu}}
        return {"population": population, "asked": records, "records": records, "sides": sides}

    rows = [row("registers", 10_000, 7.0), row("registers", 1_000_000, 90.0), row("registers", 100_000, 9.0)]
    assert growth([*rows, row("families", 5_000_000, 1.0)], "ours") == pytest.approx(1.0)
    assert growth(rows[:2], "ours") is None
    assert growth(rows, "splink") is None


def test_our_two_processes_leave_packages_tables_and_what_they_used(tmp_path: Path) -> None:
    """The linking half reads packages only: the plain text is gone when it runs."""
    prepare("registers", 400, 1, tmp_path)
    call = Call(tmp_path, tmp_path / "ours", seed=1, threads=1, started=time.monotonic())
    ours_encode.main(call)
    for file in (tmp_path / "plain").iterdir():
        file.unlink()
    ours_link.main(call)
    told = json.loads((tmp_path / "ours" / "usage.json").read_text())
    assert told["cpu_seconds"] > told["start_up_cpu_seconds"] > 0
    assert told["peak_mb"] > 50
    assert set(told["stages"]) >= {"gather", "report"}
    assert (tmp_path / "ours" / "crosswalk.parquet").is_file()
    assert json.loads((tmp_path / "ours" / "summary.json").read_text())


def test_a_failed_side_tells_its_kind_of_error_and_no_text(tmp_path: Path) -> None:
    """The folder's name stands for a value that an error may quote."""
    with pytest.raises(SideFailed, match="ours_encode failed") as failed:
        run("benchmarks.speed.ours_encode", tmp_path / "Mary", tmp_path, seed=1, threads=1)
    assert "Mary" not in str(failed.value)
    assert "Error" in str(failed.value)


def test_memory_is_of_the_program_and_not_of_the_one_that_started_it() -> None:
    """A process inherits the mark of the memory it replaces; this one starts a small one from a large one."""
    ballast = bytearray(200 << 20)
    ballast[::4096] = b"x" * len(ballast[::4096])
    code = "from benchmarks.speed.usage import used; print(used(0.0).peak_mb)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 100 < used(0.0).peak_mb
    assert ballast
