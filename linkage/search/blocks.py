"""Search within blocks: every pair of records of a block is looked at once and offered to both records."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Condition

import numpy as np

from linkage.search.held import Nearest, refuse_wide
from linkage.search.kernels import search_block_range, search_groups
from linkage.search.packing import Ints, Words, chunks, empty_side, pack

CHUNK = 256  # groups: 2,048 records of 1,024 bits are 256 KB, a quarter of a core's second cache
SMALLEST_CHUNK = 64  # groups: below, handing out a task costs more than its search
CHUNKS_PER_THREAD = 16  # with so many, threads wait for each other's chunks one part in fifty of the time
SHARED = 8192  # a block with more records is searched by all threads together
PARTS_PER_THREAD = 8


def search_blocks(  # noqa: PLR0913 - what a search is of
    held: Nearest,
    filters: Words,
    ones: Ints,
    source_of: Ints,
    *,
    wanted: Ints,
    floor: float,
    order: Ints,
    edges: Ints,
    threads: int,
) -> None:
    """Offer every pair of records within a block to the nearest records of both in ``held``.

    ``filters``: (records, words); ``ones``: bits set in each; ``source_of``: source number of each record. A record of
    source s keeps the ``wanted[s, t]`` nearest by Dice (at least ``floor``) in source t; ties go to the smaller row.
    Rows ``order[edges[b]:edges[b + 1]]`` are block b. What is held in the end is the best of all pairs met in all
    calls, whatever the order of blocks, calls and the number of threads. Records without a bit set find nothing.

    Raises:
        ValueError: a record is in two blocks of one call, or filters are wider than 16,383 bits.
    """
    refuse_wide(filters.shape[1])
    order = _ascending(order, edges, source_of, len(filters))
    sizes = np.diff(edges)
    for block in np.flatnonzero(sizes > SHARED).tolist():
        rows = order[edges[block] : edges[block + 1]]
        _search_together(held, rows, filters, ones, source_of, wanted, floor, threads)
    small = np.where(sizes > SHARED, 0, sizes)
    room = int(small.max(initial=0))

    def search(first: int, last: int) -> None:
        side = empty_side(room, len(wanted), filters.shape[1])
        bars = np.empty(len(side.rows))
        blocks = (order, edges, filters, ones, source_of, wanted, floor, SHARED)
        search_block_range(first, last, *blocks, held.entries, side, bars)

    # The work of a block: its pairs, and reading its records in.
    work = np.concatenate(([0], np.cumsum(small * (small + 16))))
    parts = threads * PARTS_PER_THREAD if threads > 1 else 1
    cuts = np.unique(np.searchsorted(work, np.linspace(0, work[-1], parts + 1)))
    cuts[-1:] = len(sizes)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(search, cuts[:-1].tolist(), cuts[1:].tolist()))


def _ascending(order: Ints, edges: Ints, source_of: Ints, records: int) -> Ints:
    """The rows of each block by source and row number; a fault where a row is in two blocks."""
    seen = np.zeros(records, dtype=np.bool_)
    seen[order] = True
    if np.count_nonzero(seen) != len(order):
        raise ValueError("a record is in two blocks of one search. Cure: one call per blocking, one block per record.")
    block_of = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    falls = (order[1:] < order[:-1]) | (source_of[order[1:]] < source_of[order[:-1]])
    if not (falls & (block_of[1:] == block_of[:-1])).any():
        return order
    return order[np.lexsort((order, source_of[order], block_of))]


Task = tuple[int, int]


def _search_together(
    held: Nearest,
    rows: Ints,
    filters: Words,
    ones: Ints,
    source_of: Ints,
    wanted: Ints,
    floor: float,
    threads: int,
) -> None:
    """Search one large block, chunk against chunk; no two threads work on the same chunk at a time."""
    words = filters.shape[1]
    side = empty_side(len(rows), len(wanted), words)
    pack(rows, rows, filters, ones, source_of, words, side)
    size = CHUNK if threads == 1 else int(side.groups[-1]) // (CHUNKS_PER_THREAD * threads)
    parts = list(chunks(side, min(max(size, SMALLEST_CHUNK), CHUNK)))
    # Later chunks after earlier ones: records meet others in the order of rows, and ties lose without being offered.
    tasks = [
        (a, b)
        for b, (t, _, _) in enumerate(parts)
        for a, (s, _, _) in enumerate(parts[: b + 1])
        if wanted[s, t] > 0 or wanted[t, s] > 0
    ]
    queue = _Queue(tasks)

    def work() -> None:
        bars = np.empty(len(side.rows))
        for a, b in queue:
            (s, first, last), (t, right_first, right_last) = parts[a], parts[b]
            ranges = (first, last, right_first, right_last, a == b, s, t, int(wanted[s, t]), int(wanted[t, s]))
            search_groups(side, side, *ranges, floor, words, words, held.entries, bars, bars)

    with ThreadPoolExecutor(max_workers=threads) as pool:
        for worker in [pool.submit(work) for _ in range(threads)]:
            worker.result()


class _Queue:
    """Hands out tasks of two chunks each, in order, save that no chunk is given out twice at a time."""

    def __init__(self, tasks: list[Task]) -> None:
        self._tasks = tasks
        self._busy: set[int] = set()
        self._changed = Condition()

    def __iter__(self) -> Iterator[Task]:
        while (task := self._take()) is not None:
            try:
                yield task
            finally:
                with self._changed:
                    self._busy -= set(task)
                    self._changed.notify_all()

    def _take(self) -> Task | None:
        with self._changed:
            while self._tasks:
                for place, task in enumerate(self._tasks):
                    if self._busy.isdisjoint(task):
                        self._busy |= set(task)
                        return self._tasks.pop(place)
                self._changed.wait()
            return None
