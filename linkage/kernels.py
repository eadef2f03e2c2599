"""Compiled inner loops over bit filters, and a way to run them on several threads without changing their result.

Each kernel has a plain numpy counterpart that the tests hold it to. Kernels release the interpreter lock and write only
the rows they are given, so the number of threads never reaches the result.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

from linkage.popcount import common_bits, prefetch

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
Number = TypeVar("Number", np.int32, np.uint64)

CHUNKS_PER_THREAD = 4
AHEAD = 16
"""Pairs between asking for a filter and reading it."""
LINE = 64
"""Bytes of a cache line. What begins on one is not spread over more lines than it needs."""


@njit(nogil=True, cache=True)
def common_of_pairs(first: int, last: int, left: Ints, right: Ints, filters: Words, words: int, common: Counts) -> None:
    """For pairs ``first`` to ``last``: the bits that each filter of the left row has in common with the right row's.

    ``filters``: flat, the filters of a row one after another, each of ``words`` words; best ``aligned``. Writes
    ``common`` (pairs, filters of a row).
    """
    fields = common.shape[1]
    width = fields * words
    for pair in range(first, last):
        ahead = min(pair + AHEAD, last - 1)
        for word in range(0, width, LINE // 8):
            prefetch(filters, right[ahead] * width + word)  # type: ignore[call-arg] # numba adds the typing context
            if left[ahead] != left[ahead - 1]:
                prefetch(filters, left[ahead] * width + word)
        a, b = left[pair] * width, right[pair] * width
        for field in range(fields):
            common[pair, field] = common_bits(filters, a + field * words, filters, b + field * words, words)


def aligned(size: int, kind: type[Number]) -> npt.NDArray[Number]:
    """Return so many zeros that begin on a cache line: ``LINE``."""
    raw = np.zeros(size * np.dtype(kind).itemsize + LINE, dtype=np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + size * np.dtype(kind).itemsize].view(kind)


def run_in_parts(kernel: Callable[..., None], size: int, threads: int, *arguments: object) -> None:
    """Run ``kernel(first, last, *arguments)`` over 0 to ``size``, split among ``threads``."""
    if threads <= 1 or size == 0:
        kernel(0, size, *arguments)
        return
    edges = np.linspace(0, size, threads * CHUNKS_PER_THREAD + 1).astype(np.int64)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        parts = [pool.submit(kernel, int(first), int(last), *arguments) for first, last in pairwise(edges)]
        for part in parts:
            part.result()
