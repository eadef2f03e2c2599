"""Appending to the journal, by any number of processes at once."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ketenzicht.errors import KetenzichtError
from ketenzicht.journal.entries import Entry, Head, head_file, new_entry, parse_entry, read_head
from ketenzicht.workspace import atomic_write, make_directory

# More than the longest entry that its limits allow, so that the last line can be read from the end of the file.
_TAIL = 1 << 22


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal in one file. ``clock`` gives an aware time, which is written as UTC."""

    path: Path
    clock: Callable[[], datetime]

    def check(self) -> None:
        """Pass where an entry could be added: a stage asks before it lets anything out that must be journalled.

        Raises ``KetenzichtError`` as ``append`` does.
        """
        with _locked(self.path) as stream:
            _last(self.path, stream)

    def append(  # noqa: PLR0913 - the logging duty lists these
        self,
        *,
        action: str,
        actor: str,
        reason: str,
        recipient: str,
        counts: Mapping[str, int],
        content_hash: str | None = None,
        source: str | None = None,
        run_id: str | None = None,
        details: Mapping[str, str | int | float | bool] | None = None,
    ) -> Entry:
        """Write one entry and return it; on return it is on disk.

        Raises ``KetenzichtError`` where the end of the journal is not what was last written (nothing is added to a
        journal that was tampered with), or a field breaks its limits.
        """
        with _locked(self.path) as stream:
            last = _last(self.path, stream)
            fields = {
                "sequence": last.sequence + 1,
                "time": self.clock().astimezone(UTC),
                "action": action,
                "actor": actor,
                "reason": reason,
                "recipient": recipient,
                "counts": {name: int(count) for name, count in counts.items()},
                "content_hash": content_hash,
                "source": source,
                "run_id": run_id,
                "details": dict(details or {}),
                "previous": last.hash,
            }
            entry = new_entry(fields)
            stream.write(entry.line())
            stream.flush()
            os.fsync(stream.fileno())
            atomic_write(head_file(self.path), entry.head().line())
            return entry


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The journal opened for appending, while no other process reads its end or appends."""
    make_directory(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream


def _last(path: Path, stream: BinaryIO) -> Head:
    """The head to build on, after dropping what a killed writer left of an unfinished line."""
    size = stream.seek(0, os.SEEK_END)
    start = stream.seek(max(0, size - _TAIL))
    tail = stream.read()
    whole = tail.rfind(b"\n") + 1
    last, previous = Head(), None
    if whole:
        entry = parse_entry(tail[:whole].splitlines()[-1])
        if entry is None or entry.hash != entry.expected_hash():
            raise _tampered(path)
        last, previous = entry.head(), Head(sequence=entry.sequence - 1, hash=entry.previous)
    # Killed between line and head, the head is one entry behind; any other difference is somebody's doing.
    if (read_head(path) or Head()) not in (last, previous):
        raise _tampered(path)
    if start + whole < size:
        stream.truncate(start + whole)
    return last


def _tampered(path: Path) -> KetenzichtError:
    return KetenzichtError(
        f"{path}: its end is not what was last written, so nothing is added. "
        "Cure: see `ketenzicht audit verify`; keep this file as evidence and restore journal and head from backup."
    )
