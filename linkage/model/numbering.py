"""Numbering of keys: which of the distinct keys each one is, by a hash table, in one compiled pass."""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]
Levels = npt.NDArray[np.int8]

SMALLEST_TABLE = 1024
_EVERY_ONE = np.ones(0)
"""Stands for a weight of 1 for every key."""
_MIXING = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: multiplying by it spreads keys over the high bits (Knuth 1998, section 6.4)."""


@njit(nogil=True, cache=True)
def pack_levels(levels: Levels, first: int, start: int, end: int, radix: int, keys: Ints) -> bool:
    """Append ``levels[first + i, start:end]`` to ``keys[i]`` as digits; whether all were digits of this radix."""
    fits = True
    for row in range(keys.shape[0]):
        key = keys[row]
        for column in range(start, end):
            level = np.int64(levels[first + row, column])
            if level < 0 or level >= radix:
                fits = False
            key = key * radix + level
        keys[row] = key
    return fits


@njit(nogil=True, cache=True)
def _number(
    keys: Ints, done: int, weight: Floats, slots: Ints, distinct: Ints, sums: Floats, held: int, rows: Rows
) -> tuple[int, int]:
    """Number ``keys`` from ``done`` on by first appearance; stop early where the table is half full.

    ``slots``: (size, 2) key and number, -1 where free; the size is a power of two. Returns how many keys are done and
    how many distinct ones are held.
    """
    mask = slots.shape[0] - 1
    shift = np.uint64(64)
    while mask >> (64 - np.int64(shift)):
        shift -= np.uint64(1)
    for place in range(done, keys.shape[0]):
        key = keys[place]
        slot = np.int64((np.uint64(key) * _MIXING) >> shift)
        while slots[slot, 1] >= 0 and slots[slot, 0] != key:
            slot = (slot + 1) & mask
        number = slots[slot, 1]
        if number < 0:
            if held == distinct.shape[0]:
                return place, held
            number = held
            slots[slot, 0], slots[slot, 1], distinct[held] = key, number, key
            held += 1
        sums[number] += weight[place] if weight.shape[0] else 1.0
        rows[place] = number
    return keys.shape[0], held


class Numbering:
    """Distinct keys by first appearance, each with the sum of its weights, added in the order of the keys.

    Memory grows with the number of distinct keys alone, at most 2^31.
    """

    def __init__(self) -> None:
        """Begin without keys."""
        self._held = 0
        self._slots, self._distinct, self._sums = _room(SMALLEST_TABLE)

    def __len__(self) -> int:
        """Return the number of distinct keys so far."""
        return self._held

    @property
    def distinct(self) -> Ints:
        """The distinct keys, by first appearance."""
        return self._distinct[: self._held]

    @property
    def sums(self) -> Floats:
        """Sum of the weights of each."""
        return self._sums[: self._held]

    def number(self, keys: Ints, weight: Floats | None = None) -> Rows:
        """Return the number of each key, new keys taking the next numbers; without ``weight`` each weighs 1."""
        rows = np.empty(len(keys), dtype=np.int32)
        weight, done = _EVERY_ONE if weight is None or not len(keys) else weight, 0
        while True:
            done, self._held = _number(keys, done, weight, self._slots, self._distinct, self._sums, self._held, rows)
            if done == len(keys):
                return rows
            self._grow()

    def _grow(self) -> None:
        """Double the table, and put in again what it held."""
        old, sums = self.distinct, self.sums
        self._slots, self._distinct, self._sums = _room(2 * len(self._slots))
        _number(old, 0, sums, self._slots, self._distinct, self._sums, 0, np.empty(len(old), dtype=np.int32))


def _room(size: int) -> tuple[Ints, Ints, Floats]:
    slots = np.full((size, 2), -1, dtype=np.int64)
    return slots, np.empty(size // 2, dtype=np.int64), np.zeros(size // 2)


def count_keys(keys: Ints, weight: Floats | None = None) -> tuple[Ints, Rows, Floats]:
    """Return the distinct keys, ascending; which of them each key is; and the sum of the weights of each.

    Weights of equal keys are added in the order given; without ``weight`` each key weighs 1.
    """
    table = Numbering()
    rows = table.number(keys, weight)
    order = np.argsort(table.distinct)
    return table.distinct[order], ranks(order)[rows], table.sums[order]


def ranks(order: Ints) -> Rows:
    """Return the place in ``order`` of each number."""
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank
