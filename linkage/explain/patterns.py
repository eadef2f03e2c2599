"""Patterns of agreement as waterfalls: from the prior, comparison by comparison, to the weight of the whole."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from linkage.explain.evidence import BITS, Evidence, Floats, Ints, cuts, probability_of
from linkage.explain.masking import masked, short
from linkage.explain.weights import level_probabilities

if TYPE_CHECKING:
    from linkage.quality import Run

PER_SOURCE_PAIR = 6
"""Waterfalls of each of the two kinds per source pair, where there are few source pairs."""
AT_MOST = 600
"""Waterfalls in all, about: they are most of the data of a page."""
DOUBTFUL = float(np.log2(9.0))
"""Distance from the threshold, in bits, within which a probability goes from .1 to .9 (threshold .5)."""


def patterns(run: "Run", seen: Evidence) -> list[dict[str, Any]]:
    """Return waterfalls per source pair: the most frequent patterns of its links, then those nearest its threshold.

    ``steps``: per comparison that both records have, its level and log2(m/u), what it says alone. ``together``: what
    the model adds because comparisons go together (strangers with the same names, matches under another name): the
    weight less prior and steps, so that all add up. ``as_match``, ``as_strangers``: the likeliest kind of either, and
    its share. ``pairs``, ``links``: compared pairs with the pattern, and how many of them were linked; null is 1 to 9.
    """
    strata = np.flatnonzero(run.strata.can_match).tolist()
    each = max(1, min(PER_SOURCE_PAIR, AT_MOST // (2 * max(len(strata), 1))))
    found = []
    for number in strata:
        own = np.flatnonzero(seen.stratum == number)
        frequent = _most_frequent(own, seen.links, each)
        near = _nearest(own, seen.weight - cuts(run)[number], seen.pairs, each)
        for kind, rows in (("frequent", frequent), ("near", near)):
            for row in rows.tolist():
                waterfall = _waterfall(run, number, seen.levels[row], float(seen.weight[row]))
                counts = {"pairs": masked(seen.pairs[row]), "links": masked(seen.links[row])}
                found.append({"kind": kind, **waterfall, **counts})
    return found


def _most_frequent(rows: Ints, links: Ints, each: int) -> Ints:
    """The rows with most links, most first, ties by order of pattern."""
    with_links = rows[links[rows] > 0]
    return with_links[np.argsort(-links[with_links], kind="stable")][:each]


def _nearest(rows: Ints, distance: Floats, pairs: Ints, each: int) -> Ints:
    """Rows above and below the threshold, half each, highest first: the doubtful that are many, then the nearest."""
    found = []
    for side in (distance[rows] > 0, distance[rows] <= 0):
        own = rows[side]
        away = np.abs(distance[own])
        doubtful = away <= DOUBTFUL
        order = np.lexsort((own, away, np.where(doubtful, -pairs[own], 0), ~doubtful))
        found.append(own[order][: (each + 1) // 2])
    chosen = np.concatenate(found)
    return chosen[np.argsort(-distance[chosen], kind="stable")]


def _waterfall(run: "Run", number: int, levels: npt.NDArray[np.int8], weight: float) -> dict[str, Any]:
    """The prior, steps and sum of one pattern of a source pair."""
    source_a, source_b = run.strata.names[number]
    prior, steps = prior_weight(run, number), _steps(run, number, levels)
    return {
        "source_a": source_a,
        "source_b": source_b,
        "prior": short(prior),
        "steps": [
            {"comparison": run.plan[field].name, "level": run.plan[field].levels[level - 1].name, "weight": short(bits)}
            for field, level, bits in steps
        ],
        "together": short(weight - prior - sum(bits for _, _, bits in steps)),
        "weight": short(weight),
        "probability": short(float(probability_of(np.array([weight]))[0]), 4),
        "threshold": short(float(cuts(run)[number])),
        **_likeliest_kinds(run, number, levels),
    }


def prior_weight(run: "Run", number: int) -> float:
    """Return the log odds, in bits, that a pair of a source pair is a match before anything is compared."""
    share = float(np.clip(run.model.match_share[number], 1e-300, 1 - 1e-12))
    return float(np.log2(share / (1 - share)))


def _steps(run: "Run", number: int, levels: npt.NDArray[np.int8]) -> list[tuple[int, int, float]]:
    """Comparison, level and log2(m/u) of each comparison that is not missing."""
    m, u = (np.log(np.maximum(table, 1e-300)) * BITS for table in level_probabilities(run, number))
    places = run.model.shape.places(levels[None, :])[0]
    return [
        (field, int(levels[field]), float(m[places[field]] - u[places[field]]))
        for field in np.flatnonzero(levels > 0).tolist()
    ]


def _likeliest_kinds(run: "Run", number: int, levels: npt.NDArray[np.int8]) -> dict[str, Any]:
    """The likeliest kind of match and of strangers for a pattern, each with its share among kinds of its own."""
    theta = run.model.parameters.theta[:, run.model.group_of[number]]
    places = run.model.shape.places(levels[None, :])[0]
    joint = np.log(np.maximum(theta[:, places], 1e-300)).sum(axis=1)
    joint += np.log(np.maximum(run.model.parameters.share[number], 1e-300))
    found: dict[str, Any] = {}
    for name, chosen in (("as_match", run.model.kinds), ("as_strangers", ~run.model.kinds)):
        own = np.flatnonzero(chosen)
        share = np.exp(joint[own] - np.logaddexp.reduce(joint[own]))
        best = int(np.argmax(share))
        found[name] = {"kind": run.model.classes[int(own[best])], "share": short(share[best])}
    return found
