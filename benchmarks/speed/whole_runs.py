"""Whole runs of both sides on the same data, in turn, each in a fresh process."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cases import four_agencies
from benchmarks.speed.folder import write_data
from benchmarks.speed.judge import Judge
from benchmarks.speed.population import ENCODING, REGISTERS, registers
from benchmarks.speed.process import Run, run
from linkage.settings import LinkageSettings

Figures = dict[str, Any]

POPULATIONS = ("registers", "families", "four_agencies")
SIDES = ("ours", "ours_two_threads", "splink")
THREADS = {"ours": 1, "ours_two_threads": 2, "splink": 1}
WARM_UP = 1_000
GROWTH_FROM = 100_000
RECORDS_PER_PERSON = 6.35
"""Of the fictional four agencies; youth care holds most of them."""
SPENT = ("start_up_cpu_seconds", "cpu_seconds", "wall_seconds", "peak_mb")


@dataclass(frozen=True)
class Plan:
    """What is run on one set of data."""

    population: str
    records: int
    sides: Sequence[str]
    repeats: int
    seed: int


@dataclass
class _Rounds:
    """Figures of each side, round after round."""

    of: dict[str, list[Figures]] = field(default_factory=dict)

    def add(self, side: str, figures: Figures) -> None:
        self.of.setdefault(side, []).append(figures)


def prepare(population: str, records: int, seed: int, folder: Path) -> None:
    """Generate a population of about ``records`` records and write it for both sides."""
    if population != "four_agencies":
        made = registers(records, seed, families=population == "families")
        alone = dict.fromkeys(REGISTERS, True)
        write_data(folder, made.plain, made.truth, alone, ENCODING, LinkageSettings())
        return
    with tempfile.TemporaryDirectory() as exports:
        case = four_agencies(round(records / RECORDS_PER_PERSON), seed, "default", Path(exports))
    write_data(folder, case.plain, case.truth, case.deduplicated, case.project.encoding, case.project.linkage)


def whole_run(plan: Plan, folder: Path, run_side: Run = run) -> Figures:
    """Run the sides in turn on the data in ``folder`` and return their medians, and our CPU over Splink's by round."""
    rounds = _Rounds()
    for number in range(plan.repeats):
        turn = number % len(plan.sides)
        for side in (*plan.sides[turn:], *plan.sides[:turn]):
            rounds.add(side, _once(side, folder, plan.seed, run_side, extras=number == 0))
    judge = Judge(folder)
    sides = {side: _summed_up(found) | _judged(judge, side, folder, found) for side, found in rounds.of.items()}
    about = {"population": plan.population, "asked": plan.records, "records": len(judge.truth), "seed": plan.seed}
    return about | {"sides": sides, "cpu_over_splink": dict(_ratios(rounds))}


def warm_up(plans: Sequence[Plan], run_side: Run = run) -> None:
    """Run our sides once on little data of each population, so that compiled code is there, as after any first run."""
    for population in dict.fromkeys(plan.population for plan in plans):
        plan = next(plan for plan in plans if plan.population == population)
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            prepare(population, WARM_UP, plan.seed, folder)
            for side in plan.sides:
                if side != "splink":
                    _once(side, folder, plan.seed, run_side, extras=False)


def growth(rows: Sequence[Mapping[str, Any]], side: str) -> float | None:
    """Exponent of growth of a side's CPU seconds between the two largest sizes of the registers, if there are.

    Small sizes are left out: start-up, which does not grow, would be most of them.
    """
    points = sorted(
        (row["records"], row["sides"][side]["cpu_seconds"])
        for row in rows
        if row["population"] == "registers" and row["asked"] >= GROWTH_FROM and side in row["sides"]
    )[-2:]
    if len(points) < 2:
        return None
    (small, less), (large, more) = points
    return log(more / less) / log(large / small)


def _once(side: str, folder: Path, seed: int, run_side: Run, *, extras: bool) -> Figures:
    """One run of a side. Ours is two processes; its memory is that of linking, as a linkage unit has no plain text."""
    out, threads = folder / side, THREADS[side]
    out.mkdir(exist_ok=True)
    if side == "splink":
        return run_side("benchmarks.speed.splink_side", folder, out, seed=seed, threads=threads, extras=extras)
    encoded = run_side("benchmarks.speed.ours_encode", folder, out, seed=seed, threads=threads)
    linked = run_side("benchmarks.speed.ours_link", folder, out, seed=seed, threads=threads)
    parts = {f"encode_{name}": encoded[name] for name in SPENT} | {f"link_{name}": linked[name] for name in SPENT}
    whole = {name: encoded[name] + linked[name] for name in SPENT if name != "peak_mb"}
    return linked | parts | whole


def _summed_up(found: Sequence[Figures]) -> Figures:
    """Medians of what was spent, the range of the CPU seconds, and the stages of the first round."""
    spent = [name for name in found[0] if name.endswith(SPENT)]
    medians = {name: median(each[name] for each in found) for name in spent}
    cpu = [each["cpu_seconds"] for each in found]
    kept = {name: found[0][name] for name in ("stages", "candidates") if name in found[0]}
    return medians | {"cpu_range": [min(cpu), max(cpu)], "repeats": len(found)} | kept


def _judged(judge: Judge, side: str, folder: Path, found: Sequence[Figures]) -> Figures:
    return judge.splink(folder / side, found[0]["random_log_odds"]) if side == "splink" else judge.ours(folder / side)


def _ratios(rounds: _Rounds) -> Iterator[tuple[str, Figures]]:
    """Our CPU seconds over Splink's of the same round: median, smallest, largest."""
    theirs = rounds.of.get("splink")
    for side, found in rounds.of.items():
        if theirs is not None and side != "splink":
            ratios = [a["cpu_seconds"] / b["cpu_seconds"] for a, b in zip(found, theirs, strict=True)]
            yield side, {"median": median(ratios), "smallest": min(ratios), "largest": max(ratios)}
