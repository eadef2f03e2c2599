"""Alerts without values: which task of which run failed, by error class and exit code only."""

import json
import os
from pathlib import Path
from typing import Any, Final

from ketenzicht import environment
from ketenzicht.errors import KetenzichtError
from ketenzicht.workspace import make_directory

#: As the command line ends when rows were quarantined beyond the warning share.
WARNED_EXIT_CODE: Final = 5


def alert_failure(context: Any) -> None:  # noqa: ANN401 - Airflow's Context is a TypedDict without these as required
    """Airflow's callback for a task that failed for good: one line in ``WORKSPACE/audit/alerts.jsonl``.

    The error's message stays out, because a library's message may quote a value.
    """
    instance = context["task_instance"]
    error = context.get("exception")
    append_alert(
        Path(context["params"]["workspace"]),
        {
            "dag": instance.dag_id,
            "task": instance.task_id,
            "map_index": instance.map_index,
            "run": context["dag_run"].run_id,
            "error": getattr(error, "refusal", type(error).__name__),
            "exit_code": getattr(error, "exit_code", KetenzichtError.exit_code),
        },
    )


def alert_late(workspace: Path, source: str, period: str, policy: str, run: str) -> None:
    """One line, once per run, for a delivery that is past its due date."""
    entry = {"dag": f"receive_{source}", "run": run, "error": "DeliveryLate", "period": period, "policy": policy}
    if not any(entry.items() <= earlier.items() for earlier in read_alerts(workspace)):
        append_alert(workspace, entry)


def alert_quarantine(context: Any, rows: int, quarantined: int) -> None:  # noqa: ANN401 - as above
    """One line for a delivery that went on with more rows in quarantine than the source's warning share."""
    instance = context["task_instance"]
    where = {"dag": instance.dag_id, "task": instance.task_id, "run": context["dag_run"].run_id}
    found = {"error": "QuarantineAboveWarning", "exit_code": WARNED_EXIT_CODE, "rows": rows, "quarantined": quarantined}
    append_alert(Path(context["params"]["workspace"]), {**where, **found})


def append_alert(workspace: Path, entry: dict[str, Any]) -> None:
    """Add one line with the time to the workspace's alerts."""
    path = _alerts(workspace)
    make_directory(path.parent)
    line = json.dumps({"time": environment.now().isoformat(), **entry}, sort_keys=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def read_alerts(workspace: Path) -> list[dict[str, Any]]:
    """All alerts of a workspace, oldest first."""
    path = _alerts(workspace)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _alerts(workspace: Path) -> Path:
    return workspace / "audit" / "alerts.jsonl"
