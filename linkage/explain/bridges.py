"""Clusters that hang by one pair, and how much holds their two parts together."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from linkage.explain.evidence import Evidence, Flags, Floats, Ints, cuts, probability_of
from linkage.explain.kernels import weakest_bridges
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


@dataclass(frozen=True)
class Weakest:
    """Per cluster of two records or more: its ``size`` and the ``strength`` of its weakest bridge.

    ``strength``: a probability, not a number where there is no bridge.
    """

    size: Ints
    strength: Floats


def weakest(run: "Run", seen: Evidence) -> Weakest:
    """Return the weakest bridge of every cluster.

    A bridge is a pair of records without which the cluster falls apart in two, looking only at pairs above the
    threshold. Its strength is the mean weight of all linked pairs between the parts, as a probability. In a cluster of
    two the bridge is the link itself.
    """
    excess = (seen.weight - cuts(run)[seen.stratum])[seen.row_of]
    cluster = run.cluster[seen.linked.left]
    order = np.argsort(cluster, kind="stable")
    ends = np.column_stack([seen.linked.left, seen.linked.right])[order]
    strengths = probability_of(strengths_of(cluster[order], ends, seen.weight[seen.row_of][order], excess[order] > 0))
    return Weakest(np.bincount(run.cluster)[_distinct(cluster[order])], strengths)


def _distinct(ordered: Ints) -> Ints:
    """Return each number of an ascending list once."""
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def strengths_of(cluster: Ints, ends: Ints, weight: Floats, strong: Flags) -> Floats:
    """Return the weight of the weakest bridge of each cluster, in bits; not a number where there is none.

    ``cluster``: of each linked pair, ascending; ``ends``: (pairs, 2) its records, smaller first; ``strong``: whether it
    is above the threshold.
    """
    records, numbered = np.unique(ends, return_inverse=True)
    numbered = numbered.reshape(-1, 2)
    of_record = np.empty(len(records), dtype=np.int64)
    of_record[numbered] = cluster[:, None]
    order = np.argsort(of_record, kind="stable")
    rank = np.empty(len(records), dtype=np.int64)
    rank[order] = np.arange(len(records))
    joined = rank[numbered]
    one, other = np.concatenate([joined[strong], joined[strong][:, ::-1]]).T
    by_record = np.argsort(one, kind="stable")
    first = np.searchsorted(one[by_record], np.arange(len(records) + 1))
    clusters = _distinct(cluster)
    found = np.empty(len(clusters))
    starts, members = (np.append(np.searchsorted(which, clusters), len(which)) for which in (cluster, of_record[order]))
    weakest_bridges(starts, joined, weight, members, first, other[by_record], found)
    return found


def bridges(found: Weakest) -> list[dict[str, Any]]:
    """Return the number of clusters by ``size`` ("2" to "5", "6+") and by the strength of their weakest bridge.

    ``band`` is "none" where there is no bridge, else one of "<0.5", "0.5-0.75", "0.75-0.9", "0.9-0.99", ">=0.99".
    ``clusters``: null is from 1 to 9.
    """
    labels = [*band_names(), SOLID]
    placed = np.searchsorted(BANDS, found.strength, side="right")
    band = np.where(np.isnan(found.strength), len(labels) - 1, placed)
    rows = []
    for size in range(2, LARGEST + 1):
        own = found.size >= size if size == LARGEST else found.size == size
        counts = np.bincount(band[own], minlength=len(labels))
        name = f"{size}+" if size == LARGEST else str(size)
        rows += [
            {"size": name, "band": label, "clusters": masked(count)}
            for label, count in zip(labels, counts, strict=True)
        ]
    return rows


def weak_bridges(found: Weakest) -> dict[str, int]:
    """Return the number of clusters of three and more records with a weak bridge, by number of records."""
    # In a cluster of two the bridge is the link.
    weak = found.size[(found.size > 2) & (found.strength < WEAK)]  # noqa: PLR2004 - as the line above says
    return {str(size): int(count) for size, count in enumerate(np.bincount(weak)) if count}


def band_names() -> tuple[str, ...]:
    """Return the names of the bands of strength, weakest first."""
    between = [f"{low:g}-{high:g}" for low, high in pairwise(BANDS)]
    return (f"<{BANDS[0]:g}", *between, f">={BANDS[-1]:g}")
