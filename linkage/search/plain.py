"""What the searches return, said in plain numpy over all pairs; for tests and for reading."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from linkage.search.packing import Ints, Reals, Words

Flags = npt.NDArray[np.bool_]
_NOBODY = -1.0


def plain_dice(a: Words, b: Words) -> Reals:
    """Return (len(a), len(b)) Dice: 2 |A and B| / (|A| + |B|); -1 where either has no bit set."""
    common = np.bitwise_count(a[:, None, :] & b[None, :, :]).sum(axis=2, dtype=np.int64)
    ones = (np.bitwise_count(filters).sum(axis=1, dtype=np.int64) for filters in (a, b))
    left, right = np.meshgrid(*ones, indexing="ij")
    dice = np.full(common.shape, _NOBODY)
    np.divide(2.0 * common, left + right, out=dice, where=(left > 0) & (right > 0))
    return dice


def plain_pairs_above(a: Words, b: Words, threshold: float) -> tuple[Ints, Ints, Reals]:
    """As ``above.pairs_above``."""
    dice = plain_dice(a, b)
    left, right = np.nonzero((dice >= threshold) & (dice >= 0))
    return left, right, dice[left, right]


def plain_nearest(
    filters: Words, source_of: Ints, *, wanted: Ints, floor: float, passes: Sequence[tuple[Ints, Ints]]
) -> tuple[npt.NDArray[np.int32], Reals]:
    """As ``blocks.search_blocks`` over ``passes`` of (order, edges): rows found (-1 for none) and their Dice."""
    dice = plain_dice(filters, filters)
    met = _met(len(filters), passes)
    shape = (len(filters), len(wanted), int(wanted.max(initial=1)))
    found, scores = np.full(shape, -1, dtype=np.int32), np.full(shape, -1.0)
    for row, source in enumerate(source_of.tolist()):
        for other, size in enumerate(wanted[source].tolist()):
            rows = np.flatnonzero(met[row] & (source_of == other) & (dice[row] >= max(floor, 0.0)))
            best = rows[np.lexsort((rows, -dice[row, rows]))][:size]
            found[row, other, : len(best)], scores[row, other, : len(best)] = best, dice[row, best]
    return found, scores


def _met(records: int, passes: Sequence[tuple[Ints, Ints]]) -> Flags:
    """Which pairs of records are in one block of any pass."""
    met = np.zeros((records, records), dtype=np.bool_)
    for order, edges in passes:
        block = np.full(records, -1)
        block[order] = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
        met |= (block[:, None] == block[None, :]) & (block >= 0)[:, None]
    np.fill_diagonal(met, val=False)
    return met
