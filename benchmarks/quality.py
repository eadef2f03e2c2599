"""Linkage quality against the truth: this package on encodings, Splink on the plain text of the same fields.

Run as ``python -m benchmarks.quality [--persons N] [--seed S]``. Prints a table and writes results/quality.json.
No figure of the truth reaches any setting: one configuration links every set. Both sides decide without labels and end
in the same clustering step.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.splink_rival import splink_linkage
from ketenzicht import extract, sources
from ketenzicht.settings import Project, read_project
from ketenzicht.synthetic import generate
from linkage.encode import encode
from linkage.evaluate import evaluate
from linkage.link import link
from linkage.normalise import normalise

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "quality.json"
FIGURES = ("precision", "recall", "f1", "bcubed_f1", "cluster_f1", "pair_completeness")
SECRET = b"benchmark secret, fictional data"


@dataclass(frozen=True)
class Case:
    """One data set: its project, the normalised plain text and the encodings by source, and the truth."""

    name: str
    project: Project
    plain: Mapping[str, pd.DataFrame]
    packages: Mapping[str, pa.Table]
    ids: pd.DataFrame
    truth: pd.DataFrame


def prepare(name: str, config: Path, folder: Path | None, truth: Path | None) -> Case:
    """Read, normalise and encode every source of a project as an agency would, without quarantine."""
    project = read_project(config)
    plain, packages, ids = {}, {}, []
    for source_name in project.pipeline.sources:
        source = project.source(source_name)
        delivery = sources.read(source, sources.locate(source, folder, config), project.period)
        natives = sorted(set(extract.native_ids(delivery.frame, source)))
        frame = normalise(extract.identifiers(delivery.frame, source, project.codes), project.encoding.fields)
        frame = frame.reindex(natives)
        record_ids = pd.Series([f"{number:09d}" for number in _shuffled(len(frame))], index=frame.index)
        packages[source_name] = encode(frame, project.encoding, secret=SECRET, epoch="1", record_ids=record_ids)
        plain[source_name] = frame
        ids.append(pd.DataFrame({"source": source_name, "native_id": frame.index, "record_id": record_ids.to_numpy()}))
    table = pd.concat(ids, ignore_index=True)
    return Case(name, project, plain, packages, table, _truth(project, table, truth))


def _shuffled(size: int) -> list[int]:
    """Record ids in an order that says nothing of the person, as keyed pseudonyms would be."""
    return [int(number) for number in np.random.default_rng(size).permutation(size)]


def _truth(project: Project, ids: pd.DataFrame, path: Path | None) -> pd.DataFrame:
    if path is not None:
        return pd.read_csv(path, dtype=str)
    settings = project.pipeline.truth
    pattern = re.compile(settings.person_pattern if settings and settings.person_pattern else "(.*)")
    persons = [found.group(1) if (found := pattern.search(native)) else native for native in ids["native_id"]]
    return ids[["source", "native_id"]].assign(person=persons)


def ours(case: Case, seed: int) -> dict[str, Any]:
    """Link the encodings and evaluate; the label-free estimates stand beside."""
    project = case.project
    started = time.perf_counter()
    found = link(
        case.packages,
        encoding=project.encoding,
        settings=project.linkage,
        deduplicated={name: project.source(name).deduplicated for name in case.packages},
        seed=seed,
        threads=1,
    )
    seconds = time.perf_counter() - started
    crosswalk = found.crosswalk.to_pandas().merge(case.ids, on=["source", "record_id"])
    crosswalk["person_id"] = crosswalk["cluster"].astype(str)
    records = found.records.to_pandas().merge(case.ids, on=["source", "record_id"], how="left")
    pairs = np.column_stack([found.candidates[side].to_numpy() for side in ("left", "right")]).astype(np.int64)
    figures = evaluate(crosswalk, case.truth, records=records, candidates=pairs, fields=project.encoding.fields)
    return figures | {"seconds": seconds, "estimated": found.summary["source_pairs"]}


def splink(case: Case, seed: int) -> dict[str, Any]:
    """Link the plain text with Splink and evaluate; of its two crosswalks the one that the truth likes better."""
    project = case.project
    started = time.perf_counter()
    deduplicated = {name: project.source(name).deduplicated for name in case.plain}
    crosswalks = splink_linkage(case.plain, project.encoding.fields, deduplicated, seed)
    seconds = time.perf_counter() - started
    present = found_fields(case)
    figures = [evaluate(each, case.truth, records=present, fields=project.encoding.fields) for each in crosswalks]
    return max(figures, key=lambda row: row["f1"] or 0.0) | {"seconds": seconds}


def found_fields(case: Case) -> pd.DataFrame:
    """The fields that each record has, from the plain text."""
    parts = []
    for source, frame in case.plain.items():
        known = frame.notna()
        lists = [sorted({column.split(".")[0] for column in known.columns[row]}) for row in known.to_numpy()]
        parts.append(pd.DataFrame({"source": source, "native_id": frame.index, "present": lists}))
    return pd.concat(parts, ignore_index=True)


def cases(persons: int, seed: int, folder: Path) -> list[Case]:
    """The data sets: FEBRL 4, FEBRL 3 and the fictional four agencies."""
    generate(persons, seed, folder)
    return [
        prepare("febrl4", ROOT / "config/examples/febrl4", None, None),
        prepare("febrl3", ROOT / "config/examples/febrl3", None, None),
        prepare("four_agencies", ROOT / "config", folder, folder / "truth.csv"),
    ]


def main() -> None:
    """Run all cases, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    results: dict[str, Any] = {"persons": arguments.persons, "seed": arguments.seed, "sets": {}}
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(arguments.persons, arguments.seed, Path(folder)):
            results["sets"][case.name] = {"encoded": ours(case, arguments.seed), "splink": splink(case, arguments.seed)}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(table(results))


def table(results: Mapping[str, Any]) -> str:
    """The figures as text, a line per data set, method and view."""
    lines = [f"{'set':15}{'method':10}{'pairs':10}" + "".join(f"{figure:>19}" for figure in FIGURES)]
    for name, methods in results["sets"].items():
        for method, figures in methods.items():
            views = {"all": figures, "sharing": figures["pairs_sharing_names_or_identifier"]}
            for view, row in views.items():
                cells = ["" if row.get(figure) is None else f"{row[figure]:.4f}" for figure in FIGURES]
                lines.append(f"{name:15}{method:10}{view:10}" + "".join(f"{cell:>19}" for cell in cells))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
