"""Moves of a Markov chain over the partitions of a component, compiled."""

from typing import NamedTuple

import numpy as np
from numba import njit

from linkage.draws.component import Component, Floats, Ints, Partition, Scratch, State, clash
from linkage.draws.evidence import cluster_evidence
from linkage.draws.lists import with_item, without_item
from linkage.draws.partition import fresh, listed, put, release, settle, take
from linkage.draws.random import uniform

ITEMS_PER_SPLIT = 2
"""A sweep of a chain moves each item once and tries a split or a merge for every so many items."""
LARGEST_EXPONENT = 500.0
"""Gains up to this are weighed as they are; where one is larger, all are weighed less the largest."""
SINGLE = 1
PAIR = 2


class Moves(NamedTuple):
    """What single items can gain, worked out once: most clusters that an item may join hold one item.

    ``joined``: of each near pair, the evidence that the one adds to the other alone, and ``weight``, its exponent;
    ``alone``: evidence of each item on its own. ``mark``, ``gains``, ``weights``: room to work in.
    """

    joined: Floats
    weight: Floats
    alone: Floats
    mark: Ints
    gains: Floats
    weights: Floats


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
            _split_or_merge(component, partition, moves, state, scratch)


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
    held, value = listed(partition, cluster, scratch.chosen), float(partition.value[cluster])
    if cluster == partition.cluster[item]:
        held = without_item(scratch.chosen, held, item, scratch.chosen)
        return value - cluster_evidence(component, scratch.chosen, held, scratch)
    if clash(component.taken, item, partition.taken, cluster):
        return -np.inf
    held = with_item(scratch.chosen, held, item, scratch.chosen)
    return cluster_evidence(component, scratch.chosen, held, scratch) - value


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


@njit(nogil=True, cache=True)
def _split_or_merge(component: Component, partition: Partition, moves: Moves, state: State, scratch: Scratch) -> None:
    """Propose to split the cluster of two neighbours, or to merge theirs (Jain and Neal 2004; dealing: Dahl 2005).

    The others are dealt out one by one, in random order, in proportion to what they add to either side; a merge is
    weighed by the probability of being dealt out as they stand.
    """
    item = int(uniform(state) * len(component.size))
    degree = component.near_starts[item + 1] - component.near_starts[item]
    if degree == 0:
        return
    place = component.near_starts[item] + int(uniform(state) * degree)
    mate = component.near[place]
    home, away = partition.cluster[item], partition.cluster[mate]
    split = home == away
    if not split and clash(partition.taken, home, partition.taken, away):
        return
    if partition.held[home] + (0 if split else partition.held[away]) == PAIR:
        _part_or_pair(component, partition, moves, item, place, state)
        return
    count = _others(partition, item, mate, scratch)
    for last in range(count - 1, 0, -1):
        other = int(uniform(state) * (last + 1))
        scratch.others[last], scratch.others[other] = scratch.others[other], scratch.others[last]
    scratch.left[0], scratch.right[0] = item, mate
    log_q, lefts, rights, parts = _deal(component, partition, count, split, state, scratch)
    held = 0
    for side, length in ((scratch.left, lefts), (scratch.right, rights)):
        for other in range(length):
            held = with_item(scratch.chosen, held, side[other], scratch.chosen)
    whole = cluster_evidence(component, scratch.chosen, held, scratch)
    if np.log(uniform(state)) >= (parts - whole - log_q) * (1.0 if split else -1.0):
        return
    if split:
        settle(component, partition, home, scratch.left, lefts, scratch)
        settle(component, partition, fresh(partition), scratch.right, rights, scratch)
    else:
        release(partition, away)
        settle(component, partition, home, scratch.chosen, held, scratch)


@njit(nogil=True, cache=True)
def _part_or_pair(
    component: Component, partition: Partition, moves: Moves, item: int, place: int, state: State
) -> None:
    """Propose to part an item and its near ``place`` that are a cluster, or to make one of two that are alone."""
    mate, evidence = component.near[place], moves.joined[place] - moves.alone[item]
    home, away = partition.cluster[item], partition.cluster[mate]
    if np.log(uniform(state)) >= (-evidence if home == away else evidence):
        return
    take(component, partition, mate)
    if home == away:
        to = fresh(partition)
        partition.value[home], partition.value[to] = moves.alone[item], moves.alone[mate]
    else:
        to = home
        release(partition, away)
        partition.value[home] += moves.joined[place] - moves.alone[item] + moves.alone[mate]
    put(component, partition, mate, to)


@njit(nogil=True, cache=True)
def _others(partition: Partition, item: int, mate: int, scratch: Scratch) -> int:
    """List those who share a cluster with either."""
    count, home, away = 0, partition.cluster[item], partition.cluster[mate]
    for cluster in (home, away):
        held = listed(partition, cluster, scratch.chosen)
        for place in range(held):
            if scratch.chosen[place] not in (item, mate):
                scratch.others[count] = scratch.chosen[place]
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
        to_left = _with(component, left, lefts, other, scratch)
        to_right = _with(component, right, rights, other, scratch)
        ahead = (to_left - left_value) - (to_right - right_value)
        goes_left = uniform(state) * (1.0 + np.exp(-ahead)) < 1.0 if split else partition.cluster[other] == home
        log_q -= np.logaddexp(0.0, -ahead if goes_left else ahead)
        if goes_left:
            lefts, left_value = with_item(left, lefts, other, left), to_left
        else:
            rights, right_value = with_item(right, rights, other, right), to_right
    return log_q, lefts, rights, left_value + right_value


@njit(nogil=True, cache=True)
def _with(component: Component, side: Ints, length: int, other: int, scratch: Scratch) -> float:
    """Evidence of one side with another item; minus infinity where it may not join."""
    for place in range(length):
        if clash(component.taken, side[place], component.taken, other):
            return -np.inf
    held = with_item(side, length, other, scratch.chosen)
    return cluster_evidence(component, scratch.chosen, held, scratch)
