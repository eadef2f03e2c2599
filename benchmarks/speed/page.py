"""The tables in docs/reference/speed.md, written from the results."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.speed import tables

_BLOCK = "<!-- {name} -->{text}<!-- end of {name} -->"


class PageHasNoPlace(Exception):
    """The page lacks the marks between which a table goes."""


def blocks(results: Mapping[str, Any]) -> dict[str, str]:
    """Name of each block of the page and what stands in it."""
    return {
        "stages": tables.stages(results["stages"]),
        "whole runs": tables.whole_runs(results["whole_runs"]),
        "growth": tables.growth(results["growth"]),
        "clusterings": tables.clusterings(results["whole_runs"]),
        "machine": _machine(results["machine"]),
    }


def filled(page: str, results: Mapping[str, Any]) -> str:
    """Return the page with every block filled from the results.

    Raises:
        PageHasNoPlace: a block's marks are not there.
    """
    for name, text in blocks(results).items():
        marks = re.compile(re.escape(_BLOCK.format(name=name, text="@")).replace("@", ".*?"), re.DOTALL)
        places = marks.findall(page)
        if len(places) != 1:
            msg = f"the page has no place for {name}. Cure: put '<!-- {name} -->' and '<!-- end of {name} -->' once."
            raise PageHasNoPlace(msg)
        page = page.replace(places[0], _BLOCK.format(name=name, text=f"\n\n{text}\n\n"))
    return page


def fill(path: Path, results: Mapping[str, Any]) -> None:
    """Fill the page in its file."""
    path.write_text(filled(path.read_text(encoding="utf-8"), results), encoding="utf-8")


def _machine(told: Mapping[str, Any]) -> str:
    if not told:
        return tables.NOTHING
    packages = ", ".join(f"{name} {number}" for name, number in told["packages"].items() if number)
    return f"{told['processor']}, {told['cores']} cores, Python {told['python']}; {packages}."
