"""A search within blocks cut into parts that any worker can do, and the merging of what the parts found."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.search.blocks import search_blocks
from linkage.search.held import NONE, Nearest, offer
from linkage.search.packing import compiled

Rows = npt.NDArray[np.int64]
Division = tuple[Rows, Rows]
"""Rows ordered by block, and the edges of the blocks."""


@dataclass(frozen=True)
class Search:
    """What all parts of a search need: ``filters`` (records, words) with their ``ones``, and each record's source.

    ``wanted``: (sources, sources) neighbours kept by a record of one source in another; ``floor``: least Dice.
    """

    filters: npt.NDArray[np.uint64]
    ones: Rows
    source_of: Rows
    wanted: Rows
    floor: float

    def fill(self, held: Nearest, order: Rows, edges: Rows, threads: int) -> None:
        """Offer the pairs of each block to the lists of both records in ``held``."""
        search_blocks(
            held,
            self.filters,
            self.ones,
            self.source_of,
            wanted=self.wanted,
            floor=self.floor,
            order=order,
            edges=edges,
            threads=threads,
        )


def parts_of_division(order: Rows, edges: Rows, size: int) -> list[Division]:
    """Cut a division between blocks into parts of about ``size`` rows: at most one block more than that."""
    cuts = np.searchsorted(edges, np.arange(0, len(order), max(size, 1)))
    cuts = np.unique(np.append(cuts, len(edges) - 1))
    return [
        (order[edges[first] : edges[last]], edges[first : last + 1] - edges[first])
        for first, last in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
    ]


def search_part(search: Search, part: Division) -> Rows:
    """Return the lists of the records of one part, in ascending order of row, as ``Nearest.entries`` has them."""
    order, edges = part
    rows = np.sort(order)
    own = Search(search.filters[rows], search.ones[rows], search.source_of[rows], search.wanted, search.floor)
    held = Nearest.of(len(rows), len(search.wanted), int(search.wanted.max(initial=1)))
    own.fill(held, np.searchsorted(rows, order), edges, 1)
    found = held.found
    there = found != NONE
    found[there] = rows[found[there]]
    return held.entries


@compiled
def merge_nearest(entries: Rows, rows: Rows, found: Rows, source_of: Rows, wanted: Rows) -> None:
    """Offer what a part ``found`` for ``rows`` to the lists ``entries`` of all records, parts in any order."""
    for place in range(len(rows)):
        row = rows[place]
        for source in range(found.shape[1]):
            size = wanted[source_of[row], source]
            for neighbour in range(size):
                offer(entries, row, source, size, found[place, source, neighbour])
