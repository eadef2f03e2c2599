"""Draws of a linkage, kept as what differs from the point linkage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.draws.component import Ints


@dataclass(frozen=True)
class Draws:
    """``count`` linkages that are as probable as each other, numbered from 1.

    ``start``: cluster of each record in the point linkage. ``draw``, ``row`` and ``cluster``: where a record is in
    another cluster in a draw; sorted by draw and row. ``kept``: records that no draw could move because their component
    was too large.
    """

    start: Ints
    count: int
    draw: Ints
    row: Ints
    cluster: Ints
    kept: int = 0

    @classmethod
    def of(cls, start: Ints, labels: Sequence[Ints], kept: int = 0) -> "Draws":
        """Keep of full labels (one array a draw) the records whose cluster, named after the point's, is another."""
        named = [name_clusters(start, own) for own in labels]
        rows = [np.flatnonzero(own != start) for own in named]
        nothing = np.zeros(0, dtype=np.int64)
        return cls(
            start=start,
            count=len(labels),
            draw=np.repeat(np.arange(1, len(labels) + 1), [len(part) for part in rows]),
            row=np.concatenate([nothing, *rows]),
            cluster=np.concatenate([nothing, *(own[part] for own, part in zip(named, rows, strict=True))]),
            kept=kept,
        )

    def labels(self, draw: int) -> Ints:
        """Return the cluster of every record in a draw (1 to ``count``)."""
        out = self.start.copy()
        own = self.draw == draw
        out[self.row[own]] = self.cluster[own]
        return out


def name_clusters(point: Ints, drawn: Ints) -> Ints:
    """Return ``drawn`` with each cluster named by the cluster of ``point`` with which it shares the most records.

    Each name is used once: names are given by the number of shared records, ties to the smaller name and then to the
    cluster of the smaller record. A cluster left without a name gets a number above all of ``point``, in order of its
    smallest record.
    """
    _, first, own = np.unique(drawn, return_index=True, return_inverse=True)
    pair, shared = np.unique(own * (point.max(initial=0) + 1) + point, return_counts=True)
    clusters, names = np.divmod(pair, point.max(initial=0) + 1)
    sizes, point_sizes = np.bincount(own), np.bincount(point)
    name = np.full(len(first), -1, dtype=np.int64)
    same = (shared == sizes[clusters]) & (shared == point_sizes[names])
    name[clusters[same]] = names[same]
    clusters, names, shared = clusters[~same], names[~same], shared[~same]
    used: set[int] = set()
    for place in np.lexsort((first[clusters], names, -shared)).tolist():
        cluster, wanted = int(clusters[place]), int(names[place])
        if name[cluster] < 0 and wanted not in used:
            name[cluster] = wanted
            used.add(wanted)
    nameless = np.flatnonzero(name < 0)
    nameless = nameless[np.argsort(first[nameless])]
    name[nameless] = point.max(initial=-1) + 1 + np.arange(len(nameless))
    named: Ints = name[own]
    return named
