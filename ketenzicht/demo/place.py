"""Where a demonstration stands on this machine, and the environment its processes get."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Who starts runs and who approves releases in the demonstration; ``officer`` stands in the config's approvers.
STEWARD = "steward"
OFFICER = "officer"

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Place:
    """The directories and the port of one Airflow with one project.

    ``home`` is Airflow's: its database, settings, logs and passwords.
    """

    repository: Path
    home: Path
    config: Path
    workspace: Path
    port: int

    @property
    def logs(self) -> Path:
        """The logs of Airflow's processes and of every task."""
        return self.home / "logs"

    @property
    def deliveries(self) -> Path:
        """Where the fictional exports stand."""
        return self.workspace / "deliveries"

    @property
    def passwords(self) -> Path:
        """Airflow's file of generated passwords, by user."""
        return self.home / "passwords.json"

    @property
    def url(self) -> str:
        """Where Airflow answers."""
        return f"http://{HOST}:{self.port}"

    def environment(self, base: Mapping[str, str], poke_seconds: int, parallel: int) -> dict[str, str]:
        """The environment of every process: ``base``, this place, and an Airflow that only this machine can reach.

        ``parallel`` tasks run at once. Examples and usage reports are off.
        """
        local = ",".join(filter(None, (base.get("NO_PROXY", ""), HOST, "localhost")))
        return {
            **base,
            "NO_PROXY": local,
            "no_proxy": local,
            "KETENZICHT_CONFIG": str(self.config),
            "KETENZICHT_WORKSPACE": str(self.workspace),
            "KETENZICHT_DELIVERIES": str(self.deliveries),
            "KETENZICHT_POKE_SECONDS": str(poke_seconds),
            "GX_ANALYTICS_ENABLED": "false",
            "PYTHONPATH": str(self.repository / "dags" / "orchestration" / "preload"),
            "PYTHONWARNINGS": "ignore",
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "false",
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.repository / "dags"),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
            "AIRFLOW__CORE__PARALLELISM": str(parallel),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.passwords),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{STEWARD}:op,{OFFICER}:user",
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
            "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
            # Airflow's processes take turns at SQLite's one writer; a busy machine may make them wait longer than the
            # five seconds that are the default.
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.home.resolve() / 'airflow.db'}?timeout=60",
            "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "great_expectations=WARNING",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "false",
            "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",  # how long an ended task may hold its slot, too
        }
