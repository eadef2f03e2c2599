"""Short lists of items in arrays, for compiled code: the first so many places count."""

from numba import njit

from linkage.draws.component import Ints


@njit(nogil=True, cache=True)
def with_item(list_of: Ints, held: int, item: int, out: Ints) -> int:
    """Write the ascending list with ``item`` added to ``out``, which may be the list itself; return its length."""
    place = held
    while place > 0 and list_of[place - 1] > item:
        out[place] = list_of[place - 1]
        place -= 1
    for before in range(place):
        out[before] = list_of[before]
    out[place] = item
    return held + 1


@njit(nogil=True, cache=True)
def without_item(list_of: Ints, held: int, item: int, out: Ints) -> int:
    """Write the list without ``item`` to ``out``, which may be the list itself; return its length."""
    kept = 0
    for place in range(held):
        other = list_of[place]
        if other != item:
            out[kept] = other
            kept += 1
    return kept
