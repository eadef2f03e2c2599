"""How the command line speaks: progress and tables for people, one JSON object for programs."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from ketenzicht import environment
from ketenzicht.context import Progress as Watcher
from ketenzicht.context import silent

ERRORS = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
OUTPUT = Console(soft_wrap=True, highlight=False, markup=False)

# A plain line for a stage that is still under way is printed at most this often, in seconds.
_QUIET_FOR = 5.0


def print_error(message: str) -> None:
    """One error on standard error, without control characters: names of files in it come from outside."""
    shown = "".join(letter if letter == "\n" or letter.isprintable() else "?" for letter in message)
    ERRORS.print(f"error: {shown}")


def print_json(result: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, grouped: bool = True) -> None:
    """A table on standard output; numbers are set right, thousands ``grouped`` unless they may be years."""
    table = Table(title=title, title_justify="left")
    kept = [list(row) for row in rows]
    for position, name in enumerate(header):
        numeric = bool(kept) and all(isinstance(row[position], int | float) for row in kept)
        table.add_column(name, justify="right" if numeric else "left")
    for row in kept:
        table.add_row(*(_text(cell) if grouped or type(cell) is not int else str(cell) for cell in row))
    OUTPUT.print(table)


def print_facts(facts: Mapping[str, object]) -> None:
    """One ``name: value`` line per fact on standard output."""
    width = max((len(name) for name in facts), default=0)
    for name, value in facts.items():
        OUTPUT.print(f"{name:<{width}}  {_text(value)}")


def _text(cell: object) -> str:
    match cell:
        case None:
            return "-"
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:.4f}"
        case int():
            return f"{cell:,}"
        case Mapping():
            return ", ".join(f"{name} {_text(value)}" for name, value in cell.items())
        case _:
            return str(cell)


@contextmanager
def watching(*, json_wanted: bool) -> Iterator[Watcher]:
    """Progress on standard error: a bar on a terminal, plain lines otherwise, nothing beside JSON."""
    if json_wanted:
        yield silent
    elif ERRORS.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=ERRORS, transient=True) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    """One bar a stage."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)


class _Lines:
    """A line when a stage begins, ends, and now and then between."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        moment = environment.stopwatch()
        first = stage not in self._said
        if first or done >= total or moment - self._said[stage] > _QUIET_FOR:
            self._said[stage] = moment
            ERRORS.print(f"{stage}: {done:,} of {total:,}")
