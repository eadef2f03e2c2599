"""A small demonstration through a real Airflow, with canaries in every delivery."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import canaries
import pytest

from ketenzicht import synthetic
from ketenzicht.settings import read_project
from ketenzicht.workspace import Workspace

ROOT = Path(__file__).parents[2]
SOURCES = list(read_project(ROOT / "config").sources)
NUMBER = re.compile(rb"(?<![\d.])\d{9}(?!\d)")

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small demonstration through a real Airflow: its folder and what it printed."""
    at = tmp_path_factory.mktemp("demonstration")
    deliveries = at / "workspace" / "four_agencies" / "deliveries"
    synthetic.generate(400, 5, deliveries)
    canaries.plant(deliveries)
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


def test_no_canary_left_an_agency(demonstration: tuple[Path, str]) -> None:
    """Airflow's database, XComs, logs and settings, and every file of the workspace but an agency's own, hold none."""
    at, said = demonstration
    place = at / "workspace" / "four_agencies"
    own = [place / "deliveries", *(Workspace(place).key_file(source) for source in SOURCES)]
    assert canaries.leaks(place / "deliveries")
    assert canaries.leaks(at, except_below=tuple(own)) == {}
    assert not canaries.found_in(said.encode())


def test_the_dags_and_the_command_line_give_the_same_crosswalk(demonstration: tuple[Path, str], ketenzicht) -> None:  # noqa: ANN001
    """`ketenzicht run` on the same deliveries with the same keys: byte for byte the same."""
    at, _ = demonstration
    place, other = at / "workspace" / "four_agencies", at / "other"
    for domain in ("linkage_unit", "warehouse", *(f"agency/{source}" for source in SOURCES)):
        shutil.copytree(place / domain / "keys", other / domain / "keys")
    words = ("run", "--sources", place / "deliveries", "--config", ROOT / "config", "--workspace", other)
    assert ketenzicht(*words).code in {0, 5}
    (by_dags,) = place.glob("linkage_unit/runs/*/crosswalk.parquet")
    (by_command,) = other.glob("linkage_unit/runs/*/crosswalk.parquet")
    assert by_dags.read_bytes() == by_command.read_bytes()
    assert by_dags.parent.name == by_command.parent.name


def test_the_run_page_opens_in_a_browser_without_network(demonstration: tuple[Path, str], tmp_path: Path) -> None:
    """A real browser that can reach nothing draws every section, logs nothing, and asks for nothing."""
    at, _ = demonstration
    (page,) = (at / "workspace" / "four_agencies" / "audit" / "reports").glob("*.html")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser is not None, "no Chromium found; install the package chromium"
    net_log = tmp_path / "net.json"
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--enable-logging=stderr",
        "--virtual-time-budget=5000",
        "--dump-dom",
    ]
    words = [browser, *flags, f"--log-net-log={net_log}", f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    sections = ("deliveries", "validation", "quarantine", "linkage", "pathways", "approvals")
    assert all(f'id="{section}"' in done.stdout for section in sections)
    assert "released" in done.stdout
    assert "CONSOLE" not in done.stderr
    asked = set(re.findall(r'"url":"https?://([^/"]+)', net_log.read_text(encoding="utf-8", errors="replace")))
    # Chromium asks its maker for the time and for updates, whatever page it shows.
    assert {host for host in asked if not host.endswith((".google.com", ".googleapis.com"))} == set()
