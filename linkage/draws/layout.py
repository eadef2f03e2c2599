"""From scored pairs of records to components of items, laid out for the compiled sampler."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.candidates.pairs import Pairs
from linkage.cluster.components import components
from linkage.draws.component import Flags, Floats, Ints, Layout

FLOORS = (-8.0, -4.0, 0.0, 4.0, 8.0)
"""Log odds above which a pair may hold a component together; the next is tried where a component is too large.

A pair at the first is of one person in one of three thousand draws.
"""
LARGEST_COMPONENT = 1000
"""Most items whose weights are held as a square; larger components keep the point linkage."""
LIMIT = 1e6
"""Log odds are cut off here, so that sums stay numbers and a pair that must (not) be together outweighs all others."""


@dataclass(frozen=True)
class Items:
    """Records, or records that are together in any case, numbered by their smallest record.

    ``item_of``: item of each record; ``first`` and ``size``: smallest record and number of records of each item;
    ``taken``: (items, kinds) what may be only once in a cluster. ``pairs``: the scored pairs of items; ``pair_of``:
    which of them each scored pair of records counts for, -1 where it is within the item ``within``.
    """

    item_of: Ints
    first: Ints
    size: Floats
    taken: Flags
    pairs: Pairs
    pair_of: Ints
    within: Ints

    @classmethod
    def of(cls, held: Ints, only_once: Flags, pairs: Pairs) -> "Items":
        """Gather records by ``held``, the smallest record of the item of each; ``only_once``: (records, kinds)."""
        first, item_of = np.unique(held, return_inverse=True)
        taken = np.zeros((len(first), only_once.shape[1]), dtype=bool)
        for kind, own in enumerate(only_once.T):
            taken[item_of[own], kind] = True
        a, b = item_of[pairs.left], item_of[pairs.right]
        keys = np.minimum(a, b) * len(first) + np.maximum(a, b)
        across = a != b
        between, place = np.unique(keys[across], return_inverse=True)
        pair_of = np.full(len(pairs), -1, dtype=np.int64)
        pair_of[across] = place
        size = np.bincount(item_of, minlength=len(first)).astype(np.float64)
        pairs_of_items = Pairs.from_keys(between, len(first))
        return cls(item_of.astype(np.int64), first, size, taken, pairs_of_items, pair_of, np.where(across, -1, a))

    def weights(self, log_odds: Floats, unseen: float) -> tuple[Floats, Floats]:
        """Sums of log odds over the cross pairs of ``pairs``, and over the pairs within each item."""
        more = np.clip(log_odds, -LIMIT, LIMIT) - unseen
        across = self.pair_of >= 0
        between = np.bincount(self.pair_of[across], weights=more[across], minlength=len(self.pairs))
        inner = np.bincount(self.within[~across], weights=more[~across], minlength=len(self.first))
        return between + unseen * self.cross, inner + unseen * self.size * (self.size - 1) / 2

    @property
    def cross(self) -> Floats:
        """Pairs of records that each pair of items stands for."""
        found: Floats = self.size[self.pairs.left] * self.size[self.pairs.right]
        return found


def only_once(source: Ints, exclusive: Sequence[int], pinned: Flags) -> Flags:
    """What a cluster may have once, (records, kinds): a record of each exclusive source; a set of pinned records."""
    return np.column_stack([*(source == number for number in exclusive), pinned])


def pinned_together(start: Ints, pinned: Flags) -> Ints:
    """The smallest record among those that are pinned to the same cluster, for each record; itself for all others."""
    held = np.arange(len(start), dtype=np.int64)
    if pinned.any():
        _, first, group = np.unique(start[pinned], return_index=True, return_inverse=True)
        held[pinned] = np.flatnonzero(pinned)[first][group]
    return held


@dataclass(frozen=True)
class Neighbours:
    """The pairs of items both ways: ``neighbour`` and number of the ``pair``, from ``start`` of each item on."""

    start: Ints
    neighbour: Ints
    pair: Ints

    @classmethod
    def of(cls, pairs: Pairs) -> "Neighbours":
        """Sort both directions by item."""
        ends = np.concatenate([pairs.left, pairs.right])
        order = np.argsort(ends, kind="stable")
        counts = np.bincount(ends, minlength=pairs.size)
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(start, np.concatenate([pairs.right, pairs.left])[order], order % max(len(pairs), 1))


def layout(items: Items, log_odds: Floats, unseen: float, point: Ints) -> tuple[Layout, Ints]:
    """Return the components of a draw, and the items of those too large to be drawn.

    ``point``: cluster of each record in the point linkage; an item goes by its smallest record.
    """
    neighbours, point = Neighbours.of(items.pairs), point[items.first]
    weight, inner = items.weights(log_odds, unseen)
    labels = _components(items.pairs, weight / items.cross)
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels)
    ends = np.cumsum(sizes)
    place = np.empty(len(labels), dtype=np.int64)
    place[order] = np.arange(len(labels)) - np.repeat(ends - sizes, sizes)
    drawn = (sizes > 1) & (sizes <= LARGEST_COMPONENT)
    _, first, group = np.unique(labels * (point.max(initial=0) + 1) + point, return_index=True, return_inverse=True)
    return Layout(
        starts=np.concatenate([[0], np.cumsum(sizes[drawn])]).astype(np.int64),
        members=order[drawn[labels[order]]],
        place=place,
        pair_start=neighbours.start,
        neighbour=neighbours.neighbour,
        weight=weight[neighbours.pair],
        size=items.size,
        inner=inner,
        taken=items.taken,
        start=first[group].astype(np.int64),
        unseen=unseen,
        floor=FLOORS[0],
    ), np.flatnonzero(sizes[labels] > LARGEST_COMPONENT)


def _components(pairs: Pairs, mean: Floats) -> Ints:
    """Components over pairs above the floor, which rises where a component has too many items."""
    bar = np.full(len(pairs), FLOORS[0])
    labels = components(pairs.where(mean > bar))
    for floor in FLOORS[1:]:
        large = np.bincount(labels, minlength=1)[labels] > LARGEST_COMPONENT
        if not large.any():
            break
        bar[large[pairs.left]] = floor
        labels = components(pairs.where(mean > bar))
    return labels
