"""What the commands share: their options, an opened context, and how a result is printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ketenzicht import console
from ketenzicht.context import Context, open_context
from ketenzicht.errors import ConfigurationError
from ketenzicht.periods import Period

Config = Annotated[Path | None, typer.Option("--config", help="The project's config directory.", show_default="config")]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", help="Where all domains keep their files.", show_default="workspace/PROJECT"),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Threads; never changes a result.")]
PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period", help="Such as 2020, 2016-2020, 2020-H1, 2020-Q3 or 2020-07.", show_default="the project's"
    ),
]
RunId = Annotated[str | None, typer.Option("--run", help="The run's id.", show_default="the latest run")]


@contextmanager
def opened(
    config: Path | None, workspace: Path | None, *, json_wanted: bool, threads: int | None = None
) -> Iterator[Context]:
    """A context with progress shown as the output asks for."""
    with console.watching(json_wanted=json_wanted) as progress:
        yield open_context(config, workspace, threads=threads, progress=progress)


def period_of(context: Context, text: str | None) -> Period:
    """The period on the command line, or the project's; ``ConfigurationError`` where it is none."""
    try:
        return Period.parse(text) if text else context.project.period
    except ValueError as error:
        msg = f"--period: {error}. Cure: give one of these forms."
        raise ConfigurationError(msg) from None


def show(result: dict[str, Any], *, json_wanted: bool) -> None:
    """Print a result as facts for people, or as one JSON object."""
    if json_wanted:
        console.print_json(result)
    else:
        console.print_facts(result)
