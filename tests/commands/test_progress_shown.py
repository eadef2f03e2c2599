"""How progress is shown: what a line says, how often there is one, and that nothing else gets into it."""

import io
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ketenzicht import console, environment
from ketenzicht.progress import QUIET_FOR, Lines, Watch

MB = 2**20


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        """Tell the moment."""
        return self.now


def memory() -> int:
    return 1234 * MB


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_line_tells_rate_remaining_time_time_so_far_and_memory(clock: Clock) -> None:
    """A quarter in 50 seconds leaves 150; of these ten have gone by when the line is read."""
    watch = Watch(clock, memory)
    clock.now += 20
    watch.hear("compare", 0, 4_000_000, "pairs")
    clock.now += 50
    assert watch.hear("compare", 1_000_000, 4_000_000, "pairs") is None
    clock.now += 10
    assert watch.line() == (
        "compare, 1,000,000 of 4,000,000 pairs, 20,000/s, 2:20 min left; 1:20 min so far, peak memory 1,234 MB"
    )


def test_what_has_ended_tells_what_it_took(clock: Clock) -> None:
    watch = Watch(clock, memory)
    watch.hear("draw", 0, 20, "draws")
    clock.now += 8
    news = watch.hear("draw", 20, 20, "draws")
    assert news is not None
    assert news.seconds == 8
    assert news.line == "draw, 20 draws in 8.0 s, 2.5/s; 8.0 s so far, peak memory 1,234 MB"
    assert watch.line() == ""


def test_a_stage_of_one_piece_has_no_rate(clock: Clock) -> None:
    watch = Watch(clock, memory)
    watch.hear("police: read", 0, 1, "file")
    clock.now += 2
    assert watch.line() == "police: read, 0 of 1 file; 2.0 s so far, peak memory 1,234 MB"
    news = watch.hear("police: read", 1, 1, "file")
    assert news is not None
    assert news.line == "police: read, 1 file in 2.0 s; 2.0 s so far, peak memory 1,234 MB"


def test_a_stage_that_begins_again_is_timed_anew(clock: Clock) -> None:
    """One that failed and is tried again counts from its new beginning."""
    watch = Watch(clock, memory)
    watch.hear("encode", 0, 10, "columns")
    clock.now += 60
    watch.hear("encode", 0, 10, "columns")
    clock.now += 5
    news = watch.hear("encode", 10, 10, "columns")
    assert news is not None
    assert news.seconds == 5


def test_an_empty_stage_and_a_message_are_told_at_once(clock: Clock) -> None:
    said: list[str] = []
    lines = Lines(said.append, clock, memory)
    lines("cluster", 0, 0, "pairs")
    lines("police: left out of this run (late.\x1b[2J Cure: wait.)", 1, 1, "")
    assert said == [
        "cluster, 0 pairs in 0.0 s; 0.0 s so far, peak memory 1,234 MB",
        "police: left out of this run (late.?[2J Cure: wait.)",
    ]


@given(
    steps=st.lists(st.tuples(st.floats(0, 30), st.booleans()), min_size=1, max_size=60),
)
def test_plain_lines_are_one_a_stage_and_between_them_one_in_ten_seconds(steps: list[tuple[float, bool]]) -> None:
    """However often a stage tells: each end is a line, and no other line follows a line sooner than that."""
    clock, said = Clock(), list[tuple[float, str]]()
    lines = Lines(lambda line: said.append((clock.now, line)), clock, memory)
    said_before, done, ends = clock.now, 0, 0
    for wait, ending in steps:
        clock.now += wait
        done = 100 if ending else done + 1
        ends += ending
        before = len(said)
        lines("compare", done, 100, "pairs")
        due = ending or clock.now - said_before >= QUIET_FOR
        assert len(said) - before == due
        if due:
            said_before = clock.now
            assert said[-1][1].startswith("compare, 100 pairs in " if ending else f"compare, {done} of 100 pairs")
        done = 0 if ending else done
    assert sum(" in " in line for _, line in said) == ends


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (59.6, "1:00 min"), (3599, "59:59 min"), (3601, "1:00:01 h")],
)
def test_times_are_told_as_people_read_them(seconds: float, told: str, clock: Clock) -> None:
    watch = Watch(clock, memory)
    watch.hear("draw", 0, 1, "step")
    clock.now += seconds
    news = watch.hear("draw", 1, 1, "step")
    assert news is not None
    assert f"in {told};" in news.line


def shown_on(terminal: bool, monkeypatch: pytest.MonkeyPatch, *reports: tuple[str, int, int, str]) -> str:  # noqa: FBT001 - a parameter of the tests
    """What stands on standard error after these reports."""
    out = io.StringIO()
    monkeypatch.setattr(console, "ERRORS", Console(file=out, force_terminal=terminal, width=40, soft_wrap=True))
    with console.watching(json_wanted=False) as progress:
        for report in reports:
            progress(*report)
    return out.getvalue()


def test_a_terminal_shows_the_stage_under_way_and_keeps_messages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage that took no time leaves nothing behind; the live line is one line, cut at the width of the terminal."""
    reports = [("compare", 0, 9, "pairs"), ("compare", 9, 9, "pairs"), ("a message", 1, 1, ""), ("draw", 0, 4, "draws")]
    shown = shown_on(True, monkeypatch, *reports)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    kept = [line for line in plain.replace("\r", "\n").splitlines() if line]
    assert "a message" in kept
    assert any(re.fullmatch(r"draw, 0 of 4 draws; .*…", line) for line in kept), kept
    assert not any(line.startswith("compare, 9") for line in kept)
    assert max(map(len, kept)) <= 40
    assert shown.endswith("\x1b[2K"), "the live line is wiped out in the end"


def test_elsewhere_there_are_plain_lines_without_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = shown_on(False, monkeypatch, ("compare", 0, 9, "pairs"), ("compare", 9, 9, "pairs"))
    assert re.fullmatch(r"compare, 9 pairs in 0\.0 s[^\n]*; 0\.0 s so far, peak memory [0-9,]+ MB\n", shown)


def test_beside_json_there_is_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with console.watching(json_wanted=True) as progress:
        progress("compare", 9, 9, "pairs")
    assert capsys.readouterr() == ("", "")


def test_peak_memory_is_what_a_process_held_at_most(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a process of its own: 64 MB held raise it, and it stays after they are given back."""
    program = (
        "from ketenzicht.environment import peak_memory\n"
        "before = peak_memory()\n"
        "block = b'x' * 2**26\n"
        "held = peak_memory()\n"
        "del block\n"
        "print(held - before, peak_memory() - held)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    raised, later = map(int, said.split())
    assert 60 * MB < raised < 80 * MB
    assert abs(later) < MB, "the system counts in batches"
    monkeypatch.setattr(environment, "_STATUS", tmp_path / "status")
    assert environment.peak_memory() > 10 * MB, "without /proc the operating system's own figure stands in"
