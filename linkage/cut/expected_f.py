"""Where to cut where no pair is known to be of strangers: the threshold under which F1 is expected to be best."""

from dataclasses import dataclass

import numpy as np

from linkage.cut.guards import WIDEST
from linkage.cut.scored import Floats

FAINT = 0.1
"""Probability below which a pair is faint: whether many such hold matches rests on the model's tails alone."""
FAINT_SHARE = 0.25
"""Largest share of the expected matches in faint pairs. Recall, and with it F, is then uncertain by a quarter."""
POOREST = 0.5
"""Least expected precision: the poorer a linkage, the lower F1 wants its threshold, in the end to link everything."""
SPREAD = 1.645
"""Standard deviations in half of a 90% interval."""


@dataclass(frozen=True)
class ExpectedCut:
    """The threshold that is expected to give the best F1, and what is expected there.

    Pairs with a probability above ``threshold`` are linked. ``links``, ``false_links``: how many, and how many of them
    are wrong by their own probabilities. ``usable``, ``reason``: as in ``Cut``.
    """

    threshold: float
    f1: float
    links: float
    false_links: float
    precision: float
    precision_low: float
    precision_high: float
    recall: float
    usable: bool
    reason: str | None


def expected_f_cut(probability: Floats, weight: Floats) -> ExpectedCut:
    """Return the threshold that maximises the expected F1 of the links above it.

    ``probability``: of being a match, per pattern of the whole cross space (also of pairs that are no candidates: their
    matches count as missed); ``weight``: pairs it stands for. F1 is taken as the ratio of expectations, 2 TP / (links +
    matches). At the best cut the threshold is half of that F1 (Lipton, Elkan and Naryanaswamy 2014, theorem 1): the
    poorer the linkage, the lower the probability at which one more link still helps. It is right as far as the
    probabilities are calibrated.
    """
    values, links, true = _curve(probability, weight)
    matches = float((probability * weight).sum())
    f1 = 2.0 * true / np.maximum(links + matches, np.finfo(np.float64).tiny)
    best = int(np.argmax(f1)) if len(f1) else -1
    if best < 0 or f1[best] <= 0:
        return ExpectedCut(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, usable=False, reason="no match is expected")
    kept = probability >= values[best]
    precision = float(true[best] / links[best])
    spread = SPREAD * float(np.sqrt((weight * probability * (1.0 - probability))[kept].sum())) / float(links[best])
    reason = _too_poor(precision) or _weakness(probability, weight, matches, 2.0 * spread)
    return ExpectedCut(
        threshold=float(f1[best]) / 2.0,
        f1=float(f1[best]),
        links=float(links[best]),
        false_links=float(links[best] - true[best]),
        precision=precision,
        precision_low=max(0.0, precision - spread),
        precision_high=min(1.0, precision + spread),
        recall=float(true[best]) / matches,
        usable=reason is None,
        reason=reason,
    )


def _curve(probability: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Distinct probabilities, descending, with the links at or above each and the matches expected among them."""
    values, place = np.unique(-probability, return_inverse=True)
    links, true = (
        np.cumsum(np.bincount(place, weights=counted, minlength=len(values))).astype(np.float64)
        for counted in (weight, weight * probability)
    )
    return -values, links, true


def _too_poor(precision: float) -> str | None:
    """Why the cut is not to be used where the sources share too little to tell persons apart."""
    return "more links than not would be false: too little is shared" if precision < POOREST else None


def _weakness(probability: Floats, weight: Floats, matches: float, width: float) -> str | None:
    """Why the cut is not to be used: expected matches that rest on faint pairs, or too few links."""
    faint = probability < FAINT
    if float((probability * weight)[faint].sum()) > FAINT_SHARE * matches:
        return "more than a quarter of the expected matches are in pairs that are hardly likely ones"
    if width > WIDEST:
        return "too few links to tell their precision"
    return None
