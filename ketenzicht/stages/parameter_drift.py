"""What changed in a run's parameters since the last run of the same project and settings; it changes no link."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ketenzicht.context import Context
from ketenzicht.periods import Period
from linkage import drift

NOTHING_BEFORE = "no earlier run with these settings to compare with"
SHOWN = 50
"""Changes that the summary lists at most; the parameters of both runs lie in their folders."""


@dataclass(frozen=True)
class Compared:
    """A run's ``parameters`` and its ``summary``, with what drifted under ``drift`` and among the findings."""

    parameters: dict[str, Any]
    summary: dict[str, Any]

    @property
    def message(self) -> str:
        """What drifted, in one line."""
        return str(self.summary["drift"]["message"])


def compared(context: Context, run_id: str, period: Period, summary: dict[str, Any]) -> Compared:
    """Return a linkage's parameters, and its summary with the drift since the most recent earlier run.

    Earlier is a run of the same or an earlier period, other than this one; of several the latest period, and in it the
    one that finished last. A first run has nothing to compare with and says so.
    """
    now = drift.parameters(summary, run_id=run_id, period=str(period), settings_hash=settings_hash(context))
    before = _before(context, now, period)
    if before is None:
        first: dict[str, Any] = {"compared_with": None, "verdict": None, "message": NOTHING_BEFORE, "changes": []}
        return Compared(now, {**summary, "drift": first})
    changes = [row for row in drift.drift(now, before) if row["verdict"] != "none"]
    verdict = drift.verdict(changes)
    found = {
        "compared_with": {"run_id": before["run_id"], "period": before["period"]},
        "verdict": verdict,
        "message": f"{verdict}, since run {before['run_id']} of {before['period']}",
        "changes": changes[:SHOWN],
    }
    findings = [*summary["findings"], *drift.drift_findings(changes, before["period"])]
    return Compared(now, {**summary, "drift": found, "findings": findings})


def settings_hash(context: Context) -> str:
    """16 hexadecimal digits over what decides on the meaning of parameters: fields, settings, duplicates in sources."""
    project = context.project
    said = {
        "project": project.pipeline.project,
        "encoding": project.encoding.model_dump(mode="json"),
        "linkage": project.linkage.model_dump(mode="json"),
        "deduplicated": {name: project.source(name).deduplicated for name in project.pipeline.sources},
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _before(context: Context, now: dict[str, Any], period: Period) -> dict[str, Any] | None:
    earlier = [
        (its, finished, parameters["run_id"], parameters)
        for its, finished, parameters in _finished(context)
        if parameters.get("settings_hash") == now["settings_hash"]
        and parameters["run_id"] != now["run_id"]
        and its <= period
    ]
    return max(earlier, key=lambda run: run[:3])[3] if earlier else None


def _finished(context: Context) -> Iterator[tuple[Period, str, dict[str, Any]]]:
    """Period, time of finishing and parameters of every finished run that still has them.

    A file that was damaged since must not stop a linkage: such a run is passed over.
    """
    for path in context.workspace.runs.glob("*/parameters.json"):
        try:
            parameters = json.loads(path.read_text(encoding="utf-8"))
            run = json.loads(context.workspace.linkage_summary(path.parent.name).read_text(encoding="utf-8"))
            period, finished = Period.parse(run["period"]), str(run["finished"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(parameters, dict):
            yield period, finished, parameters
