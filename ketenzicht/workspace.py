"""Where every file of a run stands, and the one way files are written: whole or not at all."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ketenzicht.errors import ConfigurationError

_SOURCE = "the source's name"
_PART = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")


def _part(text: str, what: str) -> str:
    """A source, period or run id that is safe as a part of a path; ``ConfigurationError`` for anything else."""
    if _PART.fullmatch(text) is None:
        msg = f"{what} cannot be part of a path. Cure: use letters, digits, hyphen and underscore only."
        raise ConfigurationError(msg)
    return text


@dataclass(frozen=True, slots=True)
class Workspace:
    """All paths of a workspace (docs/architecture.md, "Files of a workspace").

    Nothing is created by asking for a path. Methods raise ``ConfigurationError`` for a source, period or run id that
    could lead out of the workspace.
    """

    root: Path

    def agency(self, source: str) -> Path:
        """The directory of one agency's domain."""
        return self.root / "agency" / _part(source, _SOURCE)

    def agency_keys(self, source: str) -> Path:
        """The directory of one agency's keys."""
        return self.agency(source) / "keys"

    def quarantine(self, source: str, period: str) -> Path:
        """The refused rows of one delivery: row, column, rule, cure."""
        return self.agency(source) / "quarantine" / f"{_part(period, 'the period')}.csv"

    def agency_report(self, source: str, period: str) -> Path:
        """The counts of one delivery and of each expectation."""
        return self.agency(source) / "reports" / f"{_part(period, 'the period')}.json"

    def key_file(self, source: str) -> Path:
        """Native id to record id; never leaves the agency."""
        return self.agency(source) / "key_file.csv"

    def outbox(self, source: str) -> Path:
        """The directory of an agency's sealed packages."""
        return self.agency(source) / "outbox"

    def linkage_package(self, source: str, period: str) -> Path:
        """An agency's sealed linkage package, as it leaves."""
        return self.outbox(source) / linkage_package_name(source, period)

    def payload_package(self, source: str, period: str) -> Path:
        """An agency's sealed payload package, as it leaves."""
        return self.outbox(source) / payload_package_name(source, period)

    def questions_package(self, source: str, number: int) -> Path:
        """What the linkage unit asks an agency in one round of review, as it arrived there."""
        return self.agency(source) / "review" / "inbox" / f"{_part(source, _SOURCE)}-{number:03d}.questions.age"

    def review_worksheet(self, source: str, number: int) -> Path:
        """The worksheet of one round, with native ids; never leaves the agency."""
        return self.agency(source) / "review" / f"{_part(source, _SOURCE)}-{number:03d}.csv"

    @property
    def linkage_unit(self) -> Path:
        """The directory of the linkage unit's domain."""
        return self.root / "linkage_unit"

    @property
    def linkage_unit_keys(self) -> Path:
        """The directory of the linkage unit's keys."""
        return self.linkage_unit / "keys"

    @property
    def linkage_inbox(self) -> Path:
        """The directory where sealed linkage packages arrive."""
        return self.linkage_unit / "inbox"

    def received_linkage(self, source: str, period: str) -> Path:
        """A sealed linkage package as it arrived."""
        return self.linkage_inbox / linkage_package_name(source, period)

    @property
    def runs(self) -> Path:
        """The directory of all linkage runs."""
        return self.linkage_unit / "runs"

    def run(self, run_id: str) -> Path:
        """The directory of one linkage run."""
        return self.runs / _part(run_id, "the run id")

    def crosswalk(self, run_id: str) -> Path:
        """The plaintext crosswalk of a run."""
        return self.run(run_id) / "crosswalk.parquet"

    def links(self, run_id: str) -> Path:
        """The linked pairs of a run and their probability."""
        return self.run(run_id) / "links.parquet"

    def candidates(self, run_id: str) -> Path:
        """The compared pairs of a run."""
        return self.run(run_id) / "candidates.parquet"

    def draws(self, run_id: str) -> Path:
        """The records that are with another person in a draw of a run."""
        return self.run(run_id) / "draws.parquet"

    def records(self, run_id: str) -> Path:
        """The records of a run, in the order that candidates count them."""
        return self.run(run_id) / "records.parquet"

    def parameters(self, run_id: str) -> Path:
        """The parameters of a run's match model."""
        return self.run(run_id) / "parameters.json"

    def linkage_summary(self, run_id: str) -> Path:
        """The summary of a run."""
        return self.run(run_id) / "linkage.json"

    @property
    def reviews(self) -> Path:
        """The directory of what the linkage unit asked, what it took, and what it decided on patterns."""
        return self.linkage_unit / "review"

    def asked(self, source: str, number: int) -> Path:
        """What was asked of an agency in one round, with the role of each pair."""
        return self.reviews / _part(source, _SOURCE) / f"{number:03d}.asked.json"

    def received_answers(self, source: str, number: int) -> Path:
        """An agency's sealed answers as they arrived."""
        return self.linkage_inbox / f"{_part(source, _SOURCE)}-{number:03d}.answers.age"

    def accepted_answers(self, source: str, number: int) -> Path:
        """An agency's sealed answers that were taken: runs open and check them anew."""
        return self.reviews / _part(source, _SOURCE) / f"{number:03d}.answers.age"

    def pattern_worksheet(self, run_id: str) -> Path:
        """The uncertain patterns of a run across sources, for the linkage unit's own reviewer."""
        return self.reviews / f"patterns-{_part(run_id, 'the run id')}.csv"

    @property
    def pattern_decisions(self) -> Path:
        """What was decided on patterns, signed."""
        return self.reviews / "decisions.json"

    @property
    def warehouse(self) -> Path:
        """The directory of the warehouse's domain."""
        return self.root / "warehouse"

    @property
    def warehouse_keys(self) -> Path:
        """The directory of the warehouse's keys."""
        return self.warehouse / "keys"

    @property
    def warehouse_inbox(self) -> Path:
        """The directory where sealed payload packages and crosswalks arrive."""
        return self.warehouse / "inbox"

    def received_payload(self, source: str, period: str) -> Path:
        """A sealed payload package as it arrived."""
        return self.warehouse_inbox / payload_package_name(source, period)

    def crosswalk_package(self, run_id: str) -> Path:
        """The sealed crosswalk of a run, in the warehouse's inbox."""
        return self.warehouse_inbox / f"crosswalk-{_part(run_id, 'the run id')}.age"

    @property
    def warehouse_database(self) -> Path:
        """The warehouse."""
        return self.warehouse / "warehouse.duckdb"

    @property
    def release(self) -> Path:
        """The directory of approval requests and releases."""
        return self.root / "release"

    @property
    def audit(self) -> Path:
        """The directory of what an auditor reads."""
        return self.root / "audit"

    @property
    def journal(self) -> Path:
        """The hash-chained journal."""
        return self.audit / "journal.jsonl"

    def report(self, run_id: str) -> Path:
        """The page about one run."""
        return self.audit / "reports" / f"{_part(run_id, 'the run id')}.html"

    def linkage_pages(self, run_id: str) -> Path:
        """The directory of the pages that explain a run's links."""
        return self.audit / "reports" / f"{_part(run_id, 'the run id')}-linkage"


def linkage_package_name(source: str, period: str) -> str:
    """The file name of a sealed linkage package; ``ConfigurationError`` for names unsafe in a path."""
    return f"{_part(source, _SOURCE)}-{_part(period, 'the period')}.linkage.age"


def payload_package_name(source: str, period: str) -> str:
    """The file name of a sealed payload package; ``ConfigurationError`` for names unsafe in a path."""
    return f"{_part(source, _SOURCE)}-{_part(period, 'the period')}.payload.age"


def make_directory(path: Path) -> Path:
    """Create a directory and its missing parents, each readable by its owner only (0700); return it."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    return path


def atomic_write(path: Path, content: bytes | Callable[[BinaryIO], object]) -> None:
    """Replace ``path`` by ``content`` (bytes, or a callback that writes them) with mode 0600, whole or not at all.

    A reader sees the old file or the new one, also when the writer is killed at any moment. Whatever the callback
    raises leaves the old file in place. Parallel writers of one path take turns.
    """
    make_directory(path.parent)
    # The name beside is fixed, so that a killed writer's remainder is overwritten by the next and never piles up.
    beside = path.with_name(f".{path.name}.part")
    with _locked(beside) as stream:
        try:
            if callable(content):
                content(stream)
            else:
                stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    sync_directory(path.parent)


@contextmanager
def _locked(beside: Path) -> Iterator[BinaryIO]:
    """An empty file of mode 0600 that no other process writes meanwhile."""
    while True:
        descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            # Whoever held the lock before may have renamed the file away: then this one is no longer beside.
            if not _is_at(stream, beside):
                continue
            os.fchmod(stream.fileno(), 0o600)
            stream.truncate(0)
            yield stream
            return


def _is_at(stream: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False


def sync_directory(path: Path) -> None:
    """Make renames within a directory survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
