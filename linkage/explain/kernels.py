"""The compiled search for bridges: pairs of records without which a cluster falls apart in two."""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@njit(nogil=True, cache=True)
def _walk(root: int, first: Ints, near: Ints, entered: Ints, left: Ints, low: Ints, above: Ints, cursor: Ints) -> int:
    """Walk all that strong pairs join to ``root``, depth first; return how many records that is.

    ``near[first[r]:first[r + 1]]``: neighbours of record r; ``cursor`` begins at ``first``. Writes when each record was
    ``entered`` and the last that was entered below it (``left``), its ``low`` point, and the record ``above`` it. The
    pair of a record and the one above it is a bridge exactly where the record is its own low point (Tarjan 1974).
    """
    clock, now = 0, root
    above[root] = -1
    entered[root] = low[root] = left[root] = clock
    while now >= 0:
        if cursor[now] < first[now + 1]:
            other = near[cursor[now]]
            cursor[now] += 1
            if entered[other] < 0:
                clock += 1
                entered[other] = low[other] = left[other] = clock
                above[other] = now
                now = other
            elif other != above[now]:
                low[now] = min(low[now], entered[other])
        else:
            done, now = now, above[now]
            if now >= 0:
                low[now] = min(low[now], low[done])
                left[now] = clock
    return clock + 1


@njit(nogil=True, cache=True)
def _across(ends: Ints, weight: Floats, begin: int, end: int, entered: Ints, low: int, high: int) -> float:
    """Mean weight of pairs ``begin`` to ``end`` of which one record was entered from ``low`` to ``high``."""
    total, crossing = 0.0, 0
    for pair in range(begin, end):
        if (low <= entered[ends[pair, 0]] <= high) != (low <= entered[ends[pair, 1]] <= high):
            total += weight[pair]
            crossing += 1
    return total / crossing


@njit(nogil=True, cache=True)
def weakest_bridges(
    starts: Ints, ends: Ints, weight: Floats, members: Ints, first: Ints, near: Ints, found: Floats
) -> None:
    """Write the lowest mean weight across a bridge of each cluster to ``found``; not a number where there is none.

    Cluster c holds the records ``members[c]`` to ``members[c + 1]`` and the linked pairs ``starts[c]`` to
    ``starts[c + 1]`` of ``ends`` (pairs, 2) with their ``weight``. ``first`` and ``near``: neighbours by strong pairs.
    Where strong pairs do not join the whole cluster, what they join to its first record is one part. In a cluster with
    one pair that pair is the bridge.
    """
    entered = np.full(first.shape[0], -1, dtype=np.int64)
    left, low, above = np.empty_like(entered), np.empty_like(entered), np.empty_like(entered)
    cursor = first.copy()
    for cluster in range(starts.shape[0] - 1):
        begin, end, root = starts[cluster], starts[cluster + 1], members[cluster]
        size = members[cluster + 1] - root
        lowest = weight[begin] if end - begin == 1 else np.nan
        if end - begin > 1:
            reached = _walk(root, first, near, entered, left, low, above, cursor)
            if reached < size:
                lowest = _across(ends, weight, begin, end, entered, 0, reached)
            else:
                for record in range(root + 1, root + size):
                    if low[record] == entered[record]:
                        mean = _across(ends, weight, begin, end, entered, entered[record], left[record])
                        lowest = mean if np.isnan(lowest) else min(lowest, mean)
        found[cluster] = lowest
