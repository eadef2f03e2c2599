from pathlib import Path
from typing import Any

import pytest

from ketenzicht.demo.chain import READING_TIME, Chain
from ketenzicht.errors import KetenzichtError

DAGS = ["encode_police", "receive_police", "link", "load", "release"]


class FakeAirflow:
    """An Airflow whose release waits for approval, asks again as often as told, and then succeeds."""

    def __init__(self, *, asks: int = 1, fails: str = "") -> None:
        """How often to ask, and which DAG fails."""
        self.triggered: list[str] = []
        self.approvals: list[float] = []
        self.now = 0.0
        self._asks = asks
        self._fails = fails

    def clock(self) -> float:
        """The time now, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def create_pool(self, _name: str, _description: str) -> None:
        """Nothing to do."""

    def trigger(self, dag_id: str) -> str:
        """Note what was started."""
        self.triggered.append(dag_id)
        return "r"

    def runs(self) -> list[dict[str, Any]]:
        """The first DAG; every one once receiving was started."""
        started = DAGS if "receive_police" in self.triggered else DAGS[:1]
        return [{"dag_id": dag_id, "dag_run_id": "r", "state": self._state(dag_id)} for dag_id in started]

    def _state(self, dag_id: str) -> str:
        if dag_id == self._fails:
            return "failed"
        return "running" if dag_id == "release" and len(self.approvals) < self._asks else "success"

    def tasks(self, dag_id: str, _run_id: str) -> dict[str, str]:
        """A waiting approval; elsewhere one task that failed."""
        return {"approval": "awaiting_input"} if dag_id == "release" else {dag_id: "failed", "after": "upstream_failed"}

    def approve(self, *_where: str) -> dict[str, Any]:
        """Note when it was answered."""
        self.approvals.append(self.now)
        return {"responded_by": {"name": "officer"}, "responded_at": "now"}


def chain_on(airflow: FakeAirflow, limit: float = 60) -> Chain:
    """A chain of one source on a fake Airflow and its clock."""
    return Chain(
        sources=("police",),
        steward=airflow,  # type: ignore[arg-type]
        officer=airflow,  # type: ignore[arg-type]
        say=lambda _line: None,
        check=lambda: None,
        limit=limit,
        logs=Path("logs"),
        clock=airflow.clock,
        sleep=airflow.sleep,
    )


def test_people_start_only_what_files_and_assets_do_not() -> None:
    """Encoding, and receiving once encoding succeeded; the rest starts by itself."""
    airflow = FakeAirflow()
    chain = chain_on(airflow)
    chain.run()
    assert airflow.triggered == ["encode_police", "receive_police"]
    assert set(chain.states) == set(DAGS)


def test_the_officer_reads_before_answering() -> None:
    """No answer before the reading time is over."""
    airflow = FakeAirflow()
    chain_on(airflow).run()
    assert len(airflow.approvals) == 1
    assert airflow.approvals[0] >= READING_TIME


def test_an_approval_asked_again_is_answered_again() -> None:
    """Airflow may ask twice; each time after the reading time."""
    airflow = FakeAirflow(asks=2)
    chain_on(airflow).run()
    assert airflow.approvals[1] - airflow.approvals[0] >= READING_TIME


def test_a_failed_run_ends_the_demonstration_by_name() -> None:
    """DAG and task are named, and tasks that never ran are not."""
    with pytest.raises(KetenzichtError, match=r"^link: link failed\. Cure:"):
        chain_on(FakeAirflow(fails="link")).run()


def test_a_chain_that_hangs_ends() -> None:
    """At its limit, with a pointer to the logs."""
    with pytest.raises(KetenzichtError, match="longer than 20 seconds"):
        chain_on(FakeAirflow(asks=99), limit=20).run()
