"""From each record's nearest records to the pairs they make, each once and in order, without sorting them all."""

import numpy as np
import numpy.typing as npt
from numba import njit

from linkage.candidates.pairs import Pairs

Rows = npt.NDArray[np.int64]
Found = npt.NDArray[np.int32]


def pairs_of_nearest(found: Found, source_of: Rows) -> Pairs:
    """Return the pairs in which either record is among the other's nearest.

    ``found``: (records, sources, neighbours) row numbers, -1 where there are fewer.
    """
    size = len(found)
    counts = np.zeros(size + 1, dtype=np.int64)
    _count(found, source_of, counts)
    edges = np.cumsum(counts)
    right = np.empty(int(edges[-1]), dtype=np.int64)
    _fill(found, source_of, edges[:-1].copy(), right)
    _sort_parts(edges, right)
    return Pairs(np.repeat(np.arange(size, dtype=np.int64), counts[1:]), right, size)


@njit(nogil=True, cache=True)
def _told_by_other(found: Found, source_of: Rows, row: int, other: int) -> bool:
    """Whether ``row`` is in the list of ``other`` too."""
    own = found[other, source_of[row]]
    for place in range(own.shape[0]):  # noqa: SIM110 - compiled
        if own[place] == row:
            return True
    return False


@njit(nogil=True, cache=True)
def _count(found: Found, source_of: Rows, counts: Rows) -> None:
    """Count, one place later, the pairs of which each record is the smaller row."""
    for row in range(found.shape[0]):
        for source in range(found.shape[1]):
            for place in range(found.shape[2]):
                other = found[row, source, place]
                if other > row:
                    counts[row + 1] += 1
                elif other >= 0 and not _told_by_other(found, source_of, row, other):
                    counts[other + 1] += 1


@njit(nogil=True, cache=True)
def _fill(found: Found, source_of: Rows, free: Rows, right: Rows) -> None:
    """Write the larger row of each pair to the part of the smaller, whose first free place is ``free``."""
    for row in range(found.shape[0]):
        for source in range(found.shape[1]):
            for place in range(found.shape[2]):
                other = int(found[row, source, place])
                if other > row:
                    right[free[row]] = other
                    free[row] += 1
                elif other >= 0 and not _told_by_other(found, source_of, row, other):
                    right[free[other]] = row
                    free[other] += 1


@njit(nogil=True, cache=True)
def _sort_parts(edges: Rows, right: Rows) -> None:
    """Put each part in ascending order; parts are short."""
    for part in range(len(edges) - 1):
        right[edges[part] : edges[part + 1]].sort()
