"""What a run says of its own quality beside the truth, and how often its intervals hold it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

ALL = "all"
KEYS = ["source_a", "source_b"]
ESTIMATED = ("precision", "recall", "pair_completeness")
ROUNDING = 5e-5
"""Half the last digit of a summary: an interval that misses the truth by less does not miss it."""
LEAST_TRUE_PAIRS = 200
"""Subgroups with fewer true pairs in a run are left out of it: their F1 moves too much by chance."""


def beside_truth(
    summary: Mapping[str, Any], truth: Mapping[str, Any], completeness: Mapping[tuple[str, str], float | None]
) -> list[dict[str, Any]]:
    """Return a row per source pair and figure: estimated, low, high, true; the pair ``all``, ``all`` is all together.

    ``summary``: of a run; keys that it lacks are None. ``truth``: what ``evaluate`` returned. ``completeness``: true
    pair completeness by source pair (see ``true_completeness``).
    """
    true = {tuple(sorted((row["source_a"], row["source_b"]))): row for row in truth["source_pairs"]}
    said = {tuple(sorted((row["source_a"], row["source_b"]))): row for row in summary["source_pairs"]}
    rows = []
    for pair, estimates in (said | {(ALL, ALL): summary.get("overall") or {}}).items():
        figures = truth if pair == (ALL, ALL) else true[pair]
        found = {**figures, "pair_completeness": completeness.get(pair)}
        for figure in ESTIMATED:
            ends = {end: estimates.get(f"{figure}_{end}") for end in ("low", "high")}
            rows.append(
                dict(zip(KEYS, pair, strict=True))
                | {"figure": figure, "estimated": estimates.get(figure), **ends, "true": found[figure]}
            )
    return rows


def true_completeness(
    records: pd.DataFrame, truth: pd.DataFrame, candidates: npt.NDArray[np.int64]
) -> dict[tuple[str, str], float | None]:
    """Return the share of the true pairs that are candidates, per source pair and for ``all``, None without true pairs.

    ``records`` (source, native_id): what the row numbers of ``candidates`` (pairs, two columns) mean. ``truth``:
    source, native_id, person.
    """
    table = records[["source", "native_id"]].merge(truth, on=["source", "native_id"], how="left")
    person = pd.factorize(table["person"])[0]
    left, right = person[candidates[:, 0]], person[candidates[:, 1]]
    both = candidates[(left == right) & (left >= 0)]
    source = table["source"].to_numpy()
    held = pd.Series(zip(np.minimum(*source[both].T), np.maximum(*source[both].T), strict=True), dtype=object)
    counts = held.value_counts().to_dict()
    true = _true_pairs(truth)
    shares: dict[tuple[str, str], float | None] = {
        pair: counts.get(pair, 0) / total if total else None for pair, total in true.items()
    }
    everything = sum(true.values())
    return shares | {(ALL, ALL): len(both) / everything if everything else None}


def _true_pairs(truth: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Number of true pairs per source pair."""
    sizes = truth.pivot_table(index="person", columns="source", values="native_id", aggfunc="size", fill_value=0)
    names = sorted(sizes.columns)
    return {
        (a, b): int((sizes[a] * sizes[b]).sum() if a != b else (sizes[a] * (sizes[a] - 1) // 2).sum())
        for place, a in enumerate(names)
        for b in names[place:]
    }


def calibration(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pool rows of ``beside_truth`` over runs: all source pairs together, each, and the figures over ``all``.

    Per scope and figure: ``compared`` (estimate and truth both known), ``not_estimable`` (truth known, no estimate),
    ``bias`` (mean of estimate less truth), ``mean_error`` and ``largest_error`` (absolute), ``intervals`` and, of
    them, ``covered`` (share that hold the truth), ``below`` and ``above`` (share with the truth outside, by side).
    """
    table = pd.DataFrame(rows)
    if table.empty:
        return []
    single = table["source_a"] != ALL
    scopes = {"source pairs together": table[single], "all pairs of a run": table[~single]}
    scopes |= {f"{a}, {b}": part for (a, b), part in table[single].groupby(KEYS, sort=True)}
    return [
        {"scope": scope, "figure": figure} | _pooled(part[part["figure"] == figure])
        for scope, part in scopes.items()
        for figure in ESTIMATED
    ]


def _pooled(rows: pd.DataFrame) -> dict[str, Any]:
    numbers = rows[["estimated", "low", "high", "true"]].astype(float)
    known = numbers["true"].notna()
    compared = numbers[known & numbers["estimated"].notna()]
    error = compared["estimated"] - compared["true"]
    bounded = compared[compared["low"].notna() & compared["high"].notna()]
    below = bounded["true"] < bounded["low"] - ROUNDING
    above = bounded["true"] > bounded["high"] + ROUNDING
    return {
        "compared": len(compared),
        "not_estimable": int(known.sum()) - len(compared),
        "bias": _mean(error),
        "mean_error": _mean(error.abs()),
        "largest_error": float(error.abs().max()) if len(error) else None,
        "intervals": len(bounded),
        "covered": _mean(~(below | above)),
        "below": _mean(below),
        "above": _mean(above),
    }


def _mean(values: "pd.Series[Any]") -> float | None:
    return float(values.mean()) if len(values) else None


def subgroups(runs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pool the true figures of each subgroup over runs in which it has 200 or more true pairs, beside those runs' own.

    ``runs``: what ``evaluate`` returned. Per group: ``runs``, ``true_pairs``, ``f1``, ``overall_f1`` of the same runs,
    ``gap`` (group less overall) and ``worst_gap`` (of one run). The widest gap comes first.
    """
    parts: dict[tuple[str, str], list[tuple[Mapping[str, Any], Mapping[str, Any]]]] = {}
    for run in runs:
        for column, groups in run["subgroups"].items():
            for group, figures in groups.items():
                if figures["true_pairs"] >= LEAST_TRUE_PAIRS:
                    parts.setdefault((column, group), []).append((figures, run))
    lines = [
        {
            "subgroup": column,
            "group": group,
            "runs": len(pairs),
            "true_pairs": sum(one["true_pairs"] for one, _ in pairs),
            "f1": (own := _pooled_f1([one for one, _ in pairs])),
            "overall_f1": (whole := _pooled_f1([run for _, run in pairs])),
            "gap": own - whole,
            "worst_gap": min(one["f1"] - run["f1"] for one, run in pairs),
        }
        for (column, group), pairs in parts.items()
    ]
    return sorted(lines, key=lambda line: (line["gap"], line["subgroup"], line["group"]))


def _pooled_f1(figures: Sequence[Mapping[str, Any]]) -> float:
    """F1 of several runs as if they were one; needs a true pair in some of them."""
    both = sum((one["precision"] or 0.0) * one["links"] for one in figures)
    return float(2.0 * both / sum(one["links"] + one["true_pairs"] for one in figures))
