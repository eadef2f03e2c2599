"""What stands on each page: the summary of a linkage turned into charts and rows for the templates."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

import validation
from ketenzicht.explaining import clusters, curves, estimates, histograms, waterfalls, weights, wording
from ketenzicht.explaining.cuts import cut_line
from ketenzicht.explaining.language import Language, is_number, language

Row = Mapping[str, Any]

PAGES = ("index", "weights", "patterns", "scores", "thresholds", "clusters", "subgroups")
FAR_BELOW = 0.05
"""How far below the whole run a group's F1 lies when the page says so in its first line."""
EVERYONE = "overall"
"""Grouping of the row that stands for all persons."""
_MINIMUM = 10
_TEMPLATES = Path(__file__).parent / "templates"
_HOUSE_STYLE = Path(validation.__file__).parent / "templates"


def address(page: str, code: str) -> str:
    """The file name of a page in a language: English without, Dutch with its code."""
    return f"{page}.html" if code == "en" else f"{page}.{code}.html"


def render(linkage: Row, header: Row, groups: Sequence[Row], code: str, back: str = "") -> dict[str, str]:
    """Return the pages of one language, by file name.

    ``linkage``: the summary of a linkage with its ``explain``; a part that is missing is said to be. ``header``:
    project, run_id, period, profile, finished. ``groups``: rows of estimated quality per group of persons (grouping,
    group_name, links, precision, recall, their ends _low and _high, f1). ``back``: address of the run's page.
    """
    tongue, other = language(code), "nl" if code == "en" else "en"
    linkage = {"records": {}, "source_pairs": (), "cluster_sizes": {}, **linkage}
    environment = _environment(tongue)
    shared = {
        "header": header,
        "linkage": linkage,
        "explain": linkage.get("explain") or {},
        "overall": linkage.get("overall") or {},
        "minimum": _minimum(linkage),
        "hidden": tongue.say("common.hidden", most=_minimum(linkage) - 1, minimum=_minimum(linkage)),
        "addresses": {page: address(page, code) for page in PAGES},
        "back": back,
    }
    content = {
        "index": _index(tongue, linkage),
        "weights": _weights(tongue, linkage),
        "patterns": {"parts": _patterns(tongue, linkage)},
        "scores": {"parts": _scores(tongue, linkage)},
        "thresholds": {"parts": _thresholds(tongue, linkage)},
        "clusters": _clusters(tongue, linkage),
        "subgroups": _subgroups(tongue, linkage, groups),
    }
    return {
        address(page, code): environment.get_template(f"{page}.html.j2").render(
            {**shared, **content[page]}, page=page, other=address(page, other)
        )
        for page in PAGES
    }


def _environment(tongue: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES, _HOUSE_STYLE]), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["words"] = lambda text: str(text).replace("_", " ")
    environment.globals |= {
        "l": tongue,
        "weight_of": weights.weight_of,
        "prior_of": prior_of,
        "probability_of": lambda bits: 1 / (1 + 2.0**-bits),
    }
    return environment


def _minimum(linkage: Row) -> int:
    return int((linkage.get("explain") or {}).get("minimum") or _MINIMUM)


def prior_of(row: Row) -> float | None:
    """Log odds in bits that two records of a source pair are one person; None where no match or no pair is expected."""
    expected, pairs = float(row.get("expected_matches") or 0.0), float(row.get("pairs") or 0.0)
    return math.log2(expected / (pairs - expected)) if 0 < expected < pairs else None


def _explained(linkage: Row, part: str) -> Sequence[Row]:
    rows: Sequence[Row] = (linkage.get("explain") or {}).get(part) or ()
    return rows


def _index(tongue: Language, linkage: Row) -> dict[str, Any]:
    lines = [estimates.Line(tongue.pair(row), row) for row in linkage.get("source_pairs") or ()]
    overall = linkage.get("overall")
    if overall:
        lines.append(estimates.Line(tongue.say("index.overall"), overall, whole=True))
    chart = estimates.estimates(tongue, "estimates", tongue.say("index.chart"), lines)
    settings, why = linkage.get("settings") or {}, (overall or {}).get("recall_reason")
    return {
        "chart": chart,
        "persons": sum((linkage.get("cluster_sizes") or {}).values()),
        "findings": [wording.finding(tongue, row) for row in linkage.get("findings") or ()],
        "reason": wording.reason(tongue, str(why)) if why else None,
        "cuts": [cut_line(row, settings) for row in linkage.get("source_pairs") or () if row.get("cut")],
        "floor": (settings.get("clusters") or {}).get("precision"),
    }


def _weights(tongue: Language, linkage: Row) -> dict[str, Any]:
    groups = _explained(linkage, "weights") or (linkage.get("model") or {}).get("groups") or ()
    levels = [
        found for group in groups for part in (group.get("comparisons") or {}).values() for found in part.values()
    ]
    known = [weights.weight_of(found["m"], found["u"]) for found in levels]
    reach = max((abs(bits) for bits in known if bits is not None), default=1.0) * 1.12
    found = []
    for number, group in enumerate(groups, start=1):
        names = [" \u00d7 ".join(pair).replace("_", " ") for pair in group.get("source_pairs") or ()]
        pairs = ", ".join(names)
        title = tongue.say("weights.chart", pairs=pairs)
        chart = weights.weights(tongue, f"weights-{number}", title, group, reach)
        found.append(
            {"chart": chart, "pairs": pairs, "count": len(names), "comparisons": group.get("comparisons") or {}}
        )
    return {"groups": [group for group in found if group["comparisons"]]}


def _patterns(tongue: Language, linkage: Row) -> list[dict[str, Any]]:
    rows, minimum = _explained(linkage, "patterns"), _minimum(linkage)
    reach = {
        pair: waterfalls.reach([row for row in rows if tongue.pair(row) == pair]) for pair in map(tongue.pair, rows)
    }
    parts: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows):
        pair = tongue.pair(row)
        part = parts.setdefault(pair, {"pair": pair, "frequent": [], "near": []})
        pairs, links = (tongue.count(row[count], minimum) for count in ("pairs", "links"))
        part[row["kind"]].append(
            {
                "chart": waterfalls.waterfall(tongue, f"pattern-{number}", row, *reach[pair]),
                "weight": tongue.signed(row["weight"]),
                "probability": tongue.probability(row["probability"]),
                "stands": tongue.say("patterns.stands", pairs=pairs, links=links),
                "kinds": _kinds(tongue, row),
            }
        )
    return list(parts.values())


def _kinds(tongue: Language, row: Row) -> str:
    """What a pair with this pattern most likely is, should it be a match and should it be of strangers."""
    return "; ".join(
        tongue.say(f"patterns.{name}", kind=tongue.word("kinds", row[name]["kind"]), share=f"{row[name]['share']:.0%}")
        for name in ("as_match", "as_strangers")
        if name in row
    )


def _scores(tongue: Language, linkage: Row) -> list[dict[str, Any]]:
    rows = _explained(linkage, "scores")
    reach = histograms.span(rows)
    return [
        {
            "pair": tongue.pair(row),
            "row": row,
            "chart": histograms.histogram(tongue, f"scores-{number}", row, reach, _minimum(linkage)),
        }
        for number, row in enumerate(rows)
    ]


def _thresholds(tongue: Language, linkage: Row) -> list[dict[str, Any]]:
    rows = _explained(linkage, "thresholds")
    linked = {(row["source_a"], row["source_b"]): row for row in linkage.get("source_pairs") or ()}
    starts = [row["start"] for row in rows]
    ends = [row["start"] + row["step"] * (len(row["precision"]) - 1) for row in rows]
    reach = (min(starts, default=-1.0), max(ends, default=1.0))
    found = []
    for number, row in enumerate(rows):
        own = linked.get((row["source_a"], row["source_b"]), {})
        chart = curves.curves(tongue, f"thresholds-{number}", row, own, reach)
        found.append({"pair": tongue.pair(row), "row": row, "linked": own, "chart": chart})
    return found


def _clusters(tongue: Language, linkage: Row) -> dict[str, Any]:
    rows, minimum = _explained(linkage, "bridges"), _minimum(linkage)
    listed, bands, cells = clusters.matrix(rows)
    return {
        "sizes_chart": clusters.sizes(tongue, "sizes", linkage.get("cluster_sizes") or {}, minimum),
        "bridges_chart": clusters.bridges(tongue, "bridges", rows, minimum),
        "weak": tongue.count((linkage.get("explain") or {}).get("weak_bridges"), minimum),
        "listed": listed,
        "bands": bands,
        "cells": cells,
    }


def _subgroups(tongue: Language, linkage: Row, groups: Sequence[Row]) -> dict[str, Any]:
    minimum = _minimum(linkage)
    # The warehouse's own row for everyone rests on the same draws as its groups; the linkage unit's does not quite.
    own = [row for row in groups if row["grouping"] == EVERYONE]
    overall = own[0] if own else linkage.get("overall") or {}
    rows = [_group(row, overall.get("f1"), minimum) for row in groups if row["grouping"] != EVERYONE]
    lines = [estimates.Line(tongue.say("index.overall"), overall, whole=True)] if overall else []
    for grouping in dict.fromkeys(row["grouping"] for row in rows):
        lines.append(estimates.Line(tongue.word("groupings", grouping), {}, heading=True))
        lines += [
            estimates.Line(_name(tongue, row), row) for row in rows if row["grouping"] == grouping and not row["few"]
        ]
    return {
        "rows": rows,
        "whole": overall,
        "below": [_below(tongue, row) for row in rows if row["is_below"]],
        "chart": estimates.estimates(tongue, "subgroups", tongue.say("subgroups.chart"), lines),
    }


def _below(tongue: Language, row: Row) -> str:
    """Grouping, group and F1: "not registered" alone would not say of what."""
    return f"{tongue.word('groupings', row['grouping'])} {_name(tongue, row)} ({tongue.percent(row['f1'])})"


def _name(tongue: Language, row: Row) -> str:
    return tongue.word(f"groups.{row['grouping']}", row["group_name"])


def _group(row: Row, whole: float | None, minimum: int) -> dict[str, Any]:
    """The row, whether it has too few links for figures, and whether it lies far below the whole run."""
    few = not is_number(row.get("links")) or row["links"] < minimum
    far = not few and is_number(row.get("f1")) and is_number(whole) and row["f1"] < whole - FAR_BELOW
    return {**row, "few": few, "is_below": far}
