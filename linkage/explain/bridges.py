"""Clusters that hang by one pair, and how much holds their two parts together."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from linkage.explain.evidence import Evidence, Floats, Ints, cuts, probability_of
from linkage.explain.masking import masked

if TYPE_CHECKING:
    from linkage.quality import Run

WEAK = 0.9
"""Probability below which a bridge is weak."""
BANDS = (0.5, 0.75, WEAK, 0.99)
"""Probabilities at which one band of strength ends and the next begins."""
SOLID = "none"
"""Band of the clusters that no single pair holds together."""
LARGEST = 6
"""Clusters of this size and more are counted together."""


def bridges(run: "Run", seen: Evidence) -> list[dict[str, Any]]:
    """Return the number of clusters by ``size`` ("2" to "5", "6+") and by the strength of their weakest bridge.

    A bridge is a pair of records without which the cluster falls apart in two, looking only at pairs above the
    threshold. Its strength is the mean weight of all linked pairs between the parts, as a probability: ``band`` is
    "none" where there is no bridge, else one of "<0.5", "0.5-0.75", "0.75-0.9", "0.9-0.99", ">=0.99". In a cluster of
    two the bridge is the link itself. ``clusters``: null is from 1 to 9.
    """
    sizes, strengths = _weakest(run, seen)
    labels = [*band_names(), SOLID]
    band = np.where(np.isnan(strengths), len(labels) - 1, np.searchsorted(BANDS, strengths, side="right"))
    found = []
    for size in range(2, LARGEST + 1):
        own = sizes >= size if size == LARGEST else sizes == size
        counts = np.bincount(band[own], minlength=len(labels))
        name = f"{size}+" if size == LARGEST else str(size)
        found += [
            {"size": name, "band": label, "clusters": masked(count)}
            for label, count in zip(labels, counts, strict=True)
        ]
    return found


def weak_bridges(run: "Run", seen: Evidence) -> dict[str, int]:
    """Return the number of clusters of three and more records with a weak bridge, by number of records."""
    sizes, strengths = _weakest(run, seen)
    weak = sizes[(sizes > 2) & (strengths < WEAK)]  # noqa: PLR2004 - in a cluster of two the bridge is the link
    return {str(size): int(count) for size, count in enumerate(np.bincount(weak)) if count}


def band_names() -> tuple[str, ...]:
    """Return the names of the bands of strength, weakest first."""
    between = [f"{low:g}-{high:g}" for low, high in pairwise(BANDS)]
    return (f"<{BANDS[0]:g}", *between, f">={BANDS[-1]:g}")


def _weakest(run: "Run", seen: Evidence) -> tuple[Ints, Floats]:
    """Per cluster of two or more: its size, and the probability of its weakest bridge (not a number: no bridge)."""
    linked = np.flatnonzero(seen.linked)
    excess = seen.weight[linked] - cuts(run)[seen.stratum[linked]]
    cluster = run.cluster[seen.pairs.left[linked]]
    order = np.argsort(cluster, kind="stable")
    places = np.flatnonzero(np.diff(cluster[order], prepend=-1, append=-1))
    sizes, weights = [], []
    count = np.bincount(run.cluster)
    left, right = seen.pairs.left[linked].tolist(), seen.pairs.right[linked].tolist()
    for first, last in zip(places[:-1].tolist(), places[1:].tolist(), strict=True):
        rows = order[first:last].tolist()
        edges = {(left[row], right[row]): (float(excess[row]), float(seen.weight[linked[row]])) for row in rows}
        sizes.append(int(count[cluster[rows[0]]]))
        weights.append(_weakest_bridge(edges))
    return np.array(sizes, dtype=np.int64), probability_of(np.array(weights, dtype=np.float64))


def _weakest_bridge(edges: dict[tuple[int, int], tuple[float, float]]) -> float:
    """Lowest mean weight between the two parts that a bridge joins; not a number where there is no bridge."""
    if len(edges) == 1:
        return next(iter(edges.values()))[1]
    strong = {pair for pair, (excess, _) in edges.items() if excess > 0}
    found = float("nan")
    for part in _parts(strong, {record for pair in edges for record in pair}):
        across = [weight for (a, b), (_, weight) in edges.items() if (a in part) != (b in part)]
        found = float(np.fmin(found, sum(across) / len(across)))
    return found


def _parts(strong: set[tuple[int, int]], records: set[int]) -> Iterator[frozenset[int]]:
    """One side of every cut by a bridge of the graph; where the graph is not whole, one of its components."""
    first = min(records)
    reached = _reached(strong, first)
    if reached != records:
        yield frozenset(reached)
        return
    near = {record: {a if b == record else b for a, b in strong if record in {a, b}} for record in records}
    for pair in sorted(_tree(strong, first)):
        # Two records with a neighbour in common are joined without their own pair: most need no search.
        side = records if near[pair[0]] & near[pair[1]] else _reached(strong - {pair}, pair[0])
        if side != records:
            yield frozenset(side)


def _reached(edges: set[tuple[int, int]], start: int) -> set[int]:
    """Records that a chain of pairs joins to ``start``."""
    found, frontier = {start}, {start}
    while frontier:
        frontier = {b for a, b in edges if a in frontier} | {a for a, b in edges if b in frontier}
        frontier -= found
        found |= frontier
    return found


def _tree(edges: set[tuple[int, int]], start: int) -> set[tuple[int, int]]:
    """A spanning tree of what ``start`` reaches: only its pairs can be bridges."""
    found, tree = {start}, set()
    grown = True
    while grown:
        grown = False
        for a, b in sorted(edges):
            if (a in found) != (b in found):
                found |= {a, b}
                tree.add((a, b))
                grown = True
    return tree
