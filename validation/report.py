"""The report page of a run: one HTML file that opens without a network, holds no script and no value of a person."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from validation.drawings import column_chart, match_weight, share_span, weight_span
from validation.first_lines import enough, f1, first_lines, is_number, name_of_group, name_of_pair
from validation.report_data import Count, RunReport

MISSING = "-"
HIDDEN = "hidden"
DEFAULT_MINIMUM_CELL = 10

_TEMPLATES = Path(__file__).parent / "templates"


def render(run: RunReport | Mapping[str, Any]) -> str:
    """Return the page of a run as HTML.

    ``run`` has the shape of ``report_data.RunReport``; a part that is missing is shown as "not run". Counts of persons
    under the pathways' ``minimum_cell`` are shown as "<10" (for 10), whoever forgot to hide them. Text is escaped.
    """
    pathways = run.get("pathways") or {}
    minimum = int(pathways.get("minimum_cell") or DEFAULT_MINIMUM_CELL)
    linkage, groups = run.get("linkage") or {}, run.get("quality_by_group") or ()
    environment = _environment(minimum)
    return environment.get_template("run.html.j2").render(
        run=run,
        minimum=minimum,
        first=first_lines(linkage, groups, minimum),
        groups=groups,
        years=_years(pathways.get("victims_per_year") or (), minimum),
        clusters=_clusters(linkage.get("cluster_sizes") or {}, minimum),
        overlap=_overlap(pathways.get("register_overlap") or ()),
    )


def _environment(minimum: int) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "number": number,
        "percent": percent,
        "interval": interval,
        "points": points,
        "decimal": decimal,
        "bits": bits,
        "comparison": lambda name: str(name).replace("_", " ").replace(".", ", "),
        "words": lambda text: str(text).replace("_", " "),
        "moment": moment,
        "cell": lambda count: HIDDEN if count == "." else number(protect(count, minimum)),
    }
    environment.globals |= {
        "column_chart": column_chart,
        "enough": enough,
        "f1": f1,
        "match_weight": match_weight,
        "name_of_group": name_of_group,
        "name_of_pair": name_of_pair,
        "share_span": share_span,
        "weight_span": weight_span,
        "missing": MISSING,
    }
    return environment


def number(value: float | str | None) -> str:
    """A count with thousands separated; text as it is; a dash where there is none."""
    if isinstance(value, str):
        return value or MISSING
    return f"{value:,.0f}" if is_number(value) else MISSING


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal; a dash where there is none."""
    return f"{share:.1%}" if is_number(share) else MISSING


def interval(row: Mapping[str, Any], figure: str) -> str:
    """The row's 90% interval of a figure, in per cent; empty where there is none."""
    low, high = row.get(f"{figure}_low"), row.get(f"{figure}_high")
    return f"{100 * low:.1f} to {high:.1%}" if is_number(low) and is_number(high) else ""


def points(share: float) -> str:
    """A difference between two shares, in percentage points."""
    return f"{100 * share:.1f}"


def decimal(value: float | None, places: int = 4) -> str:
    """A number with so many decimals, in powers of ten where it would read as zero; a dash where there is none."""
    if not is_number(value):
        return MISSING
    return f"{value:.1e}" if 0 < abs(value) < 10.0**-places else f"{value:.{places}f}"


def bits(value: float | None) -> str:
    """A match weight with its sign and one decimal; a dash where there is none."""
    return f"{value:+.1f}" if is_number(value) else MISSING


def moment(text: str | None) -> str:
    """An ISO 8601 time, easier to read: ``2026-11-23 10:12:00 UTC``; empty where there is none."""
    return (text or "").replace("T", " ").replace("+00:00", " UTC").replace("Z", " UTC")


def protect(count: Count | None, minimum: int) -> Count | None:
    """The count, or ``<minimum`` where it is smaller, zero included."""
    return f"<{minimum}" if isinstance(count, int) and count < minimum else count


def _years(rows: Iterable[Mapping[str, Any]], minimum: int) -> dict[str, Any]:
    """Totals for the chart, and a table of categories by year."""
    listed = list(rows)
    years = sorted({row["year"] for row in listed})
    table: dict[tuple[str, str], dict[int, Count]] = {}
    for row in listed:
        table.setdefault((row["characteristic"], row["category"]), {})[row["year"]] = row["n_persons"]
    totals = table.pop(("total", "total"), {})
    points = [(str(year), protect(totals.get(year, MISSING), minimum) or MISSING) for year in years]
    return {"years": years, "totals": points, "table": table}


def _clusters(sizes: Mapping[str, int], minimum: int) -> list[tuple[str, int | str]]:
    ordered = sorted(sizes, key=lambda size: (len(str(size)), str(size)))
    return [(str(size), protect(sizes[size], minimum) or MISSING) for size in ordered]


def _overlap(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One matrix of registers per basis: (a, b) to the row."""
    found: dict[str, Any] = {}
    for row in rows:
        part = found.setdefault(row["basis"], {"registers": [], "cells": {}})
        for register in (row["register_a"], row["register_b"]):
            if register not in part["registers"]:
                part["registers"].append(register)
        part["cells"][row["register_a"], row["register_b"]] = row
    return found
