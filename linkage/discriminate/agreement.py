"""An automatic cross-check of two scorers that err for different reasons, without the truth."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import rankdata

from linkage.candidates import Pairs, Strata
from linkage.discriminate.evidence import Evidence, Flags, Floats, Ints

Finding = dict[str, str]

LARGEST_SHARE = 0.10
"""Two counts of matches that differ by more cannot both be near the truth: one costs a tenth of precision or recall."""
LARGEST_ERRORS = 3.0
"""Standard errors of the difference: by chance alone 3 source pairs in 1,000 differ by more."""
NEAR = float(np.log(99.0))
"""Log odds within which a pair counts as near the threshold: a probability from .01 to .99."""
FEWEST_NEAR = 20
"""Pairs near the threshold from which a rank correlation says something."""


def scorer_check(
    pairs: Pairs, stratum: Ints, parts: Strata, seen: Evidence, by_model: Floats, by_ratio: Floats, covered: Flags
) -> dict[str, Any]:
    """Compare the links of two scorers at a probability of .5, per source pair of two sources free of duplicates.

    Elsewhere, and where one source has far fewer records, known strangers say too little of the pair's own; such source
    pairs are listed with the reason and no verdict (``agrees`` None).

    ``stratum``: of each candidate; ``by_model`` and ``by_ratio``: its log odds by the match model and by the
    discriminative scorer; ``covered``: whether the latter knows it. Returns ``source_pairs`` (counts, estimated
    matches among the pairs that either links, their difference and its standard error, rank correlation near the
    threshold) and ``agrees``: false where any source pair disagrees, None where none could be compared.
    ``links_not_compared`` are links by the model that the other scorer knows no ratio for.
    """
    rows: list[dict[str, Any]] = []
    for number, null in sorted(seen.null_of.items()):
        if parts.names[number][0] == parts.names[number][1]:
            continue
        row: dict[str, Any] = {"source_a": parts.names[number][0], "source_b": parts.names[number][1]}
        own = stratum == number
        if number in seen.weak:
            rows.append(row | {"agrees": None, "reason": seen.weak[number]})
            continue
        chosen = np.flatnonzero(own & covered)
        scale = max(float(parts.spaces[number] / max(parts.spaces[each], 1.0)) for each in null) / len(null)
        row |= _compared(pairs.left[chosen], pairs.right[chosen], by_model[chosen], by_ratio[chosen], scale)
        rows.append(row | {"links_not_compared": int((own & ~covered & (by_model > 0)).sum())})
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


def _compared(left: Ints, right: Ints, by_model: Floats, by_ratio: Floats, scale: float) -> dict[str, Any]:
    """One source pair. ``scale``: pairs of the cross space per pair of known strangers.

    Matches are counted among the pairs that either scorer links, where strangers are few: over all candidates the
    small errors of many strangers' probabilities would add up to more than the matches.
    """
    either = (by_model > 0) | (by_ratio > 0)
    one, other = _probability(by_model[either]), _probability(by_ratio[either])
    difference = float(one.sum() - other.sum())
    error = _standard_error(left[either], right[either], one - other, float((1 - other).sum()), scale)
    most = max(float(one.sum()), float(other.sum()))
    return {
        "links_by_both": int(((by_model > 0) & (by_ratio > 0)).sum()),
        "links_by_model_only": int(((by_model > 0) & (by_ratio <= 0)).sum()),
        "links_by_ratio_only": int(((by_model <= 0) & (by_ratio > 0)).sum()),
        "matches_by_model": round(float(one.sum()), 2),
        "matches_by_ratio": round(float(other.sum()), 2),
        "standard_error": round(error, 2),
        "rank_correlation": _rank_correlation(by_model, by_ratio),
        "agrees": not (abs(difference) > LARGEST_SHARE * most and abs(difference) > LARGEST_ERRORS * error),
    }


def _probability(log_odds: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0)))


def _standard_error(left: Ints, right: Ints, difference: Floats, strangers: float, scale: float) -> float:
    """Standard error of a sum over pairs, were the records drawn anew, and the known strangers too.

    Pairs that share a record vary together, on either side (two-way clustering: Cameron, Gelbach and Miller 2011,
    eq. 2.11). ``strangers`` expected among the pairs rest on ``strangers / scale`` known ones, a Poisson count; where
    none was seen, one could have been.
    """
    sides = sum(float((np.bincount(side, weights=difference) ** 2).sum()) for side in (left, right))
    records = max(sides - float((difference**2).sum()), 0.0)
    null = scale**2 * max(strangers / max(scale, 1e-12), 1.0)
    return float(np.sqrt(records + null))


def _rank_correlation(by_model: Floats, by_ratio: Floats) -> float | None:
    """Spearman's coefficient over the pairs that either scorer is unsure of; None where there are too few."""
    near = (np.abs(by_model) < NEAR) | (np.abs(by_ratio) < NEAR)
    one, other = rankdata(by_model[near]), rankdata(by_ratio[near])
    if len(one) < FEWEST_NEAR or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return round(float(np.corrcoef(one, other)[0, 1]), 4)
