"""Moves of a Markov chain over the partitions of a component, compiled."""

import numpy as np
from numba import njit

from linkage.draws.component import Component, Floats, Moves, Partition, Scratch, State, clash
from linkage.draws.evidence import cluster_evidence
from linkage.draws.lists import with_item, without_item
from linkage.draws.partition import fresh, listed, put, release, take
from linkage.draws.splitting import split_or_merge
from linkage.draws.uniform import uniform

ITEMS_PER_SPLIT = 2
"""A sweep of a chain moves each item once and tries a split or a merge for every so many items."""
LARGEST_EXPONENT = 500.0
"""Gains up to this are weighed as they are; where one is larger, all are weighed less the largest."""
SINGLE = 1
PAIR = 2


@njit(nogil=True, cache=True)
def moves_of(component: Component, scratch: Scratch) -> Moves:
    """Return what single items of a component can gain."""
    items = len(component.size)
    alone, joined = np.empty(items), np.empty(len(component.near))
    for item in range(items):
        scratch.chosen[0] = item
        alone[item] = cluster_evidence(component, scratch.chosen, SINGLE, scratch)
    for item in range(items):
        for place in range(component.near_starts[item], component.near_starts[item + 1]):
            other = component.near[place]
            if clash(component.taken, item, component.taken, other):
                joined[place] = -np.inf
            else:
                scratch.chosen[0], scratch.chosen[1] = min(item, other), max(item, other)
                joined[place] = cluster_evidence(component, scratch.chosen, PAIR, scratch) - alone[other]
    mark = np.full(items, -1)
    return Moves(joined, np.exp(np.minimum(joined, LARGEST_EXPONENT)), alone, mark, np.empty(items), np.empty(items))


@njit(nogil=True, cache=True)
def sweep(
    component: Component, partition: Partition, moves: Moves, sweeps: int, state: State, scratch: Scratch
) -> None:
    """Move every item once and try splits and merges, ``sweeps`` times over."""
    moves.mark[:] = -1
    items = len(component.size)
    for number in range(sweeps):
        for item in range(items):
            _move_item(component, partition, moves, number * items + item, state, scratch)
        for _ in range(1 + items // ITEMS_PER_SPLIT):
            split_or_merge(component, partition, moves, state, scratch)


@njit(nogil=True, cache=True)
def _move_item(
    component: Component, partition: Partition, moves: Moves, move: int, state: State, scratch: Scratch
) -> None:
    """Draw the cluster of one item given all others (a Gibbs step), among the clusters of its neighbours and none.

    An item whose cluster holds none of its neighbours stays: what it may choose from must not depend on where it is, or
    the chain would not keep to the posterior. ``move``: its number, which says whose turn it is.
    """
    item = move % len(component.size)
    home, count, at_home = partition.cluster[item], 0, -1
    options, gains, weights = scratch.others, moves.gains, moves.weights
    for place in range(component.near_starts[item], component.near_starts[item + 1]):
        option = partition.cluster[component.near[place]]
        if moves.mark[option] == move:
            continue
        moves.mark[option] = move
        if option == home:
            at_home = count
        if partition.held[option] == SINGLE + (option == home):
            gains[count], weights[count] = moves.joined[place], moves.weight[place]
        else:
            gains[count] = _gain(component, partition, item, option, scratch)
            weights[count] = np.exp(min(gains[count], LARGEST_EXPONENT))
        options[count] = option
        count += 1
    if at_home < 0 and partition.held[home] > SINGLE:
        return
    gains[count], weights[count] = moves.alone[item], np.exp(min(moves.alone[item], LARGEST_EXPONENT))
    picked = _pick(gains, weights, count + 1, state)
    if picked == at_home or (picked == count and at_home < 0):
        return
    loss = gains[at_home] if at_home >= 0 else moves.alone[item]
    to = fresh(partition) if picked == count else options[picked]
    _transfer(component, partition, item, to, gains[picked], loss)


@njit(nogil=True, cache=True)
def _gain(component: Component, partition: Partition, item: int, cluster: int, scratch: Scratch) -> float:
    """Evidence that ``item`` adds to a cluster, its own or another; minus infinity where it may not join."""
    gain, held = -np.inf, listed(partition, cluster, scratch.chosen)
    if cluster == partition.cluster[item]:
        held = without_item(scratch.chosen, held, item, scratch.chosen)
        gain = partition.value[cluster] - cluster_evidence(component, scratch.chosen, held, scratch)
    elif not clash(component.taken, item, partition.taken, cluster):
        held = with_item(scratch.chosen, held, item, scratch.chosen)
        gain = cluster_evidence(component, scratch.chosen, held, scratch) - partition.value[cluster]
    return gain


@njit(nogil=True, cache=True)
def _pick(gains: Floats, weights: Floats, count: int, state: State) -> int:
    """Draw a place with probability in proportion to the exponent of its gain."""
    largest, total = -np.inf, 0.0
    for place in range(count):
        largest = max(largest, gains[place])
        total += weights[place]
    if largest >= LARGEST_EXPONENT:
        total = 0.0
        for place in range(count):
            weights[place] = np.exp(gains[place] - largest)
            total += weights[place]
    left = uniform(state) * total
    for place in range(count):
        left -= weights[place]
        if left < 0:
            return place
    return count - 1


@njit(nogil=True, cache=True)
def _transfer(component: Component, partition: Partition, item: int, to: int, gain: float, loss: float) -> None:
    """Move an item to another cluster, which gains evidence as its own loses it."""
    home = partition.cluster[item]
    take(component, partition, item)
    if partition.held[home] == 0:
        release(partition, home)
    else:
        partition.value[home] -= loss
    put(component, partition, item, to)
    partition.value[to] += gain
