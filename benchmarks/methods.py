"""The methods that the benchmark compares, each from normalised plain text to figures against the truth.

A rival's packages are imported when it runs, so that the others do without.
"""

import time
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.cases import Case
from benchmarks.final_step import Scored, crosswalks
from linkage.evaluate import evaluate
from linkage.link import Linkage, link

RIVALS = {
    "splink": "benchmarks.splink_rival",
    "recordlinkage": "benchmarks.recordlinkage_rival",
    "anonlink": "benchmarks.anonlink_rival",
}
"""Module of each rival; its NAME_scores takes plain tables, fields, which sources hold no duplicates, and a seed."""
METHODS = ("encoded", *RIVALS)
PACKAGES = ("splink", "recordlinkage", "anonlink", "clkhash")


def figures(method: str, case: Case, seed: int) -> dict[str, Any]:
    """Return what ``evaluate`` finds of a method on a data set, and the ``seconds`` from plain text to persons."""
    return ours(case, seed) if method == "encoded" else rival(method, case, seed)


def linked(case: Case, seed: int) -> Linkage:
    """Link the encodings of a data set."""
    project = case.project
    return link(
        case.packages,
        encoding=project.encoding,
        settings=project.linkage,
        deduplicated=case.deduplicated,
        seed=seed,
        threads=1,
    )


def ours(case: Case, seed: int) -> dict[str, Any]:
    """Link the encodings and evaluate; the label-free estimates stand beside. Encoding counts as time too."""
    started = time.perf_counter()
    found = linked(case, seed)
    seconds = time.perf_counter() - started + case.encoding_seconds
    return judged(case, found) | {"seconds": seconds, "estimated": found.summary["source_pairs"]}


def judged(case: Case, found: Linkage) -> dict[str, Any]:
    """The figures of our linkage against the truth."""
    crosswalk = found.crosswalk.to_pandas().merge(case.ids, on=["source", "record_id"])
    crosswalk["person_id"] = crosswalk["cluster"].astype(str)
    records = found.records.to_pandas().merge(case.ids, on=["source", "record_id"], how="left")
    pairs = np.column_stack([found.candidates[side].to_numpy() for side in ("left", "right")]).astype(np.int64)
    return evaluate(crosswalk, case.truth, records=records, candidates=pairs, fields=case.project.encoding.fields)


def rival(method: str, case: Case, seed: int) -> dict[str, Any]:
    """Score by a rival, end in the same last step, evaluate; of its two crosswalks the one that the truth likes better.

    Raises what the rival raises.
    """
    scores: Callable[..., Scored] = getattr(import_module(RIVALS[method]), f"{method}_scores")
    fields = case.project.encoding.fields
    started = time.perf_counter()
    scored = scores(case.plain, fields, case.deduplicated, seed)
    found = crosswalks(case.plain, case.deduplicated, scored)
    seconds = time.perf_counter() - started
    present = found_fields(case.plain)
    pairs = np.column_stack([scored.pairs.left, scored.pairs.right])
    judgements = [evaluate(each, case.truth, records=present, candidates=pairs, fields=fields) for each in found]
    return max(judgements, key=lambda row: row["f1"] or 0.0) | {"seconds": seconds}


def found_fields(plain: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The fields that each record has, records in the order of the rivals' rows."""
    parts = []
    for source in sorted(plain):
        known = plain[source].notna()
        lists = [sorted({column.split(".")[0] for column in known.columns[row]}) for row in known.to_numpy()]
        parts.append(pd.DataFrame({"source": source, "native_id": plain[source].index, "present": lists}))
    return pd.concat(parts, ignore_index=True)


def versions() -> dict[str, str | None]:
    """Installed release of each rival's package, None where it is not installed."""
    found: dict[str, str | None] = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found
