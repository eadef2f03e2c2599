"""Tables of the cost model, as Markdown, and their places in docs/explanation/cost-model.md."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.markdown import markdown
from benchmarks.speed.page import PageHasNoPlace
from benchmarks.speed.tables import NOTHING, figure, rate

_BLOCK = "<!-- {name} -->{text}<!-- end of {name} -->"


def blocks(found: Mapping[str, Any]) -> dict[str, str]:
    """Name of each block of the page and what stands in it; ``found`` is empty before anything was measured."""
    if not found:
        return dict.fromkeys(("coefficients", "checks", "expected"), NOTHING)
    return {
        "coefficients": _coefficients(found["coefficients"]),
        "checks": _checks(found["checks"]),
        "expected": _expected(found["expected"]),
    }


def filled(page: str, found: Mapping[str, Any]) -> str:
    """Return the page with every block filled.

    Raises:
        PageHasNoPlace: a block's marks are not there once.
    """
    for name, text in blocks(found).items():
        marks = re.compile(re.escape(_BLOCK.format(name=name, text="@")).replace("@", ".*?"), re.DOTALL)
        places = marks.findall(page)
        if len(places) != 1:
            msg = f"the page has no place for {name}. Cure: put '<!-- {name} -->' and '<!-- end of {name} -->' once."
            raise PageHasNoPlace(msg)
        page = page.replace(places[0], _BLOCK.format(name=name, text=f"\n\n{text}\n\n"))
    return page


def fill(path: Path, found: Mapping[str, Any]) -> None:
    """Fill the page in its file."""
    path.write_text(filled(path.read_text(encoding="utf-8"), found), encoding="utf-8")


def _coefficients(values: Mapping[str, float]) -> str:
    return markdown(("coefficient", "value"), [(f"`{name}`", _value(name, value)) for name, value in values.items()])


def _value(name: str, value: float) -> str:
    """Seconds of one record or pair in microseconds, bytes in whole ones."""
    if name.startswith("search_pairs"):
        return f"{rate(value)} pairs/s"
    if "seconds_per" in name:
        return f"{figure(1e6 * value)} µs"
    if "seconds" in name:
        return f"{figure(value)} s"
    if name == "base_bytes":
        return f"{figure(value / 1e6)} MB"
    return f"{figure(value)} B" if "bytes" in name else figure(value)


def _checks(rows: Sequence[Mapping[str, Any]]) -> str:
    head = ("records", "CPU s measured", "by the model", "by smaller runs alone", "peak GB measured", "by the model")
    return markdown(head, [_check(row) for row in rows])


def _check(row: Mapping[str, Any]) -> tuple[str, ...]:
    predicted = row.get("predicted_cpu_seconds")
    return (
        f"{row['records']:,}",
        figure(row["cpu_seconds"]),
        figure(row["model_cpu_seconds"]),
        "" if predicted is None else figure(predicted),
        figure(row["peak_gb"]),
        figure(row["model_peak_gb"]),
    )


def _expected(rows: Sequence[Mapping[str, Any]]) -> str:
    head = (
        "records",
        "pairs looked at",
        "candidates",
        "core-hours: encode",
        "search",
        "compare",
        "rest",
        "in all",
        "hours with 32 cores",
        "memory GB",
        "of a worker",
        "traffic GB",
    )
    return markdown(head, [_expectation(row) for row in rows])


def _expectation(row: Mapping[str, Any]) -> tuple[str, ...]:
    hours = row["core_hours"]
    return (
        f"{row['records']:,}",
        rate(row["pairs"]),
        rate(row["candidates"]),
        *(figure(hours[name]) for name in ("encode", "search", "compare", "rest")),
        *(figure(row[name]) for name in ("total_core_hours", "hours_32", "memory_gb", "worker_gb", "traffic_gb")),
    )
