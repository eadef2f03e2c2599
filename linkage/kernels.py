"""Compiled inner loops over bit filters, and a way to run them on several threads without changing their result.

Each kernel has a plain numpy counterpart that the tests hold it to. Kernels release the interpreter lock and write only
the rows they are given, so the number of threads never reaches the result.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, types
from numba.extending import intrinsic

Words = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

CHUNKS_PER_THREAD = 4


@intrinsic
def _popcount(typing_context: Any, word: Any) -> Any:  # noqa: ANN401, ARG001 - numba's signature
    """Bits set in a 64-bit word: LLVM's ctpop, one instruction on every machine of the last decade."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


@njit(nogil=True, cache=True)
def _common(a: Words, i: int, b: Words, j: int) -> int:
    total = np.uint64(0)
    for word in range(a.shape[1]):
        total += _popcount(a[i, word] & b[j, word])  # type: ignore[call-arg] # numba adds the typing context
    return np.int64(total)  # type: ignore[return-value] # compiled: numpy's integer is the integer


@njit(nogil=True, cache=True)
def best_dice(  # noqa: PLR0913, PLR0917 - a compiled kernel takes arrays, not objects
    first: int,
    last: int,
    left: Ints,
    right: Ints,
    codes_left: Codes,
    codes_right: Codes,
    filters: Words,
    ones: Ints,
    dice: Floats,
    cover: Floats,
) -> None:
    """For pairs ``first`` to ``last``: the best Dice and the best overlap coefficient over two sets of values.

    ``codes_left``, ``codes_right``: (records, members) codes into ``filters``. Writes ``dice`` and ``cover``; -1 where
    either set is empty.
    """
    for pair in range(first, last):
        best = -1.0
        covered = -1.0
        for s in range(codes_left.shape[1]):
            a = codes_left[left[pair], s]
            if a < 0:
                continue
            for t in range(codes_right.shape[1]):
                b = codes_right[right[pair], t]
                if b < 0:
                    continue
                common = ones[a] if a == b else _common(filters, a, filters, b)
                total = ones[a] + ones[b]
                best = max(best, 2.0 * common / total if total > 0 else 0.0)
                smaller = min(ones[a], ones[b])
                covered = max(covered, common / smaller if smaller > 0 else 0.0)
        dice[pair] = best
        cover[pair] = covered


@njit(nogil=True, cache=True)
def _keep(found: Codes, scores: Floats, held: int, j: int, score: float) -> None:
    """Put row ``j`` among the ``held`` best, highest score first, after those of the same score; the last falls out."""
    place = held - 1
    while place > 0 and scores[place - 1] < score:
        scores[place], found[place] = scores[place - 1], found[place - 1]
        place -= 1
    scores[place], found[place] = score, j


@njit(nogil=True, cache=True)
def nearest(  # noqa: PLR0913, PLR0917 - as above
    first: int,
    last: int,
    rows: Ints,
    filters: Words,
    ones: Ints,
    starts: Ints,
    wanted: Ints,
    source_of: Ints,
    floor: float,
    found: Codes,
    scores: Floats,
) -> None:
    """For ``rows`` from ``first`` to ``last``: the ``wanted[own source, s]`` records of each source s nearest by Dice.

    Ties go to the smaller row number. Writes ``found`` (rows, sources, neighbours; -1 where there are fewer) and
    ``scores``. Records without a bit set find nothing and are not found.
    """
    for place in range(first, last):
        i = rows[place]
        if ones[i] == 0:
            continue
        for source in range(starts.shape[0] - 1):
            size = wanted[source_of[i], source]
            held = 0
            bar = floor
            for j in range(starts[source], starts[source + 1]):
                if j == i or ones[j] == 0 or size == 0:
                    continue
                total = ones[i] + ones[j]
                if 2.0 * min(ones[i], ones[j]) < bar * total:
                    continue
                score = 2.0 * _common(filters, i, filters, j) / total
                if score < bar or (held == size and score <= bar):
                    continue
                held = min(held + 1, size)
                _keep(found[place, source], scores[place, source], held, j, score)
                if held == size:
                    bar = scores[place, source, size - 1]


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
