"""Components made ready for the compiled kernels: who may join whom, and the weight between any two."""

import numpy as np
from numba import njit

from linkage.draws.component import LARGEST_SQUARE, Component, Edges, Floats, Ints, Items, Method


@njit(nogil=True, cache=True)
def component_of(items: Items, edges: Edges, members: Ints, place: Ints, method: Method, floor: float) -> Component:
    """The component of some ascending items, whose numbers within it stand in ``place``.

    An item is near another if their scored pair has mean log odds above ``floor``.
    """
    count, most = len(members), 0
    inner, size = np.empty(count), np.empty(count)
    taken = np.empty((count, items.taken.shape[1]), dtype=np.uint64)
    for a in range(count):
        inner[a], size[a] = items.inner[members[a]], items.size[members[a]]
        taken[a] = items.taken[members[a]]
        most += edges.starts[members[a] + 1] - edges.starts[members[a]]
    starts, other, total = np.zeros(count + 1, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty(most)
    found = 0
    for a in range(count):
        for pair in range(edges.starts[members[a]], edges.starts[members[a] + 1]):
            b = place[edges.other[pair]]
            if 0 <= b < count and members[b] == edges.other[pair]:
                other[found], total[found] = b, edges.total[pair]
                found += 1
        starts[a + 1] = found
    own = Edges(starts, other[:found], total[:found])
    near_starts, near = _near(own, size, floor)
    return Component(
        method.kind, method.unseen, _square(own, size, method.unseen), own, inner, size, taken, near_starts, near
    )


@njit(nogil=True, cache=True)
def _square(edges: Edges, size: Floats, unseen: float) -> Floats:
    """All weights, where the items are few enough."""
    count = len(size) if len(size) <= LARGEST_SQUARE else 0
    weight = np.empty((count, count))
    for a in range(count):
        for b in range(count):
            weight[a, b] = unseen * size[a] * size[b]
    for a in range(count):
        for pair in range(edges.starts[a], edges.starts[a + 1]):
            weight[a, edges.other[pair]] = weight[edges.other[pair], a] = edges.total[pair]
    return weight


@njit(nogil=True, cache=True)
def _near(edges: Edges, size: Floats, floor: float) -> tuple[Ints, Ints]:
    """The items that each item may join, from where each begins: later ones first."""
    count = len(size)
    starts, later = np.zeros(count + 1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for a in range(count):
        for pair in range(edges.starts[a], edges.starts[a + 1]):
            if edges.total[pair] > floor * (size[a] * size[edges.other[pair]]):
                starts[a + 1] += 1
                starts[edges.other[pair] + 1] += 1
                later[a] += 1
    for a in range(count):
        starts[a + 1] += starts[a]
    near, ahead = np.empty(starts[count], dtype=np.int64), starts[:-1].copy()
    later += starts[:-1]
    for a in range(count):
        for pair in range(edges.starts[a], edges.starts[a + 1]):
            b = edges.other[pair]
            if edges.total[pair] > floor * (size[a] * size[b]):
                near[ahead[a]], near[later[b]] = b, a
                ahead[a] += 1
                later[b] += 1
    return starts, near


@njit(nogil=True, cache=True)
def weight_of(component: Component, a: int, b: int) -> float:
    """Return the sum of log odds over the cross pairs of two items."""
    if len(component.weight) > 0:
        weight: float = component.weight[a, b]
        return weight
    edges, one, other = component.edges, min(a, b), max(a, b)
    low, high = edges.starts[one], edges.starts[one + 1]
    while low < high:
        middle = (low + high) // 2
        if edges.other[middle] < other:
            low = middle + 1
        else:
            high = middle
    if low < edges.starts[one + 1] and edges.other[low] == other:
        found: float = edges.total[low]
        return found
    unscored: float = component.unseen * component.size[a] * component.size[b]
    return unscored
