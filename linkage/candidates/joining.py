"""Compiled enumeration of the pairs within blocks, and across two sets of blocks."""

import numpy as np
import numpy.typing as npt
from numba import njit

Rows = npt.NDArray[np.int64]


@njit(nogil=True, cache=True)
def pairs_within_blocks(order: Rows, starts: Rows, sizes: Rows, left: Rows, right: Rows) -> None:
    """Write all pairs of rows of each block: block b is ``order[starts[b] : starts[b] + sizes[b]]``.

    ``left``, ``right``: as long as there are pairs, size times size less one, over two, summed over the blocks.
    """
    place = 0
    for block in range(len(starts)):
        first, last = starts[block], starts[block] + sizes[block]
        for i in range(first, last):
            for j in range(i + 1, last):
                left[place] = order[i]
                right[place] = order[j]
                place += 1


@njit(nogil=True, cache=True)
def pairs_across_blocks(
    left_order: Rows,
    left_starts: Rows,
    left_sizes: Rows,
    right_order: Rows,
    right_starts: Rows,
    right_sizes: Rows,
    left: Rows,
    right: Rows,
) -> None:
    """Write every row of each left block with every row of the right block of the same number."""
    place = 0
    for block in range(len(left_starts)):
        for i in range(left_starts[block], left_starts[block] + left_sizes[block]):
            for j in range(right_starts[block], right_starts[block] + right_sizes[block]):
                left[place] = left_order[i]
                right[place] = right_order[j]
                place += 1
