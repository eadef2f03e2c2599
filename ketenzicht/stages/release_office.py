"""What happens at a release: counts for the approver, a gate, and a database of protected tables for readers."""

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

import warehouse
from ketenzicht import journal
from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError, GateClosed
from ketenzicht.journal import LONGEST_TEXT
from ketenzicht.results import ReleaseResult
from ketenzicht.stages import warehouse_office
from ketenzicht.stages.runs import read_summary
from ketenzicht.workspace import atomic_write, make_directory

_RUNNING = ("link", "load")


def request(context: Context, run_id: str) -> dict[str, Any]:
    """What an approver is shown: run, runner, counts, estimates and findings; also written to the release folder."""
    summary = read_summary(context, run_id)
    shown = {
        "run_id": run_id,
        "project": context.project.pipeline.project,
        "period": summary["period"],
        "runner": summary["runner"],
        "records": {name: manifest["record_count"] for name, manifest in summary["inputs"].items()},
        "overall": summary["linkage"].get("overall") or {},
        "findings": [f"{found['where']}: {found['message']}" for found in summary["linkage"]["findings"]],
        "approvers": ", ".join(context.project.pipeline.release.approvers),
        "minimum_cell": context.project.pipeline.release.minimum_cell,
        "round_to": context.project.pipeline.release.round_to,
    }
    path = context.workspace.release / f"request-{run_id}.json"
    atomic_write(path, json.dumps(shown, indent=1).encode())
    return shown


def release(context: Context, run_id: str, approver: str, reason: str) -> ReleaseResult:
    """Build the release database under an approver's name; ``GateClosed`` where that person may not approve.

    The journal holds the approval before anything is published, and the release after it.
    """
    summary = read_summary(context, run_id)
    _check_approver(context, runners(context, summary), approver, reason)
    rules = context.project.pipeline.release
    target = make_directory(context.workspace.release) / f"release-{run_id}.duckdb"
    loaded = warehouse_office.loaded_run(context) or "none"
    if loaded != run_id:
        msg = f"run {run_id}: the warehouse holds run {loaded}. Cure: run `ketenzicht load --run {run_id}` first."
        raise ConfigurationError(msg)
    _note(context, "approve", run_id, approver, reason, {})
    try:
        made = warehouse.release(
            context.workspace.warehouse_database,
            target,
            minimum_cell=rules.minimum_cell,
            round_to=rules.round_to,
            run={"run_id": run_id, "approver": approver},
        )
    except warehouse.WarehouseRefused as error:
        raise GateClosed(str(error)) from None
    _note_approval(context, run_id, approver, reason, len(made["tables"]))
    return ReleaseResult(run_id, approver, target, len(made["tables"]))


def runners(context: Context, summary: Mapping[str, Any]) -> set[str]:
    """Everybody who ran this linkage, its loading or a delivery in it, by the journal as well as by the summary.

    The summary alone names whoever ran it last, and can be edited unseen.
    """
    context.journal.check()  # mends what a killed writer left, which could not be read
    inputs = {manifest["content_hash"] for manifest in summary["inputs"].values()}
    names = [str(summary["runner"])]
    for entry in journal.read(context.workspace.journal):
        ran = entry.action in _RUNNING and entry.run_id == summary["run_id"]
        if ran or (entry.action == "encode" and entry.content_hash in inputs):
            names.append(entry.actor)
    # Airflow's runs are started by several persons at times, whose names are joined by commas.
    return {_same(name) for joined in names for name in joined.split(",")}


def _same(name: str) -> str:
    """A name as it is compared: neither case nor blanks make another person."""
    return " ".join(name.split()).casefold()


def _check_approver(context: Context, ran: set[str], approver: str, reason: str) -> None:
    allowed = context.project.pipeline.release.approvers
    if approver not in allowed:
        msg = (
            f"release: {approver!r} may not approve. Cure: let one of {', '.join(allowed) or '(nobody)'} approve, or "
            "change release.approvers in pipeline.toml."
        )
        raise GateClosed(msg)
    if _same(approver) in ran:
        msg = f"release: {approver!r} ran this linkage. Cure: let another person approve it."
        raise GateClosed(msg)
    if not reason.strip():
        msg = "release: no reason was given. Cure: add --reason TEXT."
        raise GateClosed(msg)
    if len(reason) > LONGEST_TEXT:
        msg = f"release: the reason is longer than {LONGEST_TEXT} characters. Cure: say it shorter."
        raise GateClosed(msg)


def _note(context: Context, action: str, run_id: str, approver: str, reason: str, counts: Mapping[str, int]) -> None:
    """Who approved, and who was at the keyboard: on one machine a name can be typed by anybody."""
    context.journal.append(
        action=action,
        actor=approver,
        reason=reason,
        recipient="readers",
        counts=counts,
        run_id=run_id,
        details={"entered_by": context.actor},
    )


def _note_approval(context: Context, run_id: str, approver: str, reason: str, tables: int) -> None:
    _note(context, "release", run_id, approver, reason, {"tables": tables})
    approval = {"run_id": run_id, "approver": approver, "reason": reason, "time": context.clock().isoformat()}
    atomic_write(context.workspace.release / f"approval-{run_id}.json", json.dumps(approval, indent=1).encode())


def approval(context: Context, run_id: str) -> dict[str, str] | None:
    """Who approved a run's release, when and why; None while it waits."""
    path = context.workspace.release / f"approval-{run_id}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def query(context: Context, run_id: str | None, sql: str) -> pd.DataFrame:
    """The answer of a release to one SELECT; the newest release where no run is named."""
    made = sorted(context.workspace.release.glob("release-*.duckdb"), key=lambda path: path.stat().st_mtime_ns)
    chosen = [path for path in made if run_id is None or path.stem == f"release-{run_id}"]
    if not chosen:
        msg = (
            f"{context.workspace.release}: no release to read. Cure: approve one with `ketenzicht release "
            "--approve-as NAME --reason TEXT`."
        )
        raise ConfigurationError(msg)
    try:
        return warehouse.query(chosen[-1], sql)
    except warehouse.QueryRefused as error:
        raise ConfigurationError(str(error)) from None
