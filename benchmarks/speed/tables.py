"""Tables of the speed benchmark, as Markdown, from its results."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.markdown import markdown, share

STAGE_HEAD = ("stage", "ours", "anchor", "unit", "ours a second", "anchor a second", "ratio", "rounds", "remark")
RUN_HEAD = (
    "population",
    "records",
    "side",
    "CPU s",
    "of which start-up",
    "encoding",
    "wall s",
    "peak MB",
    "F1",
    "CPU over Splink's",
    "rounds",
)
NAMES = {"ours": "ours, one thread", "ours_two_threads": "ours, two threads", "splink": "Splink, plain text"}
NOTHING = "not measured yet"


def stages(rows: Sequence[Mapping[str, Any]]) -> str:
    """Every stage against its anchor."""
    if not rows:
        return NOTHING
    return markdown(STAGE_HEAD, [_stage(row) for row in sorted(rows, key=lambda row: str(row["stage"]))])


def _stage(row: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        row["stage"],
        row["ours"],
        row["anchor"],
        row["unit"],
        rate(row["our_rate"]),
        rate(row["anchor_rate"]),
        f"{figure(row['ratio'])} ({figure(row['smallest'])}-{figure(row['largest'])})",
        row["repeats"],
        row["note"],
    )


def whole_runs(rows: Sequence[Mapping[str, Any]]) -> str:
    """Every side of every whole run."""
    lines = [_side(row, side, found) for row in rows for side, found in row["sides"].items()]
    return markdown(RUN_HEAD, lines) if lines else NOTHING


def _side(row: Mapping[str, Any], side: str, found: Mapping[str, Any]) -> tuple[object, ...]:
    ratio = row["cpu_over_splink"].get(side)
    return (
        row["population"],
        f"{row['records']:,}",
        NAMES[side],
        f"{found['cpu_seconds']:.1f} ({found['cpu_range'][0]:.1f}-{found['cpu_range'][1]:.1f})",
        f"{found['start_up_cpu_seconds']:.1f}",
        f"{found['encode_cpu_seconds']:.1f}" if "encode_cpu_seconds" in found else "",
        f"{found['wall_seconds']:.1f}",
        memory(found),
        share(found["f1"]),
        f"{ratio['median']:.2f} ({ratio['smallest']:.2f}-{ratio['largest']:.2f})" if ratio else "",
        found["repeats"],
    )


def memory(found: Mapping[str, Any]) -> str:
    """Peak of the process that links, and of the one that encodes beside it."""
    linking = f"{found['peak_mb']:,.0f}"
    return f"{linking} (encoding {found['encode_peak_mb']:,.0f})" if "encode_peak_mb" in found else linking


def clusterings(rows: Sequence[Mapping[str, Any]]) -> str:
    """What Splink reaches by each clustering of its pairs at one half, and at the best threshold."""
    head = ("population", "records", "components", "single best links", "source-consistent", "best threshold of all")
    lines = []
    for row in rows:
        found = row["sides"].get("splink")
        if found is not None:
            by = [share(found["f1_by_clustering"][name]) for name in ("components", "best_links", "source_consistent")]
            lines.append((row["population"], f"{row['records']:,}", *by, share(found["oracle_f1"])))
    return markdown(head, lines) if lines else NOTHING


def growth(found: Mapping[str, float]) -> str:
    """Exponents of growth."""
    head = ("side", "CPU seconds grow as records to the power")
    return markdown(head, [(NAMES[side], f"{value:.2f}") for side, value in found.items()]) if found else NOTHING


def figure(value: float) -> str:
    """Three digits that count; whole numbers from one hundred on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def rate(value: float) -> str:
    """A rate with thousand, million or billion written out."""
    for size, word in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{figure(value / size)}{word}"
    return figure(value)
