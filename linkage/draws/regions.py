"""The part of a linkage that draws can change, laid out once for all draws."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from linkage.candidates.pairs import Pairs
from linkage.draws.blocks import CERTAIN
from linkage.draws.component import Flags, Floats, Ints, Regions, Rows, Words, clash
from linkage.draws.connecting import FLOORS, LARGEST_COMPONENT
from linkage.draws.grouping import numbered, root, unite

ROOM = 2 * LARGEST_COMPONENT
"""Clusters of the point linkage up to which a region is looked at from its first floor: it holds at least as many items
in most draws, and where it holds more than a component may have, its own floor rises in the draw."""
SETTLED_SIZE = 3
SURE = 2
BITS = 64
Kinds = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Ground:
    """What draws rest on but the log odds: see ``sampler.posterior_draws``; ``row_of``: row of each pair's log odds."""

    source: Ints
    exclusive: Sequence[int]
    start: Ints
    pairs: Pairs
    row_of: Rows
    unseen: float
    pinned: Flags


def regions_of(ground: Ground, highest: Floats, lowest: Floats) -> Regions:
    """Return the regions in doubt when each row's log odds are between ``lowest`` and ``highest``.

    Records are of one region if they are of one cluster of the point linkage, or joined by pairs that some draw may put
    above the floor; the floor rises, in ``FLOORS``, where a region has too many clusters. Left out is what is settled,
    as the point linkage has it, by the rules that hold within a draw (``blocks.CERTAIN``, ``FLOORS``): records that no
    pair above the floor joins, and two or three records all of whose pairs are certain in every draw. Of three the
    join of the third then has at least 1.41 times ``CERTAIN`` in evidence, whichever two come first.
    """
    pairs, taken = ground.pairs, taken_once(ground)
    first = np.zeros(len(ground.start), dtype=np.int64)
    _first_of(ground.start, first)
    parent, floor = np.empty_like(first), np.zeros(len(first), dtype=np.int64)
    lift = FLOORS[0] if ground.unseen <= FLOORS[0] else -np.inf
    _connect(pairs.left, pairs.right, ground.row_of, highest, first, lift, parent, floor)
    in_doubt = np.zeros(len(first), dtype=np.bool_)
    kind = (highest > FLOORS[0]).astype(np.int8) + (lowest > CERTAIN)
    _unsettled(pairs.left, pairs.right, kind[ground.row_of], taken, first, parent, in_doubt)
    return _laid_out(ground, taken, first, parent, floor, in_doubt)


def taken_once(ground: Ground) -> Words:
    """Bits, (records, words), of what a cluster may hold once: a record of each exclusive source; a pinned set."""
    kinds = [*(ground.source == number for number in ground.exclusive), ground.pinned]
    taken = np.zeros((len(ground.start), 1 + (len(kinds) - 1) // BITS), dtype=np.uint64)
    for number, own in enumerate(kinds):
        taken[own, number // BITS] |= np.uint64(1) << np.uint64(number % BITS)
    return taken


def pinned_together(start: Ints, pinned: Flags) -> Ints:
    """The smallest record among those that are pinned to the same cluster, for each record; itself for all others."""
    held = np.arange(len(start), dtype=np.int64)
    if pinned.any():
        _, first, group = np.unique(start[pinned], return_index=True, return_inverse=True)
        held[pinned] = np.flatnonzero(pinned)[first][group]
    return held


def _laid_out(ground: Ground, taken: Words, first: Ints, parent: Ints, floor: Ints, in_doubt: Flags) -> Regions:
    """Records region by region, and the scored pairs within regions."""
    count = len(first)
    number, order, starts = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count + 1, np.int64)
    regions = numbered(parent, number, order, starts)
    starts = starts[: regions + 1]
    kept = in_doubt[order[starts[:-1]]]
    rows = order[np.repeat(kept, np.diff(starts))]
    place = np.full(count, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    pairs, pair_starts = ground.pairs, np.zeros(len(rows) + 1, dtype=np.int64)
    inside = _counted(pairs.left, pairs.right, number, place, pair_starts)
    near, row = np.empty(inside, dtype=np.int32), np.empty(inside, dtype=np.int32)
    _filled(pairs.left, pairs.right, ground.row_of, number, place, pair_starts, near, row)
    return Regions(
        starts=np.concatenate([[0], np.cumsum(np.diff(starts)[kept])]).astype(np.int64),
        rows=rows,
        point=place[first[rows]],
        held=place[pinned_together(ground.start, ground.pinned)[rows]],
        source=ground.source[rows],
        taken=taken[rows],
        pair_starts=pair_starts,
        near=near,
        row=row,
        floor=floor[order[starts[:-1]]][kept],
    )


@njit(nogil=True, cache=True)
def _first_of(start: Ints, first: Ints) -> None:
    """The first record of each record's cluster in the point linkage."""
    if len(start) == 0:
        return
    seen = np.full(start.max() + 1, -1)
    for record in range(len(start)):
        if seen[start[record]] < 0:
            seen[start[record]] = record
        first[record] = seen[start[record]]


@njit(nogil=True, cache=True)
def _connect(
    left: Ints, right: Ints, row_of: Rows, highest: Floats, first: Ints, lowest: float, parent: Ints, floor: Ints
) -> None:
    """Write sets of records to ``parent``, and the number of the floor at which each was found to ``floor``."""
    count = len(first)
    bar, clusters = np.full(count, lowest), np.empty(count, dtype=np.int64)
    for number in range(1, len(FLOORS) + 1):
        for record in range(count):
            parent[record], clusters[record] = first[record], 0
        for pair in range(len(left)):
            if highest[row_of[pair]] > bar[left[pair]]:
                unite(parent, left[pair], right[pair])
        for record in range(count):
            clusters[root(parent, record)] += first[record] == record
        large = False
        for record in range(count):
            if clusters[root(parent, record)] > ROOM and number < len(FLOORS):
                bar[record], floor[record], large = FLOORS[number], number, True
        if not large:
            break


@njit(nogil=True, cache=True)
def _unsettled(left: Ints, right: Ints, kind: Kinds, taken: Words, first: Ints, parent: Ints, in_doubt: Flags) -> None:
    """Write to ``in_doubt``, at the first record of each region, whether a draw may be other than the point linkage.

    ``kind``: of each pair, 0 if it is below the floor in all draws, ``SURE`` if certain in all, else between.
    """
    count = len(first)
    clusters, size = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    certain, possible = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for record in range(count):
        region = root(parent, record)
        size[region] += 1
        clusters[region] += first[record] == record
    for pair in range(len(left)):
        region = root(parent, left[pair])
        if kind[pair] and region == root(parent, right[pair]) and not clash(taken, left[pair], taken, right[pair]):
            possible[region] += 1
            certain[region] += kind[pair] == SURE
    for region in range(count):
        if parent[region] != region:
            continue
        apart = possible[region] == 0 and clusters[region] == size[region]
        pairs = size[region] * (size[region] - 1) // 2
        together = size[region] <= SETTLED_SIZE and clusters[region] == 1 and certain[region] == pairs
        in_doubt[region] = size[region] > 1 and not apart and not together


@njit(nogil=True, cache=True)
def _counted(left: Ints, right: Ints, number: Ints, place: Ints, pair_starts: Ints) -> int:
    """Write where the pairs of each place start, and return how many there are within regions."""
    for pair in range(len(left)):
        if place[left[pair]] >= 0 and number[left[pair]] == number[right[pair]]:
            pair_starts[place[left[pair]] + 1] += 1
    for at in range(1, len(pair_starts)):
        pair_starts[at] += pair_starts[at - 1]
    inside: int = pair_starts[-1]
    return inside


@njit(nogil=True, cache=True)
def _filled(
    left: Ints, right: Ints, row_of: Rows, number: Ints, place: Ints, pair_starts: Ints, near: Rows, row: Rows
) -> None:
    """Write the pairs within regions, those of each place in their order."""
    ahead = pair_starts.copy()
    for pair in range(len(left)):
        at = place[left[pair]]
        if at >= 0 and number[left[pair]] == number[right[pair]]:
            near[ahead[at]] = place[right[pair]]
            row[ahead[at]] = row_of[pair]
            ahead[at] += 1
