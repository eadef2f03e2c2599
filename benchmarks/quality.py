"""Linkage quality against the truth: this package on encodings beside three rivals, each deciding without labels.

Run as ``python -m benchmarks quality [--methods M ...] [--sets S ...] [--data NAME=CONFIG_DIR ...] [--seeds S ...]
[--levels LEVEL ...] [--persons N]``. Prints a line per run on standard error and at the end a Markdown table, mean and
range over seeds; all runs are in results/quality.json, which is written after each, so that a run cut short keeps what
it has. docs/reference/quality-figures.md says how each figure is made.

One configuration links every set, but the truth did shape what is fixed in the code:
docs/explanation/linkage-method.md says which seeds were looked at and for what.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.arguments import add_choice, choice
from benchmarks.cases import ROOT, SETS, Case
from benchmarks.measured import measured
from benchmarks.methods import METHODS, ours, versions
from benchmarks.quality_table import over_seeds, table
from ketenzicht.errors import KetenzichtError
from ketenzicht.synthetic.rates import LEVELS

__all__ = ["main", "ours"]

RESULTS = ROOT / "benchmarks" / "results" / "quality.json"
SEEDS = (51, 52, 53)

Run = Callable[[str, Case, int], dict[str, Any]]


def runs(arguments: argparse.Namespace, run: Run) -> Iterator[dict[str, Any]]:
    """Every data set by every method. A method that fails is a run with ``error``, the kind and never its text."""
    for case, level, seed in choice(arguments).cases():
        for method in arguments.methods:
            about = {"set": case.name, "level": level, "seed": seed, "method": method}
            try:
                yield about | run(method, case, seed)
            except Exception as error:  # noqa: BLE001 - a rival may fail in any way; its text may quote records
                yield about | {"error": type(error).__name__}


def progress(number: int, total: int, run: Mapping[str, Any]) -> str:
    """One line on one run."""
    what = " ".join(str(run[key]) for key in ("set", "level", "seed", "method") if run[key] is not None)
    if "error" in run:
        return f"{number} of {total}: {what}: failed ({run['error']})"
    memory = f", {run['peak_mb']:.0f} MB" if "peak_mb" in run else ""
    f1 = "no pair" if run["f1"] is None else f"F1 {run['f1']:.4f}"
    return f"{number} of {total}: {what}: {f1}, {run['seconds']:.1f} s{memory}"


def write(arguments: argparse.Namespace, found: Sequence[Mapping[str, Any]]) -> None:
    """Write all runs so far."""
    results = {
        "persons": arguments.persons,
        "seeds": arguments.seeds,
        "levels": arguments.levels,
        "methods": arguments.methods,
        "versions": versions(),
        "summary": over_seeds(found),
        "runs": list(found),
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(results, indent=1), encoding="utf-8")


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), help="what to run")
    add_choice(parser, sets=SETS, seeds=SEEDS, levels=tuple(LEVELS))
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the JSON goes")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None, run_method: Run = measured) -> int:
    """Run, print the table, write the JSON; 1 where a method failed, 2 where a data set cannot be read."""
    arguments = _arguments(given)
    found: list[dict[str, Any]] = []
    total = len(choice(arguments)) * len(arguments.methods)
    try:
        for number, run in enumerate(runs(arguments, run_method), start=1):
            found.append(run)
            print(progress(number, total, run), file=sys.stderr, flush=True)
            write(arguments, found)
    except KetenzichtError as error:
        print(error, file=sys.stderr)
        return 2
    print(table(over_seeds(found)))
    return int(any("error" in run for run in found))


if __name__ == "__main__":
    sys.exit(main())
