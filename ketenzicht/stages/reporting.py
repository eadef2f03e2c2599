"""The run's page: what each domain may tell an auditor, gathered into one offline file. Counts, never values."""

import json
from pathlib import Path
from typing import Any

from ketenzicht.context import Context
from ketenzicht.stages import explaining, release_office, warehouse_office
from ketenzicht.stages.runs import read_summary
from ketenzicht.workspace import atomic_write
from validation.report import render


def write(context: Context, run_id: str) -> Path:
    """Write the page of a run to the auditor's folder and return its path."""
    summary = read_summary(context, run_id)
    linkage = summary["linkage"]
    persons = sum(linkage["cluster_sizes"].values())
    approved = release_office.approval(context, run_id)
    page = render(
        {
            "header": _header(context, summary, approved=approved is not None),
            "deliveries": [_delivery(context, name, summary) for name in context.project.pipeline.sources],
            "linkage": {**linkage, "persons": persons, "pages": _pages(context, run_id)},
            "quality_by_group": warehouse_office.quality_by_group(context, run_id),
            "pathways": warehouse_office.report_data(context, run_id),
            "approvals": [{**approved, "decision": "approved"}] if approved else [],
        }
    )
    path = context.workspace.report(run_id)
    atomic_write(path, page.encode())
    return path


def _pages(context: Context, run_id: str) -> str:
    """Address of the pages that explain the links, as the run's page beside them writes it."""
    return f"{context.workspace.linkage_pages(run_id).name}/{explaining.FIRST}"


def _header(context: Context, summary: dict[str, Any], *, approved: bool) -> dict[str, str]:
    pipeline = context.project.pipeline
    manifests = list(summary["inputs"].values())
    return {
        "project": pipeline.project,
        "title": pipeline.title or pipeline.project,
        "purpose": pipeline.purpose,
        "legal_basis": pipeline.legal_basis,
        "run_id": summary["run_id"],
        "period": summary["period"],
        "profile": context.project.encoding.profile,
        "software_version": manifests[0]["software_version"],
        "key_fingerprint": manifests[0]["key_fingerprint"],
        "runner": summary["runner"],
        "started": summary["started"],
        "finished": summary["finished"],
        "status": "released" if approved else "waiting for approval",
    }


def _delivery(context: Context, source: str, summary: dict[str, Any]) -> dict[str, Any]:
    """Counts of one source's delivery; a source that was left out is shown as such."""
    title = context.project.source(source).title
    path = context.workspace.agency_report(source, summary["period"])
    manifest = summary["inputs"].get(source)
    if manifest is None or not path.exists():
        return {"source": source, "title": title, "verdict": "not in this run"}
    counts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {**counts, "title": title, "encoded": manifest["record_count"]}
