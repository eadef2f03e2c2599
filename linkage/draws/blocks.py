"""Records that are together beyond doubt, gathered before anything is drawn, so that work goes where doubt is."""

import numpy as np
from numba import njit

from linkage.draws.component import Component, Ints, Layout, dense_component, looks


@njit(nogil=True, cache=True)
def gather_components(first: int, last: int, layout: Layout, kind: int, certain: float, out: Ints) -> None:
    """Write to ``out`` the first item of each item's block, for components ``first`` to ``last``."""
    for number in range(first, last):
        members = layout.members[layout.starts[number] : layout.starts[number + 1]]
        component, block = dense_component(layout, kind, members), np.arange(len(members))
        changed = True
        while changed:
            changed = False
            for item in range(len(members)):
                for place in range(component.near_start[item], component.near_start[item + 1]):
                    one, other = block[item], block[component.near[place]]
                    if one != other and _certain(component, block, one, other, certain):
                        _join(component, block, min(one, other), max(one, other))
                        changed = True
        out[members] = members[block]


@njit(nogil=True, cache=True)
def _certain(component: Component, block: Ints, a: int, b: int, certain: float) -> bool:
    """Whether two blocks are together in all but a negligible share of the partitions.

    The evidence of their join, less what each could at best gain by going elsewhere instead, is above ``certain``.
    And no other block that may join both is nearer to either: average linkage then joins the two in every cluster that
    holds them (it is reducible: Bruynooghe 1977), so the evidence of clusters of blocks is that of their records.
    """
    size = component.size
    height = component.weight[a, b] / (size[a] * size[b])
    gained = height * looks(size[a], size[b])
    if gained <= certain or _clash(component, a, b):
        return False
    lost_a = lost_b = 0.0
    for c in range(len(size)):
        if block[c] != c or c in (a, b):
            continue
        to_a, to_b = component.weight[a, c] / (size[a] * size[c]), component.weight[b, c] / (size[b] * size[c])
        if to_a <= 0 and to_b <= 0:
            continue
        clash_a, clash_b, still = _clash(component, a, c), _clash(component, b, c), 0.0
        if not clash_a and not clash_b:
            if max(to_a, to_b) > height:
                return False
            both = (size[a] + size[b]) * size[c]
            mean = (component.weight[a, c] + component.weight[b, c]) / both
            still = max(0.0, mean * looks(size[a] + size[b], size[c]))
        lost_a = lost_a if clash_a else max(lost_a, to_a * looks(size[a], size[c]) - still)
        lost_b = lost_b if clash_b else max(lost_b, to_b * looks(size[b], size[c]) - still)
    certainly: bool = gained - lost_a - lost_b > certain
    return certainly


@njit(nogil=True, cache=True)
def _clash(component: Component, a: int, b: int) -> bool:
    for source in range(component.taken.shape[1]):  # noqa: SIM110 - numba compiles no generator
        if component.taken[a, source] and component.taken[b, source]:
            return True
    return False


@njit(nogil=True, cache=True)
def _join(component: Component, block: Ints, one: int, other: int) -> None:
    """Make ``other`` part of ``one``."""
    component.weight[one] += component.weight[other]
    component.weight[:, one] += component.weight[:, other]
    component.taken[one] |= component.taken[other]
    component.size[one] += component.size[other]
    block[block == other] = one
