"""From regions in doubt to partitions drawn in them, compiled: one pass over each region, all its draws after another.

A compiled function is cached by the time of its own file and does not notice a change in another's: whoever changes
a file of this folder that others import has to touch these as well. Kernels release the interpreter lock and write only
the places of the regions they are given.
"""

import numpy as np
from numba import njit

from linkage.draws.blocks import CERTAIN, blocks_of
from linkage.draws.chain import moves_of, sweep
from linkage.draws.component import (
    AVERAGE_LINKAGE,
    Component,
    Edges,
    Floats,
    Ints,
    Items,
    Method,
    Regions,
    Scratch,
    State,
    Words,
    clash,
    dense_component,
)
from linkage.draws.connecting import FLOORS, LARGEST_COMPONENT, connect, gathered
from linkage.draws.exact import draw_exactly, tables_of
from linkage.draws.grouping import numbered
from linkage.draws.partition import started
from linkage.draws.random import uniform

LIMIT = 1e6
"""Log odds are cut off here, so that sums stay numbers and a pair that must (not) be together outweighs all others."""
PAIR = 2


@njit(nogil=True, cache=True)
def draw_regions(
    first: int, last: int, regions: Regions, log_odds: Floats, method: Method, states: Words, out: Ints, kept: Ints
) -> None:
    """Draw regions ``first`` to ``last``.

    ``log_odds``: (parameters, rows). ``states``: (parameters, draws, places), seeds, of which each component takes that
    of its first record. Writes to ``out``, of the same shape, the first place of each record's cluster, and to
    ``kept``, (parameters, regions), the records in components too large to be drawn.
    """
    for region in range(first, last):
        low, high = regions.starts[region], regions.starts[region + 1]
        own, before = out[:, :, low:high], regions.point[low:high] - low
        for number in range(len(log_odds)):
            seeds, drawn = states[number, :, low:high], own[number]
            edges = _pairs(regions, low, high, log_odds[number], method.unseen)
            if high - low == PAIR and regions.held[low + 1] > low:
                _draw_pair(edges, clash(regions.taken, low, regions.taken, low + 1), seeds[:, 0], drawn)
            else:
                kept[number, region] = _draw_region(regions, region, edges, method, seeds, drawn, before)
            before[:] = drawn[-1]
            drawn += low


@njit(nogil=True, cache=True)
def _pairs(regions: Regions, low: int, high: int, log_odds: Floats, unseen: float) -> Edges:
    """The scored pairs of a region's records."""
    first, last = regions.pair_starts[low], regions.pair_starts[high]
    other, total = np.empty(last - first, dtype=np.int64), np.empty(last - first)
    for pair in range(first, last):
        other[pair - first] = regions.near[pair] - low
        total[pair - first] = min(max(log_odds[regions.row[pair]], -LIMIT), LIMIT) - unseen + unseen
    return Edges(regions.pair_starts[low : high + 1] - first, other, total)


@njit(nogil=True, cache=True)
def _draw_pair(edges: Edges, barred: bool, seeds: State, out: Ints) -> None:  # noqa: FBT001 - compiled
    """Most regions are two records: as ``_draw_region`` does it, for both kinds of evidence."""
    together = 0.0
    if not barred and edges.total[0] > FLOORS[0]:
        together = 1.0 / (1.0 + np.exp(-edges.total[0])) if edges.total[0] <= CERTAIN else 1.0
    for draw in range(len(out)):
        state = seeds[draw : draw + 1].copy()
        out[draw, 0], out[draw, 1] = 0, 0 if uniform(state) < together else 1


@njit(nogil=True, cache=True)
def _draw_region(
    regions: Regions, region: int, edges: Edges, method: Method, seeds: Words, out: Ints, before: Ints
) -> int:
    """Draw one region: gather what is beyond doubt, then draw component by component; return the records kept.

    ``before``: the clusters that chains start from.
    """
    low, high = regions.starts[region], regions.starts[region + 1]
    records, nothing = high - low, np.zeros(high - low)
    items = Items(nothing + 1.0, nothing, regions.taken[low:high])
    item_of = np.arange(records)
    items, edges = _merged(items, edges, regions.held[low:high] - low, item_of, method)
    if method.kind == AVERAGE_LINKAGE:
        items, edges = _merged(items, edges, blocks_of(items, edges, method), item_of, method)
    count = len(items.size)
    first = np.full(count, records)
    for record in range(records):
        first[item_of[record]] = min(first[item_of[record]], record)
    lists = np.empty((4, count + 1), dtype=np.int64)
    connect(items, edges, regions.floor[region], lists[0][:count])
    groups, kept = numbered(lists[0][:count], lists[1], lists[2], lists[3]), 0
    place, seen = lists[1], np.full(records, -1)
    for group in range(groups):
        members = lists[2][lists[3][group] : lists[3][group + 1]]
        for item in range(len(members)):
            place[members[item]] = item
        if len(members) > LARGEST_COMPONENT:
            cluster = _as_before(members, first, regions.point[low:high] - low, seen)
            for item in range(len(members)):
                kept += int(items.size[members[item]])
                out[:, first[members[item]]] = first[members[cluster[item]]]
            continue
        if len(members) == 1:
            out[:, first[members[0]]] = first[members[0]]
            continue
        cluster = _as_before(members, first, before, seen)
        component = dense_component(items, edges, members, place, method, FLOORS[0])
        _draw_component(component, method, seeds[:, first[members[0]]], cluster, first[members], out)
    for record in range(records):
        out[:, record] = out[:, first[item_of[record]]]
    return kept


@njit(nogil=True, cache=True)
def _merged(items: Items, edges: Edges, parent: Ints, item_of: Ints, method: Method) -> tuple[Items, Edges]:
    """Items whose ``parent`` is the same made one; ``item_of`` each record follows."""
    count = len(parent)
    number, order, starts = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count + 1, np.int64)
    groups = numbered(parent, number, order, starts)
    if groups == count:
        return items, edges
    for record in range(len(item_of)):
        item_of[record] = number[item_of[record]]
    return gathered(items, edges, method.unseen, number, groups)


@njit(nogil=True, cache=True)
def _as_before(members: Ints, first: Ints, before: Ints, seen: Ints) -> Ints:
    """The first of those members that were in a member's cluster before, which is that of its first record."""
    cluster = np.empty(len(members), dtype=np.int64)
    for item in range(len(members)):
        label = before[first[members[item]]]
        if seen[label] < 0:
            seen[label] = item
        cluster[item] = seen[label]
    for item in range(len(members)):
        seen[before[first[members[item]]]] = -1
    return cluster


@njit(nogil=True, cache=True)
def _draw_component(component: Component, method: Method, seeds: State, cluster: Ints, first: Ints, out: Ints) -> None:
    """Draw one component as often as there are seeds, exactly or by a chain that goes on from draw to draw."""
    items = len(first)
    lists = np.empty((4, items + 1), dtype=np.int64)
    scratch = Scratch(np.empty((items, items)), np.empty(items), lists[0], lists[1], lists[2], lists[3])
    drawn = 0
    if items <= method.exact:
        tables = tables_of(component, scratch)
        while drawn < len(seeds) and draw_exactly(tables, seeds[drawn : drawn + 1].copy(), cluster):
            for item in range(items):
                out[drawn, first[item]] = first[cluster[item]]
            drawn += 1
    if drawn == len(seeds):
        return
    partition, moves = started(component, cluster, scratch), moves_of(component, scratch)
    for draw in range(drawn, len(seeds)):
        sweep(component, partition, moves, method.sweeps, seeds[draw : draw + 1].copy(), scratch)
        for item in range(items):
            out[draw, first[item]] = first[partition.first[partition.cluster[item]]]
