"""A workspace with keys of two agencies, a small package, and a clock that ticks: all seeded."""

import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from ketenzicht import keys
from ketenzicht.packages import ManifestFields
from ketenzicht.workspace import Workspace

SOURCES = ("police", "shelter")


@pytest.fixture
def entropy() -> Callable[[int], bytes]:
    """Seeded randomness, other than what the workspace's keys were made of."""
    return random.Random(24).randbytes  # noqa: S311 - keys of a test


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which every domain has its keys, made once."""
    root = tmp_path_factory.mktemp("keys") / "workspace"
    keys.create(Workspace(root), SOURCES, random.Random(23).randbytes)  # noqa: S311 - keys of a test
    return root


@pytest.fixture
def workspace(tmp_path: Path, template: Path) -> Workspace:
    """A workspace of the test's own, in which every domain has its keys."""
    return Workspace(shutil.copytree(template, tmp_path / "workspace"))


@pytest.fixture
def encodings() -> pa.Table:
    """Three encoded records, one attribute missing."""
    return pa.table(
        {
            "record_id": pa.array(["a1", "b2", "c3"]),
            "given_name": pa.array([b"\x01" * 8, None, b"\x02" * 8], pa.binary(8)),
        }
    )


@pytest.fixture
def fields() -> ManifestFields:
    """What the police states about its delivery."""
    return ManifestFields(
        project="monitor",
        source="police",
        period="2016-2020",
        epoch="1",
        schema_hash="5c" * 32,
        software_version="0.1.0",
        profile="research",
        purpose="statistics on care pathways",
        legal_basis="AVG 89",
        legal_ground="Wpg 22",
        created="2026-11-23T12:00:00Z",
        key_fingerprint="0123456789abcdef",
        key_check="ab" * 32,
        validation={"rows": 4, "quarantined": 1},
    )


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """One second later at each reading."""
    seconds = iter(range(100_000))
    return lambda: datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(seconds=next(seconds))
