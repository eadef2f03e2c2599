"""Each record's nearest records so far, kept by exact comparison, so that the order of meeting never matters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.search.packing import Ints, Reals, compiled

NONE = -1
WIDEST = 2**14 - 1

# A list is sorted numbers: the step of the Dice, counted down from the top, times 2^32, plus the row. Two different
# Dice of filters of at most WIDEST bits differ by 2 / (2 WIDEST)^2 or more, which is two steps.
_STEPS = 2**30
_ROW_BITS = 32
_NOBODY = 2**63 - 1  # after every record; its lower half, as a row number, is -1
_UNROUNDED = 1 - 1e-12  # a bar may let through what then fails exactly, never the other way round


@dataclass(frozen=True)
class Nearest:
    """The nearest records of each record (or of each chosen one) in every source, nearest first.

    ``entries``: (records, sources, neighbours) int64, ascending in each list. Ties in Dice go to the smaller row.
    """

    entries: Ints

    @staticmethod
    def of(records: int, sources: int, neighbours: int) -> "Nearest":
        """Return lists that hold nothing yet."""
        return Nearest(np.full((records, sources, neighbours), _NOBODY, dtype=np.int64))

    @property
    def found(self) -> npt.NDArray[np.int32]:
        """(records, sources, neighbours) row numbers, -1 where there are fewer; a view of ``entries``."""
        halves = self.entries.astype("<i8", copy=False).view("<i4").reshape(*self.entries.shape, 2)
        return halves[..., 0]

    def dice(self, ones: Ints, rows: Ints | None = None) -> Reals:
        """Return (records, sources, neighbours) Dice, -1 where there are fewer; ``ones``: bits set of each record.

        ``rows``: whose lists these are, where they are not those of all records in order.
        """
        found = self.found
        own = ones if rows is None else ones[rows]
        total = own[:, None, None] + ones[found]
        near = (_STEPS - (self.entries >> _ROW_BITS) + 0.5) / _STEPS
        dice = np.full(found.shape, -1.0)
        np.divide(2.0 * np.rint(near * total / 2), total, out=dice, where=found != NONE)
        return dice


def refuse_wide(words: int) -> None:
    """Raise ValueError where filters of ``words`` words are too wide for a list to tell two Dice apart."""
    if words * 64 > WIDEST:
        msg = f"filters of {words * 64} bits; a search takes at most {WIDEST}. Cure: fold them (XOR) to fewer bits."
        raise ValueError(msg)


@compiled
def bar(entries: Ints, slot: int, source: int, size: int, floor: float, coming: int) -> float:
    """Common bits per one (half the Dice) that a record must reach to be worth offering to a list of ``size``.

    ``coming``: no row below it will be met before the bar is set anew; where the list's last has a smaller row, a tie
    with it loses and the bar stands just above.
    """
    if size == 0:
        return np.inf
    last = entries[slot, source, size - 1]
    if last == _NOBODY:
        return floor / 2 * _UNROUNDED
    step = _STEPS - (last >> _ROW_BITS)
    # A Dice lies between its step and the next; the next larger Dice is two steps further or more.
    margin = 1.5 if last & (2**_ROW_BITS - 1) < coming else -0.5
    # Never below 0: a place without a record has infinite ones, which must stay out of reach.
    return float(max((step + margin) / (2.0 * _STEPS), 0.0))


@compiled
def entry(common: int, total: int, row: int) -> int:
    """What stands for ``row`` in a list, for so many common bits of ``total`` ones."""
    return (_STEPS - int(2.0 * common / total * _STEPS) << _ROW_BITS) | row


@compiled
def offer(entries: Ints, slot: int, source: int, size: int, new: int) -> None:
    """Put the entry ``new`` in its place in a list of at most ``size``, if it is among the best and not there yet."""
    if size == 0 or new >= entries[slot, source, size - 1]:
        return
    place = size - 1
    while place > 0 and entries[slot, source, place - 1] >= new:
        place -= 1
    if entries[slot, source, place] == new:
        return
    for later in range(size - 1, place, -1):
        entries[slot, source, later] = entries[slot, source, later - 1]
    entries[slot, source, place] = new
