"""What happens at a release: counts for the approver, a gate, and a database of protected tables for readers."""

import json
from typing import Any

import pandas as pd

import warehouse
from ketenzicht import journal
from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError, GateClosed, KetenzichtError
from ketenzicht.results import ReleaseResult
from ketenzicht.stages import warehouse_office
from ketenzicht.stages.runs import read_summary
from ketenzicht.workspace import atomic_write, make_directory


def request(context: Context, run_id: str) -> dict[str, Any]:
    """What an approver is shown: run, runner, counts and findings; also written to the release folder."""
    summary = read_summary(context, run_id)
    shown = {
        "run_id": run_id,
        "project": context.project.pipeline.project,
        "period": summary["period"],
        "runner": summary["runner"],
        "records": {name: manifest["record_count"] for name, manifest in summary["inputs"].items()},
        "findings": [str(finding) for finding in summary["linkage"]["findings"]],
        "approvers": ", ".join(context.project.pipeline.release.approvers),
    }
    path = context.workspace.release / f"request-{run_id}.json"
    atomic_write(path, json.dumps(shown, indent=1).encode())
    return shown


def release(context: Context, run_id: str, approver: str, reason: str) -> ReleaseResult:
    """Build the release database under an approver's name; ``GateClosed`` where that person may not approve."""
    summary = read_summary(context, run_id)
    _check_approver(context, str(summary["runner"]), approver, reason)
    rules = context.project.pipeline.release
    target = make_directory(context.workspace.release) / f"release-{run_id}.duckdb"
    loaded = warehouse_office.loaded_run(context) or "none"
    if loaded != run_id:
        msg = f"run {run_id}: the warehouse holds run {loaded}. Cure: run `ketenzicht load --run {run_id}` first."
        raise ConfigurationError(msg)
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


def _check_approver(context: Context, runner: str, approver: str, reason: str) -> None:
    allowed = context.project.pipeline.release.approvers
    if approver not in allowed:
        msg = (
            f"release: {approver!r} may not approve. Cure: let one of {', '.join(allowed) or '(nobody)'} approve, or "
            "change release.approvers in pipeline.toml."
        )
        raise GateClosed(msg)
    if approver == runner:
        msg = f"release: {approver!r} ran this linkage. Cure: let another person approve it."
        raise GateClosed(msg)
    if not reason.strip():
        msg = "release: no reason was given. Cure: add --reason TEXT."
        raise GateClosed(msg)


def _note_approval(context: Context, run_id: str, approver: str, reason: str, tables: int) -> None:
    context.journal.append(
        action="release",
        actor=approver,
        reason=reason,
        recipient="readers",
        counts={"tables": tables},
        run_id=run_id,
    )
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


def verify_journal(context: Context) -> dict[str, Any]:
    """Whether the journal's chain is whole; raises ``KetenzichtError`` naming the first entry that is not."""
    checked = journal.verify(context.workspace.journal)
    if checked.reason is not None:
        msg = (
            f"{context.workspace.journal}: entry {checked.broken_at}: {checked.reason}. Cure: compare with the "
            "copy kept by the auditor; do not append to this journal."
        )
        raise KetenzichtError(msg)
    return {"journal": str(context.workspace.journal), "entries": checked.entries, "intact": True}
