"""What a run costs in pairs, bytes and core-hours, as formulas whose coefficients come from measured whole runs.

With N records, P(N) pairs looked at by the search (cost_pairs.py) and K = kN candidates:

    CPU seconds = start + fixed + encode N + candidate N + P(N) / search + compare K + record N
    memory      = base + resident N, of the linkage unit;  shared N, of each worker
    traffic     = searched N + compared K
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import nnls

from benchmarks.speed import cost_page, results
from benchmarks.speed.cost_pairs import Bytes, Shape, counted
from benchmarks.speed.page import PageHasNoPlace

COUNTED = 100_000
EXPECTED = (1_000_000, 10_000_000, 100_000_000)
REST = ("gather", "estimate", "cluster", "draw", "report")
HOUR, GB, MB = 3600.0, 1e9, 2**20

Run = Mapping[str, Any]


class NothingMeasured(Exception):
    """speed.json holds too few whole runs to take coefficients from."""


@dataclass(frozen=True)
class Coefficients:
    """Rates and sizes of one machine and one population; seconds are CPU seconds of one core."""

    start_seconds: float
    fixed_seconds: float
    encode_seconds_per_record: float
    candidate_seconds_per_record: float
    search_pairs_per_second: float
    compare_seconds_per_candidate: float
    other_seconds_per_record: float
    candidates_per_record: float
    base_bytes: float
    resident_bytes_per_record: float
    search_shared_bytes_per_record: float
    compare_shared_bytes_per_record: float
    searched_bytes_per_record: float
    compared_bytes_per_candidate: float


@dataclass(frozen=True)
class Cost:
    """What a run of ``records`` records costs; ``core_hours`` holds encode, search and compare, and the rest."""

    records: int
    pairs: float
    candidates: float
    core_hours: Mapping[str, float]
    memory_gb: float
    worker_gb: float
    traffic_gb: float

    @property
    def total_core_hours(self) -> float:
        """All of it, encoding included."""
        return sum(self.core_hours.values())

    def hours(self, cores: int) -> float:
        """Hours until it is done where search and comparison are shared by ``cores`` cores and the rest is by one."""
        alone = self.core_hours["search"] + self.core_hours["compare"]
        return self.total_core_hours - self.core_hours["encode"] - alone + alone / cores


def coefficients(runs: Sequence[Run], shape: Shape, sizes: Bytes) -> Coefficients:
    """Return the coefficients that come closest, relative to what was measured, to whole runs of several sizes.

    Raises:
        NothingMeasured: there are fewer than two.
    """
    if len(runs) < 2:
        msg = (
            "speed.json holds fewer than two whole runs of registers. Cure: python -m benchmarks speed --stage none "
            "--populations registers --sizes 10000 100000 1000000"
        )
        raise NothingMeasured(msg)
    sides = [run["sides"]["ours"] for run in runs]
    records = np.array([run["records"] for run in runs], dtype=np.float64)
    pairs = np.array([shape.pairs(int(size)) for size in records])
    stages = [_stages(side) for side in sides]
    held = np.array([side["candidates"] for side in sides], dtype=np.float64)
    one = np.ones_like(records)
    candidate, search = _fit([records, pairs], [each["candidates"] for each in stages])
    encoded = [side["encode_cpu_seconds"] - side["encode_start_up_cpu_seconds"] for side in sides]
    fixed_encode, encode = _fit([one, records], encoded)
    fixed_compare, compare = _fit([one, held], [each["compare"] for each in stages])
    fixed_rest, other = _fit([one, records], [sum(each[name] for name in REST) for each in stages])
    base, resident = _fit([one, records], [side["link_peak_mb"] * MB for side in sides])
    return Coefficients(
        start_seconds=float(np.median([side["start_up_cpu_seconds"] for side in sides])),
        fixed_seconds=fixed_encode + fixed_compare + fixed_rest,
        encode_seconds_per_record=encode,
        candidate_seconds_per_record=candidate,
        search_pairs_per_second=1 / search if search > 0 else float("inf"),
        compare_seconds_per_candidate=compare,
        other_seconds_per_record=other,
        candidates_per_record=float(held[-1] / records[-1]),
        base_bytes=base,
        resident_bytes_per_record=resident,
        search_shared_bytes_per_record=sizes.search_shared,
        compare_shared_bytes_per_record=sizes.compare_shared,
        searched_bytes_per_record=sizes.searched,
        compared_bytes_per_candidate=sizes.compared,
    )


def cost(records: int, pairs: float, by: Coefficients) -> Cost:
    """Return what a run costs, by the formulas above."""
    candidates = by.candidates_per_record * records
    seconds = {
        "encode": by.encode_seconds_per_record * records,
        "search": by.candidate_seconds_per_record * records + pairs / by.search_pairs_per_second,
        "compare": by.compare_seconds_per_candidate * candidates,
        "rest": by.start_seconds + by.fixed_seconds + by.other_seconds_per_record * records,
    }
    shared = max(by.search_shared_bytes_per_record, by.compare_shared_bytes_per_record) * records
    traffic = by.searched_bytes_per_record * records + by.compared_bytes_per_candidate * candidates
    return Cost(
        records=records,
        pairs=pairs,
        candidates=candidates,
        core_hours={name: each / HOUR for name, each in seconds.items()},
        memory_gb=(by.base_bytes + by.resident_bytes_per_record * records) / GB,
        worker_gb=shared / GB,
        traffic_gb=traffic / GB,
    )


def measured_cost(measured: Mapping[str, Any], seed: int = 1, counted_at: int = COUNTED) -> dict[str, Any]:
    """Return coefficients, what the model says of every measured run beside the measurement, and what is expected.

    A run that is larger than all others is also predicted from those alone.

    Raises:
        NothingMeasured: the results hold fewer than two whole runs of registers.
    """
    runs = [run for run in measured["whole_runs"] if run["population"] == "registers" and "ours" in run["sides"]]
    runs = sorted(runs, key=lambda run: int(run["records"]))
    shape, sizes, _ = counted(counted_at, seed)
    by = coefficients(runs, shape, sizes)
    fewer = coefficients(runs[:-1], shape, sizes) if len(runs) > 2 else None
    checks = [_check(run, shape, by) for run in runs]
    if fewer is not None:
        size = int(runs[-1]["records"])
        checks[-1]["predicted_cpu_seconds"] = cost(size, shape.pairs(size), fewer).total_core_hours * HOUR
    expected = [cost(size, shape.pairs(size), by) for size in EXPECTED]
    return {
        "coefficients": asdict(by),
        "checks": checks,
        "expected": [
            asdict(each) | {"total_core_hours": each.total_core_hours, "hours_32": each.hours(32)} for each in expected
        ],
    }


def tell(folder: Path, seed: int, page: Path | None) -> int:
    """Print the model by the whole runs in ``folder``, write it beside them and into ``page``; 1 where it cannot be."""
    found = results.read(folder)
    try:
        told = measured_cost(found, seed)
        results.write(folder, found | {"cost": told})
        if page is not None:
            cost_page.fill(page, told)
    except (NothingMeasured, PageHasNoPlace) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n\n".join(cost_page.blocks(told).values()))
    return 0


def _stages(side: Mapping[str, Any]) -> dict[str, float]:
    """CPU seconds of each stage; the runs tell them as what had been used at its end."""
    found, before = {}, float(side["link_start_up_cpu_seconds"])
    for name, used in side["stages"].items():
        found[name] = max(float(used["cpu_seconds"]) - before, 0.0)
        before = float(used["cpu_seconds"])
    return found


def _fit(parts: Sequence[Any], measured: Sequence[float]) -> list[float]:
    """Coefficients of at least 0 that bring the sum of the parts closest to what was measured, relative to it."""
    target = np.maximum(np.asarray(measured, dtype=np.float64), 1e-6)
    table = np.column_stack(parts).astype(np.float64)
    scale = table.max(axis=0)
    found, _ = nnls(table / scale / target[:, None], np.ones(len(target)))
    return [float(each) for each in found / scale]


def _check(run: Run, shape: Shape, by: Coefficients) -> dict[str, Any]:
    side, size = run["sides"]["ours"], int(run["records"])
    model = cost(size, shape.pairs(size), by)
    return {
        "records": size,
        "cpu_seconds": side["cpu_seconds"],
        "model_cpu_seconds": model.total_core_hours * HOUR,
        "peak_gb": side["link_peak_mb"] * MB / GB,
        "model_peak_gb": model.memory_gb,
    }
