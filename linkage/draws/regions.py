"""The part of a linkage that draws can change, laid out once for all draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from linkage.candidates.pairs import Pairs
from linkage.draws.blocks import CERTAIN
from linkage.draws.component import Flags, Floats, Ints, Regions, Rows, Words, clash
from linkage.draws.connecting import FLOOR
from linkage.draws.grouping import numbered, root, unite

WIDE = 1000
"""Clusters of the point linkage in a region from which it counts as wide, and only likelier pairs hold it together."""
WIDE_FLOOR = -4.0
"""Their log odds. Pairs in which hardly anything is compared join nearly all records of a large run into one region;
they are many, each hardly likely, and told in expectation. A pair at this is of one person in one of 55 draws."""
SETTLED_SIZE = 3
BITS = 64


class Scored(NamedTuple):
    """Scored pairs, ascending, and the row of the log odds of each, for compiled code."""

    left: Ints
    right: Ints
    row_of: Rows


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


def regions_of(ground: Ground, highest: Floats, lowest: Floats) -> tuple[Regions, Flags]:
    """Return the regions in doubt when each row's log odds are between ``lowest`` and ``highest``, and who is in reach.

    Records are of one region if they are of one cluster of the point linkage, or joined by pairs that some draw may put
    above the floor, which is higher in regions that would be wide. Left out is what is settled, as the point linkage
    has it, by the rules that hold within a draw (``blocks.CERTAIN``, ``connecting.FLOOR``): records that no pair above
    the floor joins, and two or three records all of whose pairs are certain in every draw. Of three the join of the
    third then has at least 1.41 times ``CERTAIN`` in evidence, whichever two come first. A pair is in reach if it is
    above the floor where it is.
    """
    pairs, taken = ground.pairs, taken_once(ground)
    first = np.zeros(len(ground.start), dtype=np.int64)
    _first_of(ground.start, first)
    floor = np.full(len(first), FLOOR if ground.unseen <= FLOOR else -np.inf)
    parent = np.empty_like(first)
    scored = Scored(pairs.left, pairs.right, ground.row_of)
    _connect(scored, highest, first, parent, floor)
    in_doubt, reached = _unsettled(scored, highest, lowest, taken, first, parent, floor)
    return _laid_out(ground, taken, first, parent, np.maximum(floor, FLOOR), in_doubt), reached


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


def _laid_out(ground: Ground, taken: Words, first: Ints, parent: Ints, floor: Floats, in_doubt: Flags) -> Regions:
    """Records region by region, and the scored pairs within regions."""
    count = len(first)
    number, order, starts = np.empty(count, np.int64), np.empty(count, np.int64), np.empty(count + 1, np.int64)
    regions = numbered(parent, number, order, starts)
    starts = starts[: regions + 1]
    kept = in_doubt[order[starts[:-1]]]
    rows = order[np.repeat(kept, np.diff(starts))]
    place = np.full(count, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    scored = Scored(ground.pairs.left, ground.pairs.right, ground.row_of)
    pair_starts, near, row = _within(scored, number, place, len(rows))
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
def _connect(scored: Scored, highest: Floats, first: Ints, parent: Ints, floor: Floats) -> None:
    """Write sets of records to ``parent``, and raise ``floor`` of the records in sets that would be wide."""
    clusters = np.empty(len(first), dtype=np.int64)
    for attempt in range(2):
        clusters[:] = 0
        parent[:] = first
        for pair in range(len(scored.left)):
            if highest[scored.row_of[pair]] > floor[scored.left[pair]]:
                unite(parent, scored.left[pair], scored.right[pair])
        for record in range(len(first)):
            clusters[root(parent, record)] += first[record] == record
        if attempt == 0:
            for record in range(len(first)):
                if clusters[root(parent, record)] > WIDE:
                    floor[record] = WIDE_FLOOR


@njit(nogil=True, cache=True)
def _unsettled(
    scored: Scored, highest: Floats, lowest: Floats, taken: Words, first: Ints, parent: Ints, floor: Floats
) -> tuple[Flags, Flags]:
    """Whether a draw may be other than the point linkage, at the first record of each region; and the pairs in reach.

    A pair is in reach if some draw may link it for its own log odds.
    """
    count = len(first)
    in_doubt, reached = np.zeros(count, dtype=np.bool_), np.empty(len(scored.left), dtype=np.bool_)
    clusters, size = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    certain, possible = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for record in range(count):
        region = root(parent, record)
        size[region] += 1
        clusters[region] += first[record] == record
    for pair in range(len(scored.left)):
        one, other, row = scored.left[pair], scored.right[pair], scored.row_of[pair]
        reached[pair] = highest[row] > floor[one]
        if highest[row] > max(floor[one], FLOOR) and not clash(taken, one, taken, other):
            region = root(parent, one)
            possible[region] += 1
            certain[region] += lowest[row] > CERTAIN
    for region in range(count):
        if parent[region] == region and size[region] > 1:
            apart = possible[region] == 0 and clusters[region] == size[region]
            pairs = size[region] * (size[region] - 1) // 2
            together = size[region] <= SETTLED_SIZE and clusters[region] == 1 and certain[region] == pairs
            in_doubt[region] = not apart and not together
    return in_doubt, reached


@njit(nogil=True, cache=True)
def _within(scored: Scored, number: Ints, place: Ints, places: int) -> tuple[Ints, Rows, Rows]:
    """The scored pairs within regions: where those of each place start, their later places, their rows."""
    starts = np.zeros(places + 1, dtype=np.int64)
    for pair in range(len(scored.left)):
        one, other = scored.left[pair], scored.right[pair]
        if place[one] >= 0 and number[one] == number[other]:
            starts[place[one] + 1] += 1
    for at in range(places):
        starts[at + 1] += starts[at]
    near, row, ahead = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.int32), starts.copy()
    for pair in range(len(scored.left)):
        one, other = scored.left[pair], scored.right[pair]
        if place[one] >= 0 and number[one] == number[other]:
            near[ahead[place[one]]], row[ahead[place[one]]] = place[other], scored.row_of[pair]
            ahead[place[one]] += 1
    return starts, near, row
