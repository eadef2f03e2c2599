"""Run in a process of its own, since Airflow reads its settings on import: print what the DAG files hold, as JSON."""

import json
import logging
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowSkipException

from ketenzicht.errors import DataRefused, KetenzichtError
from ketenzicht.periods import Period
from ketenzicht.settings import DeliverySettings, read_project


def of_task(task: Any) -> dict[str, Any]:  # noqa: ANN401 - any operator
    """What the tests hold a task to."""
    return {
        "owner": task.owner,
        "retries": task.retries,
        "pool": task.pool,
        "alerts": bool(task.on_failure_callback),
        "mapped": task.is_mapped,
        "trigger_rule": task.trigger_rule.value,
        "upstream": sorted(task.upstream_task_ids),
        "outlets": sorted(asset.name for asset in task.outlets or []),
        "assigned": [user["id"] for user in getattr(task, "assigned_users", None) or []],
    }


def of_dag(dag: Any) -> dict[str, Any]:  # noqa: ANN401 - Airflow's DAG
    """What the tests hold a DAG to."""
    condition = getattr(dag.timetable, "asset_condition", None)
    return {
        "doc": dag.doc_md,
        "tags": sorted(dag.tags),
        "params": sorted(dag.params),
        "waits_for": sorted(asset.name for asset in condition.objects) if condition else [],
        "tasks": {task.task_id: of_task(task) for task in dag.tasks},
    }


def of_calendar() -> dict[str, Any]:
    """Periods called for, and dates on which a delivery is late."""
    from orchestration import calendar  # noqa: PLC0415 - on the path once Airflow has read the DAG files

    called = {
        every: [calendar.period_before(DeliverySettings(every=every), date(2021, month, 1)) for month in (1, 4, 7, 10)]
        for every in ("year", "half-year", "quarter", "month")
    }
    settings = DeliverySettings(every="quarter", due_within_days=21)
    start = datetime(2021, 4, 1, tzinfo=UTC)
    late = [calendar.is_late(settings, start, start + timedelta(days=days)) for days in (20, 21, 22)]
    years = Period.parse("2016-2020")
    runs = [calendar.timetable(settings, years, day) is not None for day in (date(2020, 12, 31), date(2021, 1, 2))]
    return {"called": called, "late": late, "runs_by_itself": runs}


def of_stages() -> dict[str, Any]:
    """How a task ends for each kind of error: the class, its exit code, and what it says."""
    from orchestration.stages import stage  # noqa: PLC0415 - as above

    def ended(error: Exception) -> list[Any]:
        @stage
        def task() -> None:
            raise error

        try:
            task()
        except Exception as raised:  # noqa: BLE001 - whichever it is, is what we report
            return [type(raised).__name__, getattr(raised, "exit_code", None), str(raised)]
        return []

    errors = (DataRefused("row 3"), KetenzichtError("disk"), ValueError("Jansen"), AirflowSkipException("skip"))
    return {type(error).__name__: ended(error) for error in errors}


def of_progress(workspace: Path) -> list[list[str]]:
    """Level and text of what reaches the log of a task when a stage of its context tells how far it has come."""
    from orchestration.stages import open_stage  # noqa: PLC0415 - as above

    heard: list[list[str]] = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append([record.levelname, record.getMessage()])  # type: ignore[method-assign]
    run = SimpleNamespace(triggering_user_name="steward")
    context = open_stage({"params": {"config": sys.argv[2], "workspace": str(workspace)}, "dag_run": run})
    logger = logging.getLogger("orchestration")
    logger.addHandler(handler)
    context.progress("compare", 0, 9, "pairs")
    context.progress("compare", 9, 9, "pairs")
    logger.removeHandler(handler)
    return heard


def of_lateness(workspace: Path) -> dict[str, Any]:
    """What a run does for a package that never came, by policy, twice; and the alerts it wrote."""
    from orchestration import alerts, deliveries  # noqa: PLC0415 - as above

    project = read_project(Path(sys.argv[2]))
    long_ago = SimpleNamespace(run_id="r1", run_after=datetime(2020, 1, 1, tzinfo=UTC), run_type="manual")
    context = {"dag_run": long_ago, "params": {"workspace": str(workspace), "period": None}}
    inbox = workspace / "linkage_unit" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "police-2019.linkage.age").touch()
    (inbox / "police-2018.linkage.age").touch()
    (inbox / "shelter-2018.linkage.age").touch()
    done: dict[str, Any] = {}
    for policy in ("wait", "continue", "stop"):
        late = DeliverySettings(every="year", due_within_days=1, when_missing=policy)
        source = project.source("police").model_copy(update={"delivery": late})
        for _ in range(2):
            try:
                answer = deliveries.on_absence(source, Period.parse("2020"), context)
            except DataRefused as refusal:
                done[policy] = str(refusal)
            else:
                done[policy] = [answer.is_done, answer.xcom_value]
    return {"done": done, "alerts": [entry["policy"] for entry in alerts.read_alerts(workspace)]}


def of_approvals() -> dict[str, Any]:
    """Who may approve a run that ``steward`` started, by the answer that Airflow hands on."""
    import release  # noqa: PLC0415 - a DAG file

    def judged(user: str | None, reason: str | None) -> tuple[str, str] | str:
        answer = {
            "responded_by_user": None if user is None else {"id": user, "name": user},
            "params_input": {"reason": reason},
            "responded_at": "2021-05-01",
        }
        try:
            approver, reason_noted = release.approval_of(answer, ["steward"])
        except KetenzichtError as error:
            return str(error)
        return approver, reason_noted

    return {
        "officer": judged("officer", "checked"),
        "steward": judged("steward", "checked"),
        "nobody": judged(None, "checked"),
        "no reason": judged("officer", None),
    }


def main() -> None:
    """Read the DAG files and print the facts."""
    sys.path.append(sys.argv[1])  # as Airflow does with its folder of DAGs
    bag = DagBag(dag_folder=sys.argv[1], load_op_links=False)
    facts = {
        "import_errors": bag.import_errors,
        "dags": {dag_id: of_dag(dag) for dag_id, dag in bag.dags.items()},
        "calendar": of_calendar(),
        "stages": of_stages(),
        "progress": of_progress(Path(sys.argv[3])),
        "lateness": of_lateness(Path(sys.argv[3])),
        "approvals": of_approvals(),
    }
    Path(sys.argv[4]).write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
