"""Scores of candidates per source pair, beside those of pairs that are known to be of strangers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from linkage.explain.evidence import Evidence, Floats, Ints, cuts
from linkage.explain.masking import MINIMUM, masked, masked_like, short
from linkage.explain.strangers import Strangers

if TYPE_CHECKING:
    from linkage.quality import Run

STEPS = (2.0, 4.0, 8.0)
"""Widths of a bar, in bits: the first at which few counts are hidden, or else the last."""
HIDDEN = 0.25
"""Share of the bars that hold candidates of which the count may be hidden before bars are made wider."""
BELOW, ABOVE = 40.0, 64.0
"""Bits below and above the threshold that bars span at most; the first and the last also hold what lies beyond."""


def scores(run: "Run", seen: Evidence, known: Mapping[int, Strangers]) -> list[dict[str, Any]]:
    """Return a histogram of weights (log odds in bits) per source pair.

    Bar i holds weights above ``start + i * step`` up to the next, the first and last all beyond as well; a bar begins
    at the threshold, and bars are wider where matches are few. ``candidates``: pairs; ``expected``: matches among them,
    the sum of their probabilities; ``strangers``: pairs within sources without duplicates, scored as of this source
    pair and scaled to its cross space by ``scale``, null where neither source is free of duplicates. A null count rests
    on 1 to 9 pairs.
    """
    return [_histogram(run, seen, number, strangers) for number, strangers in known.items()]


def _histogram(run: "Run", seen: Evidence, number: int, strangers: Strangers) -> dict[str, Any]:
    own = (seen.stratum == number) & (seen.candidates > 0)
    weight, pairs, cut = seen.weight[own], seen.candidates[own], float(cuts(run)[number])
    distance = np.concatenate([weight, strangers.weight]) - cut
    step = next((step for step in STEPS if _few_hidden(_sums(weight, cut + _edges(distance, step), pairs))), STEPS[-1])
    edges = cut + _edges(distance, step)
    counts, known = _sums(weight, edges, pairs), _sums(strangers.weight, edges, strangers.pairs)
    scale = strangers.scale
    source_a, source_b = run.strata.names[number]
    return {
        "source_a": source_a,
        "source_b": source_b,
        "start": short(edges[0]),
        "step": step,
        "threshold": short(cut),
        "candidates": [masked(count) for count in counts],
        "expected": masked_like(_sums(weight, edges, pairs * seen.probability[own]), counts.astype(np.int64)),
        "strangers": None if scale is None else masked_like(known * scale, known.astype(np.int64)),
        "scale": None if scale is None else short(scale, 3),
    }


def _edges(distance: Floats, step: float) -> Floats:
    """Edges of bars, in bits from the threshold, that hold all distances within ``BELOW`` and ``ABOVE``."""
    low = np.clip(distance.min(initial=-step), -BELOW, -step)
    high = np.clip(distance.max(initial=step), step, ABOVE)
    edges: Floats = step * np.arange(np.floor(low / step), np.ceil(high / step) + 1)
    return edges


def _few_hidden(counts: Floats) -> bool:
    """Whether at most ``HIDDEN`` of the bars with candidates have so few that their count is hidden."""
    return bool(((counts > 0) & (counts < MINIMUM)).sum() <= HIDDEN * (counts > 0).sum())


def _sums(weight: Floats, edges: Floats, shares: Floats | Ints) -> Floats:
    """Sum of ``shares`` per bar; a weight on an edge is at or below it, as the threshold reads."""
    place = np.clip(np.searchsorted(edges, weight, side="left") - 1, 0, len(edges) - 2)
    return np.bincount(place, weights=shares, minlength=len(edges) - 1).astype(np.float64)
