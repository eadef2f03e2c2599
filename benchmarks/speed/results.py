"""The results of the speed benchmark on disk: what is measured again replaces what was there, the rest stays."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.speed.ratio import Ratio
from benchmarks.speed.whole_runs import SIDES, growth

FILE = "speed.json"
PACKAGES = ("splink", "duckdb", "clkhash", "anonlink", "recordlinkage", "numpy", "numba", "pyarrow")
END_TO_END = "end_to_end_cpu_vs_splink"
QUOTED = ("registers", 100_000)
"""The population and the number of records whose ratio has no size in its name."""

Results = dict[str, Any]


def read(folder: Path) -> Results:
    """The results so far, empty where there are none."""
    path = folder / FILE
    if not path.is_file():
        return {"ratios": {}, "stages": [], "whole_runs": [], "growth": {}, "machine": {}}
    found: Results = json.loads(path.read_text(encoding="utf-8"))
    return found


def write(folder: Path, results: Results) -> None:
    """Write the results with the ratios and exponents that follow from them."""
    told = results | {"ratios": _ratios(results), "growth": _growths(results["whole_runs"])}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def with_stage(results: Results, measured: Sequence[Ratio], *, quick: bool) -> Results:
    """The results with these ratios in the place of those of the same stages."""
    rows = [asdict(ratio) | {"quick": quick} for ratio in measured]
    again = {row["stage"] for row in rows}
    return results | {"stages": [row for row in results["stages"] if row["stage"] not in again] + rows}


def with_whole_run(results: Results, run: Mapping[str, Any]) -> Results:
    """The results with this run's sides in the place of the same sides of that population and size.

    Ratios are of sides that ran in turn; one whose sides did not run again stays, one of which only one side did goes.
    """
    same = [row for row in results["whole_runs"] if _about(row) == _about(run)]
    others = [row for row in results["whole_runs"] if _about(row) != _about(run)]
    before: Mapping[str, Any] = same[0] if same else {"sides": {}, "cpu_over_splink": {}}
    again = set(run["sides"])
    kept = {} if "splink" in again else {side: r for side, r in before["cpu_over_splink"].items() if side not in again}
    sides = before["sides"] | run["sides"]
    ordered = {side: sides[side] for side in SIDES if side in sides}
    merged = dict(run) | {"sides": ordered, "cpu_over_splink": kept | run["cpu_over_splink"]}
    return results | {"whole_runs": sorted([*others, merged], key=_about)}


def machine() -> dict[str, Any]:
    """The machine and the packages of this run."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {package: _version(package) for package in PACKAGES},
    }


def _processor() -> str:
    """Its name, where Linux tells it."""
    path = Path("/proc/cpuinfo")
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _about(run: Mapping[str, Any]) -> tuple[str, int]:
    return str(run["population"]), int(run["asked"])


def _ratios(results: Results) -> dict[str, float]:
    """One number per comparison: our rate over the anchor's, and of whole runs our CPU seconds over Splink's."""
    ratios = {row["stage"]: float(row["ratio"]) for row in results["stages"]}
    for run in results["whole_runs"]:
        for side, found in run["cpu_over_splink"].items():
            name = END_TO_END if side == "ours" else f"{END_TO_END}_{side.removeprefix('ours_')}"
            place = "" if _about(run) == QUOTED else f"_{run['population']}_{run['asked']}"
            ratios[name + place] = float(found["median"])
    return ratios


def _growths(runs: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Exponent of growth per side, where two sizes were run."""
    found = {side: growth(runs, side) for side in SIDES}
    return {side: exponent for side, exponent in found.items() if exponent is not None}
