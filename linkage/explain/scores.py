"""Scores of candidates per source pair, beside those of pairs that are known to be of strangers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from linkage.explain.evidence import Evidence, Floats, cuts
from linkage.explain.masking import masked, masked_like, short
from linkage.explain.strangers import Strangers

if TYPE_CHECKING:
    from linkage.quality import Run

STEP = 2.0
"""Width of a bar, in bits."""
BELOW, ABOVE = 20, 30
"""Bars below and above the threshold at most; the first and the last also hold what lies beyond."""


def scores(run: "Run", seen: Evidence, known: Mapping[int, Strangers]) -> list[dict[str, Any]]:
    """Return a histogram of weights (log odds in bits) per source pair.

    Bar i holds weights above ``start + i * step`` up to the next, the first and last all beyond as well; a bar begins
    at the threshold. ``candidates``: pairs; ``expected``: matches among them, the sum of their probabilities;
    ``strangers``: pairs within sources without duplicates, scored as of this source pair and scaled to its cross space
    by ``scale``, null where neither source is free of duplicates. A null count rests on 1 to 9 pairs.
    """
    return [_histogram(run, seen, number, strangers) for number, strangers in known.items()]


def _histogram(run: "Run", seen: Evidence, number: int, strangers: Strangers) -> dict[str, Any]:
    own = (seen.stratum == number) & seen.candidate
    weight, cut = seen.weight[own], float(cuts(run)[number])
    first, last = _reach(np.concatenate([weight, strangers.weight]) - cut)
    edges = cut + STEP * np.arange(first, last + 1, dtype=np.float64)
    counts, known = _counted(weight, edges), _counted(strangers.weight, edges)
    scale = strangers.scale
    source_a, source_b = run.strata.names[number]
    return {
        "source_a": source_a,
        "source_b": source_b,
        "start": short(edges[0]),
        "step": STEP,
        "threshold": short(cut),
        "candidates": [masked(count) for count in counts],
        "expected": masked_like(_counted(weight, edges, seen.probability[own]), counts.astype(np.int64)),
        "strangers": None if scale is None else masked_like(known * scale, known.astype(np.int64)),
        "scale": None if scale is None else short(scale, 3),
    }


def _reach(distance: Floats) -> tuple[int, int]:
    """First and last edge, in bars from the threshold, that hold all distances within ``BELOW`` and ``ABOVE``."""
    if len(distance) == 0:
        return -1, 1
    low = int(np.floor(np.clip(distance.min() / STEP, -BELOW, -1)))
    high = int(np.ceil(np.clip(distance.max() / STEP, 1, ABOVE)))
    return low, high


def _counted(weight: Floats, edges: Floats, share: Floats | None = None) -> Floats:
    """Number (or sum of ``share``) per bar; a weight on an edge is at or below it, as the threshold reads."""
    place = np.clip(np.searchsorted(edges, weight, side="left") - 1, 0, len(edges) - 2)
    return np.bincount(place, weights=share, minlength=len(edges) - 1).astype(np.float64)
