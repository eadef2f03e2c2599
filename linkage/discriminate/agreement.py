"""An automatic cross-check of two scorers that err for different reasons, without the truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from linkage.candidates import Pairs, Strata
from linkage.discriminate.evidence import Evidence, Flags, Floats, Ints, Rows

Finding = dict[str, str]

LARGEST_SHARE = 0.10
"""Two counts of matches that differ by more cannot both be near the truth: one costs a tenth of precision or recall."""
LARGEST_ERRORS = 3.0
"""Standard errors of the difference: by chance alone 3 source pairs in 1,000 differ by more."""
NEAR = float(np.log(99.0))
"""Log odds within which a pair counts as near the threshold: a probability from .01 to .99."""
FEWEST_NEAR = 20
"""Pairs near the threshold from which a rank correlation says something."""


@dataclass(frozen=True)
class Scores:
    """Candidates by what decides their scores: a row, or cell, per pattern and fold.

    ``count``: candidates of each; ``by_model`` and ``by_ratio``: their log odds by the match model and by the
    discriminative scorer; ``covered``: whether the latter knows them.
    """

    stratum: Ints
    count: Floats
    by_model: Floats
    by_ratio: Floats
    covered: Flags

    def where(self, keep: Flags) -> "Scores":
        """Return the cells at which ``keep`` is true."""
        return Scores(
            self.stratum[keep], self.count[keep], self.by_model[keep], self.by_ratio[keep], self.covered[keep]
        )

    def number(self, keep: Flags) -> int:
        """Return the number of candidates in the cells at which ``keep`` is true."""
        return round(float(self.count[keep].sum()))


def scorer_check(scores: Scores, pairs: Pairs, cell: Rows, parts: Strata, seen: Evidence) -> dict[str, Any]:
    """Compare the links of two scorers at a probability of .5, per source pair of two sources free of duplicates.

    Elsewhere, and where one source has far fewer records, known strangers say too little of the pair's own; such source
    pairs are listed with the reason and no verdict (``agrees`` None).

    ``pairs``: the candidates that are still listed, each with its ``cell`` of ``scores``. Returns ``source_pairs``
    (counts, estimated matches among the pairs that either links, their difference and its standard error, rank
    correlation near the threshold) and ``agrees``: false where any source pair disagrees, None where none could be
    compared. ``links_not_compared`` are links by the model that the other scorer knows no ratio for.
    """
    either = scores.covered & ((scores.by_model > 0) | (scores.by_ratio > 0))
    linked = np.flatnonzero(either[cell])
    found = {}
    for number, null in compared(seen, parts).items():
        own = scores.stratum == number
        scale = max(float(parts.spaces[number] / max(parts.spaces[each], 1.0)) for each in null) / len(null)
        chosen = linked[own[cell[linked]]]
        records = _variance_of_records(scores, own & either, pairs.left[chosen], pairs.right[chosen], cell[chosen])
        unknown = scores.number(own & ~scores.covered & (scores.by_model > 0))
        found[number] = _compared(scores.where(own & scores.covered), records, scale) | {"links_not_compared": unknown}
    return check_of(found, seen, parts)


def compared(seen: Evidence, parts: Strata) -> dict[int, tuple[int, ...]]:
    """Return the source pairs of which known strangers say enough, with the strata that hold these."""
    across = {number: null for number, null in sorted(seen.null_of.items()) if len(set(parts.names[number])) > 1}
    return {number: null for number, null in across.items() if number not in seen.weak}


def check_of(found: Mapping[int, dict[str, Any]], seen: Evidence, parts: Strata) -> dict[str, Any]:
    """Return the check, as ``scorer_check`` says, from what was ``found`` of the source pairs that are compared."""
    rows: list[dict[str, Any]] = []
    for number in sorted(seen.null_of):
        source_a, source_b = parts.names[number]
        if source_a != source_b:
            figures = found[number] if number in found else {"agrees": None, "reason": seen.weak[number]}
            rows.append({"source_a": source_a, "source_b": source_b, **figures})
    verdicts = [row["agrees"] for row in rows if row["agrees"] is not None]
    return {"source_pairs": rows, "agrees": all(verdicts) if verdicts else None}


def scorer_findings(check: Mapping[str, Any]) -> list[Finding]:
    """Return a finding per source pair on which the two scorers disagree."""
    found = []
    for row in check["source_pairs"]:
        if row["agrees"] is False:
            times = row["matches_by_model"] / max(row["matches_by_ratio"], 1.0)
            message = (
                f"Among the likely pairs the match model finds {times:.2g} times as many matches as the scorer that "
                "learns from known strangers. One of them is misled: do not use these links before the patterns on "
                "which they differ have been looked at."
            )
            where = f"{row['source_a']} x {row['source_b']}"
            found.append({"code": "scorers_disagree", "where": where, "message": message})
    return found


def _compared(scores: Scores, records: float, scale: float) -> dict[str, Any]:
    """One source pair. ``records``: variance of the difference in matches, were the records drawn anew.

    Matches are counted among the pairs that either scorer links, where strangers are few: over all candidates the
    small errors of many strangers' probabilities would add up to more than the matches. ``scale``: pairs of the cross
    space per pair of known strangers. The ``strangers`` expected rest on ``strangers / scale`` known ones, a Poisson
    count; where none was seen, one could have been.
    """
    model, ratio = scores.by_model > 0, scores.by_ratio > 0
    count = scores.count * (model | ratio)
    one, other = (float((count * _probability(odds)).sum()) for odds in (scores.by_model, scores.by_ratio))
    strangers = float((count * (1 - _probability(scores.by_ratio))).sum())
    null = scale**2 * max(strangers / max(scale, 1e-12), 1.0)
    error = float(np.sqrt(records + null))
    difference = abs(one - other)
    return {
        "links_by_both": scores.number(model & ratio),
        "links_by_model_only": scores.number(model & ~ratio),
        "links_by_ratio_only": scores.number(~model & ratio),
        "matches_by_model": round(one, 2),
        "matches_by_ratio": round(other, 2),
        "standard_error": round(error, 2),
        "rank_correlation": _rank_correlation(scores),
        "agrees": not (difference > LARGEST_SHARE * max(one, other) and difference > LARGEST_ERRORS * error),
    }


def _probability(log_odds: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0)))


def _variance_of_records(scores: Scores, chosen: Flags, left: Ints, right: Ints, cell: Rows) -> float:
    """Variance of the difference in matches in the ``chosen`` cells, were the records drawn anew.

    Pairs that share a record vary together, on either side (two-way clustering: Cameron, Gelbach and Miller 2011,
    eq. 2.11). ``left``, ``right`` and ``cell``: of the pairs of these cells that are listed; of the others nothing but
    their number is known, and they count as sharing no record.
    """
    difference = _probability(scores.by_model) - _probability(scores.by_ratio)
    of_pairs = difference[cell]
    sides = sum(float((np.bincount(side, weights=of_pairs) ** 2).sum()) for side in (left, right))
    unlisted = scores.count - np.bincount(cell, minlength=len(scores.count))
    alone = float((unlisted[chosen] * difference[chosen] ** 2).sum())
    return max(sides - float((of_pairs**2).sum()), 0.0) + max(alone, 0.0)


def _rank_correlation(scores: Scores) -> float | None:
    """Spearman's coefficient over the pairs that either scorer is unsure of; None where there are too few."""
    near = scores.where((np.abs(scores.by_model) < NEAR) | (np.abs(scores.by_ratio) < NEAR))
    one, other = _ranks(near.by_model, near.count), _ranks(near.by_ratio, near.count)
    if near.count.sum() < FEWEST_NEAR or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    one, other = (ranks - np.average(ranks, weights=near.count) for ranks in (one, other))
    covariance = (near.count * one * other).sum()
    return round(float(covariance / np.sqrt((near.count * one**2).sum() * (near.count * other**2).sum())), 4)


def _ranks(values: Floats, count: Floats) -> Floats:
    """Mean rank of the pairs of each cell; equal values share theirs."""
    distinct, place = np.unique(values, return_inverse=True)
    tied = np.bincount(place, weights=count, minlength=len(distinct))
    ranks: Floats = (np.cumsum(tied) - (tied - 1) / 2)[place]
    return ranks
