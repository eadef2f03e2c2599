"""Draws of a linkage, kept as what differs from the point linkage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from linkage.draws.component import Flags, Ints


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
        rows = np.arange(len(start), dtype=np.int64)
        own = [np.unique(part, return_index=True, return_inverse=True)[1:] for part in labels]
        drawn = np.array([first[label] for first, label in own], dtype=np.int64).reshape(len(labels), len(start))
        return cls.within(start, rows, drawn, kept)

    @classmethod
    def within(cls, start: Ints, rows: Ints, drawn: Ints, kept: int = 0) -> "Draws":
        """As ``of``, of draws that leave all records but ``rows`` in their clusters, in which only ``rows`` are.

        ``drawn``: (draws, rows), the place in ``rows`` of some record of the cluster of each, the same for all of them.
        """
        found_rows, found_clusters = [], []
        point, above = np.unique(start[rows], return_inverse=True)[1], int(start.max(initial=-1)) + 1
        for labels in drawn:
            other = np.zeros(len(rows), dtype=np.bool_)
            _changed(point, labels, other)
            places = np.flatnonzero(other)
            places = places[np.argsort(rows[places], kind="stable")]
            own = start[rows[places]]
            named = name_clusters(own, labels[places], above)
            found_rows.append(rows[places][named != own])
            found_clusters.append(named[named != own])
        nothing = np.zeros(0, dtype=np.int64)
        counts = [len(part) for part in found_rows]
        return cls(
            start=start,
            count=len(drawn),
            draw=np.repeat(np.arange(1, len(drawn) + 1), counts),
            row=np.concatenate([nothing, *found_rows]),
            cluster=np.concatenate([nothing, *found_clusters]),
            kept=kept,
        )

    def of_draw(self, draw: int) -> slice:
        """Return where in ``row`` and ``cluster`` a draw (1 to ``count``) stands."""
        return slice(*np.searchsorted(self.draw, [draw, draw + 1]).tolist())

    def labels(self, draw: int) -> Ints:
        """Return the cluster of every record in a draw (1 to ``count``)."""
        out, own = self.start.copy(), self.of_draw(draw)
        out[self.row[own]] = self.cluster[own]
        return out


@njit(nogil=True, cache=True)
def _changed(point: Ints, drawn: Ints, other: Flags) -> None:
    """Write whether the cluster of each place in a draw, named by a place, is none of the point linkage's."""
    count = len(point)
    point_size, size = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for place in range(count):
        point_size[point[place]] += 1
        size[drawn[place]] += 1
        if point[place] != point[drawn[place]]:
            size[drawn[place]] = -count
    for place in range(count):
        other[place] = size[drawn[place]] != point_size[point[place]]


def name_clusters(point: Ints, drawn: Ints, above: int | None = None) -> Ints:
    """Return ``drawn`` with each cluster named by the cluster of ``point`` with which it shares the most records.

    Each name is used once: names are given by the number of shared records, ties to the smaller name and then to the
    cluster of the smaller record. A cluster left without a name gets a number from ``above`` on, which is above all of
    ``point`` where none is given, in order of its smallest record.
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
    name[nameless] = (point.max(initial=-1) + 1 if above is None else above) + np.arange(len(nameless))
    named: Ints = name[own]
    return named
