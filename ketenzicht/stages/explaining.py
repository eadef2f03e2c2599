"""The pages that explain a run's links, in the auditor's folder. Patterns, counts and estimates, never values."""

from pathlib import Path
from typing import Any

import warehouse
from ketenzicht.context import Context
from ketenzicht.explaining import LANGUAGES, address, render
from ketenzicht.stages import warehouse_office
from ketenzicht.stages.runs import read_summary
from ketenzicht.workspace import atomic_write

QUALITY = "linkage_quality_by_group"


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
    groups = _groups(context, run_id)
    back = f"../{context.workspace.report(run_id).name}"
    for code in LANGUAGES:
        for name, page in render(summary["linkage"], header, groups, code, back).items():
            atomic_write(folder / name, page.encode())
    return folder / address("index", LANGUAGES[0])


def _groups(context: Context, run_id: str) -> list[dict[str, Any]]:
    """Estimated quality per group of persons; none where the warehouse does not hold the run or has no such table."""
    if warehouse_office.loaded_run(context) != run_id:
        return []
    database = context.workspace.warehouse_database
    known = warehouse.query(
        database,
        f"SELECT 1 FROM information_schema.tables WHERE table_name = '{QUALITY}'",  # noqa: S608 - a constant
    )
    if known.empty:
        return []
    table = warehouse.query(database, f"SELECT * FROM {QUALITY} ORDER BY grouping, group_name")  # noqa: S608 - as above
    return [
        {str(name): None if value != value else value for name, value in row.items()}  # noqa: PLR0124 - not a number
        for row in table.to_dict("records")
    ]
