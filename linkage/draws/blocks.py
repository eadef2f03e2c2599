"""Records that are together beyond doubt, gathered before anything is drawn, so that work goes where doubt is."""

import numpy as np
from numba import njit

from linkage.draws.component import Component, Edges, Ints, Items, Method, clash, dense_component, looks
from linkage.draws.connecting import FLOORS, LARGEST_COMPONENT, connect
from linkage.draws.grouping import numbered

CERTAIN = 8.0
"""Log odds from which two records are together in every draw: apart they would be in one of three thousand."""
EVEN = FLOORS.index(0.0)
PAIR = 2


@njit(nogil=True, cache=True)
def blocks_of(items: Items, edges: Edges, method: Method) -> Ints:
    """Return the smallest item of the block of each item.

    Who speaks against a join is above even odds with one of the two, so it is enough to look at components of those.
    """
    count = len(items.size)
    parent, number, order = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64), np.empty(count, np.int64)
    connect(items, edges, EVEN, parent)
    starts, place, block = np.empty(count + 1, dtype=np.int64), number, np.arange(count)
    groups = numbered(parent, number, order, starts)
    for group in range(groups):
        members = order[starts[group] : starts[group + 1]]
        if not 1 < len(members) <= LARGEST_COMPONENT:
            continue
        if len(members) == PAIR:
            _join_pair(items, edges, members, block)
            continue
        for item in range(len(members)):
            place[members[item]] = item
        component = dense_component(items, edges, members, place, method, FLOORS[0])
        own = _gathered(component)
        for item in range(len(members)):
            block[members[item]] = members[own[item]]
    return block


@njit(nogil=True, cache=True)
def _join_pair(items: Items, edges: Edges, members: Ints, block: Ints) -> None:
    """Most components have two items: they are together if their evidence says so and they may be."""
    one, other = members[0], members[1]
    for pair in range(edges.starts[one], edges.starts[one + 1]):
        if edges.other[pair] == other:
            both = items.size[one] * items.size[other]
            certain = edges.total[pair] / both * looks(items.size[one], items.size[other]) > CERTAIN
            if certain and not clash(items.taken, one, items.taken, other):
                block[other] = one


@njit(nogil=True, cache=True)
def _gathered(component: Component) -> Ints:
    """The first item of each item's block; ``component`` is used up."""
    block = np.arange(len(component.size))
    changed = True
    while changed:
        changed = False
        for item in range(len(block)):
            for place in range(component.near_starts[item], component.near_starts[item + 1]):
                one, other = block[item], block[component.near[place]]
                if one != other and _certain(component, block, one, other):
                    _join(component, block, min(one, other), max(one, other))
                    changed = True
    return block


@njit(nogil=True, cache=True)
def _certain(component: Component, block: Ints, a: int, b: int) -> bool:
    """Whether two blocks are together in all but a negligible share of the partitions.

    The evidence of their join, less what each could at best gain by going elsewhere instead, is above ``CERTAIN``.
    And no other block that may join both is nearer to either: average linkage then joins the two in every cluster that
    holds them (it is reducible: Bruynooghe 1977), so the evidence of clusters of blocks is that of their records.
    """
    size, taken = component.size, component.taken
    height = component.weight[a, b] / (size[a] * size[b])
    gained = height * looks(size[a], size[b])
    if gained <= CERTAIN or clash(taken, a, taken, b):
        return False
    lost_a = lost_b = 0.0
    for c in range(len(size)):
        if block[c] != c or c in (a, b):
            continue
        to_a, to_b = component.weight[a, c] / (size[a] * size[c]), component.weight[b, c] / (size[b] * size[c])
        if to_a <= 0 and to_b <= 0:
            continue
        clash_a, clash_b, still = clash(taken, a, taken, c), clash(taken, b, taken, c), 0.0
        if not clash_a and not clash_b:
            if max(to_a, to_b) > height:
                return False
            both = (size[a] + size[b]) * size[c]
            mean = (component.weight[a, c] + component.weight[b, c]) / both
            still = max(0.0, mean * looks(size[a] + size[b], size[c]))
        lost_a = lost_a if clash_a else max(lost_a, to_a * looks(size[a], size[c]) - still)
        lost_b = lost_b if clash_b else max(lost_b, to_b * looks(size[b], size[c]) - still)
    certainly: bool = gained - lost_a - lost_b > CERTAIN
    return certainly


@njit(nogil=True, cache=True)
def _join(component: Component, block: Ints, one: int, other: int) -> None:
    """Make ``other`` part of ``one``."""
    for c in range(len(block)):
        component.weight[one, c] += component.weight[other, c]
    for c in range(len(block)):
        component.weight[c, one] += component.weight[c, other]
    for word in range(component.taken.shape[1]):
        component.taken[one, word] |= component.taken[other, word]
    component.size[one] += component.size[other]
    block[block == other] = one
