import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ketenzicht.settings import read_project

ROOT = Path(__file__).parents[2]
SOURCES = list(read_project(ROOT / "config").sources)
NUMBER = re.compile(rb"(?<![\d.])\d{9}(?!\d)")

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small demonstration through a real Airflow: its folder and what it printed."""
    at = tmp_path_factory.mktemp("demonstration")
    words = ["-m", "ketenzicht.demo", "--persons", "400", "--seed", "5", "--at", str(at)]
    done = subprocess.run([sys.executable, *words], cwd=at, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return at, done.stdout


def test_every_dag_run_succeeds(demonstration: tuple[Path, str]) -> None:
    """As Airflow's own database has it: one run of every DAG, none failed."""
    at, _ = demonstration
    with closing(sqlite3.connect(at / ".airflow" / "demo" / "airflow.db")) as database:
        runs = database.execute("SELECT dag_id, state FROM dag_run").fetchall()
    expected = [f"{kind}_{source}" for kind in ("encode", "receive") for source in SOURCES] + [
        "link",
        "load",
        "release",
    ]
    assert sorted(runs) == sorted((dag_id, "success") for dag_id in expected)


def test_the_approval_stands_in_airflow_and_in_the_journal(demonstration: tuple[Path, str]) -> None:
    """Answered by the officer, who is not the steward that ran it."""
    at, _ = demonstration
    with closing(sqlite3.connect(at / ".airflow" / "demo" / "airflow.db")) as database:
        answers = database.execute("SELECT responded_by FROM hitl_detail WHERE responded_at IS NOT NULL").fetchall()
    assert ["officer" in str(answer) for (answer,) in answers] == [True]
    journal = (at / "workspace" / "four_agencies" / "audit" / "journal.jsonl").read_text(encoding="utf-8")
    assert '"action":"release","actor":"officer"' in journal


def test_the_outcome_is_printed(demonstration: tuple[Path, str]) -> None:
    """A row per source, links against the truth, and paths that exist."""
    _at, said = demonstration
    assert all(re.search(rf"│ {source} ", said) for source in SOURCES)
    assert "comensha x police" in said
    for name in ("report", "warehouse"):
        found = re.search(rf"^{name} +(\S+)$", said, re.MULTILINE)
        assert found is not None
        assert Path(found[1]).is_file()


def test_airflow_learned_no_service_number(demonstration: tuple[Path, str]) -> None:
    """No BSN of the deliveries stands in Airflow's database, logs or settings."""
    at, _ = demonstration
    deliveries = at / "workspace" / "four_agencies" / "deliveries"
    known = set(NUMBER.findall((deliveries / "police.csv").read_bytes())) - {b"000000000", b"999999999"}
    assert len(known) > 50
    for path in (at / ".airflow").rglob("*"):
        if path.is_file():
            assert not known & set(NUMBER.findall(path.read_bytes())), path.name
