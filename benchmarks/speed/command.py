"""Speed: each stage against its anchor, and whole runs against Splink.

Run as ``python -m benchmarks speed [--quick] [--stage NAME ...] [--sizes N ...] [--populations NAME ...] [--sides
NAME ...] [--repeats N] [--seed S] [--out FOLDER] [--page PATH]``. Prints Markdown and writes FOLDER/speed.json after
each part: what is measured again replaces what was there. ``--stage none`` leaves the stages out, ``--sizes 0`` the
whole runs; ``--page`` then writes the tables into the page. docs/reference/speed.md says how each figure is made.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.speed import results, tables
from benchmarks.speed.page import PageHasNoPlace, fill
from benchmarks.speed.process import ROOT, Run, SideFailed, run
from benchmarks.speed.ratio import Ratio
from benchmarks.speed.whole_runs import POPULATIONS, SIDES, Plan, prepare, warm_up, whole_run

STAGES = ("encode", "dense", "gather", "em")
SIZES = (10_000, 100_000, 1_000_000)
COST = "cost"
"""Not timed but worked out from the whole runs so far: docs/explanation/cost-model.md."""
QUICK_SIZE = 10_000
ONCE_FROM = 1_000_000
"""From this many records on a run is made once, and of one population."""
LARGE_POPULATION = "registers"
OUT = ROOT / "benchmarks" / "results"


def main(given: Sequence[str] | None = None, run_side: Run = run) -> int:
    """Measure, print, write; 1 where a side failed or the page has no place for a table."""
    asked = _arguments(given)
    try:
        _measure(asked, run_side)
        if asked.cost:
            return int(import_module("benchmarks.speed.cost").tell(asked.out, asked.seed, asked.page))
        if asked.page is not None:
            fill(asked.page, results.read(asked.out))
    except (SideFailed, PageHasNoPlace) as error:
        print(error, file=sys.stderr)
        return 1
    found = results.read(asked.out)
    parts = (
        tables.stages(found["stages"]),
        tables.whole_runs(found["whole_runs"]),
        tables.growth(found["growth"]),
        tables.clusterings(found["whole_runs"]),
    )
    print("\n\n".join(parts))
    return 0


def measure_stage(name: str, *, quick: bool) -> list[Ratio]:
    """Return the ratios of one stage, which has a module of its own."""
    found: list[Ratio] = import_module(f"benchmarks.speed.{name}").measure(quick=quick)
    return found


def _measure(asked: argparse.Namespace, run_side: Run) -> None:
    for name in asked.stage:
        measured = measure_stage(name, quick=asked.quick)
        print(f"stage {name}: done", file=sys.stderr, flush=True)
        _keep(asked.out, results.with_stage(results.read(asked.out), measured, quick=asked.quick))
    plans = _plans(asked)
    warm_up(plans, run_side)
    for plan in plans:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            prepare(plan.population, plan.records, plan.seed, folder)
            found = whole_run(plan, folder, run_side)
        print(f"{plan.population} {plan.records}: done", file=sys.stderr, flush=True)
        _keep(asked.out, results.with_whole_run(results.read(asked.out), found))


def _keep(folder: Path, found: results.Results) -> None:
    results.write(folder, found | {"machine": results.machine()})


def _plans(asked: argparse.Namespace) -> list[Plan]:
    repeats = asked.repeats or (1 if asked.quick else 3)
    sizes = sorted({QUICK_SIZE} if asked.quick and asked.sizes == list(SIZES) else set(asked.sizes) - {0})
    return [
        Plan(
            population, size, tuple(asked.sides), 1 if size >= ONCE_FROM and not asked.repeats else repeats, asked.seed
        )
        for population in asked.populations
        for size in sizes
        if population == LARGE_POPULATION or size < ONCE_FROM
    ]


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    there = [name for name in STAGES if find_spec(f"benchmarks.speed.{name}") is not None]
    parser.add_argument("--quick", action="store_true", help="little work, one round: whether it runs at all")
    parser.add_argument("--stage", nargs="+", choices=[*there, COST, "none"], default=there, help="stages to measure")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="records of the whole runs; 0: none")
    parser.add_argument("--populations", nargs="+", choices=POPULATIONS, default=list(POPULATIONS))
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES), help="who runs")
    parser.add_argument("--repeats", type=int, default=0, help="rounds (3, with a million records 1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT, help="folder of speed.json")
    parser.add_argument("--page", type=Path, default=None, help="page to write the tables into")
    asked = parser.parse_args(given)
    asked.cost = COST in asked.stage
    if asked.stage == [COST]:
        asked.sizes = []
    asked.stage = [name for name in asked.stage if name not in {COST, "none"}]
    return asked
