"""A run's own estimates beside the truth, and the groups it links notably worse than the whole."""

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

NOTABLE_GAP = 0.05
ENOUGH_PAIRS = 200
"""A group is held to the whole when it has so many true pairs: with fewer, chance alone makes such a gap."""

# What a figure is estimated of: quarantined records are not there for a run to miss.
_TRUE = {"precision": "precision", "recall": "recall_in_run"}


def with_estimates(figures: Row, linkage: Row, groups: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of ``evaluate`` with the estimates of the run beside them.

    The whole, every source pair and every subgroup get ``estimated_precision`` and ``estimated_recall``, each with
    ``_low`` and ``_high``, ``precision_error`` and ``recall_error`` (estimate less truth) and ``precision_covered`` and
    ``recall_covered`` (whether the interval holds the truth); None where either is missing. ``linkage``: a run's
    summary. ``groups``: rows of linkage quality by group (grouping, group_name and estimates), as far as there are any.
    """
    pairs = {frozenset((row["source_a"], row["source_b"])): row for row in linkage.get("source_pairs") or ()}
    parts = {(row["grouping"], row["group_name"]): row for row in groups}
    return {
        **figures,
        **beside(figures, linkage.get("overall") or {}),
        "source_pairs": [
            {**row, **beside(row, pairs.get(frozenset((row["source_a"], row["source_b"])), {}))}
            for row in figures["source_pairs"]
        ],
        "subgroups": {
            column: {group: {**row, **beside(row, parts.get((column, group), {}))} for group, row in found.items()}
            for column, found in figures["subgroups"].items()
        },
        "subgroups_below": subgroups_below(figures),
    }


def beside(truth: Row, estimate: Row) -> dict[str, Any]:
    """Return the estimates of one row with their error and whether their interval holds the truth."""
    found: dict[str, Any] = {}
    for figure, name in _TRUE.items():
        true, said = truth.get(name), estimate.get(figure)
        low, high = estimate.get(f"{figure}_low"), estimate.get(f"{figure}_high")
        found[f"estimated_{figure}"] = said
        found[f"estimated_{figure}_low"] = low
        found[f"estimated_{figure}_high"] = high
        found[f"{figure}_error"] = None if true is None or said is None else said - true
        found[f"{figure}_covered"] = None if true is None or low is None or high is None else low <= true <= high
    return found


def subgroups_below(figures: Row) -> list[dict[str, Any]]:
    """Return the subgroups with enough true pairs whose F1 is notably below that of all pairs, worst first."""
    whole = figures["f1"]
    below = [
        {"column": column, "group": group, "f1": row["f1"], "gap": whole - row["f1"], "true_pairs": row["true_pairs"]}
        for column, found in figures["subgroups"].items()
        for group, row in found.items()
        if row["true_pairs"] >= ENOUGH_PAIRS and round(whole - row["f1"], 9) > NOTABLE_GAP
    ]
    return sorted(below, key=lambda row: (-row["gap"], row["column"], row["group"]))
