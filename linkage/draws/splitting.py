"""Clusters split and merged as a whole, as moves of a Markov chain, compiled."""

import numpy as np
from numba import njit

from linkage.draws.component import Component, Ints, Moves, Partition, Scratch, State, clash
from linkage.draws.evidence import cluster_evidence
from linkage.draws.lists import with_item
from linkage.draws.partition import fresh, listed, put, release, settle, take
from linkage.draws.uniform import uniform

PAIR = 2


@njit(nogil=True, cache=True)
def split_or_merge(component: Component, partition: Partition, moves: Moves, state: State, scratch: Scratch) -> None:
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
