"""What a reader of a run has to know before using its links; no id and no value in it."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from linkage.compare import Comparison
from linkage.model import MATCH, RANDOM, MatchModel, match_is_match

Finding = dict[str, str]

FEW_MATCHES = 1.0
POOR_PRECISION = 0.8


def findings(
    source_pairs: Sequence[dict[str, Any]],
    model: MatchModel,
    plan: Sequence[Comparison],
    names: Sequence[tuple[str, str]],
    cross_check: dict[str, Any],
) -> list[Finding]:
    """Return the findings (code, where, message) of a run.

    ``source_pairs``: estimates per source pair. ``names``: the two sources of each stratum.
    """
    found = []
    if not model.fit.converged:
        found.append(_finding("not_converged", "model", "Estimation ran out of iterations; links may shift."))
    if not match_is_match(model, plan):
        found.append(_finding("match_class", "model", "The match class does not agree more than the others do."))
    found += _against(model, plan, names)
    for row in source_pairs:
        found += _of_source_pair(row)
    if cross_check.get("agrees") is False:
        found.append(_finding("cross_check", "model", "recordlinkage's ECMClassifier comes to other parameters."))
    return found


def _against(model: MatchModel, plan: Sequence[Comparison], names: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Comparisons on which matches agree less often than strangers do, per group of source pairs."""
    for group, fields in enumerate(model.comparable):
        m, u = (model.shape.split(model.parameters.theta[kind, group]) for kind in (MATCH, RANDOM))
        where = ", ".join(" x ".join(names[number]) for number in np.flatnonzero(model.group_of == group).tolist())
        for field in sorted(fields):
            agreed = [number - 1 for number in plan[field].agreement]
            if agreed and m[field][agreed].sum() < u[field][agreed].sum():
                message = "Matches agree here less often than strangers do: do the codes differ between the sources?"
                yield _finding("agreement_against", f"{plan[field].name}: {where}", message)


def _of_source_pair(row: dict[str, Any]) -> Iterator[Finding]:
    where = f"{row['source_a']} x {row['source_b']}"
    if row["comparable"] == 0:
        yield _finding("nothing_comparable", where, "The sources share no field; nothing can be linked.")
        return
    if row["expected_matches"] < FEW_MATCHES:
        yield _finding("no_overlap", where, "No matches are expected; nothing is linked.")
        return
    if row["null_precision"] is not None and row["null_precision"] < POOR_PRECISION:
        yield _finding("strangers", where, "Strangers within a source score as high as many links do.")
    if row["recall"] is None:
        yield _finding("recall_not_estimable", where, f"Recall cannot be estimated: {row['recall_reason']}.")
    if row["threshold"] > 1 - POOR_PRECISION / 2 and row["links"] == 0:
        yield _finding("nothing_sure_enough", where, "No pair is sure enough to be linked: too little is shared.")


def _finding(code: str, where: str, message: str) -> Finding:
    return {"code": code, "where": where, "message": message}
