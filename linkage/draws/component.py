"""What the compiled kernels work on: one component, the state of a chain over it, and room to work in."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
State = npt.NDArray[np.uint64]


SPANNING_TREE = 0
"""Evidence of a cluster: the mean weight of its spanning trees, which is 2/n times the sum of its pairs' log odds."""
AVERAGE_LINKAGE = 1
"""Evidence of a cluster: the sum over the joins of average linkage of their mean log odds, times ``looks``."""


class Layout(NamedTuple):
    """All items of a draw and the components they fall into.

    ``members`` from ``starts``: the items of each component, ascending; ``place``: an item's place among them.
    ``neighbour`` and ``weight`` from ``pair_start``: scored pairs of each item, both ways, with the sum of their log
    odds. ``size`` and ``inner``: records of an item, and the sum of log odds within it. ``taken``: (items, exclusive
    sources). ``start``: the first item of an item's cluster in the point linkage, within its component. ``unseen``:
    log odds of a pair of records that was not scored; ``floor``: least mean log odds at which an item may join another.
    """

    starts: Ints
    members: Ints
    place: Ints
    pair_start: Ints
    neighbour: Ints
    weight: Floats
    size: Floats
    inner: Floats
    taken: Flags
    start: Ints
    unseen: float
    floor: float


class Component(NamedTuple):
    """Items (a record, or records that are pinned together) that may belong together.

    ``kind``: of evidence. ``weight``: (items, items) sums of log odds over the cross pairs, on the diagonal over the
    pairs within; ``size``: records of each; ``taken``: (items, exclusive sources) whether an item holds a record of the
    source; ``near`` from ``near_start``: the items that each item may join.
    """

    kind: int
    weight: Floats
    size: Floats
    taken: Flags
    near_start: Ints
    near: Ints


class Partition(NamedTuple):
    """The state of a chain: ``cluster`` of each item; ``members`` of each cluster.

    The first ``held`` of a cluster's members count, and ascend; ``value`` is its evidence, 0 where it is empty.
    """

    cluster: Ints
    members: Ints
    held: Ints
    value: Floats


class Scratch(NamedTuple):
    """Room to work in: sums and sizes of groups while they are joined, and four lists of items."""

    sums: Floats
    sizes: Floats
    chosen: Ints
    left: Ints
    right: Ints
    others: Ints


@njit(nogil=True, cache=True)
def looks(one: float, other: float) -> float:
    """How many pairs' worth of evidence lies between two groups of ``one`` and ``other`` records.

    Every record errs on its own, but all its pairs share its errors: between one record and five there are more than
    one independent comparison and fewer than five. The geometric mean of both group sizes stands between.
    """
    return math.sqrt(one * other)


@njit(nogil=True, cache=True)
def dense_component(layout: Layout, kind: int, members: Ints) -> Component:
    """The dense component of some items: their weights, and whom each may join."""
    items = len(members)
    weight, near = np.empty((items, items)), np.empty(items * items, dtype=np.int64)
    size, near_start, found = layout.size[members], np.zeros(items + 1, dtype=np.int64), 0
    for a in range(items):
        weight[a] = layout.unseen * size[a] * size
        weight[a, a] = layout.inner[members[a]]
        for place in range(layout.pair_start[members[a]], layout.pair_start[members[a] + 1]):
            other = layout.neighbour[place]
            b = layout.place[other]
            if b < items and members[b] == other:
                weight[a, b] = layout.weight[place]
                if weight[a, b] > layout.floor * size[a] * size[b]:
                    near[found] = b
                    found += 1
        near_start[a + 1] = found
    return Component(kind, weight, size, layout.taken[members], near_start, near[:found])
