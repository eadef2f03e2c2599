"""Each record's nearest records so far, kept by exact comparison, so that the order of meeting never matters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from linkage.search.packing import WIDEST

Ints = npt.NDArray[np.int64]
Entries = npt.NDArray[np.int32]

NONE = -1
_HALF = 16  # an entry's share is common bits and total of ones, 16 bits each
_TOTAL = 2**_HALF - 1
# Two different shares of totals below 2^16 differ by more than 2e-10 of their value; rounding is below 1e-15.
SLACK = 1e-12


@dataclass(frozen=True)
class Nearest:
    """The nearest records of each record (or of each chosen one) in every source, nearest first.

    ``entries``: (records, sources, neighbours, 2) int32: row number (-1: none) and share, common bits * 2^16 + ones
    of both. Ties in Dice go to the smaller row.
    """

    entries: Entries

    @staticmethod
    def of(records: int, sources: int, neighbours: int) -> "Nearest":
        """Return lists that hold nothing yet."""
        entries = np.empty((records, sources, neighbours, 2), dtype=np.int32)
        entries[..., 0], entries[..., 1] = NONE, 0
        return Nearest(entries)

    @property
    def found(self) -> Entries:
        """(records, sources, neighbours) row numbers, -1 where there are fewer; a view."""
        return self.entries[..., 0]

    def dice(self, first: int = 0, last: int | None = None) -> npt.NDArray[np.float64]:
        """Return (records, sources, neighbours) Dice of records ``first`` to ``last``, -1 where there are fewer."""
        share = self.entries[first:last, :, :, 1]
        found = self.found[first:last] != NONE
        dice = np.full(share.shape, -1.0)
        np.divide(2.0 * (share >> _HALF), share & _TOTAL, out=dice, where=found)
        return dice


def refuse_wide(words: int) -> None:
    """Raise ValueError where filters of ``words`` words are too wide for a share to be kept."""
    if words * 64 > WIDEST:
        msg = f"filters of {words * 64} bits; a search takes at most {WIDEST}. Cure: fold them (XOR) to fewer bits."
        raise ValueError(msg)


@njit(nogil=True, cache=True)
def bar(entries: Entries, slot: int, source: int, size: int, floor: float, coming: int) -> float:
    """Common bits per one (half the Dice) that a record must reach to be worth offering to a list of ``size``.

    ``coming``: no row below it will be met before the bar is set anew; where the list's last has a smaller row, a tie
    with it loses and the bar stands just above.
    """
    if size == 0:
        return np.inf
    last = entries[slot, source, size - 1, 0]
    if last == NONE:
        return floor / 2 * (1 - SLACK)
    share = entries[slot, source, size - 1, 1]
    value = (share >> _HALF) / (share & _TOTAL)
    return float(value * (1 + SLACK) if last < coming else value * (1 - SLACK))


@njit(nogil=True, cache=True)
def offer(entries: Entries, slot: int, source: int, size: int, floor: float, row: int, common: int, total: int) -> None:
    """Put ``row`` in its place in a list of at most ``size`` if its Dice reaches ``floor`` and it is not there yet."""
    if size == 0 or 2.0 * common / total < floor:
        return
    place = size
    while place > 0:
        other = entries[slot, source, place - 1, 0]
        if other != NONE:
            share = entries[slot, source, place - 1, 1]
            ours = common * np.int64(share & _TOTAL)
            theirs = total * np.int64(share >> _HALF)
            if ours < theirs or (ours == theirs and other <= row):
                break
        place -= 1
    if place == size or (place > 0 and entries[slot, source, place - 1, 0] == row):
        return
    for later in range(size - 1, place, -1):
        entries[slot, source, later, 0] = entries[slot, source, later - 1, 0]
        entries[slot, source, later, 1] = entries[slot, source, later - 1, 1]
    entries[slot, source, place, 0] = row
    entries[slot, source, place, 1] = (common << _HALF) | total
