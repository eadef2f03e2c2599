"""What each stage reports: counts, hashes and paths, small enough for a log line and free of values."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Verdict(StrEnum):
    """What validation decided about a delivery."""

    PASSED = "passed"
    WARNED = "warned"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """A stage's report; ``as_dict`` gives plain values for JSON, logs and XCom."""

    def as_dict(self) -> dict[str, Any]:
        """The report with paths as text."""
        return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class EncodeResult(Result):
    """A delivery turned into sealed packages at the agency."""

    source: str
    period: str
    rows_in: int
    quarantined: int
    records: int
    verdict: Verdict
    content_hash: str
    linkage_package: Path
    payload_package: Path | None
    quarantine_file: Path
    key_file: Path


@dataclass(frozen=True)
class ReceiveResult(Result):
    """A sealed linkage package checked at the linkage unit."""

    source: str
    period: str
    records: int
    content_hash: str


@dataclass(frozen=True)
class LinkResult(Result):
    """A finished linkage. ``drift``: what changed in its parameters since the last run, in a few words."""

    run_id: str
    records: int
    persons: int
    links: int
    findings: int
    drift: str
    crosswalk: Path


@dataclass(frozen=True)
class LoadResult(Result):
    """A warehouse built from payload and crosswalk."""

    run_id: str
    warehouse: Path
    persons: int
    registrations: int
    events: int


@dataclass(frozen=True)
class ReleaseResult(Result):
    """A release approved by a named person."""

    run_id: str
    approver: str
    database: Path
    tables: int
