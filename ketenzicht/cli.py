"""The command line. Every command calls ``ketenzicht.flow`` or one reader and prints what came of it."""

import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from ketenzicht import __version__, console, doctor, flow, keys, synthetic
from ketenzicht.cli_review import review_app
from ketenzicht.command_options import (
    Config,
    Json,
    PeriodOption,
    RunId,
    Threads,
    WorkspaceOption,
    opened,
    period_of,
    show,
)
from ketenzicht.errors import ConfigurationError, KetenzichtError
from ketenzicht.results import Verdict
from ketenzicht.stages import agency, audit, evaluation, release_office, runs

WARNED_EXIT_CODE = 5
_FINDINGS = "Findings, to weigh before the links are used"

app = typer.Typer(
    name="ketenzicht",
    help="Link registrations of several agencies without any agency handing over who people are.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys_app = typer.Typer(help="Make, show and rotate keys.", no_args_is_help=True)
audit_app = typer.Typer(help="What an auditor checks.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")
app.add_typer(review_app, name="review")


@app.command()
def synth(
    persons: Annotated[int, typer.Option("--persons", min=1, help="Victims in the population.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the four exports and truth.csv.")],
    level: Annotated[
        str, typer.Option("--level", help="Errors in the registers: light, default or heavy.")
    ] = "default",
    json_wanted: Json = False,
) -> None:
    """Make a fictional population and the exports of four agencies that saw it."""
    if level not in synthetic.LEVELS:
        msg = f"--level: not a level. Cure: give one of {', '.join(synthetic.LEVELS)}."
        raise ConfigurationError(msg)
    with console.watching(json_wanted=json_wanted) as progress:
        made = synthetic.generate(persons, seed, out, level=level, progress=progress)
    files = ("police", "comensha", "shelter", "youth_care", "truth", "persons")
    show({**{name: str(getattr(made, name)) for name in files}, "rows": made.rows}, json_wanted=json_wanted)


@keys_app.command("new")
def keys_new(config: Config = None, workspace: WorkspaceOption = None, json_wanted: Json = False) -> None:
    """Make every key of a single-machine workspace; existing keys are never overwritten."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        keys.create(context.workspace, context.project.pipeline.sources, context.entropy)
        show(agency.fingerprints(context), json_wanted=json_wanted)


@keys_app.command("show")
def keys_show(config: Config = None, workspace: WorkspaceOption = None, json_wanted: Json = False) -> None:
    """Print the fingerprints of the keys, never a key."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        show(agency.fingerprints(context), json_wanted=json_wanted)


@keys_app.command("rotate")
def keys_rotate(config: Config = None, workspace: WorkspaceOption = None, json_wanted: Json = False) -> None:
    """Replace the agencies' linkage secret; deliveries encoded before no longer fit and are refused."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        show(agency.rotate(context), json_wanted=json_wanted)


@app.command()
def encode(
    source: Annotated[str, typer.Argument(help="A source on the project's allow-list.")],
    file: Annotated[Path, typer.Argument(help="The agency's export.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the two sealed packages.")],
    period: PeriodOption = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """At an agency: validate an export, quarantine bad rows, encode and seal the rest.

    Exit code 3 where the delivery is refused, 5 where it was sealed but more rows than the warning share were
    quarantined.
    """
    with opened(config, workspace, json_wanted=json_wanted) as context:
        result = flow.encode(context, source, file, period_of(context, period), out)
    show(result.as_dict(), json_wanted=json_wanted)
    if result.verdict is Verdict.WARNED:
        raise typer.Exit(WARNED_EXIT_CODE)


@app.command()
def run(
    sources: Annotated[
        Path | None,
        typer.Option(
            "--sources",
            help="Folder with the deliveries, under the names the config gives.",
            show_default="the config's",
        ),
    ] = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    threads: Threads = None,
    json_wanted: Json = False,
) -> None:
    """Every step on one machine, up to the report; the release waits for its approver.

    The machine then holds the keys of all domains: fit for a demonstration and for research files, not for agencies.
    """
    with opened(config, workspace, json_wanted=json_wanted, threads=threads) as context:
        result = flow.run(context, sources)
        overall = runs.read_summary(context, result["run_id"])["linkage"].get("overall") or {}
    if json_wanted:
        console.print_json({**result, "overall": overall})
    else:
        _print_run(result, overall)
    if any(delivery["verdict"] == Verdict.WARNED for delivery in result["deliveries"]):
        raise typer.Exit(WARNED_EXIT_CODE)


def _print_run(result: dict[str, Any], overall: dict[str, Any]) -> None:
    header = ("source", "rows in", "quarantined", "records encoded", "verdict")
    names = ("source", "rows_in", "quarantined", "records", "verdict")
    console.print_table("Deliveries", header, [[row[name] for name in names] for row in result["deliveries"]])
    facts = {
        name: result["linkage"][name]
        for name in ("run_id", "records", "persons", "links", "findings", "drift", "crosswalk")
    }
    if result["warehouse"]:
        facts["warehouse"] = result["warehouse"]["warehouse"]
    console.print_facts({**facts, **_estimates(overall), "report": result["report"]})
    _print_findings(result["findings"])


def _estimates(overall: dict[str, Any]) -> dict[str, str]:
    """Precision and recall of the whole as the run estimates them without the truth, in one line each."""
    told = {}
    for figure in ("precision", "recall"):
        value, low, high = (overall.get(f"{figure}{end}") for end in ("", "_low", "_high"))
        if value is None:
            told[figure] = f"not estimable: {overall.get('recall_reason') or 'nothing is linked'}"
        else:
            interval = "" if low is None or high is None else f", 90% interval {low:.4f} to {high:.4f}"
            told[figure] = f"{value:.4f} (estimated{interval})"
    return told


def _print_findings(findings: list[dict[str, str]]) -> None:
    if findings:
        rows = [[finding[part] for part in ("where", "message")] for finding in findings]
        console.print_table(_FINDINGS, ("where", "what it means"), rows)


@app.command()
def link(
    period: PeriodOption = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    threads: Threads = None,
    json_wanted: Json = False,
) -> None:
    """At the linkage unit: check and open the packages that arrived, and link them."""
    with opened(config, workspace, json_wanted=json_wanted, threads=threads) as context:
        result = flow.link(context, period_of(context, period))
        summary = runs.read_summary(context, result.run_id)["linkage"]
    if json_wanted:
        console.print_json({**result.as_dict(), "overall": summary.get("overall") or {}})
    else:
        console.print_facts({**result.as_dict(), **_estimates(summary.get("overall") or {})})
        _print_findings(summary["findings"])


@app.command()
def load(
    run_id: RunId = None, config: Config = None, workspace: WorkspaceOption = None, json_wanted: Json = False
) -> None:
    """At the warehouse: build the database from payload and crosswalk, and write the run's pages."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        chosen = run_id or runs.latest_run(context)
        result = flow.load(context, chosen).as_dict()
        result["report"] = str(flow.report(context, chosen))
    show(result, json_wanted=json_wanted)


@app.command()
def release(
    approve_as: Annotated[str | None, typer.Option("--approve-as", help="Who approves; not who ran it.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why it may be published.")] = "",
    run_id: RunId = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """Show what awaits approval, or publish it with --approve-as NAME --reason TEXT.

    Exit code 4 where who approves may not, or gives no reason.
    """
    with opened(config, workspace, json_wanted=json_wanted) as context:
        chosen = run_id or runs.latest_run(context)
        if approve_as is None:
            result = flow.request_release(context, chosen)
        else:
            result = flow.release(context, chosen, approve_as, reason).as_dict()
            result["report"] = str(flow.report(context, chosen))
    if json_wanted:
        console.print_json(result)
        return
    findings, overall = result.pop("findings", []), result.pop("overall", None)
    console.print_facts(result | (_estimates(overall) if overall else {}))
    if findings:
        console.print_table(_FINDINGS, ("where, and what it means",), [[found] for found in findings])


@app.command()
def evaluate(
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth",
            help="CSV: source, native_id, person. A persons.csv beside it (person, further columns) adds subgroups.",
            show_default="the project's [truth]",
        ),
    ] = None,
    run_id: RunId = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """Compare a run with the truth, where it is known: pairs, B-cubed and clusters, per source pair and subgroup."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        chosen = run_id or runs.latest_run(context)
        figures = evaluation.evaluate(context, chosen, truth)
    if json_wanted:
        console.print_json(figures)
    else:
        evaluation.show(figures)


@app.command()
def explain(
    run_id: Annotated[
        str | None, typer.Argument(metavar="RUN", help="The run's id; the latest where left out.", show_default=False)
    ] = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """Write the pages that explain a run's links: weights, patterns, scores, thresholds, clusters, subgroups."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        chosen = run_id or runs.latest_run(context)
        result = {"run_id": chosen, "pages": str(flow.explain(context, chosen))}
    show(result, json_wanted=json_wanted)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT on the release database.")],
    run_id: RunId = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """Read the released tables."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        answer = release_office.query(context, run_id, sql)
    rows = [[_shown(cell) for cell in row] for row in answer.itertuples(index=False, name=None)]
    if json_wanted:
        console.print_json({"columns": list(answer.columns), "rows": rows})
    else:
        console.print_table("", list(answer.columns), rows, grouped=False)


def _shown(cell: Any) -> Any:  # noqa: ANN401 - whatever a query answers
    return None if pd.api.types.is_scalar(cell) and pd.isna(cell) else cell


@audit_app.command("verify")
def audit_verify(
    known: Annotated[
        str | None, typer.Option("--known", help="The head that the last audit printed; finds a journal made anew.")
    ] = None,
    config: Config = None,
    workspace: WorkspaceOption = None,
    json_wanted: Json = False,
) -> None:
    """Check the journal's chain; name the first entry that was changed, removed or reordered."""
    with opened(config, workspace, json_wanted=json_wanted) as context:
        result = audit.verify_journal(context, known)
    show(result, json_wanted=json_wanted)


@app.command("doctor")
def doctor_command(config: Config = None, workspace: WorkspaceOption = None, json_wanted: Json = False) -> None:
    """Say what is missing or wrong on this machine, with the cure."""
    checks = doctor.examine(config, workspace)
    if json_wanted:
        console.print_json({"checks": [check.as_dict() for check in checks]})
    else:
        console.print_table("", ("check", "state", "cure"), [(check.name, check.state, check.cure) for check in checks])
    if any(check.state == "wrong" for check in checks):
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    console.print_facts({"ketenzicht": __version__})


def main() -> None:
    """Run the command line; every error ends in one line and its exit code, never in a value of a person."""
    try:
        app()
    except KetenzichtError as error:
        console.print_error(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        name = Path(str(error.filename)).name if error.filename else "a file"
        console.print_error(f"{name}: {error.strerror}. Cure: check path, rights and free space, and run it again.")
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a value: show where, not what
        console.print_error(f"{type(error).__name__} at {_place(error)}. Cure: report this place to the maintainers.")
        sys.exit(1)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
