"""The ``review`` commands: an agency judges uncertain pairs of its own records, the linkage unit judges patterns."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ketenzicht import console
from ketenzicht.command_options import (
    Config,
    Json,
    PeriodOption,
    RunId,
    WorkspaceOption,
    opened,
    period_of,
    show,
)
from ketenzicht.reviewing.decisions import Decisions, cells
from ketenzicht.stages import review_agency, review_patterns, review_unit, runs

Source = Annotated[str, typer.Argument(help="A source on the project's allow-list.")]
Round = Annotated[int | None, typer.Option("--round", min=1, help="The round.", show_default="the latest")]
By = Annotated[str, typer.Option("--by", help="Name of the person who judged; goes into the signed answers.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for the package.", show_default="the receiver's")]

review_app = typer.Typer(help="Let people judge what the model cannot, without telling who is known elsewhere.")


@review_app.command("ask")
def ask(
    source: Source,
    pairs: Annotated[int, typer.Option("--pairs", min=1, max=1000, help="Questions at most, decoys included.")] = 50,
    decoys: Annotated[
        float, typer.Option("--decoys", min=0, max=0.9, help="Share of the questions whose answer is known.")
    ] = review_unit.DECOYS,
    period: PeriodOption = None,
    out: Out = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """At the linkage unit: ask a source with duplicates which of its uncertain pairs are one person.

    Pairs are chosen from this source's records alone; decoys are mixed in.
    """
    with opened(config, workspace, json_wanted=json_wanted) as context:
        chosen = period_of(context, period)
        result = review_unit.ask(context, source, chosen, pairs=pairs, decoys=decoys, out=out)
    show(result, json_wanted=json_wanted)


@review_app.command("show")
def show_questions(
    source: Source,
    number: Round = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """At the agency: open the questions and write a worksheet with the agency's own numbers, to be filled in."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        result = review_agency.show(context, source, number)
    show(result, json_wanted=json_wanted)


@review_app.command("answer")
def answer(
    source: Source,
    file: Annotated[Path, typer.Argument(help="The worksheet, every answer filled in: same, different or unsure.")],
    by: By,
    number: Round = None,
    out: Out = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """At the agency: check the worksheet, sign the answers and seal them to the linkage unit.

    Exit code 3 where the worksheet is not in order.
    """
    with opened(config, workspace, json_wanted=json_wanted) as context:
        result = review_agency.answer(context, source, file, by=by, number=number, out=out)
    show(result, json_wanted=json_wanted)


@review_app.command("take")
def take(
    source: Source,
    number: Round = None,
    least_well: Annotated[
        float, typer.Option("--least-well", min=0, max=1, help="Least share of decoys that must be judged well.")
    ] = review_unit.LEAST_WELL,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """At the linkage unit: verify a source's answers and keep them; the next run takes them into account."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        result = review_unit.take(context, source, number=number, least_well=least_well)
    show(result, json_wanted=json_wanted)


@review_app.command("patterns")
def patterns(
    run_id: RunId = None, config: Config = None, workspace: WorkspaceOption = None, json_wanted: Json = False
) -> None:
    """At the linkage unit: list the uncertain patterns across sources, and write a worksheet to judge them in.

    Counts below 10 are not shown.
    """
    with opened(config, workspace, json_wanted=json_wanted) as context:
        result = review_patterns.patterns(context, run_id or runs.latest_run(context))
    if json_wanted:
        console.print_json(result)
    else:
        _print_patterns(result)


def _print_patterns(result: dict[str, Any]) -> None:
    header = ("pattern", "source a", "source b", "agreement", "probability", "pairs", "linked now", "not linked now")
    rows = [cells(number, row, Decisions())[:-1] for number, row in enumerate(result["patterns"], start=1)]
    console.print_table("Uncertain patterns, those whose answer changes most first", header, rows)
    console.print_facts({"worksheet": result["worksheet"]})


@review_app.command("decide")
def decide(
    file: Annotated[Path, typer.Argument(help="The worksheet of `review patterns`, answers filled in where known.")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Why these patterns were judged so.")],
    run_id: RunId = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """At the linkage unit: sign judgements on patterns; the next run takes them into account.

    A pattern judged different is never linked on its own, one judged the same is; unsure withdraws an earlier answer.
    """
    with opened(config, workspace, json_wanted=json_wanted) as context:
        chosen = run_id or runs.latest_run(context)
        result = review_patterns.decide(context, file, run_id=chosen, by=by, reason=reason)
    show(result, json_wanted=json_wanted)


@review_app.command("status")
def status(config: Config = None, workspace: WorkspaceOption = None, json_wanted: Json = False) -> None:
    """At the linkage unit: what was asked, answered and taken, and how many judgements on patterns are in force."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        rows = review_unit.status(context)
        in_force = review_patterns.in_force(context)
    if json_wanted:
        console.print_json({"rounds": rows, "patterns_in_force": in_force})
        return
    names = ("source", "round", "period", "pairs", "state", "same", "different", "unsure", "decoys", "decoys_well")
    header = tuple(name.replace("_", " judged ") for name in names)
    console.print_table("Rounds", header, [[row.get(name) for name in names] for row in rows])
    console.print_facts({"judgements on patterns in force": in_force})
