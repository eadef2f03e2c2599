"""Estimated precision and recall had the threshold been another, per source pair."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from linkage.explain.evidence import Evidence, Floats, Ints, cuts
from linkage.explain.masking import short
from linkage.explain.strangers import Strangers

if TYPE_CHECKING:
    from linkage.quality import Run

BELOW, ABOVE = 12, 24
"""Thresholds tried below and above the working one, a bit apart."""


def thresholds(run: "Run", seen: Evidence, known: Mapping[int, Strangers]) -> list[dict[str, Any]]:
    """Return curves per source pair over thresholds ``start``, ``start + step``, ... in bits.

    They are of candidates, before clustering. ``precision``: mean probability of those above the threshold; ``recall``:
    their probabilities summed, over those of all candidates; ``null_precision``: what is left of those above it when
    the known strangers above it, scaled to the cross space, are taken off. Null where nothing lies above.
    """
    return [_curves(run, seen, number, strangers) for number, strangers in known.items()]


def _curves(run: "Run", seen: Evidence, number: int, strangers: Strangers) -> dict[str, Any]:
    own = seen.stratum == number
    pairs = seen.candidates[own]
    likely_pairs = pairs * seen.probability[own]
    cut = float(cuts(run)[number])
    tried = cut + np.arange(-BELOW, ABOVE + 1, dtype=np.float64)
    above = _above(seen.weight[own], tried, pairs)
    likely = _above(seen.weight[own], tried, likely_pairs)
    false = _above(strangers.weight, tried, strangers.pairs) * (strangers.scale or 0.0)
    source_a, source_b = run.strata.names[number]
    return {
        "source_a": source_a,
        "source_b": source_b,
        "start": short(tried[0]),
        "step": 1.0,
        "threshold": short(cut),
        "precision": _shares(likely, above),
        "recall": _shares(likely, np.full(len(tried), float(likely_pairs.sum()))),
        "null_precision": None if strangers.scale is None else _shares(np.maximum(above - false, 0.0), above),
    }


def _above(weight: Floats, tried: Floats, shares: Floats | Ints) -> Floats:
    """Sum of the ``shares`` (pairs, or expected matches) of patterns with a weight above each threshold."""
    order = np.argsort(weight, kind="stable")
    left = np.concatenate([np.cumsum(shares[order][::-1].astype(np.float64))[::-1], [0.0]])
    above: Floats = left[np.searchsorted(weight[order], tried, side="right")]
    return above


def _shares(part: Floats, whole: Floats) -> list[float | None]:
    return [short(min(a / b, 1.0), 4) if b > 0 else None for a, b in zip(part.tolist(), whole.tolist(), strict=True)]
