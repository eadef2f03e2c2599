"""What a run explains of itself adds up, hides small counts, and holds no id."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from linkage.explain.masking import MINIMUM, masked, masked_like
from linkage.explain.scores import ABOVE, BELOW, STEPS, _edges, _sums
from linkage.explain.thresholds import _above
from linkage.link import link
from linkage.settings import EncodingSettings, LinkageSettings

Registers = tuple[dict[str, pa.Table], dict[str, int]]


SUMMARY = pytest.StashKey[dict[str, Any]]()


@pytest.fixture
def summary(two_registers: Registers, encoding: EncodingSettings, pytestconfig: pytest.Config) -> dict[str, Any]:
    """The summary of two registers of 100, free of duplicates, that share 60 persons; linked once for all tests."""
    if SUMMARY not in pytestconfig.stash:
        deduplicated = dict.fromkeys(two_registers[0], True)
        linked = link(
            two_registers[0],
            encoding=encoding,
            settings=LinkageSettings(),
            deduplicated=deduplicated,
            seed=7,
            threads=1,
        )
        pytestconfig.stash[SUMMARY] = linked.summary
    return pytestconfig.stash[SUMMARY]


@pytest.fixture
def explain(summary: dict[str, Any]) -> dict[str, Any]:
    """Its explanation."""
    found: dict[str, Any] = summary["explain"]
    return found


def test_a_waterfall_adds_up_to_its_weight(explain: dict[str, Any]) -> None:
    """Prior, steps and what goes together sum to the weight, and the weight gives the probability."""
    assert {row["kind"] for row in explain["patterns"]} == {"frequent", "near"}
    for row in explain["patterns"]:
        total = row["prior"] + sum(step["weight"] for step in row["steps"]) + row["together"]
        assert total == pytest.approx(row["weight"], abs=0.05)
        assert row["probability"] == pytest.approx(1 / (1 + 2.0 ** -row["weight"]), abs=0.002)
        assert row["prior"] == pytest.approx(np.log2(60 / (100 * 100 - 60)), abs=0.3)


def test_a_step_is_the_weight_of_its_level(explain: dict[str, Any]) -> None:
    """The chart of weights and the waterfalls speak of the same m and u where a group is one source pair."""
    (group,) = explain["weights"]
    assert group["source_pairs"] == [["left", "right"]]
    for levels in group["comparisons"].values():
        assert sum(found["m"] for found in levels.values()) == pytest.approx(1.0, abs=0.002)
        assert sum(found["u"] for found in levels.values()) == pytest.approx(1.0, abs=0.002)
    assert group["comparisons"]["sex"]["equal"]["u"] == pytest.approx(0.5, abs=0.05)
    steps = [step for row in explain["patterns"] for step in row["steps"]]
    assert len(steps) > 20
    for step in steps:
        found = group["comparisons"][step["comparison"]][step["level"]]
        assert step["weight"] == pytest.approx(np.log2(found["m"] / found["u"]), abs=0.02)


def test_each_pattern_is_told_what_it_most_likely_is(explain: dict[str, Any]) -> None:
    """One kind of match and one of strangers, the likeliest of its side."""
    for row in explain["patterns"]:
        assert row["as_match"]["kind"] in {"match", "renamed"}
        assert row["as_strangers"]["kind"] not in {"match", "renamed"}
        assert 0 < row["as_match"]["share"] <= 1
        assert 0 < row["as_strangers"]["share"] <= 1


def test_the_most_frequent_patterns_come_first_and_are_links(explain: dict[str, Any]) -> None:
    """The pattern of complete agreement leads; counts fall; near patterns lie on both sides of the threshold."""
    frequent = [row for row in explain["patterns"] if row["kind"] == "frequent"]
    levels = {step["comparison"]: step["level"] for step in frequent[0]["steps"]}
    assert {levels["family_name"], levels["birth_date"], levels["sex"]} == {"equal"}
    counts = [row["links"] or 0 for row in frequent]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] >= 10
    near = [row["weight"] > row["threshold"] for row in explain["patterns"] if row["kind"] == "near"]
    assert set(near) == {True, False}
    assert near == sorted(near, reverse=True)


def test_bars_hold_every_candidate_once(summary: dict[str, Any]) -> None:
    """Shown counts and hidden ones (1 to 9) leave room for exactly the candidates; a bar begins at the threshold."""
    (row,) = summary["explain"]["scores"]
    shown = sum(count for count in row["candidates"] if count is not None)
    hidden = row["candidates"].count(None)
    candidates = summary["source_pairs"][0]["candidates"]
    assert shown + hidden <= candidates <= shown + 9 * hidden
    edge = (row["threshold"] - row["start"]) / row["step"]
    assert edge == pytest.approx(round(edge), abs=0.01)
    assert len(row["candidates"]) == len(row["expected"]) == len(row["strangers"])
    assert sum(filter(None, row["expected"])) <= summary["source_pairs"][0]["expected_matches"] + 0.1 * len(
        row["expected"]
    )


def test_known_strangers_stay_below_the_threshold_and_are_scaled(summary: dict[str, Any]) -> None:
    """Two registers of 100 hold 9,900 pairs of strangers for 10,000 across; none of them looks like a match here."""
    (row,) = summary["explain"]["scores"]
    assert row["scale"] == pytest.approx(10_000 / 9_900, abs=0.001)
    edge = round((row["threshold"] - row["start"]) / row["step"])
    assert not any(row["strangers"][edge:])
    assert sum(filter(None, row["strangers"])) > 10


def test_a_stricter_threshold_never_gains_recall(explain: dict[str, Any]) -> None:
    """Recall falls, estimated precision rises, and both are near one at the working threshold of an easy run."""
    (row,) = explain["thresholds"]
    recall = [value for value in row["recall"] if value is not None]
    assert recall == sorted(recall, reverse=True)
    precision = [value for value in row["precision"] if value is not None]
    assert precision == sorted(precision)
    here = round((row["threshold"] - row["start"]) / row["step"])
    assert min(row["recall"][here], row["precision"][here], row["null_precision"][here]) > 0.95


def test_clusters_of_the_explanation_are_those_of_the_run(summary: dict[str, Any]) -> None:
    """All 60 persons of two records hang by their one link, most of them firmly."""
    rows = summary["explain"]["bridges"]
    pairs = {row["band"]: row["clusters"] for row in rows if row["size"] == "2"}
    assert pairs["none"] == 0
    assert pairs[">=0.99"] >= 45
    shown = sum(count for count in pairs.values() if count is not None)
    hidden = list(pairs.values()).count(None)
    assert shown + hidden <= summary["cluster_sizes"]["2"] <= shown + 9 * hidden
    assert all(row["clusters"] == 0 for row in rows if row["size"] != "2")
    assert summary["explain"]["weak_bridges"] == 0


def _numbers(value: object, key: str = "") -> Iterator[tuple[str, float]]:
    match value:
        case dict():
            for name, item in value.items():
                yield from _numbers(item, name)
        case list():
            for item in value:
                yield from _numbers(item, key)
        case int() | float():
            yield key, value


def test_no_small_count_and_no_id_leaves(two_registers: Registers, explain: dict[str, Any]) -> None:
    """Counts of pairs and clusters are 0, or at least 10, or hidden; no record id is anywhere in the data."""
    counted = {"pairs", "links", "candidates", "clusters", "weak_bridges"}
    counts = [number for key, number in _numbers(explain) if key in counted]
    assert len(counts) > 20
    assert not [count for count in counts if 0 < count < MINIMUM]
    text = json.dumps(explain, allow_nan=False)
    ids = [str(record) for table in two_registers[0].values() for record in table["record_id"].to_pylist()]
    assert not [record for record in ids if record in text]
    assert len(text) < 100_000


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (9, None), (10, 10), (11, 11)])
def test_counts_are_hidden_from_one_to_nine(count: int, shown: int | None) -> None:
    """At the limit shown, below it not, zero shown."""
    assert masked(count) == shown
    assert masked_like(np.array([0.5]), np.array([count])) == [None if shown is None else 0.5]


def test_a_weight_at_the_threshold_is_below_it() -> None:
    """Bars and curves read the threshold as linking does: above it, not at it."""
    weight, edges = np.array([-1.0, 0.0, 0.5, 9.0]), np.array([-2.0, 0.0, 2.0])
    assert _sums(weight, edges, np.ones(4)).tolist() == [2.0, 2.0]
    assert _above(weight, np.array([-1.0, 0.0, 1.0]), np.ones(4)).tolist() == [3.0, 2.0, 1.0]
    assert _above(weight, np.array([0.0]), np.array([0.1, 0.2, 0.3, 0.4])).tolist() == [pytest.approx(0.7)]


@pytest.mark.parametrize("step", STEPS)
def test_bars_end_at_their_limits(step: float) -> None:
    """Whatever the weights, edges are a multiple of the width apart from the threshold and within the limits."""
    for far in (0.0, 1.0, 33.3, 1e6):
        edges = _edges(np.array([-far, far]), step)
        assert (np.diff(edges) == step).all()
        assert edges[0] >= -BELOW
        assert edges[-1] <= ABOVE
        assert 0.0 in edges
    assert _edges(np.zeros(0), step).tolist() == [-step, 0.0, step]
