"""Sets of numbered items joined pair by pair (union by smallest member), for compiled code."""

from numba import njit

from linkage.draws.component import Ints


@njit(nogil=True, cache=True)
def root(parent: Ints, item: int) -> int:
    """Return the smallest member of the set that holds ``item``; the way there is halved for the next time."""
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


@njit(nogil=True, cache=True)
def unite(parent: Ints, one: int, other: int) -> None:
    """Make the sets of two items one."""
    one, other = root(parent, one), root(parent, other)
    if one < other:
        parent[other] = one
    else:
        parent[one] = other


@njit(nogil=True, cache=True)
def numbered(parent: Ints, number: Ints, order: Ints, starts: Ints) -> int:
    """Number the sets by their smallest members and return how many there are.

    Writes each item's ``number``, and to ``order`` the members of each set, ascending, from ``starts`` on.
    """
    count = 0
    for item in range(len(parent)):
        first = root(parent, item)
        if first == item:
            starts[count] = 0
            number[item] = count
            count += 1
        number[item] = number[first]
        starts[number[item]] += 1
    before = 0
    for group in range(count):
        before, starts[group] = before + starts[group], before
    for item in range(len(parent)):
        order[starts[number[item]]] = item
        starts[number[item]] += 1
    for group in range(count, 0, -1):
        starts[group] = starts[group - 1]
    starts[0] = 0
    return count
