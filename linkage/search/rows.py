"""Search of chosen records against everybody: only the chosen ones' nearest are kept."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from linkage.search.held import Nearest, refuse_wide
from linkage.search.kernels import search_groups
from linkage.search.packing import Ints, Words, chunks, empty_side, pack

CHUNK = 32  # groups: 256 records of the left share one reading of the right


def nearest_of_rows(
    rows: Ints,
    filters: Words,
    ones: Ints,
    source_of: Ints,
    *,
    wanted: Ints,
    floor: float,
    threads: int,
) -> Nearest:
    """Return for each of ``rows`` the ``wanted[own source, t]`` records of each source t nearest by Dice.

    ``filters``: (records, words); ``ones``: bits set in each; ``source_of``: source number of each record. Only records
    of a Dice of at least ``floor``, never the record itself; ties go to the smaller row. The lists come in the order of
    ``rows``. Records without a bit set find nothing and are not found.

    Raises:
        ValueError: filters are wider than 16,383 bits.
    """
    words = filters.shape[1]
    refuse_wide(words)
    held = Nearest.of(len(rows), len(wanted), int(wanted.max(initial=1)))
    slots = np.lexsort((rows, source_of[rows]))
    left = empty_side(len(rows), len(wanted), words)
    pack(rows[slots], slots, filters, ones, source_of, words, left)
    everybody = np.argsort(source_of, kind="stable")
    right = empty_side(len(filters), len(wanted), words)
    pack(everybody, everybody, filters, ones, source_of, words, right)
    groups = right.groups.tolist()

    def search(chunk: tuple[int, int, int]) -> None:
        source, first, last = chunk
        left_bars, right_bars = np.empty(len(left.rows)), np.empty(len(right.rows))
        for other, size in enumerate(wanted[source].tolist()):
            if size > 0 and groups[other] < groups[other + 1]:
                ranges = (first, last, groups[other], groups[other + 1], False, source, other, size, 0)
                search_groups(left, right, *ranges, floor, words, words, held.entries, left_bars, right_bars)

    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(search, chunks(left, CHUNK)))
    return held
