"""``python -m benchmarks NAME``, which ``make bench`` calls."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAND_IN = "def main(given):\n    print('ran', *given)\n    return 0\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The entry with one benchmark beside it, a stand-in called quality."""
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    (folder / "__init__.py").touch()  # else the benchmarks of this checkout would count as parts of it
    shutil.copy(ROOT / "benchmarks" / "__main__.py", folder)
    (folder / "quality.py").write_text(STAND_IN, encoding="utf-8")
    return tmp_path


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)


def test_a_benchmark_runs_with_its_arguments(place: Path) -> None:
    """The name chooses, the rest goes to the benchmark, its exit code comes back."""
    done = run(place, "quality", "--seeds", "11")
    assert (done.returncode, done.stdout.split()) == (0, ["ran", "--seeds", "11"])


@pytest.mark.parametrize(("name", "reason"), [("speed", "is not there yet"), ("nonsense", "is not known")])
def test_a_benchmark_that_is_not_there_is_wrong_use(place: Path, name: str, reason: str) -> None:
    """Exit code 2, and which there are."""
    done = run(place, name)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "choose one of quality" in done.stderr


def test_without_a_name_all_that_are_there_run(place: Path) -> None:
    """What is left out is said."""
    done = run(place)
    assert (done.returncode, done.stdout.split()) == (0, ["ran"])
    assert "calibration, speed, privacy" in done.stderr
