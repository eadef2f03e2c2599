"""Parameters as JSON, and drift: a real change is found and ranked, chance is not, and nobody compares unlike runs."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.drift import LARGE_BITS, MODERATE_BITS, SURE, drift, drift_findings, parameters, verdict

NAME = {"differ": (0.05, 0.9), "near": (0.15, 0.09), "equal": (0.8, 0.01)}
SEX = {"differ": (0.02, 0.5), "equal": (0.98, 0.5)}
Levels = dict[str, tuple[float, float]]


def summary(name: Levels | None = None, sex: Levels | None = None, matches: float = 1_000.0) -> dict[str, Any]:
    """The parts of a linkage's summary that parameters rest on: two sources, one of them with duplicates."""
    tables = {"name": name or NAME, "sex": sex or SEX}
    group = {
        "source_pairs": [["a", "a"], ["a", "b"], ["b", "b"]],
        "comparisons": {
            comparison: {level: {"m": m, "u": u} for level, (m, u) in levels.items()}
            for comparison, levels in tables.items()
        },
    }
    fit = {"converged": True, "iterations": 12, "last_change": 1e-7, "log_likelihood": -1.0}
    return {
        "records": {"a": 2_000, "b": 3_000},
        "source_pairs": [
            {"source_a": "a", "source_b": "a", "pairs": 1_999_000, "expected_matches": 0.0},
            {"source_a": "a", "source_b": "b", "pairs": 6_000_000, "expected_matches": matches},
        ],
        "model": {"classes": ["match", "random"], "pooled": fit, "per_group": fit, "groups": [group]},
        "findings": [],
    }


def of(found: dict[str, Any], run_id: str = "now", settings_hash: str = "s") -> dict[str, Any]:
    return parameters(found, run_id=run_id, period="2020", settings_hash=settings_hash)


def test_parameters_are_readable_and_complete() -> None:
    """Match weights are log2(m/u); shares, expected matches, records and how the fit ended stand beside; it is JSON."""
    found = of(summary())
    assert json.loads(json.dumps(found)) == found
    group = found["groups"][0]
    assert group["comparisons"]["name"]["equal"]["match_weight"] == pytest.approx(np.log2(80), abs=1e-4)
    assert (group["expected_matches"], group["pairs"], group["independent_pairs"]) == (1_000.0, 7_999_000, 2_000)
    assert found["source_pairs"][1]["share_of_matches"] == pytest.approx(1 / 6_000)
    assert found["fit"]["per_group"] == {"converged": True, "iterations": 12, "last_change": 1e-7}
    assert (found["records"], found["settings_hash"]) == ({"a": 2_000, "b": 3_000}, "s")


def test_nothing_drifts_where_nothing_changed() -> None:
    """The same parameters twice: every level is compared, none drifted and no finding is made."""
    changes = drift(of(summary()), of(summary(), "before"))
    assert len(changes) == 5
    assert all(row["bits"] == row["m_errors"] == row["u_errors"] == 0 for row in changes)
    assert verdict(changes) == "none"
    assert drift_findings(changes, "2019") == []


def test_a_field_that_broke_is_found_first() -> None:
    """Matches that agree on sex no more often than by chance: large, ranked first, and named in a finding."""
    broken = {"differ": (0.5, 0.5), "equal": (0.5, 0.5)}
    slightly = {"differ": (0.12, 0.9), "near": (0.18, 0.09), "equal": (0.7, 0.01)}
    changes = drift(of(summary(slightly, broken)), of(summary(), "before"))
    first = changes[0]
    assert (first["comparison"], first["level"], first["verdict"]) == ("sex", "differ", "large")
    assert first["bits"] == pytest.approx(np.log2(25), abs=1e-3)
    assert first["m_errors"] > SURE
    assert {row["verdict"] for row in changes if row["comparison"] == "name"} == {"none", "moderate"}
    findings = drift_findings(changes, "2019")
    assert [finding["where"].split(":")[0] for finding in findings] == ["sex", "name"]
    assert {finding["code"] for finding in findings} == {"parameters_drifted"}
    assert "2019" in findings[0]["message"]
    assert verdict(changes) == "large"


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (MODERATE_BITS - 0.01, "none"),
        (MODERATE_BITS, "moderate"),
        (LARGE_BITS - 0.01, "moderate"),
        (LARGE_BITS, "large"),
    ],
)
def test_the_thresholds_are_where_they_are_said_to_be(bits: float, expected: str) -> None:
    """With plenty of matches the verdict follows from the bits alone, at, below and above each threshold."""
    m = 0.02 * 2.0 ** (bits + 1e-9)
    moved = {"differ": (m, 0.5), "equal": (1 - m, 0.5)}
    changes = drift(of(summary(sex=moved, matches=1e6)), of(summary(matches=1e6), "before"))
    assert next(row for row in changes if (row["comparison"], row["level"]) == ("sex", "differ"))["verdict"] == expected


def test_few_matches_make_no_drift() -> None:
    """The same change of two bits, sure with a thousand matches, is chance with twenty."""
    moved = {"differ": (0.08, 0.5), "equal": (0.92, 0.5)}
    many, few = (
        drift(of(summary(sex=moved, matches=matches)), of(summary(matches=matches), "before"))
        for matches in (1e3, 20.0)
    )
    assert verdict(many) == "moderate"
    assert verdict(few) == "none"


@given(seed=st.integers(0, 100_000), matches=st.sampled_from([30, 300, 3_000]))
@settings(max_examples=60, deadline=None)
def test_chance_is_seldom_taken_for_drift(seed: int, matches: int) -> None:
    """Two samples of matches from the same probabilities never differ by a finding, at four standard errors."""
    random = np.random.default_rng(seed)
    runs = []
    for _ in range(2):
        counts = random.multinomial(matches, [m for m, _ in NAME.values()]) + 0.5
        drawn = {
            level: (float(count / counts.sum()), NAME[level][1]) for level, count in zip(NAME, counts, strict=True)
        }
        runs.append(of(summary(drawn, matches=float(matches))))
    assert verdict(drift(*runs)) == "none"


def test_only_source_pairs_that_both_runs_have_are_compared() -> None:
    """Groups are matched by their source pairs: a source that is new is not compared, nor a field that is new."""
    now, before = of(summary()), of(summary(), "before")
    now["groups"][0]["source_pairs"] = [["a", "b"], ["a", "c"]]
    del before["groups"][0]["comparisons"]["sex"]
    changes = drift(now, before)
    assert {row["where"] for row in changes} == {"a x b"}
    assert {row["comparison"] for row in changes} == {"name"}
    before["groups"][0]["source_pairs"] = [["d", "e"]]
    assert drift(now, before) == []


def test_a_change_among_strangers_counts_too() -> None:
    """Where u quadruples and m moves within chance, two bits are sure and the rest is not counted."""
    moved = {"differ": (0.021, 0.5), "equal": (0.979, 0.5)}
    common = {"differ": (0.06, 0.87), "near": (0.14, 0.09), "equal": (0.8, 0.04)}
    first, *others = drift(of(summary(common, moved)), of(summary(), "before"))
    assert (first["comparison"], first["level"], first["verdict"]) == ("name", "equal", "moderate")
    assert first["sure_bits"] == pytest.approx(-2)
    assert all(row["verdict"] == "none" for row in others)


def test_pairs_that_share_records_are_not_counted_as_if_they_did_not() -> None:
    """Millions of pairs of few records: what one common name in a small register does to u is no drift."""
    now, before = summary({"differ": (0.05, 0.87), "near": (0.15, 0.09), "equal": (0.8, 0.04)}), summary()
    now["records"] = before["records"] = {"a": 60, "b": 100_000}
    for each in (now, before):
        each["model"]["groups"][0]["source_pairs"] = [["a", "b"]]
    assert verdict(drift(of(now), of(before, "before"))) == "none"


def test_runs_without_matches_say_nothing() -> None:
    """Where no match is expected m is only what was expected before any data, and no change of it counts."""
    moved = {"differ": (0.5, 0.5), "equal": (0.5, 0.5)}
    assert verdict(drift(of(summary(sex=moved, matches=0.0)), of(summary(), "before"))) == "none"


def test_other_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="Cure"):
        drift(of(summary()), of(summary(), "before", settings_hash="other"))
