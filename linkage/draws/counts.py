"""What draws say of pairs: how often two records are together, and how many links of each kind survive."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from linkage.candidates.pairs import Pairs
from linkage.draws.component import Floats, Ints, Regions
from linkage.draws.draws import Draws


@dataclass(frozen=True)
class Counts:
    """Numbers of linked pairs of records per stratum.

    ``point``: (strata,), in the point linkage; ``draw`` and ``both``: (draws, strata), in each draw, and in both.
    Were the draw the truth, the point linkage's precision would be ``both / point`` and its recall ``both / draw``.
    """

    point: Ints
    draw: Ints
    both: Ints


def pair_agreement(draws: Draws, pairs: Pairs) -> Floats:
    """Return for each pair the share of draws in which its two records are together."""
    moved = np.zeros(len(draws.start), dtype=bool)
    moved[draws.row] = True
    touched = np.flatnonzero(moved[pairs.left] | moved[pairs.right])
    left, right = pairs.left[touched], pairs.right[touched]
    together = (draws.start[pairs.left] == draws.start[pairs.right]) * np.int64(draws.count)
    together[touched] = 0
    for draw in range(1, draws.count + 1):
        labels = draws.labels(draw)
        together[touched] += labels[left] == labels[right]
    share: Floats = together / draws.count
    return share


def counts_by(draws: Draws, records_source: Ints, number: Ints) -> Counts:
    """Count linked pairs per stratum, without listing them: clusters of either linkage and their intersections.

    Only clusters that a draw changes are counted anew. ``number``: (sources, sources), symmetric, the stratum of each
    pair of sources; -1 for none.
    """
    start, names = draws.start, draws.start.max(initial=0) + 1
    order = np.argsort(start, kind="stable")
    ends = np.cumsum(np.bincount(start, minlength=names))
    point = linked_pairs(start, records_source, number)
    drawn, both = [], []
    for draw in range(1, draws.count + 1):
        moved = draws.of_draw(draw)
        changed = np.zeros(names, dtype=bool)
        changed[start[draws.row[moved]]] = True
        changed[draws.cluster[moved][draws.cluster[moved] < names]] = True
        rows = order[np.repeat(changed, np.diff(ends, prepend=0))]
        labels, own, source = draws.labels(draw)[rows], start[rows], records_source[rows]
        unchanged = point - linked_pairs(own, source, number)
        drawn.append(unchanged + linked_pairs(labels, source, number))
        both.append(unchanged + linked_pairs(labels * names + own, source, number))
    return Counts(point, np.array(drawn), np.array(both))


def linked_pairs(labels: Ints, records_source: Ints, number: Ints) -> Ints:
    """Return per stratum how many pairs of records have the same label."""
    order = np.argsort(labels, kind="stable")
    found = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    _count_sorted(labels[order], records_source[order], number, found)
    return found


def linked_in_regions(regions: Regions, drawn: Ints, number: Ints) -> Ints:
    """Return (draws, strata) how many pairs are linked in each row of ``drawn``, clusters by place."""
    found = np.zeros((len(drawn), int(number.max(initial=-1)) + 1), dtype=np.int64)
    for draw, labels in enumerate(drawn):
        _count_places(labels, regions.starts, regions.source, number, found[draw])
    return found


@njit(nogil=True, cache=True)
def _count_sorted(labels: Ints, source: Ints, number: Ints, found: Ints) -> None:
    """Pairs of equal neighbours in sorted ``labels``."""
    held, first = np.zeros(len(number), dtype=np.int64), 0
    for place in range(len(labels)):
        if labels[place] != labels[first]:
            for before in range(first, place):
                held[source[before]] = 0
            first = place
        _count(held, source[place], number, found)


@njit(nogil=True, cache=True)
def _count_places(labels: Ints, starts: Ints, source: Ints, number: Ints, found: Ints) -> None:
    """Pairs of places of the same label, which is a place of the same region."""
    held = np.zeros((np.diff(starts).max() if len(starts) > 1 else 0, len(number)), dtype=np.int64)
    for region in range(len(starts) - 1):
        low, high = starts[region], starts[region + 1]
        held[: high - low] = 0
        for place in range(low, high):
            _count(held[labels[place] - low], source[place], number, found)


@njit(nogil=True, cache=True)
def _count(held: Ints, source: int, number: Ints, found: Ints) -> None:
    """Add the pairs of one record more with those of its cluster, ``held`` per source."""
    for other in range(len(held)):
        if held[other] > 0 and number[source, other] >= 0:
            found[number[source, other]] += held[other]
    held[source] += 1
