"""Components of items within which partitions are drawn, and items of items, for compiled code."""

import numpy as np
from numba import njit

from linkage.draws.component import Edges, Floats, Ints, Items
from linkage.draws.grouping import root, unite
from linkage.draws.lists import with_item

FLOORS = (-8.0, -4.0, 0.0, 4.0, 8.0)
"""Log odds above which a pair may hold a component together; the next is tried where a component is too large.

A pair at the first is of one person in one of three thousand draws.
"""
LARGEST_COMPONENT = 1000
"""Most items whose weights are held as a square; larger components keep the point linkage."""


@njit(nogil=True, cache=True)
def connect(items: Items, edges: Edges, lowest: int, parent: Ints) -> None:
    """Write to ``parent`` sets of items that are joined above a floor, as ``grouping.root`` reads them.

    The floor is the one numbered ``lowest``, and rises where a component has too many items.
    """
    count = len(parent)
    bar, size = np.full(count, FLOORS[lowest]), np.empty(count, dtype=np.int64)
    for floor in range(lowest + 1, len(FLOORS) + 1):
        for item in range(count):
            parent[item], size[item] = item, 0
        for one in range(count):
            for pair in range(edges.starts[one], edges.starts[one + 1]):
                other = edges.other[pair]
                if edges.total[pair] > bar[one] * (items.size[one] * items.size[other]):
                    unite(parent, one, other)
        large = False
        for item in range(count):
            size[root(parent, item)] += 1
        for item in range(count):
            if size[root(parent, item)] > LARGEST_COMPONENT and floor < len(FLOORS):
                bar[item], large = FLOORS[floor], True
        if not large:
            break


@njit(nogil=True, cache=True)
def gathered(items: Items, edges: Edges, unseen: float, number: Ints, groups: int) -> tuple[Items, Edges]:
    """Return groups of items as items, and the pairs between them; ``number``: group of each item.

    Where groups have a scored pair, their other pairs count as ``unseen``.
    """
    size, inner = np.zeros(groups), np.zeros(groups)
    taken = np.zeros((groups, items.taken.shape[1]), dtype=np.uint64)
    for item in range(len(number)):
        inner[number[item]] += items.inner[item] + unseen * items.size[item] * size[number[item]]
        size[number[item]] += items.size[item]
        for word in range(taken.shape[1]):
            taken[number[item], word] |= items.taken[item, word]
    starts, other, total = _by_group(items, edges, unseen, number, groups)
    sums, mark, touched, kept = np.empty(groups), np.full(groups, -1), np.empty(groups, dtype=np.int64), 0
    for group in range(groups):
        found, first = 0, starts[group]
        starts[group] = kept
        for pair in range(first, starts[group + 1]):
            to = other[pair]
            if mark[to] != group:
                mark[to], sums[to] = group, 0.0
                found = with_item(touched, found, to, touched)
            sums[to] += total[pair]
        for place in range(found):
            to = touched[place]
            if to == group:
                inner[group] += sums[to]
            else:
                other[kept], total[kept] = to, sums[to] + unseen * (size[group] * size[to])
                kept += 1
    starts[groups] = kept
    return Items(size, inner, taken), Edges(starts, other[:kept], total[:kept])


@njit(nogil=True, cache=True)
def _by_group(items: Items, edges: Edges, unseen: float, number: Ints, groups: int) -> tuple[Ints, Ints, Floats]:
    """The pairs of items, each from the earlier of its two groups, by that group: the other, and the sum above unseen.

    A group's pairs with itself are among them.
    """
    starts, pairs = np.zeros(groups + 1, dtype=np.int64), len(edges.other)
    other, more = np.empty(pairs, dtype=np.int64), np.empty(pairs)
    for one in range(len(number)):
        for pair in range(edges.starts[one], edges.starts[one + 1]):
            starts[min(number[one], number[edges.other[pair]])] += 1
    before = 0
    for group in range(groups + 1):
        before, starts[group] = before + starts[group], before
    for one in range(len(number)):
        for pair in range(edges.starts[one], edges.starts[one + 1]):
            to = edges.other[pair]
            group = min(number[one], number[to])
            other[starts[group]] = max(number[one], number[to])
            more[starts[group]] = edges.total[pair] - unseen * (items.size[one] * items.size[to])
            starts[group] += 1
    for group in range(groups, 0, -1):
        starts[group] = starts[group - 1]
    starts[0] = 0
    return starts, other, more
