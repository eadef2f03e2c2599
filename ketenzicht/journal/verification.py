"""Whether a journal is as it was written.

A chain without a key cannot stop somebody who rewrites the whole of it. Hand the head to the auditor
(``Verified.head``), who passes it back as ``known`` at the next audit.
"""

import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ketenzicht.errors import KetenzichtError
from ketenzicht.journal.entries import Entry, Head, parse_entry, read_head


@dataclass(frozen=True, slots=True)
class Verified:
    """Intact entries from the start, the newest of them, and the number and fault of the first broken entry if any."""

    entries: int
    head: Head
    broken_at: int | None = None
    reason: str | None = None

    @property
    def intact(self) -> bool:
        """Whether every entry stands as it was written."""
        return self.broken_at is None


@dataclass(frozen=True, slots=True)
class _Fault:
    """The first broken entry and what is wrong with it."""

    entry: int
    reason: str


def read(path: Path) -> Iterator[Entry]:
    """The entries in order, unverified; none where there is no journal. ``KetenzichtError`` at a malformed line."""
    for number, line in enumerate(_lines(path), start=1):
        entry = parse_entry(line)
        if entry is None:
            msg = f"{path}: entry {number} is not readable. Cure: see `ketenzicht audit verify`."
            raise KetenzichtError(msg)
        yield entry


def verify(path: Path, known: Head | None = None) -> Verified:
    """Check every entry, and that the newest are there; name the first that was changed, removed or moved.

    ``known`` is a head noted earlier outside this workspace: an intact journal still holds that entry, unchanged. A
    journal of which neither file nor head exists is intact and empty.
    """
    last = before = Head()
    for line in _lines(path):
        found = _check_line(line, last, known)
        if isinstance(found, _Fault):
            return _verified(last if found.entry > last.sequence else before, found)
        before, last = last, found
    fault = _check_end(read_head(path), last, before, known)
    return _verified(last if fault is None or fault.entry > last.sequence else before, fault)


def _verified(intact: Head, fault: _Fault | None) -> Verified:
    if fault is None:
        return Verified(intact.sequence, intact)
    return Verified(intact.sequence, intact, fault.entry, fault.reason)


def _lines(path: Path) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as stream:
        # Not while an entry is being written: half a line would look like tampering.
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield from stream


def _check_line(line: bytes, last: Head, known: Head | None) -> Head | _Fault:
    number = last.sequence + 1
    if not line.endswith(b"\n"):
        return _Fault(number, "cut off: its writer was killed (the next entry mends it) or the file was shortened")
    entry = parse_entry(line)
    if entry is None or entry.hash != entry.expected_hash() or line != entry.line():
        return _Fault(number, "changed after it was written")
    if entry.sequence != number:
        return _Fault(number, "removed or moved: another entry stands in its place")
    if entry.previous != last.hash:
        return _Fault(max(1, last.sequence), "replaced: the next entry was written after another one")
    if known is not None and known.sequence == number and known.hash != entry.hash:
        return _Fault(number, "not the entry that was noted at an earlier audit")
    return entry.head()


def _check_end(noted: Head | None, last: Head, before: Head, known: Head | None) -> _Fault | None:
    """Killed between line and head, a writer leaves the head one entry behind: that is no fault."""
    if max((noted or Head()).sequence, (known or Head()).sequence) > last.sequence:
        return _Fault(last.sequence + 1, "removed from the end of the journal")
    if (noted or Head()) in (last, before):
        return None
    if noted is None:
        return _Fault(last.sequence + 1, "cannot be excluded: the head file, which names the newest entry, is missing")
    if noted.sequence >= before.sequence:
        return _Fault(max(1, noted.sequence), "replaced: the head file names another entry")
    return _Fault(last.sequence, "not written by this program: the head file is older")
