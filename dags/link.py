"""DAG link: the linkage unit links all verified packages when every source on the allow-list has a new one."""

import os
from typing import Any

from airflow.sdk import DAG, get_current_context, task
from orchestration import assets
from orchestration.deployment import Deployment, read_deployment
from orchestration.stages import announce, counts, open_stage, stage

from ketenzicht.periods import Period

DOC = """
### Link

Linkage unit. Starts when `package/<source>` of every source on the allow-list ({sources}) was updated; what a late or
missing source means is decided in its `receive` DAG by the delivery calendar.

**link** opens the verified packages, finds candidate pairs, compares, estimates, clusters, writes `runs/RUN/` and seals
the crosswalk to the warehouse. The asset `crosswalk` carries the run id. The same packages, settings and seed give the
same run id and the same crosswalk.
"""


def link_dag(deployment: Deployment) -> DAG:
    """The DAG of the linkage unit."""
    with DAG(
        dag_id="link",
        schedule=assets.packages(deployment.project),
        max_active_runs=1,
        doc_md=DOC.format(sources=", ".join(deployment.project.sources)),
        params=deployment.params(
            period=deployment.period_param("The period to link. Empty: the project's period.", required=False),
        ),
        **deployment.common("linkage unit", "linkage unit"),
    ) as dag:

        @task(task_id="link", outlets=[assets.CROSSWALK], doc_md="Open, link, seal the crosswalk.")
        @stage
        def link_packages() -> dict[str, Any]:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            period = context["params"]["period"]
            result = flow.link(open_stage(context), Period.parse(period) if period else None)
            announce(context, assets.CROSSWALK, run_id=result.run_id)
            return counts(result)

        link_packages()
    return dag


DEPLOYMENT = read_deployment(os.environ)
link_dag(DEPLOYMENT)
