"""DAG load: the warehouse joins payload and crosswalk when there is a new crosswalk, and writes the run's report."""

import os
from typing import Any

from airflow.sdk import DAG, get_current_context, task
from orchestration import assets
from orchestration.deployment import WRITER_POOL, Deployment, read_deployment
from orchestration.stages import announce, counts, open_stage, run_to_use, stage

DOC = """
### Load

Warehouse. Starts when the asset `crosswalk` was updated, with the run id it carries.

1. **load** opens payload and crosswalk and builds every table into a new database file, which then replaces the old
   one. It holds the only slot of the pool `duckdb_writer`.
2. **report** writes the run's page, `audit/reports/RUN.html`, which opens offline, and updates the asset `warehouse`.
"""


def load_dag(deployment: Deployment) -> DAG:
    """The DAG of the warehouse."""
    with DAG(
        dag_id="load",
        schedule=[assets.CROSSWALK],
        max_active_runs=1,
        doc_md=DOC,
        params=deployment.params(run_id=deployment.run_param()),
        **deployment.common("warehouse", "warehouse"),
    ) as dag:

        @task(task_id="load", pool=WRITER_POOL, inlets=[assets.CROSSWALK], doc_md="Build the warehouse.")
        @stage
        def load_run() -> dict[str, Any]:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            return counts(flow.load(open_stage(context), run_to_use(context, assets.CROSSWALK)))

        @task(pool=WRITER_POOL, outlets=[assets.WAREHOUSE], doc_md="Write the run's page.")
        @stage
        def report(loaded: dict[str, Any]) -> str:
            from ketenzicht import flow  # noqa: PLC0415 - heavy; only the task needs it

            context = get_current_context()
            run_id = str(loaded["run_id"])
            flow.report(open_stage(context), run_id)
            announce(context, assets.WAREHOUSE, run_id=run_id)
            return run_id

        loaded: Any = load_run()
        report(loaded)
    return dag


DEPLOYMENT = read_deployment(os.environ)
load_dag(DEPLOYMENT)
