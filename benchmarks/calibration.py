"""How far a run's own estimates are from the truth, and whether every subgroup is linked as well as the others.

Run as ``python -m benchmarks calibration [--seeds 21..25 ...] [--levels LEVEL ...] [--persons N] [--sets S ...] [--data
NAME=CONFIG_DIR ...]``. Prints a line per run on standard error and at the end two Markdown tables; all is in
results/calibration.json, which is written after each run. docs/reference/quality-figures.md says what the columns are.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.arguments import add_choice, choice
from benchmarks.cases import POPULATION, ROOT, Case
from benchmarks.estimates import ALL, beside_truth, calibration, subgroups, true_completeness
from benchmarks.markdown import markdown, share
from benchmarks.methods import judged, linked
from ketenzicht.errors import KetenzichtError

RESULTS = ROOT / "benchmarks" / "results" / "calibration.json"
SEEDS = range(21, 26)
ESTIMATE_COLUMNS = (
    *("scope", "figure", "compared", "not estimable", "bias", "mean error", "largest error"),
    *("intervals", "covered", "truth below", "truth above"),
)
SUBGROUP_COLUMNS = ("subgroup", "group", "runs", "true pairs", "F1", "overall F1", "gap", "worst run's gap")
FIGURES = ("precision", "recall", "f1", "links", "true_pairs", "pair_completeness", "subgroups")


def run(case: Case, seed: int) -> dict[str, Any]:
    """Link a data set; return its true figures, and in ``estimates`` the rows of ``beside_truth``."""
    started = time.perf_counter()
    found = linked(case, seed)
    seconds = time.perf_counter() - started
    truth = judged(case, found)
    records = found.records.to_pandas().merge(case.ids, on=["source", "record_id"], how="left")
    pairs = np.column_stack([found.candidates[side].to_numpy() for side in ("left", "right")]).astype(np.int64)
    rows = beside_truth(found.summary, truth, true_completeness(records, case.truth, pairs))
    reason = (found.summary.get("overall") or {}).get("recall_reason")
    return {name: truth[name] for name in FIGURES} | {"seconds": seconds, "recall_reason": reason, "estimates": rows}


def tables(found: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The two tables over all runs."""
    return {
        "calibration": calibration([row for each in found for row in each["estimates"]]),
        "subgroups": subgroups(found),
    }


def text(lines: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Both tables as Markdown."""
    estimates = [
        [line["scope"], line["figure"], line["compared"], line["not_estimable"]]
        + [share(line[name]) for name in ("bias", "mean_error", "largest_error")]
        + [line["intervals"], *(share(line[name]) for name in ("covered", "below", "above"))]
        for line in lines["calibration"]
    ]
    groups = [
        [line["subgroup"], line["group"], line["runs"], line["true_pairs"]]
        + [share(line[name]) for name in ("f1", "overall_f1", "gap", "worst_gap")]
        for line in lines["subgroups"]
    ]
    return f"{markdown(ESTIMATE_COLUMNS, estimates)}\n\n{markdown(SUBGROUP_COLUMNS, groups)}"


def progress(number: int, total: int, found: Mapping[str, Any]) -> str:
    """One line on one run: the figures over all its pairs, true and as estimated."""
    said = {row["figure"]: row["estimated"] for row in found["estimates"] if row["source_a"] == ALL}
    what = " ".join(str(found[key]) for key in ("set", "level", "seed") if found[key] is not None)
    figures = ", ".join(
        f"{figure} {share(found[figure])} (estimated {share(said[figure]) or 'not'})"
        for figure in ("precision", "recall")
    )
    return f"{number} of {total}: {what}: {figures}, {found['seconds']:.1f} s"


def write(arguments: argparse.Namespace, found: Sequence[Mapping[str, Any]]) -> None:
    """Write all runs so far and the tables over them."""
    about = {"persons": arguments.persons, "seeds": arguments.seeds, "levels": arguments.levels}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(about | tables(found) | {"runs": list(found)}, indent=1), encoding="utf-8")


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks calibration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_choice(parser, sets=(POPULATION,), seeds=SEEDS, levels=("default",))
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the JSON goes")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run, print the tables, write the JSON; 2 where a data set cannot be read."""
    arguments = _arguments(given)
    chosen = choice(arguments)
    found: list[dict[str, Any]] = []
    try:
        for number, (case, level, seed) in enumerate(chosen.cases(), start=1):
            found.append({"set": case.name, "level": level, "seed": seed} | run(case, seed))
            print(progress(number, len(chosen), found[-1]), file=sys.stderr, flush=True)
            write(arguments, found)
    except KetenzichtError as error:
        print(error, file=sys.stderr)
        return 2
    print(text(tables(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
