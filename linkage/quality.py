"""What a run can say of its own quality without knowing the truth; no id and no value in it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs, Strata
from linkage.compare import Comparison
from linkage.model import MATCH, RANDOM, Fit, MatchModel, match_is_match
from linkage.records import Records
from linkage.settings import LinkageSettings
from linkage.tables import probability

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]

FEW_MATCHES = 1.0
POOR_PRECISION = 0.8


def summary(  # noqa: PLR0913 - the parts of a run
    records: Records, parts: Strata, pairs: Pairs, levels: Levels, plan: Sequence[Comparison], model: MatchModel,
    scored: Pairs, linked: Flags, log_odds: Floats, settings: LinkageSettings, *, cross_check: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Return counts, estimates, parameters and findings of a run."""
    source_pairs = _source_pairs(records, parts, pairs, model, levels, scored, linked, log_odds)
    return {
        "records": dict(zip(records.sources, np.diff(records.starts).tolist(), strict=True)),
        "candidates": len(pairs),
        "links": int(linked.sum()),
        "source_pairs": source_pairs,
        "model": _model(model, plan, parts),
        "cross_check": cross_check,
        "findings": _findings(source_pairs, model, plan, cross_check),
        "settings": settings.model_dump(mode="json"),
    }


def _source_pairs(  # noqa: PLR0913 - the parts of a run
    records: Records, parts: Strata, pairs: Pairs, model: MatchModel, levels: Levels, scored: Pairs, linked: Flags,
    log_odds: Floats,
) -> list[dict[str, Any]]:  # fmt: skip
    """Per source pair: sizes, candidates, links, and precision and recall as the model estimates them.

    Precision is the mean probability of the links; recall is their sum over the expected number of matches; and
    ``null_precision`` asks the within-source pairs, which are known to be false, how many strangers score as high.
    """
    expected = model.expected_matches(parts.spaces)
    count = len(parts.names)
    held = np.bincount(parts.of(records, pairs), minlength=count)
    stratum = parts.of(records, scored)[linked]
    found = np.bincount(stratum, minlength=count)
    likely = np.bincount(stratum, weights=probability(log_odds[linked]), minlength=count)
    rows = []
    for number, (a, b) in enumerate(parts.names):
        if not parts.can_match[number]:
            continue
        rows.append({
            "source_a": a,
            "source_b": b,
            "pairs": int(parts.spaces[number]),
            "candidates": int(held[number]),
            "comparable": len(model.comparable[model.group_of[number]]),
            "links": int(found[number]),
            "expected_matches": round(float(expected[number]), 2),
            "precision": _ratio(likely[number], found[number]),
            "recall": _ratio(min(likely[number], expected[number]), expected[number]),
            "null_precision": _null_precision(records, parts, pairs, levels, model, number),
        })
    return rows


def _ratio(part: float, whole: float) -> float | None:
    return round(float(part) / float(whole), 4) if whole > 0 else None


def _null_precision(
    records: Records, parts: Strata, pairs: Pairs, levels: Levels, model: MatchModel, number: int
) -> float | None:
    """Precision before clustering, from known non-matches.

    In a source without duplicates every pair is false. Scored as if it were of this source pair, the share of them
    above the threshold, times the size of the cross space, estimates the false links. None where neither source is
    free of duplicates, or nothing scores above the threshold.
    """
    stratum = parts.of(records, pairs)
    place = {source: position for position, source in enumerate(records.sources)}
    known = [place[source] for source in set(parts.names[number]) if records.deduplicated[place[source]]]
    within = [int(parts.number[source, source]) for source in known]
    total = sum(parts.spaces[position] for position in within)
    above = int((model.log_odds(stratum[stratum == number], levels[stratum == number]) > 0).sum())
    if total <= 0 or above == 0:
        return None
    comparable = np.zeros(levels.shape[1], dtype=bool)
    comparable[list(model.comparable[model.group_of[number]])] = True
    false = np.where(comparable[None, :], levels[np.isin(stratum, within)], 0).astype(np.int8)
    as_if = np.full(len(false), number, dtype=np.int64)
    strangers = int((model.log_odds(as_if, false) > 0).sum()) * parts.spaces[number] / total
    return round(max(0.0, 1.0 - float(strangers) / above), 4)


def _model(model: MatchModel, plan: Sequence[Comparison], parts: Strata) -> dict[str, Any]:
    """Parameters per group of source pairs, and how each of the two fits ended."""
    groups = []
    for group, fields in enumerate(model.comparable):
        m, u = (model.shape.split(model.parameters.theta[kind, group]) for kind in (MATCH, RANDOM))
        groups.append({
            "source_pairs": [list(parts.names[number]) for number in np.flatnonzero(model.group_of == group)],
            "comparisons": {
                plan[field].name: {
                    level.name: {"m": float(m[field][position]), "u": float(u[field][position])}
                    for position, level in enumerate(plan[field].levels)
                }
                for field in sorted(fields)
            },
        })
    classes = ["match", "random", "lookalike"][: model.parameters.classes]
    return {"classes": classes, "pooled": _fit(model.pooled), "per_group": _fit(model.fit), "groups": groups}


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "converged": fit.converged,
        "iterations": fit.iterations,
        "last_change": fit.last_change,
        "log_likelihood": fit.objective[-1],
    }


def _findings(
    source_pairs: Sequence[dict[str, Any]], model: MatchModel, plan: Sequence[Comparison], cross_check: dict[str, Any]
) -> list[dict[str, str]]:
    """What a reader of the run has to know before using its links."""
    found = []
    if not model.fit.converged:
        found.append(_finding("not_converged", "model", "Estimation ran out of iterations; links may shift."))
    if not match_is_match(model, plan):
        found.append(_finding("match_class", "model", "The match class does not agree more than the others do."))
    for row in source_pairs:
        where = f"{row['source_a']} x {row['source_b']}"
        if row["comparable"] == 0:
            found.append(_finding("nothing_comparable", where, "The sources share no field; nothing can be linked."))
        elif row["expected_matches"] < FEW_MATCHES:
            found.append(_finding("no_overlap", where, "No matches are expected; nothing is linked."))
        elif row["null_precision"] is not None and row["null_precision"] < POOR_PRECISION:
            found.append(_finding("strangers", where, "Strangers within a source score as high as many links do."))
    if cross_check.get("agrees") is False:
        found.append(_finding("cross_check", "model", "recordlinkage's ECMClassifier comes to other parameters."))
    return found


def _finding(code: str, where: str, message: str) -> dict[str, str]:
    return {"code": code, "where": where, "message": message}
