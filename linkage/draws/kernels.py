"""Compiled inner loops of the posterior sampler: the evidence of a cluster, exact draws, and moves of a Markov chain.

A compiled function is cached by the time of its own file and does not notice a change in another's: whoever changes
``component`` or ``lists`` has to touch this file and ``blocks``. They release the interpreter lock and write only the
rows they are given.
"""

import numpy as np
from numba import njit

from linkage.draws.component import (
    AVERAGE_LINKAGE,
    Component,
    Floats,
    Ints,
    Layout,
    Partition,
    Scratch,
    State,
    dense_component,
    looks,
)
from linkage.draws.lists import listed, with_item, without_item

ITEMS_PER_SPLIT = 2
"""A sweep of a chain moves each item once and tries a split or a merge for every so many items."""


@njit(nogil=True, cache=True)
def uniform(state: State) -> float:
    """Return the next number in (0, 1) of SplitMix64 (Steele, Lea and Flood 2014)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (float(mixed >> np.uint64(11)) + 0.5) * 2.0**-53


@njit(nogil=True, cache=True)
def cluster_evidence(component: Component, chosen: Ints, held: int, scratch: Scratch) -> float:
    """Return the log of the odds of one person against as many persons as items, for the first ``held`` of ``chosen``.

    ``chosen`` ascends, so that ties and rounding do not depend on how a chain came to a cluster. Both kinds give a
    pair's log odds for two records. For three that all agree alike spanning trees give twice that, average linkage 1 +
    sqrt(2) times, by ``looks``.
    """
    if component.kind == AVERAGE_LINKAGE:
        return _joined(component, chosen, held, scratch)
    total = records = 0.0
    for a in range(held):
        records += component.size[chosen[a]]
        for b in range(a + 1):
            total += component.weight[chosen[a], chosen[b]]
    return 2.0 * total / records


@njit(nogil=True, cache=True)
def _joined(component: Component, chosen: Ints, held: int, scratch: Scratch) -> float:
    """Sum of the evidence between the groups that average linkage joins, best mean first, until one is left."""
    sums, sizes = scratch.sums, scratch.sizes
    for a in range(held):
        sizes[a] = component.size[chosen[a]]
        for b in range(a):
            sums[a, b] = component.weight[chosen[a], chosen[b]]
    total = 0.0
    for last in range(held - 1, 0, -1):
        best, one, other = -np.inf, 0, 1
        for a in range(1, last + 1):
            for b in range(a):
                mean = sums[a, b] / (sizes[a] * sizes[b])
                if mean > best:
                    best, one, other = mean, b, a
        total += best * looks(sizes[one], sizes[other])
        sizes[one] += sizes[other]
        for c in range(last + 1):
            sums[max(c, one), min(c, one)] += sums[max(c, other), min(c, other)]
        sizes[other] = sizes[last]
        for c in range(last):
            sums[max(c, other), min(c, other)] = sums[last, c]
    return total


@njit(nogil=True, cache=True)
def _clash(component: Component, chosen: Ints, held: int, item: int) -> bool:
    """Whether ``item`` and one of ``chosen`` hold records of the same exclusive source."""
    for source in range(component.taken.shape[1]):
        if component.taken[item, source]:
            for place in range(held):
                if component.taken[chosen[place], source]:
                    return True
    return False


@njit(nogil=True, cache=True)
def _values(component: Component, scratch: Scratch) -> Floats:
    """Evidence of every set of items (bits of the place), minus infinity where they may not be a cluster."""
    items = len(component.size)
    values = np.full(1 << items, -np.inf)
    chosen = scratch.chosen
    for mask in range(1, 1 << items):
        held = 0
        allowed = True
        for item in range(items):
            if mask >> item & 1:
                allowed = allowed and not _clash(component, chosen, held, item)
                chosen[held] = item
                held += 1
        if allowed:
            values[mask] = cluster_evidence(component, chosen, held, scratch)
    return values


@njit(nogil=True, cache=True)
def _log_totals(values: Floats) -> Floats:
    """Log of the sum over all partitions of each set, by the cluster that holds the set's first item."""
    totals = np.full(len(values), -np.inf)
    totals[0] = 0.0
    for mask in range(1, len(values)):
        if mask & 1 and mask != len(values) - 1:
            continue  # the first item leaves with the first cluster, so only the full set still has it
        low = mask & -mask
        rest = mask ^ low
        largest, total = -np.inf, 0.0
        sub = rest
        while sub >= 0:
            term = values[sub | low] + totals[rest ^ sub]
            if term > largest:
                total = total * np.exp(largest - term) + 1.0
                largest = term
            elif term > -np.inf:
                total += np.exp(term - largest)
            sub = (sub - 1) & rest if sub > 0 else -1
        totals[mask] = largest + np.log(total) if total > 0 else -np.inf
    return totals


@njit(nogil=True, cache=True)
def draw_exactly(component: Component, state: State, scratch: Scratch, cluster: Ints) -> None:
    """Write to ``cluster`` a partition drawn with its posterior probability, clusters named by their first item."""
    values = _values(component, scratch)
    totals = _log_totals(values)
    mask = len(values) - 1
    while mask > 0:
        low = mask & -mask
        rest = mask ^ low
        left = uniform(state)
        sub, block = rest, low
        while sub >= 0:
            share = np.exp(values[sub | low] + totals[rest ^ sub] - totals[mask])
            if share > 0:
                block = sub | low
            left -= share
            if left < 0:
                break
            sub = (sub - 1) & rest if sub > 0 else -1
        first = -1
        for item in range(len(cluster)):
            if block >> item & 1:
                first = item if first < 0 else first
                cluster[item] = first
        mask ^= block


@njit(nogil=True, cache=True)
def _gain(component: Component, partition: Partition, item: int, cluster: int, scratch: Scratch) -> float:
    """Evidence that ``item`` adds to another cluster; minus infinity where it may not join."""
    held = partition.held[cluster]
    if _clash(component, partition.members[cluster], held, item):
        return -np.inf
    held = with_item(partition.members[cluster], held, item, scratch.chosen)
    gain: float = cluster_evidence(component, scratch.chosen, held, scratch) - partition.value[cluster]
    return gain


@njit(nogil=True, cache=True)
def _pick(gains: Floats, count: int, state: State) -> int:
    """Draw a place with probability in proportion to the exponent of its gain."""
    largest = gains[:count].max()
    total = 0.0
    for place in range(count):
        total += np.exp(gains[place] - largest)
    left = uniform(state) * total
    for place in range(count):
        left -= np.exp(gains[place] - largest)
        if left < 0:
            return place
    return count - 1


@njit(nogil=True, cache=True)
def move_item(component: Component, partition: Partition, item: int, state: State, scratch: Scratch) -> None:
    """Draw the cluster of one item given all others (a Gibbs step), among the clusters of its neighbours and none.

    An item whose cluster holds none of its neighbours stays: what it may choose from must not depend on where it is, or
    the chain would not keep to the posterior.
    """
    home = partition.cluster[item]
    options = scratch.others
    scratch.chosen[0] = item
    loss = alone = cluster_evidence(component, scratch.chosen, 1, scratch)
    if partition.held[home] > 1:
        held = without_item(partition.members[home], partition.held[home], item, scratch.chosen)
        loss = partition.value[home] - cluster_evidence(component, scratch.chosen, held, scratch)
    count = 0
    for place in range(component.near_start[item], component.near_start[item + 1]):
        count = listed(options, count, partition.cluster[component.near[place]])
    if partition.held[home] > 1 and listed(options, count, home) > count:
        return
    gains = np.empty(count + 1)
    for place in range(count):
        option = options[place]
        gains[place] = loss if option == home else _gain(component, partition, item, option, scratch)
    gains[count] = alone
    options[count] = home if partition.held[home] == 1 else np.argmin(partition.held)
    picked = _pick(gains, count + 1, state)
    _transfer(partition, item, options[picked], gains[picked], loss)


@njit(nogil=True, cache=True)
def _transfer(partition: Partition, item: int, to: int, gain: float, loss: float) -> None:
    """Move an item to another cluster, which gains evidence as its own loses it."""
    home = partition.cluster[item]
    if home == to:
        return
    partition.held[home] = without_item(partition.members[home], partition.held[home], item, partition.members[home])
    partition.held[to] = with_item(partition.members[to], partition.held[to], item, partition.members[to])
    partition.value[home] = partition.value[home] - loss if partition.held[home] > 0 else 0.0
    partition.value[to] += gain
    partition.cluster[item] = to


@njit(nogil=True, cache=True)
def _others(component: Component, partition: Partition, item: int, mate: int, others: Ints) -> int:
    """List those who share a cluster with either; -1 where the two clusters may not be merged."""
    home, away = partition.cluster[item], partition.cluster[mate]
    count = 0
    for cluster in (home, away):
        for place in range(partition.held[cluster]):
            other = partition.members[cluster, place]
            if cluster != away and _clash(component, partition.members[away], partition.held[away], other):
                return -1
            if other not in (item, mate):
                others[count] = other
                count += 1
        if home == away:
            break
    return count


@njit(nogil=True, cache=True)
def _deal(
    component: Component,
    partition: Partition,
    count: int,
    split: bool,  # noqa: FBT001 - as above
    state: State,
    scratch: Scratch,
) -> tuple[float, int, int, float]:
    """Deal the others out to the first of ``scratch.left`` and of ``scratch.right``, or replay how they stand.

    Returns the log-probability of this deal, the length of both sides and the sum of their evidence.
    """
    left, right, lefts, rights, log_q = scratch.left, scratch.right, 1, 1, 0.0
    left_value = cluster_evidence(component, left, 1, scratch)
    right_value = cluster_evidence(component, right, 1, scratch)
    home = partition.cluster[left[0]]
    for place in range(count):
        other = scratch.others[place]
        to_left = to_right = -np.inf
        if not _clash(component, left, lefts, other):
            held = with_item(left, lefts, other, scratch.chosen)
            to_left = cluster_evidence(component, scratch.chosen, held, scratch)
        if not _clash(component, right, rights, other):
            held = with_item(right, rights, other, scratch.chosen)
            to_right = cluster_evidence(component, scratch.chosen, held, scratch)
        ahead = (to_left - left_value) - (to_right - right_value)
        goes_left = uniform(state) * (1.0 + np.exp(-ahead)) < 1.0 if split else partition.cluster[other] == home
        log_q -= np.logaddexp(0.0, -ahead if goes_left else ahead)
        if goes_left:
            lefts, left_value = with_item(left, lefts, other, left), to_left
        else:
            rights, right_value = with_item(right, rights, other, right), to_right
    return log_q, lefts, rights, left_value + right_value


@njit(nogil=True, cache=True)
def split_or_merge(component: Component, partition: Partition, state: State, scratch: Scratch) -> None:
    """Propose to split the cluster of two neighbours, or to merge theirs (Jain and Neal 2004; dealing: Dahl 2005).

    The others are dealt out one by one, in random order, in proportion to what they add to either side; a merge is
    weighed by the probability of being dealt out as they stand.
    """
    item = int(uniform(state) * len(component.size))
    degree = component.near_start[item + 1] - component.near_start[item]
    if degree == 0:
        return
    mate = component.near[component.near_start[item] + int(uniform(state) * degree)]
    home = partition.cluster[item]
    count = _others(component, partition, item, mate, scratch.others)
    if count < 0:
        return
    for place in range(count - 1, 0, -1):
        other = int(uniform(state) * (place + 1))
        scratch.others[place], scratch.others[other] = scratch.others[other], scratch.others[place]
    scratch.left[0], scratch.right[0] = item, mate
    split = home == partition.cluster[mate]
    log_q, lefts, rights, parts = _deal(component, partition, count, split, state, scratch)
    held = 0
    for place in range(lefts):
        held = with_item(scratch.chosen, held, scratch.left[place], scratch.chosen)
    for place in range(rights):
        held = with_item(scratch.chosen, held, scratch.right[place], scratch.chosen)
    whole = cluster_evidence(component, scratch.chosen, held, scratch)
    if np.log(uniform(state)) >= (parts - whole - log_q) * (1.0 if split else -1.0):
        return
    if split:
        _settle(component, partition, home, scratch.left, lefts, scratch)
        _settle(component, partition, int(np.argmin(partition.held)), scratch.right, rights, scratch)
    else:
        partition.held[partition.cluster[mate]], partition.value[partition.cluster[mate]] = 0, 0.0
        _settle(component, partition, home, scratch.chosen, held, scratch)


@njit(nogil=True, cache=True)
def _settle(component: Component, partition: Partition, cluster: int, items: Ints, held: int, scratch: Scratch) -> None:
    """Make ``items`` the members of a cluster."""
    for place in range(held):
        partition.members[cluster, place] = items[place]
        partition.cluster[items[place]] = cluster
    partition.held[cluster] = held
    partition.value[cluster] = cluster_evidence(component, items, held, scratch)


@njit(nogil=True, cache=True)
def run_chain(component: Component, sweeps: int, state: State, scratch: Scratch, cluster: Ints) -> None:
    """Move on from the partition in ``cluster`` (each named by its first item) and write the last one there."""
    items = len(component.size)
    members = np.empty((items, items), dtype=np.int64)
    partition = Partition(np.full(items, -1), members, np.zeros(items, dtype=np.int64), np.zeros(items))
    for first in range(items):
        held = 0
        for item in range(items):
            if cluster[item] == first and _clash(component, scratch.left, held, item):
                cluster[item] = item  # the point linkage had parts of this item in several clusters
            elif cluster[item] == first:
                scratch.left[held] = item
                held += 1
        if held > 0:
            _settle(component, partition, first, scratch.left, held, scratch)
    for _ in range(sweeps):
        for item in range(items):
            move_item(component, partition, item, state, scratch)
        for _ in range(1 + items // ITEMS_PER_SPLIT):
            split_or_merge(component, partition, state, scratch)
    for item in range(items):
        cluster[item] = partition.members[partition.cluster[item], 0]


@njit(nogil=True, cache=True)
def draw_components(
    first: int, last: int, layout: Layout, kind: int, exact: int, sweeps: int, states: State, out: Ints
) -> None:
    """Draw components ``first`` to ``last`` and write to ``out`` the first item of each item's cluster.

    Components of up to ``exact`` items are drawn exactly, others by a chain from ``layout.start``.
    """
    for number in range(first, last):
        members = layout.members[layout.starts[number] : layout.starts[number + 1]]
        component, items = dense_component(layout, kind, members), len(members)
        lists = np.empty((4, items + 1), dtype=np.int64)
        scratch = Scratch(np.empty((items, items)), np.empty(items), lists[0], lists[1], lists[2], lists[3])
        cluster, state = layout.place[layout.start[members]], states[members[:1]]
        if items <= exact:
            draw_exactly(component, state, scratch, cluster)
        else:
            run_chain(component, sweeps, state, scratch, cluster)
        out[members] = members[cluster]
