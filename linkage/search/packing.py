"""Filters laid out in tiles of eight records, word by word, for ``linkage.search.tile``."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from linkage.search.tile import LANES, bits_set

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

_CACHE_LINE = 8  # words

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile without numba's reference counts, which cost as much as searching a small block does.

    Such a function may not make an array.
    """
    decorate: Any = njit
    made: _Function = decorate(nogil=True, cache=True, _nrt=False)(function)
    return made


class Side(NamedTuple):
    """Records in groups of eight; a group holds records of one source, and places that stay over hold none.

    ``tiles``: word w of the record at place p at (p // 8 * words + w) * 8 + p % 8. By place: ``rows`` (-1 for none),
    ``slots`` (the list a record's nearest are kept in), ``ones`` (infinite for none) and ``rest``, the bits set after
    the first ``head`` words. ``groups``: (sources + 1) the first group of each source.
    """

    tiles: Words
    rows: Ints
    slots: Ints
    ones: Reals
    rest: Reals
    groups: Ints


def empty_side(records: int, sources: int, words: int) -> Side:
    """Return room for ``records`` records in any division over ``sources`` sources."""
    places = (records // LANES + sources + 1) * LANES
    memory = np.empty(places * words + _CACHE_LINE, dtype=np.uint64)
    # A vector that crosses a cache line is loaded twice.
    first = -(memory.ctypes.data // memory.itemsize) % _CACHE_LINE
    return Side(
        tiles=memory[first : first + places * words],
        rows=np.empty(places, dtype=np.int64),
        slots=np.empty(places, dtype=np.int64),
        ones=np.empty(places),
        rest=np.empty(places),
        groups=np.zeros(sources + 1, dtype=np.int64),
    )


def chunks(side: Side, size: int) -> Iterator[tuple[int, int, int]]:
    """Source, first and last group of each run of at most ``size`` groups of one source."""
    for source in range(len(side.groups) - 1):
        end = int(side.groups[source + 1])
        for first in range(int(side.groups[source]), end, size):
            yield source, first, min(first + size, end)


@compiled
def pack(rows: Ints, slots: Ints, filters: Words, ones: Ints, source_of: Ints, head: int, side: Side) -> None:
    """Fill ``side`` with ``rows``, which come source by source; records without a bit set are left out."""
    words = filters.shape[1]
    place = 0
    source = 0
    side.groups[0] = 0
    for number in range(rows.shape[0]):
        row = rows[number]
        if ones[row] == 0:
            continue
        while source < source_of[row]:
            place = _close_group(place, side)
            source += 1
            side.groups[source] = place // LANES
        tile = place // LANES * words * LANES + place % LANES
        for word in range(words):
            side.tiles[tile + word * LANES] = filters[row, word]
        rest = 0
        for word in range(head, words):
            rest += bits_set(filters[row, word])  # type: ignore[call-arg] # numba adds the typing context
        side.rows[place], side.slots[place], side.ones[place], side.rest[place] = row, slots[number], ones[row], rest
        place += 1
    while source < side.groups.shape[0] - 1:
        place = _close_group(place, side)
        source += 1
        side.groups[source] = place // LANES


@compiled
def _close_group(place: int, side: Side) -> int:
    """Leave the rest of a group without records; return the first place of the next group."""
    while place % LANES != 0:
        side.rows[place], side.slots[place], side.ones[place], side.rest[place] = -1, -1, np.inf, 0.0
        place += 1
    return place


@compiled
def common_bits(left: Words, i: int, right: Words, j: int, words: int) -> int:
    """Bits that the records at places ``i`` and ``j`` have in common."""
    ours = i // LANES * words * LANES + i % LANES
    theirs = j // LANES * words * LANES + j % LANES
    common = 0
    for word in range(words):
        common += bits_set(left[ours + word * LANES] & right[theirs + word * LANES])  # type: ignore[call-arg]
    return common
