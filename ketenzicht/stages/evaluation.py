"""How good a run is where the truth is known. Runs where all domains meet: on a demonstration or research machine."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from ketenzicht import console
from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError, DataRefused
from ketenzicht.stages import warehouse_office
from ketenzicht.stages.runs import read_summary
from linkage import beside_truth
from linkage import evaluate as judging

_KEYS = ["source", "native_id"]
_TRUTH = [*_KEYS, "person"]
_HEADER = ("", "links", "true pairs", "precision", "recall", "F1")


def evaluate(context: Context, run_id: str, truth: Path | None) -> dict[str, Any]:
    """Figures of a run against the truth, beside the estimates the run made without it.

    ``truth`` is a CSV with source, native_id, person; a file ``persons.csv`` beside it (person and further columns)
    adds subgroups. None: as the config's ``[truth]`` says. Estimates per subgroup are there where the warehouse holds
    the run. Raises ``ConfigurationError`` or ``DataRefused``.
    """
    summary = read_summary(context, run_id)
    place = context.workspace
    names = pd.concat([_key_file(context, source) for source in summary["inputs"]], ignore_index=True)
    records = pq.read_table(place.records(run_id)).to_pandas().merge(names, on=["source", "record_id"], how="left")
    crosswalk = pq.read_table(place.crosswalk(run_id)).to_pandas().merge(names, on=["source", "record_id"], how="left")
    known = _truth(context, names, truth)
    figures = judging.evaluate(
        crosswalk[[*_KEYS, "person_id"]],
        known[known["source"].isin(summary["inputs"])],
        records=records[[*_KEYS, "present"]],
        candidates=pq.read_table(place.candidates(run_id)).to_pandas().to_numpy(),
        fields=context.project.encoding.fields,
    )
    groups = warehouse_office.quality_by_group(context, run_id)
    figures = beside_truth.with_estimates(figures, summary["linkage"], groups)
    covered = {"records": len(names), "with_truth": len(names.merge(known[_KEYS], on=_KEYS))}
    return {"run_id": run_id, "truth": covered, **figures, "estimates": summary["linkage"]["source_pairs"]}


def _key_file(context: Context, source: str) -> pd.DataFrame:
    path = context.workspace.key_file(source)
    if not path.exists():
        msg = f"{path}: the agency's key file is missing. Cure: evaluate where `ketenzicht encode` ran."
        raise ConfigurationError(msg)
    return pd.read_csv(path, dtype=str, keep_default_na=False).assign(source=source)


def _truth(context: Context, names: pd.DataFrame, given: Path | None) -> pd.DataFrame:
    settings = context.project.pipeline.truth
    if given is not None:
        return _read_truth(given)
    if settings is None:
        msg = (
            f"{context.project.directory / 'pipeline.toml'}: no truth is known. Cure: give --truth FILE, or add "
            "[truth] with file or person_pattern."
        )
        raise ConfigurationError(msg)
    if settings.file is not None:
        return _read_truth(context.project.directory / settings.file)
    return _truth_from_ids(names, str(settings.person_pattern))


def _truth_from_ids(names: pd.DataFrame, pattern: str) -> pd.DataFrame:
    try:
        person = names["native_id"].str.extract(re.compile(pattern), expand=True).iloc[:, 0]
    except (re.error, ValueError):
        msg = "pipeline.toml: key truth.person_pattern has no group. Cure: put what names the person in (...)."
        raise ConfigurationError(msg) from None
    if person.isna().any():
        msg = "pipeline.toml: key truth.person_pattern does not fit every native id. Cure: widen the pattern."
        raise ConfigurationError(msg)
    return names[_KEYS].assign(person=person)


def _read_truth(path: Path) -> pd.DataFrame:
    if not path.exists():
        msg = f"{path}: file is missing. Cure: give a CSV with the columns source, native_id, person."
        raise ConfigurationError(msg)
    table = _read_csv(path)
    missing = [column for column in _TRUTH if column not in table.columns]
    if missing:
        msg = f"{path.name}: missing columns {', '.join(missing)}. Cure: give the columns source, native_id, person."
        raise DataRefused(msg)
    twice = int(table.duplicated(_KEYS).sum())
    if twice:
        msg = f"{path.name}: {twice} native ids stand there twice. Cure: give each record one person."
        raise DataRefused(msg)
    persons = path.with_name("persons.csv")
    if persons.exists():
        table = table.merge(_read_csv(persons), on="person", how="left")
    return table


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (ValueError, OSError):
        # The parser's message quotes the line.
        msg = f"{path.name}: not a CSV. Cure: give one in UTF-8, with the columns source, native_id, person."
        raise DataRefused(msg) from None


def show(figures: dict[str, Any]) -> None:
    """Print the figures: first which subgroups are linked notably worse, then all as tables."""
    console.OUTPUT.print("\n".join(_first_lines(figures)))
    whole = ("precision", "recall", "f1", "bcubed_precision", "bcubed_recall", "bcubed_f1", "cluster_f1")
    completeness = ("pair_completeness", "pair_completeness_beyond_categories")
    console.print_facts({name: figures[name] for name in (*whole, *completeness)})
    pairs = [(f"{row['source_a']} x {row['source_b']}", row) for row in figures["source_pairs"]]
    groups = [
        (f"{column} {name}", row) for column, found in figures["subgroups"].items() for name, row in found.items()
    ]
    _show_estimates([("all source pairs", figures), *pairs, *groups])
    shared = figures["pairs_sharing_names_or_identifier"]
    rows = [("all pairs", *_line(figures)), ("pairs that share names or an identifier", *_line(shared))]
    console.print_table("Pairs", _HEADER, rows)
    console.print_table("Per source pair", _HEADER, [(name, *_line(row)) for name, row in pairs])
    for column, found in figures["subgroups"].items():
        rows = [(name, *_line(row), row["bcubed_f1"]) for name, row in found.items()]
        console.print_table(f"Per {column}", (*_HEADER, "B-cubed F1"), rows)


def _first_lines(figures: dict[str, Any]) -> list[str]:
    """Which subgroups are linked worse; before that, whether the truth is of a part only."""
    covered = figures["truth"]
    if covered["with_truth"] < covered["records"]:
        part = f"{covered['with_truth']:,} of {covered['records']:,} records"
        warning = f"THE TRUTH COVERS {part}: figures are of these, estimates of the whole run; they cannot be compared."
        return [warning, *_of_subgroups(figures)]
    return _of_subgroups(figures)


def _of_subgroups(figures: dict[str, Any]) -> list[str]:
    limit = f"by more than {beside_truth.NOTABLE_GAP:.2f}"
    enough = f"{beside_truth.ENOUGH_PAIRS} true pairs or more"
    if not figures["subgroups"]:
        return [
            "No subgroups are known, so none is compared; persons.csv (person, further columns) by the truth adds them."
        ]
    judged = [row for found in figures["subgroups"].values() for row in found.values()]
    if not any((row["true_pairs"] or 0) >= beside_truth.ENOUGH_PAIRS for row in judged):
        return [f"No subgroup has {enough}, so none is held against the whole."]
    if not figures["subgroups_below"]:
        return [f"No subgroup with {enough} has an F1 below that of all pairs {limit}."]
    below = [
        f"  {row['column']} {row['group']}: F1 {row['f1']:.4f}, {row['gap']:.4f} below, of {row['true_pairs']:,} pairs"
        for row in figures["subgroups_below"]
    ]
    return [f"SUBGROUPS LINKED WORSE: F1 below the {figures['f1']:.4f} of all pairs {limit} ({enough}):", *below]


def _show_estimates(rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Estimates made without the truth, where there are any, with their interval, beside the truth they are of."""
    for figure, true in (("precision", "precision"), ("recall", "recall_in_run")):
        header = ("", "true", "estimated", "low", "high", "error", "inside")
        names = (*(f"estimated_{figure}{end}" for end in ("", "_low", "_high")), f"{figure}_error", f"{figure}_covered")
        lines = [(name, row[true], *(row[key] for key in names)) for name, row in rows if row[names[0]] is not None]
        of = ", of the records that were in the run" if figure == "recall" else ""
        console.print_table(f"Estimated {figure} (90% interval) beside the truth{of}", header, lines)


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("links", "true_pairs", "precision", "recall", "f1"))
