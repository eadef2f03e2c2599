"""What is kept of the speed benchmark: merged results, tables, the page, the command."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed import command, results, tables
from benchmarks.speed.page import PageHasNoPlace, blocks, filled
from benchmarks.speed.ratio import Ratio

ROOT = Path(__file__).resolve().parents[2]
EMPTY: dict[str, Any] = {"ratios": {}, "stages": [], "whole_runs": [], "growth": {}, "machine": {}}


def ratio(stage: str, value: float) -> Ratio:
    return Ratio(stage, "ours", "theirs", "pairs", 2e9 * value, 2e9, value, value / 2, value * 2, 3, "a remark")


def whole(asked: int, ours: float | None, splink: float | None, population: str = "registers") -> dict[str, Any]:
    spent = {"wall_seconds": 1.0, "peak_mb": 1234.0, "start_up_cpu_seconds": 0.5, "repeats": 3, "f1": 0.99}
    sides: dict[str, Any] = {}
    if ours is not None:
        own = {"encode_cpu_seconds": 0.25, "encode_peak_mb": 99.0, "cpu_seconds": ours, "cpu_range": [ours, ours]}
        sides["ours"] = spent | own
    if splink is not None:
        by = {"components": 0.97, "best_links": 0.98, "source_consistent": 0.99}
        judged = {"f1_by_clustering": by, "oracle_f1": 0.995}
        sides["splink"] = spent | judged | {"cpu_seconds": splink, "cpu_range": [splink, splink]}
    both = {} if ours is None or splink is None else dict.fromkeys(("median", "smallest", "largest"), ours / splink)
    told = {"population": population, "asked": asked, "records": asked, "seed": 1}
    return told | {"sides": sides, "cpu_over_splink": {"ours": both} if both else {}}


def test_what_is_measured_again_replaces_what_was_there(tmp_path: Path) -> None:
    found = results.read(tmp_path)
    found = results.with_stage(found, [ratio("a", 1), ratio("b", 2)], quick=True)
    found = results.with_stage(found, [ratio("b", 5)], quick=False)
    found = results.with_whole_run(found, whole(100_000, 8, 4))
    found = results.with_whole_run(found, whole(10_000, 3, 4))
    found = results.with_whole_run(found, whole(1_000_000, None, 40))
    results.write(tmp_path, found)
    kept = results.read(tmp_path)
    assert [(row["stage"], row["ratio"], row["quick"]) for row in kept["stages"]] == [("a", 1, True), ("b", 5, False)]
    assert [row["asked"] for row in kept["whole_runs"]] == [10_000, 100_000, 1_000_000]
    assert kept["ratios"] == {
        "a": 1,
        "b": 5,
        "end_to_end_cpu_vs_splink": 2,
        "end_to_end_cpu_vs_splink_registers_10000": 0.75,
    }
    assert kept["growth"] == {"splink": 1.0}


def test_a_ratio_goes_when_only_one_of_its_sides_ran_again(tmp_path: Path) -> None:
    found = results.with_whole_run(results.read(tmp_path), whole(10_000, 8, 4))
    for once_more in (whole(10_000, None, 5), whole(10_000, 9, None)):
        merged = results.with_whole_run(found, once_more)["whole_runs"]
        assert [list(row["sides"]) for row in merged] == [["ours", "splink"]]
        assert merged[0]["cpu_over_splink"] == {}


def test_tables_say_what_was_measured() -> None:
    stages = tables.stages([vars(ratio("dense_vs_anonlink", 12.34))])
    assert "| 24.7 G | 2 G | 12.3 (6.17-24.7) | 3 | a remark |" in stages
    runs = tables.whole_runs([whole(10_000, 8, 4)])
    assert "| registers | 10,000 | ours, one thread | 8.0 (8.0-8.0) | 0.5 | 0.2 | 1.0 | 1,234 (encoding 99) |" in runs
    assert "| .9900 | 2.00 (2.00-2.00) | 3 |" in runs
    assert "| registers | 10,000 | .9700 | .9800 | .9900 | .9950 |" in tables.clusterings([whole(10_000, 8, 4)])
    assert "| Splink, plain text | 0.86 |" in tables.growth({"splink": 0.857})


@pytest.mark.parametrize(("value", "text"), [(123_456, "123 k"), (7.25, "7.25"), (1.5e6, "1.5 M"), (999, "999")])
def test_rates_have_three_digits(value: float, text: str) -> None:
    assert tables.rate(value) == text


def test_the_page_has_a_place_for_every_table_and_its_heads_are_those_of_today() -> None:
    """Rewrite it by ``python -m benchmarks speed --stage none --sizes 0 --page docs/reference/speed.md``."""
    page = (ROOT / "docs/reference/speed.md").read_text(encoding="utf-8")
    measured = results.with_whole_run(results.with_stage(EMPTY, [ratio("a", 1)], quick=False), whole(10_000, 8, 4))
    again = filled(page, measured | {"growth": {"splink": 1.0}})
    assert filled(again, EMPTY).count(tables.NOTHING) == len(blocks(EMPTY))
    assert heads(page) <= heads(again)


def heads(page: str) -> set[str]:
    """The first line of every table."""
    lines = page.splitlines()
    return {line for line, after in pairwise(lines) if after.startswith("| ---")}


def test_a_page_without_a_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PageHasNoPlace, match="no place for"):
        filled("nothing", results.read(tmp_path))


def test_the_command_measures_keeps_and_fills_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "measure_stage", lambda name, *, quick: [ratio(name, 3.0 if quick else 9.0)])
    page = tmp_path / "page.md"
    page.write_text((ROOT / "docs/reference/speed.md").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(command, "STAGES", ("ratio",))
    given = ["--quick", "--stage", "ratio", "--sizes", "0", "--out", str(tmp_path), "--page", str(page)]
    assert command.main(given) == 0
    assert json.loads((tmp_path / "speed.json").read_text())["ratios"] == {"ratio": 3.0}
    assert "| ratio | ours | theirs |" in page.read_text(encoding="utf-8")
    page.write_text("", encoding="utf-8")
    assert command.main(given) == 1


def test_a_million_runs_once_and_of_one_population(tmp_path: Path) -> None:
    asked = command._arguments(["--out", str(tmp_path)])
    plans = {(plan.population, plan.records): plan.repeats for plan in command._plans(asked)}
    assert plans[("registers", 1_000_000)] == 1
    assert plans[("registers", 100_000)] == 3
    assert [population for population, size in plans if size == 1_000_000] == ["registers"]
    quick = command._plans(command._arguments(["--quick", "--out", str(tmp_path)]))
    assert {(plan.records, plan.repeats) for plan in quick} == {(10_000, 1)}
