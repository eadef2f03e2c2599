"""Finished runs: their summaries, and which came last."""

import json
from typing import Any

from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError, KetenzichtError


def read_summary(context: Context, run_id: str) -> dict[str, Any]:
    """The summary of a finished run; raises ``ConfigurationError`` where there is none of that id."""
    path = context.workspace.linkage_summary(run_id)
    if not path.exists():
        msg = f"{path}: no finished run of this id. Cure: give a run id from {context.workspace.runs}, or link first."
        raise ConfigurationError(msg)
    try:
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        msg = f"{path}: was altered after it was written. Cure: link again, which makes the same run anew."
        raise KetenzichtError(msg) from None
    return summary


def latest_run(context: Context) -> str:
    """The id of the run that finished last; raises ``ConfigurationError`` where there is none."""
    finished = [(path.stat().st_mtime_ns, path.parent.name) for path in context.workspace.runs.glob("*/linkage.json")]
    if not finished:
        msg = f"{context.workspace.runs}: no finished run. Cure: run `ketenzicht run` or `ketenzicht link` first."
        raise ConfigurationError(msg)
    return max(finished)[1]
