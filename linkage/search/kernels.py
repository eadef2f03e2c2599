"""The compiled search: groups against groups, and what passes offered to the lists of both records."""

import numpy as np

from linkage.search.held import bar, entry, offer
from linkage.search.packing import Ints, Reals, Side, Words, common_bits, compiled, pack
from linkage.search.tile import LANES, lowest_bit, passing

NEAR_CACHE = 512  # words of eight: 32 KB of the right side stay in the nearest cache while the left passes by


@compiled
def search_groups(  # noqa: PLR0913, PLR0917 - a compiled kernel takes arrays, not objects
    left: Side,
    right: Side,
    first: int,
    last: int,
    right_first: int,
    right_last: int,
    same: bool,  # noqa: FBT001
    source: int,
    right_source: int,
    size: int,
    right_size: int,
    floor: float,
    words: int,
    head: int,
    entries: Ints,
    left_bars: Reals,
    right_bars: Reals,
) -> None:
    """Offer every pair of groups ``first`` to ``last`` of the left and ``right_first`` to ``right_last`` of the right.

    ``same``: both are the same groups of the same side; each pair is looked at once. ``size``, ``right_size``: the
    neighbours that a record of the left keeps in the right's source, and the other way round.
    """
    _set_bars(left, first, last, right_source, size, floor, right.rows[right_first * LANES], entries, left_bars)
    if not same:
        coming = left.rows[first * LANES]
        _set_bars(right, right_first, right_last, source, right_size, floor, coming, entries, right_bars)
    step = max(NEAR_CACHE // words, 1)
    for block in range(right_first, right_last, step):
        end = min(block + step, right_last)
        for i in range(first, min(last, end) if same else last):
            for j in range(max(block, i) if same else block, end):
                mask: int = passing(  # type: ignore[call-arg] # numba adds the typing context
                    left.tiles,
                    right.tiles,
                    left.ones,
                    right.ones,
                    left.rest,
                    right.rest,
                    left_bars,
                    right_bars,
                    i,
                    j,
                    words,
                    head,
                )
                while mask != 0:
                    bit = lowest_bit(mask)
                    mask &= mask - np.uint64(1)
                    a, b = i * LANES + bit // LANES, j * LANES + bit % LANES
                    if (same and a >= b) or left.rows[a] == right.rows[b]:
                        continue
                    common = common_bits(left.tiles, a, right.tiles, b, words)
                    total = int(left.ones[a] + right.ones[b])
                    if 2.0 * common / total < floor:
                        continue
                    offer(entries, left.slots[a], right_source, size, entry(common, total, right.rows[b]))
                    offer(entries, right.slots[b], source, right_size, entry(common, total, left.rows[a]))
                    coming = right.rows[j * LANES]
                    left_bars[a] = bar(entries, left.slots[a], right_source, size, floor, coming)
                    coming = left.rows[i * LANES]
                    right_bars[b] = bar(entries, right.slots[b], source, right_size, floor, coming)


@compiled
def _set_bars(  # noqa: PLR0913, PLR0917 - as above
    side: Side,
    first: int,
    last: int,
    source: int,
    size: int,
    floor: float,
    coming: int,
    entries: Ints,
    bars: Reals,
) -> None:
    """Set the bars of groups ``first`` to ``last`` for their lists of ``source``."""
    for place in range(first * LANES, last * LANES):
        slot = side.slots[place]
        bars[place] = np.inf if slot < 0 else bar(entries, slot, source, size, floor, coming)


@compiled
def search_block_range(  # noqa: PLR0913, PLR0917 - as above
    first: int,
    last: int,
    order: Ints,
    edges: Ints,
    filters: Words,
    ones: Ints,
    source_of: Ints,
    wanted: Ints,
    floor: float,
    largest: int,
    entries: Ints,
    side: Side,
    bars: Reals,
) -> None:
    """Search blocks ``first`` to ``last``, each within itself, save those of more than ``largest`` records."""
    words = filters.shape[1]
    sources = wanted.shape[0]
    for block in range(first, last):
        count = edges[block + 1] - edges[block]
        if count < 2 or count > largest:  # noqa: PLR2004 - a pair takes two
            continue
        rows = order[edges[block] : edges[block + 1]]
        pack(rows, rows, filters, ones, source_of, words, side)
        for s in range(sources):
            for t in range(s, sources):
                a, b, c, d = side.groups[s], side.groups[s + 1], side.groups[t], side.groups[t + 1]
                if a == b or c == d or (wanted[s, t] == 0 and wanted[t, s] == 0):
                    continue
                sizes = wanted[s, t], wanted[t, s]
                search_groups(
                    side,
                    side,
                    a,
                    b,
                    c,
                    d,
                    s == t,
                    s,
                    t,
                    sizes[0],
                    sizes[1],
                    floor,
                    words,
                    words,
                    entries,
                    bars,
                    bars,
                )
