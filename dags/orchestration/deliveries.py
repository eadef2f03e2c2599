"""Which deliveries the linkage unit waits for, which have arrived, and what a missing one means."""

from pathlib import Path
from typing import Any

from airflow.sdk import PokeReturnValue

from ketenzicht import environment
from ketenzicht.errors import DataRefused
from ketenzicht.periods import Period
from ketenzicht.settings import Project, SourceSettings
from ketenzicht.workspace import Workspace, linkage_package_name
from orchestration import calendar
from orchestration.alerts import alert_late


def awaited(project: Project, source: SourceSettings, context: Any) -> Period:  # noqa: ANN401 - Airflow's Context
    """The period a run waits for: its parameter; or the last one ended, on the calendar; or the project's."""
    asked = context["params"]["period"]
    if asked:
        return Period.parse(asked)
    run = context["dag_run"]
    if run.run_type in {"scheduled", "backfill"} and run.logical_date is not None:
        return Period.parse(calendar.period_before(source.delivery, run.logical_date.date()))
    return project.period


def arrived(workspace: Workspace, source: str) -> list[str]:
    """The periods of every sealed package of a source in the linkage unit's inbox, sorted."""
    before, after = linkage_package_name(source, "PERIOD").split("PERIOD")
    names = [path.name for path in workspace.linkage_inbox.glob(f"{before}*{after}")]
    return sorted(name.removeprefix(before).removesuffix(after) for name in names)


def on_absence(source: SourceSettings, period: Period, context: Any) -> PokeReturnValue:  # noqa: ANN401 - as above
    """Wait on; or, past the due date, what the source's policy says: the periods at hand, or ``DataRefused``."""
    run = context["dag_run"]
    if not calendar.is_late(source.delivery, run.run_after, environment.now()):
        return PokeReturnValue(is_done=False)
    policy = source.delivery.when_missing
    root = Path(context["params"]["workspace"])
    alert_late(root, source.name, str(period), policy, run.run_id)
    match policy:
        case "wait":
            return PokeReturnValue(is_done=False)
        case "continue":
            return PokeReturnValue(is_done=True, xcom_value=arrived(Workspace(root), source.name))
        case "stop":
            msg = (
                f"{source.name} {period}: no package after {source.delivery.due_within_days} days and the policy is "
                "to stop. Cure: ask the agency for its delivery and run again, or change delivery.when_missing."
            )
            raise DataRefused(msg)
