"""The compiled loop of average linkage: merge the best two clusters of a component until none may merge."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

NONE = -1


class Parts(NamedTuple):
    """The clusters of a component, each by its smallest record (records are numbered within the component).

    ``size``: records; ``taken``: (clusters, words) a bit per source without duplicates that has a record in it;
    ``first``: first of its ends, -1 is none; ``into``: cluster that took it in, itself while it stands; ``slot``:
    scratch, -1 throughout.
    """

    size: Ints
    taken: Words
    first: Ints
    into: Ints
    slot: Ints


class Edges(NamedTuple):
    """Scored pairs of clusters: sum of log odds beyond those of unseen pairs, and whether it still stands.

    Edge e has the ends 2e and 2e + 1, one in the list of either cluster: ``to`` is the cluster at the other end,
    ``next`` the end that follows in the list, -1 for the last.
    """

    total: Floats
    stands: Flags
    to: Ints
    next: Ints


class Queue(NamedTuple):
    """Binary heap of merges, the best first: mean log odds, the two clusters in one number, and their sizes in one."""

    mean: Floats
    pair: Ints
    sizes: Ints


@njit(nogil=True, cache=True)
def _queue(room: int) -> Queue:
    return Queue(np.empty(room), np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64))


@njit(nogil=True, cache=True)
def _grown(queue: Queue) -> Queue:
    """The same queue with twice the room."""
    held = len(queue.mean)
    larger = _queue(2 * held)
    for place in range(held):  # entry by entry: copies of slices take seconds to compile
        larger.mean[place], larger.pair[place], larger.sizes[place] = (
            queue.mean[place],
            queue.pair[place],
            queue.sizes[place],
        )
    return larger


@njit(nogil=True, cache=True)
def _push(means: Floats, pairs: Ints, sizes: Ints, place: int) -> None:
    """Move the entry at ``place``, the last of the queue, up to where it belongs."""
    mean, pair, size = means[place], pairs[place], sizes[place]
    while place > 0:
        parent = (place - 1) // 2
        if means[parent] > mean or (means[parent] == mean and pairs[parent] <= pair):
            break
        means[place], pairs[place], sizes[place] = means[parent], pairs[parent], sizes[parent]
        place = parent
    means[place], pairs[place], sizes[place] = mean, pair, size


@njit(nogil=True, cache=True)
def _drop_first(means: Floats, pairs: Ints, sizes: Ints, last: int) -> None:
    """Take the first entry out of the queue, whose last one is at ``last``: higher means first, then smaller pairs."""
    mean, pair, size = means[last], pairs[last], sizes[last]
    place, child = 0, 1
    while child < last:
        right = child + 1
        if right < last and (
            means[right] > means[child] or (means[right] == means[child] and pairs[right] < pairs[child])
        ):
            child = right
        if mean > means[child] or (mean == means[child] and pair <= pairs[child]):
            break
        means[place], pairs[place], sizes[place] = means[child], pairs[child], sizes[child]
        place, child = child, 2 * child + 1
    means[place], pairs[place], sizes[place] = mean, pair, size


@njit(nogil=True, cache=True)
def _merge(a: int, b: int, parts: Parts, edges: Edges) -> None:
    """Move cluster ``b`` into ``a``; sums of match weights add up."""
    kept = NONE
    end = parts.first[a]
    while end != NONE:
        following = edges.next[end]
        if edges.stands[end >> 1] and edges.to[end] != b:
            parts.slot[edges.to[end]] = end
            edges.next[end], kept = kept, end
        end = following
    end = parts.first[b]
    while end != NONE:
        following, other, edge = edges.next[end], edges.to[end], end >> 1
        if edges.stands[edge]:
            known = parts.slot[other]
            if other == a or known != NONE:
                edges.stands[edge] = False
                if other != a:
                    edges.total[known >> 1] += edges.total[edge]
            else:
                edges.to[end ^ 1] = a
                edges.next[end], kept = kept, end
        end = following
    parts.first[a] = kept
    while kept != NONE:
        parts.slot[edges.to[kept]] = NONE
        kept = edges.next[kept]
    parts.size[a] += parts.size[b]
    parts.into[b] = a
    for word in range(parts.taken.shape[1]):
        parts.taken[a, word] |= parts.taken[b, word]


@njit(nogil=True, cache=True)
def _offer(a: int, b: int, total: float, unseen: float, count: int, parts: Parts, queue: Queue, held: int) -> int:
    """Put the merge of two clusters into the queue, if it may be made; return how many entries there are."""
    for word in range(parts.taken.shape[1]):
        if parts.taken[a, word] & parts.taken[b, word]:
            return held
    mean = total / (parts.size[a] * parts.size[b]) + unseen
    if not mean > 0:
        return held
    one, other = min(a, b), max(a, b)
    queue.mean[held] = mean
    queue.pair[held] = one * count + other
    queue.sizes[held] = parts.size[one] * (count + 1) + parts.size[other]
    _push(queue.mean, queue.pair, queue.sizes, held)
    return held + 1


@njit(nogil=True, cache=True)
def _join(count: int, edge_count: int, unseen: float, parts: Parts, edges: Edges, queue: Queue) -> Queue:
    """Merge the clusters of a component of ``count`` records, each alone as yet; return the queue, perhaps larger."""
    held = 0
    for edge in range(edge_count):
        held = _offer(edges.to[2 * edge + 1], edges.to[2 * edge], edges.total[edge], unseen, count, parts, queue, held)
    while held > 0:
        one, other = queue.pair[0] // count, queue.pair[0] % count
        sizes = queue.sizes[0]
        held -= 1
        _drop_first(queue.mean, queue.pair, queue.sizes, held)
        # A cluster keeps its smallest record's number and only grows, so a stale entry shows by its sizes.
        stale = sizes != parts.size[one] * (count + 1) + parts.size[other]
        if stale or parts.into[one] != one or parts.into[other] != other:
            continue
        _merge(one, other, parts, edges)
        end = parts.first[one]
        while end != NONE:
            if held == len(queue.mean):
                queue = _grown(queue)
            held = _offer(one, edges.to[end], edges.total[end >> 1], unseen, count, parts, queue, held)
            end = edges.next[end]
    return queue


@njit(nogil=True, cache=True)
def join_components(
    starts: Ints,
    left: Ints,
    right: Ints,
    weight: Floats,
    member_starts: Ints,
    members: Ints,
    taken: Words,
    unseen: float,
) -> Ints:
    """Return the smallest record of the cluster of each record; components one after another.

    ``left``, ``right``, ``weight``: scored pairs by component, from ``starts`` of each on; ``members``: records by
    component, ascending; ``taken``: (records, words) bits that two records of one cluster may not share.
    """
    most, most_edges = 1, 1
    for component in range(starts.shape[0] - 1):
        most = max(most, member_starts[component + 1] - member_starts[component])
        most_edges = max(most_edges, starts[component + 1] - starts[component])
    smallest, place = np.arange(taken.shape[0]), np.empty(taken.shape[0], dtype=np.int64)
    ends = np.empty((2, 2 * most_edges), dtype=np.int64)
    edges = Edges(np.empty(most_edges), np.empty(most_edges, dtype=np.bool_), ends[0], ends[1])
    records = np.full((4, most), NONE)
    parts = Parts(records[0], np.empty((most, taken.shape[1]), dtype=np.uint64), records[1], records[2], records[3])
    queue = _queue(most_edges)
    for component in range(starts.shape[0] - 1):
        begin, count = member_starts[component], member_starts[component + 1] - member_starts[component]
        edge_count = starts[component + 1] - starts[component]
        if edge_count == 0:
            continue
        for own in range(count):
            record = members[begin + own]
            place[record] = parts.into[own] = own
            parts.size[own], parts.first[own] = 1, NONE
            for word in range(taken.shape[1]):
                parts.taken[own, word] = taken[record, word]
        for edge in range(edge_count):
            pair = starts[component] + edge
            a, b = place[left[pair]], place[right[pair]]
            edges.total[edge], edges.stands[edge] = weight[pair] - unseen, True
            edges.to[2 * edge], edges.to[2 * edge + 1] = b, a
            edges.next[2 * edge], parts.first[a] = parts.first[a], 2 * edge
            edges.next[2 * edge + 1], parts.first[b] = parts.first[b], 2 * edge + 1
        queue = _join(count, edge_count, unseen, parts, edges, queue)
        for own in range(count):
            # The cluster that took this one in has a smaller number, and so its last one by now.
            parts.into[own] = parts.into[parts.into[own]]
            smallest[members[begin + own]] = members[begin + parts.into[own]]
    return smallest
