"""The state of a chain: clusters of items as ascending lists that items leave and join, compiled."""

import numpy as np
from numba import njit

from linkage.draws.component import Component, Ints, Partition, Scratch, clash
from linkage.draws.evidence import cluster_evidence


@njit(nogil=True, cache=True)
def started(component: Component, cluster: Ints, scratch: Scratch) -> Partition:
    """Return the partition in ``cluster``, where each cluster is named by its first item.

    An item that may not be with an earlier one of its cluster begins on its own.
    """
    items, words = len(component.size), component.taken.shape[1]
    numbers, value = np.zeros((5, items), dtype=np.int64), np.zeros(items)
    taken, spare = np.zeros((items, words), dtype=np.uint64), np.zeros(1, dtype=np.int64)
    partition = Partition(numbers[0], numbers[1], numbers[2], numbers[3], value, taken, numbers[4], spare)
    for item in range(items):
        put(component, partition, item, item if clash(component.taken, item, taken, cluster[item]) else cluster[item])
    for number in range(items - 1, -1, -1):
        held = listed(partition, number, scratch.chosen)
        if held == 0:
            release(partition, number)
        else:
            value[number] = cluster_evidence(component, scratch.chosen, held, scratch)
    return partition


@njit(nogil=True, cache=True)
def put(component: Component, partition: Partition, item: int, to: int) -> None:
    """Put an item into a cluster, without its evidence."""
    before, after = -1, partition.first[to] if partition.held[to] > 0 else -1
    while 0 <= after < item:
        before, after = after, partition.after[after]
    partition.after[item] = after
    if before < 0:
        partition.first[to] = item
    else:
        partition.after[before] = item
    for word in range(component.taken.shape[1]):
        partition.taken[to, word] |= component.taken[item, word]
    partition.held[to] += 1
    partition.cluster[item] = to


@njit(nogil=True, cache=True)
def take(component: Component, partition: Partition, item: int) -> None:
    """Take an item out of its cluster, without its evidence; what it held once nobody else of the cluster holds."""
    home = partition.cluster[item]
    if partition.first[home] == item:
        partition.first[home] = partition.after[item]
    else:
        before = partition.first[home]
        while partition.after[before] != item:
            before = partition.after[before]
        partition.after[before] = partition.after[item]
    for word in range(component.taken.shape[1]):
        partition.taken[home, word] &= ~component.taken[item, word]
    partition.held[home] -= 1


@njit(nogil=True, cache=True)
def listed(partition: Partition, cluster: int, out: Ints) -> int:
    """Write the items of a cluster to ``out``, ascending, and return how many there are."""
    held: int = partition.held[cluster]
    item = partition.first[cluster]
    for place in range(held):
        out[place] = item
        item = partition.after[item]
    return held


@njit(nogil=True, cache=True)
def settle(component: Component, partition: Partition, cluster: int, items: Ints, held: int, scratch: Scratch) -> None:
    """Make the first ``held`` of ``items``, which ascend, the items of a cluster."""
    partition.held[cluster] = 0
    partition.taken[cluster] = 0
    for place in range(held - 1, -1, -1):
        put(component, partition, items[place], cluster)
    partition.value[cluster] = cluster_evidence(component, items, held, scratch)


@njit(nogil=True, cache=True)
def release(partition: Partition, cluster: int) -> None:
    """Keep the number of an empty cluster for the next that is needed."""
    partition.held[cluster], partition.value[cluster] = 0, 0.0
    partition.taken[cluster] = 0
    partition.free[partition.spare[0]] = cluster
    partition.spare[0] += 1


@njit(nogil=True, cache=True)
def fresh(partition: Partition) -> int:
    """Return the number of an empty cluster, which is then in use."""
    partition.spare[0] -= 1
    cluster: int = partition.free[partition.spare[0]]
    return cluster
