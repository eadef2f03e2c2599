"""What the compiled kernels work on: the records in doubt, one component of them, and room to work in."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
State = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int32]

SPANNING_TREE = 0
"""Evidence of a cluster: the mean weight of its spanning trees, which is 2/n times the sum of its pairs' log odds."""
AVERAGE_LINKAGE = 1
"""Evidence of a cluster: the sum over the joins of average linkage of their mean log odds, times ``looks``."""


class Regions(NamedTuple):
    """Records in doubt, in regions that no draw and no cluster of the point linkage crosses; laid out once for all.

    A place is a position in ``rows``: records region by region, from ``starts`` on, ascending within each. By place:
    ``point``, the first place of its cluster in the point linkage; ``held``, the first of those it is pinned to;
    ``source``; ``taken``, (places, words) bits of what a cluster may hold once. ``near`` and ``row`` from
    ``pair_starts`` of each place: later places that it has a scored pair with, and the row of the pair's log odds.
    ``floor``: of each region, the first of the floors at which its components are sought.
    """

    starts: Ints
    rows: Ints
    point: Ints
    held: Ints
    source: Ints
    taken: Words
    pair_starts: Ints
    near: Rows
    row: Rows
    floor: Ints


class Method(NamedTuple):
    """How partitions are drawn: ``unseen`` log odds of a pair that was not scored, ``kind`` of evidence.

    Components of up to ``exact`` items are drawn exactly. Others by a chain of ``sweeps`` sweeps, for the first draw
    from the point linkage, for each further one from the draw before.
    """

    unseen: float
    kind: int
    exact: int
    sweeps: int


class Edges(NamedTuple):
    """Scored pairs of numbered items: ``other`` (a later item) and summed log odds from ``starts`` of each item on."""

    starts: Ints
    other: Ints
    total: Floats


class Items(NamedTuple):
    """Records, or records that are together in any case.

    ``size``: records of each; ``inner``: sum of the log odds of the pairs within; ``taken``: bits of what may be held
    once.
    """

    size: Floats
    inner: Floats
    taken: Words


class Component(NamedTuple):
    """Items that may belong together.

    ``kind``: of evidence. ``weight``: (items, items) sums of log odds over the cross pairs, on the diagonal over the
    pairs within; ``near`` from ``near_starts``: the items that each item may join, later ones first.
    """

    kind: int
    weight: Floats
    size: Floats
    taken: Words
    near_starts: Ints
    near: Ints


class Partition(NamedTuple):
    """The state of a chain: ``cluster`` of each item; of each cluster its ``first`` item, ``held`` items and ``value``.

    ``after``: the next item of the same cluster, ascending, -1 behind the last. ``taken``: bits of each cluster's
    items. ``free``: numbers of empty clusters, as many as stand in ``spare[0]``.
    """

    cluster: Ints
    first: Ints
    after: Ints
    held: Ints
    value: Floats
    taken: Words
    free: Ints
    spare: Ints


class Scratch(NamedTuple):
    """Room to work in: means and sizes of groups while they are joined, and four lists of items."""

    means: Floats
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
def clash(taken: Words, a: int, other: Words, b: int) -> bool:
    """Whether row ``a`` of ``taken`` and row ``b`` of ``other`` both hold what a cluster may hold once."""
    for word in range(taken.shape[1]):  # noqa: SIM110 - numba compiles no generator
        if taken[a, word] & other[b, word]:
            return True
    return False


@njit(nogil=True, cache=True)
def dense_component(items: Items, edges: Edges, members: Ints, place: Ints, method: Method, floor: float) -> Component:
    """The dense component of some ascending items, whose numbers within it stand in ``place``.

    An item is near another if their scored pair has mean log odds above ``floor``.
    """
    count, pairs = len(members), 0
    weight, size = np.empty((count, count)), np.empty(count)
    taken = np.empty((count, items.taken.shape[1]), dtype=np.uint64)
    for a in range(count):
        size[a] = items.size[members[a]]
        taken[a] = items.taken[members[a]]
        pairs += edges.starts[members[a] + 1] - edges.starts[members[a]]
    for a in range(count):
        for b in range(count):
            weight[a, b] = method.unseen * size[a] * size[b]
        weight[a, a] = items.inner[members[a]]
    near_starts, later = np.zeros(count + 1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    ends = np.empty((2, pairs), dtype=np.int64)
    found = 0
    for a in range(count):
        for pair in range(edges.starts[members[a]], edges.starts[members[a] + 1]):
            b = place[edges.other[pair]]
            if b < 0 or b >= count or members[b] != edges.other[pair]:
                continue
            weight[a, b] = weight[b, a] = edges.total[pair]
            if edges.total[pair] > floor * size[a] * size[b]:
                ends[0, found], ends[1, found] = a, b
                near_starts[a + 1] += 1
                near_starts[b + 1] += 1
                later[a] += 1
                found += 1
    for a in range(count):
        near_starts[a + 1] += near_starts[a]
    near = np.empty(2 * found, dtype=np.int64)
    later += near_starts[:-1]
    ahead = near_starts[:-1].copy()
    for pair in range(found):
        a, b = ends[0, pair], ends[1, pair]
        near[ahead[a]] = b
        near[later[b]] = a
        ahead[a] += 1
        later[b] += 1
    return Component(method.kind, weight, size, taken, near_starts, near)
