"""What a run can say of its own quality without knowing the truth; no id and no value in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs, Strata
from linkage.cluster.persons import probability_of
from linkage.compare import Comparison
from linkage.completeness import completeness
from linkage.discriminate import scorer_findings
from linkage.estimates import estimates
from linkage.explain import evidence, explanation, weak_bridges, weakest
from linkage.findings import findings
from linkage.model import MATCH, RANDOM, Fit, MatchModel
from linkage.records import Records
from linkage.review.patterns import patterns_of_run
from linkage.settings import LinkageSettings
from linkage.task import Observed
from linkage.uncertainty import Uncertainty

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SEED = 0
"""Of the draws that make intervals out of draws; one for all runs, as nothing about a run should change with it."""


@dataclass(frozen=True)
class Run:
    """What a run saw and decided.

    ``seen``: the candidates, and the comparison vectors of the full cross space by weight; ``times_found``: on how many
    roads each candidate was found. ``threshold``: log odds above which
    pairs may be linked, per source pair. ``scored``: the pairs that clustering weighed; ``linked``: those of them that
    ended in one cluster, with ``link_probability``. ``cluster``: number of each record's person. ``doubt``: draws of
    the linkage. ``rules``: how each source pair's threshold was first found.
    """

    records: Records
    strata: Strata
    seen: Observed
    times_found: Ints
    plan: Sequence[Comparison]
    model: MatchModel
    threshold: Floats
    scored: Pairs
    linked: Flags
    link_probability: Floats
    cluster: Ints
    doubt: Uncertainty
    rules: tuple[dict[str, Any], ...]

    @cached_property
    def odds(self) -> Floats:
        """Log odds of each pattern, by the model alone."""
        return self.model.log_odds(self.seen.patterns.stratum, self.seen.patterns.levels)

    @cached_property
    def links(self) -> Ints:
        """Links of each source pair."""
        own = self.strata.of(self.records, self.scored.where(self.linked))
        return np.bincount(own, minlength=len(self.strata.names))

    @cached_property
    def found(self) -> Floats:
        """(strata, times) matches expected among the candidates that so many roads found."""
        patterns, strata = self.seen.patterns, len(self.strata.names)
        most = int(self.times_found.max(initial=0)) + 1
        place = self.seen.row_of * np.int32(most)
        place += self.times_found.astype(np.int8)
        counts = np.bincount(place, minlength=len(patterns) * most).reshape(-1, most)
        expected = counts * probability_of(self.odds)[:, None]
        found: Floats = np.zeros((strata, most))
        np.add.at(found, patterns.stratum, expected)
        return found


def summary(
    run: Run, settings: LinkageSettings, cross_check: dict[str, Any], scorers: dict[str, Any]
) -> dict[str, Any]:
    """Return counts, estimates, parameters and findings of a run."""
    source_pairs, seen = _source_pairs(run), evidence(run)
    held = weakest(run, seen)
    overall = _figures(run, run.strata.can_match)
    return {
        "records": dict(zip(run.records.sources, np.diff(run.records.starts).tolist(), strict=True)),
        "candidates": int(run.seen.count.sum()),
        "links": int(run.linked.sum()),
        "overall": overall,
        "source_pairs": source_pairs,
        "cluster_sizes": _cluster_sizes(run),
        "bridges": weak_bridges(held),
        "draws": run.doubt.draws.count,
        "model": _model(run.model, run.plan, run.strata),
        "cross_check": cross_check,
        "scorers": scorers,
        "findings": findings(source_pairs, run.model, run.plan, run.strata.names, cross_check)
        + scorer_findings(scorers),
        "settings": settings.model_dump(mode="json"),
        "explain": explanation(run, seen, held),
        "uncertain_patterns": patterns_of_run(run),
    }


def _cluster_sizes(run: Run) -> dict[str, int]:
    """Number of persons by number of records."""
    sizes = np.bincount(np.bincount(run.cluster))
    return {str(size): int(count) for size, count in enumerate(sizes) if size and count}


def _source_pairs(run: Run) -> list[dict[str, Any]]:
    """Per source pair: sizes, candidates, links, and precision and recall as draws of the linkage estimate them.

    ``traceable``: share of its pairs that would be linked if they agreed on all they share. ``null_precision`` asks the
    within-source pairs, which are known to be false, how many strangers score as high.
    """
    held = np.bincount(run.seen.patterns.stratum, weights=run.seen.count, minlength=len(run.strata.names))
    shown = traceable(run)
    return [
        {
            "source_a": run.strata.names[number][0],
            "source_b": run.strata.names[number][1],
            "pairs": int(run.strata.spaces[number]),
            "candidates": int(held[number]),
            "comparable": len(run.model.comparable[run.model.group_of[number]]),
            "threshold": round(float(probability_of(run.threshold[number])), 4),
            "cut": run.rules[number],
            **_figures(run, np.arange(len(run.strata.names)) == number, float(shown[number])),
            "traceable": round(float(shown[number]), 4),
            "null_precision": null_precision(run, int(number)),
        }
        for number in np.flatnonzero(run.strata.can_match)
    ]


def _figures(run: Run, strata: Flags, traceable: float = 1.0) -> dict[str, Any]:
    """Links, precision and recall with intervals, F1, and completeness of the candidates, of some source pairs."""
    figures = {"links": int(run.links[strata].sum()), **estimates(run.doubt, strata, traceable, SEED)}
    precision, recall = figures["precision"], figures["recall"]
    f1 = round(2 * precision * recall / (precision + recall), 4) if precision and recall else None
    found = run.found[strata].sum(axis=0)
    return {**figures, "f1": f1, "pair_completeness": completeness(found, np.arange(len(found)))}


def traceable(run: Run) -> Floats:
    """Return, per stratum, the share of all its pairs that would be linked if they agreed on all they share.

    The other pairs share too few fields (a date of birth and a sex): a match among them can be expected but not shown,
    and how many there are rests on the fields being missing at random.
    """
    agreed = np.array([max(comparison.agreement, default=0) for comparison in run.plan], dtype=np.int8)
    patterns, count = run.seen.patterns, len(run.strata.names)
    best = np.where(patterns.levels > 0, agreed, 0).astype(np.int8)
    shows = run.model.log_odds(patterns.stratum, best) > run.threshold[patterns.stratum]
    total = np.bincount(patterns.stratum, weights=patterns.weight, minlength=count)
    shown = np.bincount(patterns.stratum, weights=patterns.weight * shows, minlength=count)
    share: Floats = np.divide(shown, total, out=np.zeros(count), where=total > 0)
    return share


def null_precision(run: Run, number: int) -> float | None:
    """Precision of a source pair before clustering, from known non-matches.

    In a source without duplicates every pair is false. Scored as if it were of this source pair, the share of them
    above the threshold, times the size of the cross space, estimates the false links. None where neither source is
    free of duplicates, or nothing scores above the threshold.
    """
    patterns, held = run.seen.patterns, run.seen.count
    own = [run.records.sources.index(source) for source in dict.fromkeys(run.strata.names[number])]
    within = [int(run.strata.number[source, source]) for source in own if run.records.deduplicated[source]]
    total = sum(run.strata.spaces[position] for position in within)
    above = int(held[(patterns.stratum == number) & (run.odds > run.threshold[number])].sum())
    if total <= 0 or above == 0:
        return None
    false = np.isin(patterns.stratum, within)
    comparable = np.isin(np.arange(patterns.levels.shape[1]), list(run.model.comparable[run.model.group_of[number]]))
    levels = np.where(comparable[None, :], patterns.levels[false], 0).astype(np.int8)
    as_if = np.full(len(levels), number, dtype=np.int64)
    high = run.model.log_odds(as_if, levels) > run.threshold[number]
    strangers = float(held[false][high].sum()) * float(run.strata.spaces[number]) / total
    return round(max(0.0, 1.0 - float(strangers) / above), 4)


def _model(model: MatchModel, plan: Sequence[Comparison], parts: Strata) -> dict[str, Any]:
    """Parameters per group of source pairs, and how each of the two fits ended."""
    groups = []
    for group, fields in enumerate(model.comparable):
        m, u = (model.shape.split(model.parameters.theta[kind, group]) for kind in (MATCH, RANDOM))
        groups.append(
            {
                "source_pairs": [list(parts.names[number]) for number in np.flatnonzero(model.group_of == group)],
                "comparisons": {
                    plan[field].name: {
                        level.name: {"m": float(m[field][position]), "u": float(u[field][position])}
                        for position, level in enumerate(plan[field].levels)
                    }
                    for field in sorted(fields)
                },
            }
        )
    return {
        "classes": list(model.classes),
        "pooled": _fit(model.pooled),
        "per_group": _fit(model.fit),
        "groups": groups,
    }


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "converged": fit.converged,
        "iterations": fit.iterations,
        "last_change": fit.last_change,
        "log_likelihood": fit.objective[-1],
    }
