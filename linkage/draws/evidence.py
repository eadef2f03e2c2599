"""The evidence that some items are one person, compiled."""

import numpy as np
from numba import njit

from linkage.draws.component import AVERAGE_LINKAGE, Component, Ints, Scratch, looks


@njit(nogil=True, cache=True)
def cluster_evidence(component: Component, chosen: Ints, held: int, scratch: Scratch) -> float:
    """Return the log of the odds of one person against as many persons as items, for the first ``held`` of ``chosen``.

    ``chosen`` ascends, so that ties and rounding do not depend on how a chain came to a cluster. Both kinds give a
    pair's log odds for two records. For three that all agree alike spanning trees give twice that, average linkage 1 +
    sqrt(2) times, by ``looks``.
    """
    if component.kind == AVERAGE_LINKAGE:
        return _joined(component, chosen, held, scratch) if held > 1 else 0.0
    total = records = 0.0
    for a in range(held):
        records += component.size[chosen[a]]
        for b in range(a + 1):
            total += component.weight[chosen[a], chosen[b]]
    return 2.0 * total / records


@njit(nogil=True, cache=True)
def _joined(component: Component, chosen: Ints, held: int, scratch: Scratch) -> float:  # noqa: C901 - hot and compiled
    """Sum of the evidence between the groups that average linkage joins, best mean first, until one is left."""
    means, sizes = scratch.means, scratch.sizes
    for a in range(held):
        sizes[a] = component.size[chosen[a]]
        for b in range(a):
            means[a, b] = component.weight[chosen[a], chosen[b]] / (sizes[a] * sizes[b])
    total = 0.0
    for last in range(held - 1, 0, -1):
        best, one, other = -np.inf, 0, 1
        for a in range(1, last + 1):
            for b in range(a):
                if means[a, b] > best:
                    best, one, other = means[a, b], b, a
        total += best * looks(sizes[one], sizes[other])
        both = sizes[one] + sizes[other]
        for c in range(last + 1):
            if c not in (one, other):
                to_one, to_other = means[max(c, one), min(c, one)], means[max(c, other), min(c, other)]
                means[max(c, one), min(c, one)] = (sizes[one] * to_one + sizes[other] * to_other) / both
        sizes[one], sizes[other] = both, sizes[last]
        for c in range(last):
            if c != other:
                means[max(c, other), min(c, other)] = means[last, c]
    return total
