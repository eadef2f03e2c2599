"""The facts of all DAG files, read once in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ``dag_probe.py`` found under the repository's own config."""
    place = tmp_path_factory.mktemp("airflow")
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(place),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "false",
        "KETENZICHT_CONFIG": str(ROOT / "config"),
        "KETENZICHT_WORKSPACE": str(place / "workspace"),
    }
    probe = Path(__file__).with_name("dag_probe.py")
    words = [probe, ROOT / "dags", ROOT / "config", place / "workspace", place / "facts.json"]
    done = subprocess.run(
        [sys.executable, *map(str, words)], env=environment, cwd=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads((place / "facts.json").read_text(encoding="utf-8")))
