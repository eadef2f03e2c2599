"""DAGs receive_<source>: the linkage unit waits for a sealed package and checks it. One per allowed source."""

import os
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, PokeReturnValue, TriggerRule, get_current_context, task
from orchestration import assets, calendar
from orchestration.deliveries import arrived, awaited, on_absence
from orchestration.deployment import Deployment, read_deployment
from orchestration.stages import announce, counts, open_stage, stage

from ketenzicht import environment
from ketenzicht.errors import DataRefused
from ketenzicht.periods import Period
from ketenzicht.settings import SourceSettings
from ketenzicht.workspace import Workspace

#: Runs of one source that may wait at once, one for each late period.
WAITING_RUNS = 16

DOC = """
### Receive {title}

Linkage unit. Delivery calendar: **{every}**, due {days} days after the period; a late delivery: **{policy}**.
Runs start by themselves while the project's period ({period}) lasts; any other run starts by hand.

1. **wait_for_package** looks for the sealed package in the inbox. Past the due date it writes an alert and, as the
   policy says, waits on (`wait`), goes on without this source (`continue`) or fails (`stop`).
2. **verify** checks signature, sender, schema and key of every package of this source in the inbox, one mapped task
   for each. A refused package fails at once, without a retry.
3. **publish** updates the asset `package/{name}`; linkage starts when all sources have. With the policy `continue` it
   does so even where a package was refused; the run itself still fails, so that nobody overlooks it.
"""


def receive_dag(deployment: Deployment, source: SourceSettings) -> DAG:
    """The DAG of one sender."""
    policy = source.delivery.when_missing
    package = assets.package(source.name)
    with DAG(
        dag_id=f"receive_{source.name}",
        schedule=calendar.timetable(source.delivery, deployment.project.period, environment.now().date()),
        max_active_runs=WAITING_RUNS,
        doc_md=DOC.format(
            title=source.title,
            name=source.name,
            period=deployment.project.period,
            every=source.delivery.every,
            days=source.delivery.due_within_days,
            policy=policy,
        ),
        params=deployment.params(
            period=deployment.period_param(
                "The period that is awaited. Empty: the project's period, or for a scheduled run the last one ended.",
                required=False,
            ),
        ),
        **deployment.common("linkage unit", "linkage unit", source.name),
    ) as dag:

        @task.sensor(
            mode="reschedule",
            poke_interval=deployment.poke_seconds,
            timeout=calendar.PATIENCE.total_seconds(),
            doc_md="Wait for the file; the delivery calendar decides what a late one means.",
        )
        @stage
        def wait_for_package() -> PokeReturnValue:
            context = get_current_context()
            period = awaited(deployment.project, source, context)
            workspace = Workspace(Path(context["params"]["workspace"]))
            if not workspace.received_linkage(source.name, str(period)).exists():
                return on_absence(source, period, context)
            return PokeReturnValue(is_done=True, xcom_value=arrived(workspace, source.name))

        @task(map_index_template="{{ task.op_kwargs['period'] }}", doc_md="Check one sealed package.")
        @stage
        def verify(period: str) -> dict[str, Any]:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            try:
                received = Period.parse(period)
            except ValueError:
                msg = f"{source.name}: a file in the inbox names no period. Cure: remove it, or restore its name."
                raise DataRefused(msg) from None
            return counts(flow.receive(open_stage(context), source.name, received))

        @task(
            outlets=[package],
            trigger_rule=TriggerRule.ALL_DONE if policy == "continue" else TriggerRule.NONE_FAILED,
            doc_md="Tell linkage that this source is ready, or that the run goes on without it.",
        )
        @stage
        def publish(periods: list[str] | None) -> int:
            if periods is None:
                msg = f"{source.name}: the inbox was not looked at. Cure: see the log of wait_for_package."
                raise DataRefused(msg)
            announce(get_current_context(), package, packages=len(periods))
            return len(periods)

        periods: Any = wait_for_package()
        verified = verify.expand(period=periods)
        verified >> publish(periods)
        # A leaf that fails with any refused package, so that the run does not look well under `continue`.
        verified >> EmptyOperator(task_id="nothing_refused", trigger_rule=TriggerRule.NONE_FAILED)
    return dag


DEPLOYMENT = read_deployment(os.environ)
for settings in DEPLOYMENT.project.sources.values():
    receive_dag(DEPLOYMENT, settings)
