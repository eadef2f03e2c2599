"""The cost model: its coefficients are those that made the runs, its pairs those that blocks hold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.speed.cost import HOUR, Coefficients, NothingMeasured, coefficients, cost
from benchmarks.speed.cost_page import blocks, filled
from benchmarks.speed.cost_pairs import Bytes, Shape, counted
from linkage.settings import CandidateSettings

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "cost-model.md"
SIZES = Bytes(search_shared=144, compare_shared=125, searched=840, compared=24)
TRUE = Coefficients(
    start_seconds=3.0,
    fixed_seconds=2.0,
    encode_seconds_per_record=8e-6,
    candidate_seconds_per_record=5e-6,
    search_pairs_per_second=4e8,
    compare_seconds_per_candidate=3e-7,
    other_seconds_per_record=2e-5,
    candidates_per_record=12.0,
    base_bytes=2e8,
    resident_bytes_per_record=1500.0,
    search_shared_bytes_per_record=144,
    compare_shared_bytes_per_record=125,
    searched_bytes_per_record=840,
    compared_bytes_per_candidate=24,
)


@pytest.fixture
def shape() -> Shape:
    """Two blockings over even columns: a thousand and a hundred values."""
    even = {"sound": np.full(1000, 1e-3), "year": np.full(100, 1e-2)}
    return Shape((("sound",), ("year",)), even, {"sound": 0.0, "year": 0.0}, CandidateSettings())


def run_of(records: int, shape: Shape) -> dict[str, Any]:
    """A run as speed.json tells it, made by the formulas."""
    made = {name: HOUR * hours for name, hours in cost(records, shape.pairs(records), TRUE).core_hours.items()}
    rest = made["rest"] - TRUE.start_seconds
    spent = (
        ("gather", 0.1 * rest),
        ("candidates", made["search"]),
        ("compare", made["compare"]),
        ("estimate", 0.9 * rest),
    )
    stages, used = {}, 2.0
    for name, seconds in (*spent, ("cluster", 0.0), ("draw", 0.0), ("report", 0.0)):
        used += seconds
        stages[name] = {"cpu_seconds": used}
    side = {
        "stages": stages,
        "candidates": int(12 * records),
        "link_start_up_cpu_seconds": 2.0,
        "encode_start_up_cpu_seconds": 1.0,
        "start_up_cpu_seconds": 3.0,
        "encode_cpu_seconds": 1.0 + made["encode"],
        "link_peak_mb": (TRUE.base_bytes + TRUE.resident_bytes_per_record * records) / 2**20,
    }
    return {"population": "registers", "records": records, "sides": {"ours": side}}


def test_the_coefficients_that_made_the_runs_are_found_again(shape: Shape) -> None:
    runs = [run_of(records, shape) for records in (100_000, 300_000, 1_000_000)]
    found = coefficients(runs, shape, SIZES)
    for name in Coefficients.__dataclass_fields__:
        assert getattr(found, name) == pytest.approx(getattr(TRUE, name), rel=1e-3), name


def test_one_run_is_too_little_and_says_what_to_run(shape: Shape) -> None:
    with pytest.raises(NothingMeasured, match=r"Cure: python -m benchmarks speed"):
        coefficients([run_of(100_000, shape)], shape, SIZES)


def test_small_runs_look_at_every_pair(shape: Shape) -> None:
    assert shape.pairs(1000) == 1000 * 999 / 2


def test_blocks_too_large_are_divided_by_the_other_column(shape: Shape) -> None:
    """A million records: blocks of 1,000 by sound; a year's 10,000 are as many as a block may have."""
    by_sound, by_year = 1000 * 1000 * 999 / 2, 100 * 10_000 * 9_999 / 2
    assert shape.pairs(1_000_000) == pytest.approx(by_sound + by_year)
    halved = 100 * 1000 * (20 * 19 / 2)
    assert shape.pairs(2_000_000) == pytest.approx(1000 * 2000 * 1999 / 2 + halved)


def test_pairs_expected_are_those_that_blocks_of_a_population_hold() -> None:
    """Columns are not quite independent; within a twentieth they may be taken to be."""
    shape, sizes, pairs = counted(8_000, 1)
    always = replace(shape, settings=CandidateSettings(exhaustive_records=0))
    assert always.pairs(8_000) == pytest.approx(pairs, rel=0.05)
    assert sizes.search_shared > 128


def test_more_cores_shorten_what_is_shared_and_nothing_else(shape: Shape) -> None:
    """With ever more cores the rest remains."""
    found = cost(10_000_000, shape.pairs(10_000_000), TRUE)
    assert found.hours(1) == pytest.approx(found.total_core_hours - found.core_hours["encode"])
    assert found.hours(10**9) == pytest.approx(found.core_hours["rest"])


def test_the_page_has_a_place_for_every_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page, {}).count("not measured yet") == len(blocks({}))
