"""The chain of DAG runs of one demonstration: started, watched, approved, and judged."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ketenzicht.demo.airflow_api import AirflowApi
from ketenzicht.errors import KetenzichtError

WRITER_POOL: Final = "duckdb_writer"
STAGES: Final = ("link", "load", "release")
REASON: Final = "Demonstration on fictional data; counts and report page checked."

_ENDED: Final = {"success", "failed"}
_PAUSE: Final = 1.0

#: Seconds the officer takes to read what is shown.
READING_TIME: Final = 6.0

Say = Callable[[str], None]


@dataclass
class Chain:
    """Drives the runs of all DAGs from encoding to release.

    ``steward`` starts what people start; the rest follows from files and assets. ``officer`` answers the approval.
    ``check`` raises where one of Airflow's processes died. ``limit`` is the longest the chain may take, in seconds;
    an error sends its reader to ``logs``.
    """

    sources: tuple[str, ...]
    steward: AirflowApi
    officer: AirflowApi
    say: Say
    check: Callable[[], None]
    limit: float
    logs: Path
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    states: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)
    approval: dict[str, Any] = field(default_factory=dict)
    _asked_at: float | None = None

    def dag_ids(self) -> list[str]:
        """Every DAG that takes part, in order."""
        pairs = [f"{kind}_{source}" for kind in ("encode", "receive") for source in self.sources]
        return [*pairs, *STAGES]

    def wait_for_dags(self) -> None:
        """Return when Airflow has read every DAG; ``KetenzichtError`` naming files that it could not read."""
        for _ in self._until("reading the DAGs"):
            if broken := self.steward.import_errors():
                msg = f"Airflow could not read {', '.join(sorted(broken))}. Cure: see the page of import errors."
                raise KetenzichtError(msg)
            if set(self.dag_ids()) <= self.steward.dags():
                return

    def run(self) -> None:
        """From encoding to release; ``KetenzichtError`` naming the first run and task that failed."""
        self.steward.create_pool(WRITER_POOL, "One process writes DuckDB at a time")
        for source in self.sources:
            self.steward.trigger(f"encode_{source}")
        for _ in self._until("running the chain"):
            self._look()
            if len(self.states) == len(self.dag_ids()) and set(self.states.values()) == {"success"}:
                return

    def _look(self) -> None:
        for run in self.steward.runs():
            dag_id, state = str(run["dag_id"]), str(run["state"])
            news = self.states.get(dag_id) != state
            self.states[dag_id] = state
            self.runs[dag_id] = str(run["dag_run_id"])
            if news and state in _ENDED:
                self._ended(dag_id, str(run["dag_run_id"]), state)
            if dag_id == "release" and state == "running":
                self._approve(str(run["dag_run_id"]))

    def _ended(self, dag_id: str, run_id: str, state: str) -> None:
        self.say(f"{dag_id:<20} {state}")
        if state == "failed":
            tasks = self.steward.tasks(dag_id, run_id)
            failed = sorted(task for task, task_state in tasks.items() if task_state == "failed")
            msg = f"{dag_id}: {', '.join(failed)} failed. Cure: read the task's log in {self.logs}/dag_id={dag_id}."
            raise KetenzichtError(msg)
        kind, _, source = dag_id.partition("_")
        if kind == "encode":
            self.steward.trigger(f"receive_{source}")

    def _approve(self, run_id: str) -> None:
        """Answer an approval that has waited for the reading time.

        Answered at once, Airflow 3.3.2 takes the pausing process, still being tidied away, for a failure and asks
        again; then it is answered again.
        """
        if self.steward.tasks("release", run_id).get("approval") != "awaiting_input":
            self._asked_at = None
            return
        if self._asked_at is None:
            self._asked_at = self.clock()
        if self.clock() - self._asked_at >= READING_TIME:
            self.approval = self.officer.approve("release", run_id, "approval", REASON)
            who = self.approval["responded_by"]["name"]
            self.say(f"{'release':<20} approved by {who} at {self.approval['responded_at']}")
            self._asked_at = None

    def _until(self, doing: str) -> Iterable[None]:
        deadline = self.clock() + self.limit
        while self.clock() < deadline:
            self.check()
            yield
            self.sleep(_PAUSE)
        msg = f"{doing} took longer than {self.limit:.0f} seconds. Cure: read the logs in {self.logs}."
        raise KetenzichtError(msg)
