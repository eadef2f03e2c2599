"""Estimates beside the truth, and the subgroups that are linked notably worse."""

import pandas as pd
import pytest

from linkage.beside_truth import beside, subgroups_below, with_estimates
from linkage.evaluate import evaluate

TRUTH = {"precision": 0.95, "recall": 0.80, "recall_in_run": 0.85}
ESTIMATE = {"precision": 0.97, "precision_low": 0.96, "precision_high": 0.98} | {
    "recall": 0.86, "recall_low": 0.84, "recall_high": 0.88
}  # fmt: skip


def test_an_estimate_is_held_to_what_the_run_could_see() -> None:
    """Recall is compared with that among the records of the run: quarantine is not the linkage's to estimate."""
    row = beside(TRUTH, ESTIMATE)
    assert row["precision_error"] == pytest.approx(0.02)
    assert row["recall_error"] == pytest.approx(0.01)
    assert (row["precision_covered"], row["recall_covered"]) == (False, True)
    assert (row["estimated_recall_low"], row["estimated_recall_high"]) == (0.84, 0.88)


@pytest.mark.parametrize("end", [0.85, 0.84999])
def test_the_ends_of_an_interval_belong_to_it(end: float) -> None:
    """A truth that is the high end is covered; one above it is not."""
    assert beside(TRUTH, ESTIMATE | {"recall_high": end})["recall_covered"] is (end >= 0.85)


def test_what_is_not_estimable_is_neither_right_nor_wrong() -> None:
    """No estimate, no interval or no truth: error and coverage are None, and the keys are there."""
    for row in (beside(TRUTH, {}), beside(TRUTH, {"recall": None}), beside({"recall_in_run": None}, ESTIMATE)):
        assert row["recall_error"] is None
        assert row["recall_covered"] is None
    assert beside(TRUTH, {"recall": 0.9})["recall_error"] == pytest.approx(0.05)


def test_source_pairs_are_joined_whatever_their_order_and_groups_by_name() -> None:
    """The run names its sources in another order than the truth sorts them."""
    ids = [f"n{number}" for number in range(4)]
    crosswalk = pd.DataFrame({"source": list("abab"), "native_id": ids, "person_id": list("xxyz")})
    truth = pd.DataFrame({"source": list("abab"), "native_id": ids, "person": list("xxyy"), "sex": list("VVMM")})
    linkage = {"source_pairs": [{"source_a": "b", "source_b": "a", "precision": 0.9, "recall": None}]}
    groups = [{"grouping": "sex", "group_name": "M", "precision": None, "recall": 0.25}]
    figures = with_estimates(evaluate(crosswalk, truth), linkage, groups)
    found = {(row["source_a"], row["source_b"]): row for row in figures["source_pairs"]}
    assert found["a", "b"]["precision_error"] == pytest.approx(-0.1)
    assert found["a", "a"]["estimated_precision"] is None
    assert figures["subgroups"]["sex"]["M"]["recall_error"] == pytest.approx(0.25)
    assert figures["subgroups"]["sex"]["V"]["estimated_recall"] is None
    assert figures["estimated_precision"] is None


def test_subgroups_far_below_are_named_worst_first_where_they_are_large_enough() -> None:
    """At 200 true pairs and more than .05: neither 199 pairs nor a gap of exactly .05 is named."""
    rows = {"a": (0.80, 200), "b": (0.50, 199), "c": (0.85, 900), "d": (0.70, 900), "e": (0.95, 900)}
    groups = {name: {"f1": f1, "true_pairs": pairs} for name, (f1, pairs) in rows.items()}
    below = subgroups_below({"f1": 0.9, "subgroups": {"sex": groups}})
    assert [(row["column"], row["group"], row["true_pairs"]) for row in below] == [("sex", "d", 900), ("sex", "a", 200)]
    assert below[0]["gap"] == pytest.approx(0.2)
