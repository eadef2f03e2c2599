import json
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ketenzicht.errors import KetenzichtError
from ketenzicht.journal import Entry, Head, Journal, Verified, read, verify

ENTRIES = 5


def _append(journal: Journal, **changes: Any) -> Entry:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "action": "seal",
        "actor": "steward@police",
        "reason": "delivery of a period",
        "recipient": "linkage_unit",
        "counts": {"records": 3},
        "content_hash": "ab" * 32,
        "source": "police",
        "run_id": "r1",
        "details": {"attempt": "1", "share": 0.5, "final": True, "tries": 2},
    }
    return journal.append(**{**fields, **changes})


@pytest.fixture
def journal(tmp_path: Path, clock: Callable[[], datetime]) -> Journal:
    """A journal with five entries."""
    made = Journal(tmp_path / "audit" / "journal.jsonl", clock)
    for _ in range(ENTRIES):
        _append(made)
    return made


def _lines(journal: Journal) -> list[bytes]:
    return journal.path.read_bytes().splitlines(keepends=True)


def _head(journal: Journal) -> Path:
    return journal.path.with_name("journal.jsonl.head")


def _rewrite(journal: Journal, lines: list[bytes]) -> Verified:
    journal.path.write_bytes(b"".join(lines))
    return verify(journal.path)


def _forged(line: bytes, **changes: object) -> bytes:
    """An entry changed and given a hash that fits."""
    return Entry.model_validate({**json.loads(line), **changes}).hashed().line()


def test_an_undisturbed_journal_is_intact(journal: Journal) -> None:
    """Every entry counted, the newest named, and read back as written."""
    last = _append(journal)
    found = verify(journal.path)
    assert (found.intact, found.entries, found.head) == (True, ENTRIES + 1, Head(sequence=6, hash=last.hash))
    assert list(read(journal.path))[-1] == last


def test_no_journal_is_an_intact_empty_one(tmp_path: Path) -> None:
    """Before the first entry there is nothing to doubt."""
    assert verify(tmp_path / "none").intact
    assert list(read(tmp_path / "none")) == []


def test_an_entry_holds_what_the_logging_duty_asks(journal: Journal) -> None:
    """Action, actor, reason, recipient, time, counts; one JSON object on a line."""
    entry = json.loads(_lines(journal)[0])
    assert entry | {"hash": ""} == {
        "sequence": 1,
        "time": "2026-11-23T12:00:00Z",
        "action": "seal",
        "actor": "steward@police",
        "reason": "delivery of a period",
        "recipient": "linkage_unit",
        "counts": {"records": 3},
        "content_hash": "ab" * 32,
        "source": "police",
        "run_id": "r1",
        "details": {"attempt": "1", "share": 0.5, "final": True, "tries": 2},
        "previous": "0" * 64,
        "hash": "",
    }
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
@pytest.mark.parametrize(
    "field", ["time", "action", "actor", "reason", "recipient", "counts", "content_hash", "source", "run_id", "details"]
)
def test_a_changed_entry_is_named(journal: Journal, number: int, field: str) -> None:
    """Any field of any entry, its hash left as it was."""
    lines = _lines(journal)
    other = {"time": "2026-11-23T13:00:00Z", "counts": {"records": 4}, "content_hash": "cd" * 32, "details": {}}
    changed = {**json.loads(lines[number - 1]), field: other.get(field, "other")}
    lines[number - 1] = json.dumps(changed, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    found = _rewrite(journal, lines)
    assert (found.broken_at, found.entries) == (number, number - 1)
    assert "changed" in str(found.reason)


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_an_entry_changed_with_a_fitting_hash_is_named(journal: Journal, number: int) -> None:
    """The next entry, or the head, still names the old one."""
    lines = _lines(journal)
    lines[number - 1] = _forged(lines[number - 1], actor="nobody")
    found = _rewrite(journal, lines)
    assert (found.broken_at, found.entries) == (number, number - 1)


@pytest.mark.parametrize("number", range(1, ENTRIES + 1))
def test_a_removed_entry_is_named(journal: Journal, number: int) -> None:
    """At the start, in the middle, and at the end, where only the head knows of it."""
    lines = _lines(journal)
    del lines[number - 1]
    found = _rewrite(journal, lines)
    assert (found.broken_at, found.entries) == (number, number - 1)
    assert "removed" in str(found.reason)


@pytest.mark.parametrize("number", range(1, ENTRIES))
def test_entries_that_changed_places_are_named(journal: Journal, number: int) -> None:
    """The first of the two."""
    lines = _lines(journal)
    lines[number - 1], lines[number] = lines[number], lines[number - 1]
    assert _rewrite(journal, lines).broken_at == number


def test_every_flipped_bit_of_an_entry_is_found(journal: Journal) -> None:
    """One bit of each byte of the third line."""
    lines = _lines(journal)
    third = lines[2]
    for place in range(len(third)):
        lines[2] = third[:place] + bytes([third[place] ^ 1]) + third[place + 1 :]
        assert _rewrite(journal, lines).broken_at in {2, 3}


@pytest.mark.parametrize("kept", range(ENTRIES))
def test_a_journal_cut_off_is_found(journal: Journal, kept: int) -> None:
    """Also when all of it is gone."""
    found = _rewrite(journal, _lines(journal)[:kept])
    assert (found.broken_at, found.entries) == (kept + 1, kept)
    journal.path.unlink()
    assert verify(journal.path).broken_at == 1


def test_a_missing_or_foreign_head_is_found(journal: Journal) -> None:
    """Without the head nobody knows whether the end is the end."""
    _head(journal).write_bytes(Head(sequence=2, hash="0" * 64).line())
    assert not verify(journal.path).intact
    _head(journal).write_bytes(b"nothing")
    assert not verify(journal.path).intact
    _head(journal).unlink()
    assert "head file" in str(verify(journal.path).reason)


def test_a_head_noted_outside_finds_a_rewritten_journal(journal: Journal, clock: Callable[[], datetime]) -> None:
    """A whole new chain is intact in itself, but not the one that the auditor saw, nor is a shorter one."""
    known = verify(journal.path).head
    _append(journal)
    assert verify(journal.path, known).intact
    other = Journal(journal.path.with_name("other.jsonl"), clock)
    for _ in range(ENTRIES - 1):
        _append(other, actor="nobody")
    assert verify(other.path).intact
    assert verify(other.path, known).broken_at == ENTRIES
    _append(other, actor="nobody")
    assert verify(other.path, known).broken_at == ENTRIES


def test_a_writer_killed_between_line_and_head_does_no_harm(journal: Journal) -> None:
    """The head one behind is as a crash leaves it; the next entry goes on from the line."""
    before = _head(journal).read_bytes()
    _append(journal)
    _head(journal).write_bytes(before)
    assert verify(journal.path).intact
    assert _append(journal).sequence == ENTRIES + 2
    assert verify(journal.path).entries == ENTRIES + 2


def test_a_writer_killed_at_its_first_entry_does_no_harm(tmp_path: Path, clock: Callable[[], datetime]) -> None:
    """There is no head yet."""
    journal = Journal(tmp_path / "journal.jsonl", clock)
    _append(journal)
    _head(journal).unlink()
    assert verify(journal.path).intact
    assert _append(journal).sequence == 2


def test_a_half_written_line_is_shown_and_then_mended(journal: Journal) -> None:
    """Verification says so; the next entry takes its place."""
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole + whole.splitlines()[-1][:40])
    assert verify(journal.path).broken_at == ENTRIES + 1
    assert _append(journal).sequence == ENTRIES + 1
    assert verify(journal.path).intact


@pytest.mark.parametrize("damage", ["cut", "changed", "no_head", "no_line_feed"])
def test_nothing_is_added_to_a_journal_that_was_tampered_with(journal: Journal, damage: str) -> None:
    """An entry on top would make the damage look old."""
    lines = _lines(journal)
    match damage:
        case "cut":
            lines.pop()
        case "changed":
            lines[-1] = _forged(lines[-1], actor="nobody")
        case "no_line_feed":
            lines[-1] = lines[-1].rstrip(b"\n")
        case _:
            _head(journal).unlink()
    journal.path.write_bytes(b"".join(lines))
    before = journal.path.read_bytes()
    with pytest.raises(KetenzichtError, match=r"nothing is added\. Cure: see `ketenzicht audit verify`"):
        _append(journal)
    assert journal.path.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"action": "Seal it"}, "action"),
        ({"actor": ""}, "actor"),
        ({"reason": "jansen " * 100}, "reason"),
        ({"recipient": ""}, "recipient"),
        ({"counts": {"Jansen": 1}}, "counts"),
        ({"content_hash": "jansen"}, "content_hash"),
        ({"details": {"name": "jansen " * 100}}, "details"),
        ({"details": {"share": float("nan")}}, "details"),
    ],
)
def test_a_field_out_of_bounds_is_refused_without_its_text(
    journal: Journal, changes: dict[str, Any], field: str
) -> None:
    """Long texts and odd labels are where a value would slip in."""
    with pytest.raises(KetenzichtError, match=f"journal: {field} not allowed") as caught:
        _append(journal, **changes)
    assert "jansen" not in str(caught.value).lower()
    assert verify(journal.path).entries == ENTRIES


def test_a_malformed_line_is_not_read(journal: Journal) -> None:
    """Reading names the entry, not its text."""
    _rewrite(journal, [*_lines(journal), b"jansen\n"])
    with pytest.raises(KetenzichtError, match="entry 6 is not readable") as caught:
        list(read(journal.path))
    assert "jansen" not in str(caught.value)


APPEND_TEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ketenzicht.journal import Journal
journal = Journal(Path(sys.argv[1]), lambda: datetime(2026, 11, 23, tzinfo=UTC))
for number in range(10):
    journal.append(action="seal", actor="a", reason="b", recipient="c", counts={"number": number})
"""


def test_processes_append_at_once(tmp_path: Path) -> None:
    """Three processes with ten entries each: thirty entries, one chain."""
    path = tmp_path / "journal.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", APPEND_TEN, str(path)]) for _ in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert verify(path).entries == 30
    assert verify(path).intact
