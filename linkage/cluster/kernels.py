"""The compiled inner loops over components: which there are, and the pairs within and between them."""

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]


@njit(nogil=True, cache=True)
def component_numbers(left: Ints, right: Ints, labels: Ints) -> None:
    """Set ``labels`` to the number of each record's component, components by their smallest record (union-find)."""
    for record in range(labels.shape[0]):
        labels[record] = record
    for pair in range(left.shape[0]):
        a, b = left[pair], right[pair]
        while labels[a] != a:
            labels[a] = labels[labels[a]]
            a = labels[a]
        while labels[b] != b:
            labels[b] = labels[labels[b]]
            b = labels[b]
        labels[max(a, b)] = min(a, b)
    found = 0
    for record in range(labels.shape[0]):
        # Who joined another points to a smaller record, which has its number by now.
        if labels[record] == record:
            labels[record] = found
            found += 1
        else:
            labels[record] = labels[labels[record]]


@njit(nogil=True, cache=True)
def grouped(labels: Ints, count: int) -> tuple[Ints, Ints]:
    """Return where each of ``count`` labels starts in the order by label, and that order; equal labels stay in order.

    ``starts`` has one entry more than there are labels.
    """
    starts = np.zeros(count + 1, dtype=np.int64)
    for place in range(labels.shape[0]):
        starts[labels[place] + 1] += 1
    for label in range(count):
        starts[label + 1] += starts[label]
    order = np.empty(labels.shape[0], dtype=np.int64)
    free = starts.copy()
    for place in range(labels.shape[0]):
        order[free[labels[place]]] = place
        free[labels[place]] += 1
    return starts, order


@njit(nogil=True, cache=True)
def fill_within(labels: Ints, starts: Ints, order: Ints, largest: int) -> tuple[Ints, Ints]:
    """Return left and right of every pair of records of one group of at most ``largest``, ascending."""
    total = 0
    for group in range(starts.shape[0] - 1):
        size = starts[group + 1] - starts[group]
        total += size * (size - 1) // 2 if size <= largest else 0
    left, right = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.int64)
    after = starts.copy()
    filled = 0
    for record in range(labels.shape[0]):
        group = labels[record]
        after[group] += 1
        if starts[group + 1] - starts[group] <= largest:
            for place in range(after[group], starts[group + 1]):
                left[filled], right[filled] = record, order[place]
                filled += 1
    return left, right


@njit(nogil=True, cache=True)
def fill_between(one: Ints, other: Ints, starts: Ints, order: Ints, largest: int) -> Ints:
    """Return a key (smaller record times records, plus larger) for every pair of records across joined groups."""
    records = order.shape[0]
    total = 0
    for pair in range(one.shape[0]):
        sizes = starts[one[pair] + 1] - starts[one[pair]], starts[other[pair] + 1] - starts[other[pair]]
        total += sizes[0] * sizes[1] if sizes[0] + sizes[1] <= largest else 0
    keys = np.empty(total, dtype=np.int64)
    filled = 0
    for pair in range(one.shape[0]):
        first, last = starts[one[pair]], starts[one[pair] + 1]
        begin, end = starts[other[pair]], starts[other[pair] + 1]
        if last - first + end - begin <= largest:
            for i in range(first, last):
                for j in range(begin, end):
                    keys[filled] = min(order[i], order[j]) * records + max(order[i], order[j])
                    filled += 1
    return keys
