"""Where this Airflow deployment stands: config directory, workspace and deliveries, from environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from airflow.sdk import Param

from ketenzicht.settings import Project, read_project
from orchestration.alerts import alert_failure

REPOSITORY: Final = Path(__file__).resolve().parents[2]

#: One slot: DuckDB lets one process write, and shuts out readers meanwhile. Create it with one slot in Airflow.
WRITER_POOL: Final = "duckdb_writer"

_PERIOD_PATTERN: Final = r"^\d{4}(-(\d{4}|H[12]|Q[1-4]|\d{2}))?$"


@dataclass(frozen=True)
class Deployment:
    """One project on one Airflow: what the DAG files are made from."""

    project: Project
    workspace: Path
    deliveries: Path
    threads: int
    poke_seconds: float

    def common(self, owner: str, *tags: str) -> dict[str, Any]:
        """Arguments every DAG shares: retries, alerts, tags."""
        return {
            "catchup": False,
            "tags": [self.project.pipeline.project, *tags],
            "default_args": {
                "owner": owner,
                "retries": 2,
                "retry_delay": timedelta(seconds=30),
                "retry_exponential_backoff": True,
                "max_retry_delay": timedelta(minutes=10),
                "on_failure_callback": alert_failure,
            },
        }

    def params(self, **more: Param) -> dict[str, Param]:
        """The parameters every DAG offers, and ``more``."""
        return {
            "config": Param(
                str(self.project.directory), type="string", minLength=1, title="Config directory", section="Deployment"
            ),
            "workspace": Param(
                str(self.workspace), type="string", minLength=1, title="Workspace", section="Deployment"
            ),
            **more,
        }

    def run_param(self) -> Param:
        """The run a stage works on; empty for the latest."""
        return Param(
            None,
            type=["null", "string"],
            pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
            title="Run",
            description="The run to work on. Empty: the one that started this DAG, or else the latest.",
        )

    def period_param(self, description: str, *, required: bool) -> Param:
        """A delivery period; where not required, empty means what ``description`` says."""
        if required:
            return Param(self.project.pipeline.period, type="string", pattern=_PERIOD_PATTERN, description=description)
        return Param(None, type=["null", "string"], pattern=_PERIOD_PATTERN, description=description)


def read_deployment(environment: Mapping[str, str]) -> Deployment:
    """The deployment that ``KETENZICHT_CONFIG`` and its like (docs/how-to/airflow.md) describe.

    Defaults: the repository's ``config``, ``workspace/PROJECT`` beside it, the workspace's ``deliveries``, two
    threads, a look into the inbox once a minute.
    Raises ``ConfigurationError`` where the config directory is not in order; Airflow then shows an import error.
    """
    project = read_project(Path(environment.get("KETENZICHT_CONFIG") or REPOSITORY / "config").resolve())
    workspace = environment.get("KETENZICHT_WORKSPACE") or REPOSITORY / "workspace" / project.pipeline.project
    deliveries = environment.get("KETENZICHT_DELIVERIES") or Path(workspace) / "deliveries"
    return Deployment(
        project=project,
        workspace=Path(workspace).resolve(),
        deliveries=Path(deliveries).resolve(),
        threads=int(environment.get("KETENZICHT_THREADS") or 2),
        poke_seconds=float(environment.get("KETENZICHT_POKE_SECONDS") or 60),
    )
