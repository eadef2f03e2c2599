"""Partitions of a small component drawn with their probability, by summing over all that can matter."""

from typing import NamedTuple

import numpy as np
from numba import njit

from linkage.draws.component import Component, Floats, Ints, Scratch, State, clash
from linkage.draws.evidence import cluster_evidence
from linkage.draws.random import uniform

LEAST_TOTAL = 1e-250
"""Sum over all partitions below which too much may have been lost to rounding towards nothing."""


class Tables(NamedTuple):
    """The clusters a component may have, as bits of its items, and the sums over partitions that they make.

    ``clusters`` from ``starts`` of the first item of each on, largest bits first, with their scaled ``weight``;
    ``totals``: of every set without the first item, and of the full set, the sum over its partitions.
    """

    starts: Ints
    clusters: Ints
    weight: Floats
    totals: Floats


@njit(nogil=True, cache=True)
def tables_of(component: Component, scratch: Scratch) -> Tables:
    """Return what exact draws of a component rest on.

    Clusters that hold together by no chain of near items, each of the next, are left out, as pairs below the floor are
    between components. Weights are exponents of evidence less a share of every item: the shares of a partition always
    add up to the same, so probabilities stay, and none of the sums grows out of range.
    """
    items = len(component.size)
    near, barred = np.zeros(items, dtype=np.int64), np.zeros(items, dtype=np.int64)
    for a in range(items):
        for place in range(component.near_starts[a], component.near_starts[a + 1]):
            near[a] |= 1 << component.near[place]
        for b in range(items):
            if a != b and clash(component.taken, a, component.taken, b):
                barred[a] |= 1 << b
    starts, clusters, value = _clusters(component, near, barred, scratch)
    _scale(items, clusters, value)
    return Tables(starts, clusters, value, _totals(items, starts, clusters, value))


@njit(nogil=True, cache=True)
def _scale(items: int, clusters: Ints, value: Floats) -> None:
    """Make evidence weights: exponents, less the largest share that each item has in any cluster."""
    share = np.full(items, -np.inf)
    for cluster in range(len(clusters)):
        held = _bits(clusters[cluster])
        for item in range(items):
            if clusters[cluster] >> item & 1:
                share[item] = max(share[item], value[cluster] / held)
    for cluster in range(len(clusters)):
        for item in range(items):
            if clusters[cluster] >> item & 1:
                value[cluster] -= share[item]
        value[cluster] = np.exp(value[cluster])


@njit(nogil=True, cache=True)
def _bits(mask: int) -> int:
    count = 0
    while mask:
        mask &= mask - 1
        count += 1
    return count


@njit(nogil=True, cache=True)
def _clusters(component: Component, near: Ints, barred: Ints, scratch: Scratch) -> tuple[Ints, Ints, Floats]:
    """The sets of items that may be a cluster, by first item and then descending, and the evidence of each."""
    items = len(near)
    allowed = np.zeros(1 << items, dtype=np.bool_)
    allowed[0] = True
    starts = np.zeros(items + 1, dtype=np.int64)
    for first in range(items - 1, -1, -1):
        for rest in range(0, 1 << items, 2 << first):
            allowed[rest | 1 << first] = allowed[rest] and not barred[first] & rest
            if allowed[rest | 1 << first] and _holds(rest | 1 << first, 1 << first, near):
                starts[first + 1] += 1
    for first in range(items):
        starts[first + 1] += starts[first]
    clusters, value = np.empty(starts[items], dtype=np.int64), np.empty(starts[items])
    for first in range(items):
        found = starts[first]
        for rest in range((1 << items) - (2 << first), -1, -(2 << first)):
            mask = rest | 1 << first
            if allowed[mask] and _holds(mask, 1 << first, near):
                held = 0
                for item in range(first, items):
                    if mask >> item & 1:
                        scratch.chosen[held] = item
                        held += 1
                clusters[found] = mask
                value[found] = cluster_evidence(component, scratch.chosen, held, scratch)
                found += 1
    return starts, clusters, value


@njit(nogil=True, cache=True)
def _holds(mask: int, reached: int, near: Ints) -> bool:
    """Whether chains of near items within the set reach all of it from those ``reached``."""
    fresh = reached
    while fresh:
        grown = 0
        for item in range(len(near)):
            if fresh >> item & 1:
                grown |= near[item]
        fresh = grown & mask & ~reached
        reached |= fresh
    return reached == mask


@njit(nogil=True, cache=True)
def _totals(items: int, starts: Ints, clusters: Ints, weight: Floats) -> Floats:
    """Sum over all partitions of each set, by the cluster that holds the set's first item."""
    full = (1 << items) - 1
    totals = np.zeros(full + 1)
    totals[0] = 1.0
    for mask in range(2, full + 2, 2):
        own = min(mask, full)  # the first item leaves with the first cluster, so only the full set still has it
        first = 0
        while not own >> first & 1:
            first += 1
        for cluster in range(starts[first], starts[first + 1]):
            if clusters[cluster] & ~own == 0:
                totals[own] += weight[cluster] * totals[own ^ clusters[cluster]]
    return totals


@njit(nogil=True, cache=True)
def draw_exactly(tables: Tables, state: State, cluster: Ints) -> bool:
    """Write to ``cluster`` a partition drawn with its probability, clusters named by their first item.

    False, and nothing is written, where the sums are too small to draw from.
    """
    mask = len(tables.totals) - 1
    if not LEAST_TOTAL < tables.totals[mask] < np.inf:
        return False
    while mask > 0:
        first = 0
        while not mask >> first & 1:
            first += 1
        left, block = uniform(state) * tables.totals[mask], 1 << first
        for place in range(tables.starts[first], tables.starts[first + 1]):
            chosen = tables.clusters[place]
            share = tables.weight[place] * tables.totals[mask ^ chosen] if chosen & ~mask == 0 else 0.0
            if share > 0:
                block = chosen
            left -= share
            if left < 0:
                break
        for item in range(first, len(cluster)):
            if block >> item & 1:
                cluster[item] = first
        mask ^= block
    return True
