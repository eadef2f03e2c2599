"""The runs of the quality benchmark, brought together over seeds and set in a Markdown table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.markdown import markdown, share

SHARING = "pairs_sharing_names_or_identifier"
BEYOND = "pair_completeness_beyond_categories"
FIGURES = ("precision", "recall", "f1", "bcubed_f1", "cluster_f1", "pair_completeness", BEYOND, "sharing_f1")
COSTS = ("seconds", "peak_mb")
COLUMNS = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "sharing_f1": "F1 of pairs sharing names or a number",
    "cluster_f1": "whole clusters F1",
    "pair_completeness": "pair completeness",
    BEYOND: "the same, beyond categories",
    "seconds": "s",
    "peak_mb": "MB",
}


def over_seeds(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Mean, lowest and highest of every figure, per set, level and method, in the order of the runs.

    ``runs``: how many there were; ``failed``: in how many of them the method ended with an error.
    """
    lines: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for run in found:
        sharing = run.get(SHARING) or {}
        figures = dict(run) | {"sharing_f1": sharing.get("f1")}
        lines.setdefault((run["set"], run["level"], run["method"]), []).append(figures)
    return [
        dict(zip(("set", "level", "method"), key, strict=True))
        | {"runs": len(rows), "failed": sum("error" in row for row in rows)}
        | {name: _spread([row[name] for row in rows if row.get(name) is not None]) for name in (*FIGURES, *COSTS)}
        for key, rows in lines.items()
    ]


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    """None where no run has the figure."""
    return {"mean": float(np.mean(values)), "lowest": min(values), "highest": max(values)} if values else None


def table(lines: Sequence[Mapping[str, Any]]) -> str:
    """Markdown, a line per set, level and method: the mean and, where there are several seeds, the range."""
    rows = []
    for line in lines:
        cells = [_cell(name, line[name], line["runs"]) for name in COLUMNS]
        if line["failed"]:
            cells[0] = f"failed in {line['failed']} of {line['runs']} runs {cells[0]}".strip()
        rows.append([line["set"], line["level"] or "", line["method"], *cells])
    return markdown(["set", "level", "method", *COLUMNS.values()], rows)


def _cell(name: str, spread: Mapping[str, float] | None, count: int) -> str:
    if spread is None:
        return ""
    if name in COSTS:
        return f"{spread['mean']:.1f}" if name == "seconds" else f"{spread['mean']:.0f}"
    mean, lowest, highest = (share(spread[key]) for key in ("mean", "lowest", "highest"))
    return f"{mean} ({lowest}-{highest})" if count > 1 else mean
