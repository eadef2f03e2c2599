"""DAG release: a named person other than the runner approves, and only then the release database is written."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, Param, get_current_context, task
from orchestration import assets
from orchestration.deployment import WRITER_POOL, Deployment, read_deployment
from orchestration.stages import counts, open_stage, run_to_use, stage, started_by

from ketenzicht.errors import GateClosed

DOC = """
### Release

Release office. Starts when the asset `warehouse` was updated, with the run id it carries.

1. **request** writes what the approver is shown: counts, no values.
2. **approval** waits for one of the configured approvers ({approvers}) under *Required actions*. A reason is mandatory.
   Nobody who started the run or a delivery in it can approve it. *Reject* ends the run without a release.
3. **release** applies disclosure control, writes the release database and records approver, time and reason in the
   journal.
4. **report** writes the run's page again, now with the approval.
"""

BODY = """
{% macro cell(shown) -%}
{%- if shown is mapping -%}{%- for part, count in shown.items() %}{{ part }}: {{ count }}; {% endfor -%}
{%- elif shown is string or shown is number -%}{{ shown }}
{%- else -%}{{ shown | join('; ') or 'none' }}
{%- endif -%}
{%- endmacro -%}
| | |
|---|---|
{% for name, shown in ti.xcom_pull(task_ids='request').items() %}| {{ name }} | {{ cell(shown) }} |
{% endfor %}
The report page of the run is in the workspace under `audit/reports/`.
"""

REASON = "Mandatory: what was checked. It goes into the journal."


def release_dag(deployment: Deployment) -> DAG:
    """The DAG of the release office."""
    approvers = deployment.project.pipeline.release.approvers
    with DAG(
        dag_id="release",
        schedule=[assets.WAREHOUSE],
        max_active_runs=1,
        doc_md=DOC.format(approvers=", ".join(approvers) or "none: nothing can be released"),
        params=deployment.params(run_id=deployment.run_param()),
        **deployment.common("release office", "release"),
    ) as dag:

        @task(inlets=[assets.WAREHOUSE], doc_md="Write what the approver is shown.")
        @stage
        def request() -> dict[str, Any]:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            check_config(context, DEPLOYMENT)
            return flow.request_release(open_stage(context), run_to_use(context, assets.WAREHOUSE))

        approval = ApprovalOperator(
            task_id="approval",
            subject="Release of run {{ ti.xcom_pull(task_ids='request')['run_id'] }}",
            body=BODY,
            assigned_users=[{"id": name, "name": name} for name in approvers],
            params={"reason": Param(None, type=["null", "string"], minLength=10, title="Reason", description=REASON)},
            response_timeout=timedelta(days=30),
            retry_delay=timedelta(seconds=5),
            doc_md="Wait for a named person other than the runner.",
        )

        @task(task_id="release", pool=WRITER_POOL, outlets=[assets.RELEASE], doc_md="Write the release database.")
        @stage
        def publish(requested: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            check_config(context, DEPLOYMENT)
            approver, reason = approval_of(answer, started_by(context))
            return counts(flow.release(open_stage(context), str(requested["run_id"]), approver, reason))

        @task(pool=WRITER_POOL, doc_md="Write the run's page again, now with the approval.")
        @stage
        def report(requested: dict[str, Any]) -> None:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            flow.report(open_stage(get_current_context()), str(requested["run_id"]))

        requested: Any = request()
        answer: Any = approval.output
        requested >> approval
        publish(requested, answer) >> report(requested)
    return dag


def check_config(context: Any, deployment: Deployment) -> None:  # noqa: ANN401 - Airflow's Context
    """Raise ``GateClosed`` where a run brings a config of its own: it could name other approvers and smaller cells."""
    if Path(context["params"]["config"]).resolve() != deployment.project.directory:
        raise GateClosed("release: another config directory than the deployment's. Cure: run with the one configured.")


def approval_of(answer: dict[str, Any], runners: list[str]) -> tuple[str, str]:
    """Who approved, and why, with the time that Airflow recorded.

    Raises ``GateClosed`` where nobody did, as after a time-out, where that person started the run or a delivery in it,
    and where the reason is missing.
    """
    user = answer.get("responded_by_user")
    if not user:
        raise GateClosed("release: no person answered the approval. Cure: a configured approver answers it in Airflow.")
    if user["id"] in runners:
        raise GateClosed("release: the approver started this run. Cure: another configured approver answers.")
    reason = (answer.get("params_input") or {}).get("reason")
    if not reason:
        raise GateClosed("release: no reason was given. Cure: clear the task approval and answer it with a reason.")
    return str(user["id"]), f"{reason} (approved in Airflow at {answer['responded_at']})"


DEPLOYMENT = read_deployment(os.environ)
release_dag(DEPLOYMENT)
