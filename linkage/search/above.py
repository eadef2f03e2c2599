"""All pairs of two sets of filters whose Dice reaches a threshold."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from linkage.search.early import words_before_look
from linkage.search.packing import Ints, Reals, Side, Words, chunks, common_bits, empty_side, pack
from linkage.search.tile import LANES, lowest_bit, passing

CHUNK = 64  # groups: 512 records of the left share one reading of the right
NEAR_CACHE = 512  # words of eight: 32 KB
_ROOM = 1024
_UNROUNDED = 1 - 1e-12  # a bar may let through what then fails exactly, never the other way round
_NO_ROWS = np.zeros(0, dtype=np.int64)
_NO_DICE = np.zeros(0)

Found = tuple[Ints, Ints, Reals]


def pairs_above(a: Words, b: Words, threshold: float, threads: int) -> Found:
    """Return row of ``a``, row of ``b`` and Dice of every pair of Dice >= ``threshold``, sorted by row of a, then b.

    ``a``, ``b``: (records, words) filters. Records without a bit set are in no pair. The number of threads never shows
    in the result.

    Raises:
        ValueError: the filters of ``a`` and ``b`` are not of one width.
    """
    words = a.shape[1]
    if b.shape[1] != words:
        msg = f"filters of {words} and of {b.shape[1]} words cannot be compared. Cure: encode both with one schema."
        raise ValueError(msg)
    head = words_before_look(a, b, threshold)
    left, right = _packed(a, head), _packed(b, head)
    least = threshold / 2 * _UNROUNDED
    bars = np.full(len(left.rows), least), np.full(len(right.rows), least)

    def search(chunk: tuple[int, int, int]) -> Found:
        _, first, last = chunk
        return _above(left, right, first, last, int(right.groups[1]), threshold, words, head, *bars)

    with ThreadPoolExecutor(max_workers=threads) as pool:
        parts = list(pool.map(search, chunks(left, CHUNK)))
    rows = np.concatenate([_NO_ROWS, *(part[0] for part in parts)])
    others = np.concatenate([_NO_ROWS, *(part[1] for part in parts)])
    dice = np.concatenate([_NO_DICE, *(part[2] for part in parts)])
    sorting = np.argsort(rows * len(b) + others, kind="stable")
    return rows[sorting], others[sorting], dice[sorting]


def _packed(filters: Words, head: int) -> Side:
    rows = np.arange(len(filters), dtype=np.int64)
    ones = np.bitwise_count(filters).sum(axis=1, dtype=np.int64)
    side = empty_side(len(filters), 1, filters.shape[1])
    pack(rows, rows, filters, ones, np.zeros_like(rows), head, side)
    return side


@njit(nogil=True, cache=True)
def _above(  # noqa: PLR0913, PLR0917 - a compiled kernel takes arrays, not objects
    left: Side,
    right: Side,
    first: int,
    last: int,
    right_last: int,
    threshold: float,
    words: int,
    head: int,
    left_bars: Reals,
    right_bars: Reals,
) -> Found:
    """The pairs of groups ``first`` to ``last`` of the left with all of the right, in no order that is promised."""
    rows, others, dice = np.empty(_ROOM, np.int64), np.empty(_ROOM, np.int64), np.empty(_ROOM, np.float64)
    count = 0
    step = max(NEAR_CACHE // words, 1)
    for block in range(0, right_last, step):
        for i in range(first, last):
            for j in range(block, min(block + step, right_last)):
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
                if mask == 0:
                    continue
                if count + LANES * LANES > rows.shape[0]:
                    rows, others, dice = _larger(rows), _larger(others), _larger(dice)
                while mask != 0:
                    bit = lowest_bit(mask)
                    mask &= mask - np.uint64(1)
                    one, other = i * LANES + bit // LANES, j * LANES + bit % LANES
                    common = common_bits(left.tiles, one, right.tiles, other, words)
                    score = 2.0 * common / (left.ones[one] + right.ones[other])
                    if score >= threshold:
                        rows[count], others[count], dice[count] = left.rows[one], right.rows[other], score
                        count += 1
    return rows[:count], others[:count], dice[:count]


@njit(nogil=True, cache=True)
def _larger(array: Ints) -> Ints:
    """The same numbers with room for as many again."""
    larger = np.empty(2 * array.shape[0], array.dtype)
    larger[: array.shape[0]] = array
    return larger
