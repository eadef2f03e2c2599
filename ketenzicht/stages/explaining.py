"""The pages that explain a run's links, in the auditor's folder. Patterns, counts and estimates, never values."""

from pathlib import Path

from ketenzicht.context import Context
from ketenzicht.explaining import LANGUAGES, address, render
from ketenzicht.stages import warehouse_office
from ketenzicht.stages.runs import read_summary
from ketenzicht.workspace import atomic_write

FIRST = address("index", LANGUAGES[0])
"""File name of the page to begin with."""


def write(context: Context, run_id: str) -> Path:
    """Write the linkage pages of a run, in every language, and return the path of the first."""
    summary = read_summary(context, run_id)
    folder = context.workspace.linkage_pages(run_id)
    header = {
        "project": context.project.pipeline.project,
        "run_id": run_id,
        "period": summary["period"],
        "profile": context.project.encoding.profile,
        "finished": summary["finished"],
    }
    groups = warehouse_office.quality_by_group(context, run_id)
    report = context.workspace.report(run_id)
    back = f"../{report.name}" if report.exists() else ""
    for code in LANGUAGES:
        for name, page in render(summary["linkage"], header, groups, code, back).items():
            atomic_write(folder / name, page.encode())
    return folder / FIRST
