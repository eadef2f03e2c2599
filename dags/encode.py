"""DAGs encode_<source>: at the agency, an export becomes two sealed packages and leaves. One per allowed source."""

import os
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task
from orchestration.alerts import alert_quarantine
from orchestration.deployment import Deployment, read_deployment
from orchestration.stages import counts, open_stage, stage

from ketenzicht.periods import Period
from ketenzicht.settings import SourceSettings

DOC = """
### Encode {title}

Agency side ({owner}). Ground: {legal_ground}.

1. **encode** reads the export, validates it, puts rows that break a rule in quarantine at the agency, encodes the
   identifiers, and seals a linkage package and a payload package. A refused delivery fails at once, without a retry;
   the log says which rule and what to do.
2. **deliver** copies the sealed packages to the inboxes of linkage unit and warehouse (single machine only; between
   machines the files travel by your own route).

Trigger with the period and the file of the delivery. Running it again for the same period replaces the delivery.
"""


def encode_dag(deployment: Deployment, source: SourceSettings) -> DAG:
    """The DAG of one agency."""
    with DAG(
        dag_id=f"encode_{source.name}",
        schedule=None,
        max_active_runs=1,
        doc_md=DOC.format(title=source.title, owner=source.owner, legal_ground=source.legal_ground),
        params=deployment.params(
            period=deployment.period_param("The period the delivery covers.", required=True),
            file=Param(
                str(deployment.deliveries / source.file),
                type="string",
                minLength=1,
                title="Export file",
                description="Where the export stands on the agency's machine.",
            ),
        ),
        **deployment.common(source.owner, "agency", source.name),
    ) as dag:

        @task(task_id="encode", doc_md="Validate, quarantine, encode, seal.")
        @stage
        def encode_delivery() -> dict[str, Any]:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            params = context["params"]
            period = Period.parse(params["period"])
            result = flow.encode(open_stage(context), source.name, Path(params["file"]), period)
            if result.verdict == "warned":
                alert_quarantine(context, result.rows_in, result.quarantined)
            return counts(result)

        @task(doc_md="Copy the sealed packages to the inboxes.")
        @stage
        def deliver() -> int:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            return len(flow.deliver(open_stage(context), source.name, Period.parse(context["params"]["period"])))

        encode_delivery() >> deliver()
    return dag


DEPLOYMENT = read_deployment(os.environ)
for settings in DEPLOYMENT.project.sources.values():
    encode_dag(DEPLOYMENT, settings)
