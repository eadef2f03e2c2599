"""How the command line speaks: progress and tables for people, one JSON object for programs."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ketenzicht.progress import SECOND, Lines, Watch
from linkage.progress import Progress, silent

ERRORS = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
OUTPUT = Console(soft_wrap=True, highlight=False, markup=False)


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
def watching(*, json_wanted: bool) -> Iterator[Progress]:
    """Progress on standard error: one live line on a terminal, plain lines otherwise, nothing beside JSON."""
    if json_wanted:
        yield silent
    elif ERRORS.is_terminal:
        line = _LiveLine(ERRORS)
        with line.live:
            yield line
    else:
        yield Lines(ERRORS.print)


class _LiveLine:
    """The stage under way on one line that keeps itself current; above it stays what took a second, and messages."""

    def __init__(self, console: Console) -> None:
        self._watch = Watch()
        self.live = Live(self, console=console, transient=True)

    def __call__(self, stage: str, done: int, total: int, unit: str) -> None:
        news = self._watch.hear(stage, done, total, unit)
        if news and (news.is_message or news.seconds >= SECOND):
            self.live.console.print(news.line)

    def __rich__(self) -> Text:
        return Text(self._watch.line(), no_wrap=True, overflow="ellipsis")
