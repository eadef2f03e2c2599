"""``python -m benchmarks calibration``: estimates against the truth."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import calibration as command
from benchmarks.estimates import ALL, beside_truth, calibration, subgroups, true_completeness

RECORD = st.tuples(st.sampled_from("ab"), st.integers(0, 3))


def row(estimated: float | None, true: float | None, ends: tuple[float, float] | None = None) -> dict[str, Any]:
    low, high = ends or (None, None)
    pair = {"source_a": "a", "source_b": "b", "figure": "recall"}
    return pair | {"estimated": estimated, "low": low, "high": high, "true": true}


def pooled(rows: list[dict[str, Any]], scope: str = "a, b") -> dict[str, Any]:
    return next(line for line in calibration(rows) if (line["scope"], line["figure"]) == (scope, "recall"))


def test_errors_are_of_the_estimate_less_the_truth() -> None:
    line = pooled([row(0.9, 0.8), row(0.5, 0.8)])
    assert (line["compared"], line["not_estimable"], line["intervals"], line["covered"]) == (2, 0, 0, None)
    assert [line[name] for name in ("bias", "mean_error", "largest_error")] == pytest.approx([-0.1, 0.2, 0.3])


def test_a_truth_without_an_estimate_is_not_estimable_and_no_truth_is_neither() -> None:
    line = pooled([row(None, 0.8), row(0.9, None), row(None, None)])
    assert (line["compared"], line["not_estimable"], line["bias"]) == (0, 1, None)


def test_coverage_counts_the_ends_and_tells_the_side() -> None:
    """A truth on an end of the interval is in it, up to the rounding of the summary."""
    ends = (0.7, 0.9)
    truths = (0.7, 0.9, 0.69996, 0.8, 0.5, 0.95, 0.96, 0.65)
    line = pooled([row(0.8, true, ends) for true in truths])
    assert (line["intervals"], line["covered"], line["below"], line["above"]) == (8, 0.5, 0.25, 0.25)


def test_all_pairs_of_a_run_do_not_count_among_the_source_pairs() -> None:
    rows = [row(0.9, 0.8), row(0.6, 0.8) | {"source_a": ALL, "source_b": ALL}]
    assert pooled(rows, "source pairs together")["bias"] == pytest.approx(0.1)
    assert pooled(rows, "all pairs of a run")["bias"] == pytest.approx(-0.2)
    assert {line["scope"] for line in calibration(rows)} == {"source pairs together", "all pairs of a run", "a, b"}
    assert calibration([]) == []


def test_estimates_stand_beside_the_truth_of_their_source_pair() -> None:
    """In whatever order a pair is named; what the summary lacks is None."""
    truth = {
        "precision": 0.5,
        "recall": 0.6,
        "source_pairs": [{"source_a": "a", "source_b": "b", "precision": 0.9, "recall": None}],
    }
    said = {"source_a": "b", "source_b": "a", "precision": 0.8, "precision_low": 0.7, "precision_high": 0.85}
    rows = beside_truth({"source_pairs": [said]}, truth, {("a", "b"): 0.25, (ALL, ALL): 0.75})
    found = {(each["source_a"], each["figure"]): each for each in rows}
    assert [found["a", "precision"][name] for name in ("estimated", "low", "high", "true")] == [0.8, 0.7, 0.85, 0.9]
    assert [found["a", "pair_completeness"][name] for name in ("estimated", "true")] == [None, 0.25]
    assert [found[ALL, "recall"][name] for name in ("estimated", "true")] == [None, 0.6]
    overall = {"recall": 0.55, "recall_low": 0.5, "recall_high": 0.65}
    rows = beside_truth({"source_pairs": [], "overall": overall}, truth, {})
    assert [row["estimated"] for row in rows if row["figure"] == "recall"] == [0.55]


@settings(deadline=None, max_examples=60)
@given(st.lists(RECORD, min_size=1, max_size=9), st.data())
def test_true_completeness_is_the_share_of_true_pairs_found(
    records: list[tuple[str, int]], data: st.DataObject
) -> None:
    """Pair by pair, per source pair and over all."""
    source, person = ([record[side] for record in records] for side in (0, 1))
    rows = range(len(records))
    truth = pd.DataFrame({"source": source, "native_id": list(rows), "person": person})
    every = [(a, b) for a in rows for b in rows if a < b]
    held = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    found = true_completeness(truth, truth, np.array(held, dtype=np.int64).reshape(-1, 2))

    def count(pairs: list[tuple[int, int]], name: tuple[str, str]) -> int:
        same = [tuple(sorted((source[a], source[b]))) for a, b in pairs if person[a] == person[b]]
        return len(same) if name == (ALL, ALL) else same.count(name)

    for name, value in found.items():
        total = count(every, name)
        assert value == (count(held, name) / total if total else None)


def figures(links: int, true_pairs: int, both: int) -> dict[str, Any]:
    precision = both / links if links else None
    return {"precision": precision, "links": links, "true_pairs": true_pairs, "f1": 2 * both / (links + true_pairs)}


def test_subgroups_are_pooled_with_the_runs_in_which_they_are_large_enough() -> None:
    """200 true pairs; the widest gap first."""
    groups = {"sex": {"M": figures(300, 400, 200), "V": figures(0, 200, 0), "X": figures(10, 199, 10)}}
    runs = [
        figures(900, 1000, 800) | {"subgroups": groups},
        figures(1000, 1000, 1000) | {"subgroups": {"sex": {"M": figures(400, 400, 400)}}},
    ]
    first, second = subgroups(runs)
    assert (first["group"], first["runs"], first["f1"], first["true_pairs"]) == ("V", 1, 0.0, 200)
    assert (second["group"], second["runs"], second["true_pairs"]) == ("M", 2, 800)
    assert second["f1"] == pytest.approx(2 * 600 / 1500)
    assert second["overall_f1"] == pytest.approx(2 * 1800 / 3900)
    assert second["gap"] == pytest.approx(second["f1"] - second["overall_f1"])
    assert second["worst_gap"] == pytest.approx(400 / 700 - 1600 / 1900)


def test_the_command_holds_a_run_against_the_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A small population: every source pair and figure is in the table, and the JSON has the runs."""
    out = tmp_path / "c.json"
    assert command.main(["--seeds", "21", "--persons", "60", "--out", str(out)]) == 0
    shown = capsys.readouterr()
    written = json.loads(out.read_text(encoding="utf-8"))
    assert "1 of 1: four_agencies default 21: precision" in shown.err
    assert "| police, shelter | recall |" in shown.out
    [run] = written["runs"]
    together = {line["figure"]: line for line in written["calibration"] if line["scope"] == "source pairs together"}
    assert together["precision"]["compared"] > 0
    whole = next(row for row in run["estimates"] if (row["source_a"], row["figure"]) == (ALL, "pair_completeness"))
    assert whole["true"] == pytest.approx(run["pair_completeness"])


def test_a_project_without_a_truth_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--sets", "--data", f"mine={tmp_path}", "--out", str(tmp_path / "c.json")]
    assert command.main(given) == 2
    assert "Cure" in capsys.readouterr().err
