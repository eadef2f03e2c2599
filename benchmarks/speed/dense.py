"""Dense search: every filter of one set against every filter of another, 1,024 bits, against anonlink.

anonlink's accelerated Dice runs on one thread, as we do against it. Half of the bits are set, as cryptographic
long-term keys are tuned; one record in ten has a partner with one bit in twenty flipped.
"""

import time
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
from bitarray import bitarray
from numba import njit

from benchmarks.speed.ratio import Ratio, Side, interleaved
from linkage.search.above import pairs_above
from linkage.search.blocks import search_blocks
from linkage.search.held import Nearest

Words = npt.NDArray[np.uint64]

THRESHOLDS = (0.7, 0.8, 0.9)
QUOTED = 0.8  # the threshold of the tools' examples
COUNTED = 0.6  # so near to strangers that no look before the last word pays: every word is counted
BITS = 1024
PARTNERS = 10
FLIPPED = 0.05
SEED = 20
NEIGHBOURS = 5
FLOOR = 0.15
UNIT = "pairs"
STEPS = 100_000_000
CYCLES_A_STEP = 4  # a multiplication of three and an exclusive or of one, each waiting for the other


def measure(*, quick: bool) -> list[Ratio]:
    """Return the ratios to anonlink at three thresholds and for nearest records, and of two threads to one."""
    ours, theirs = (10_000, 2_000) if quick else (25_000, 6_000)
    repeats = 1 if quick else 5
    a, b = filters(ours, SEED)
    note = _cycles(a, b)
    ratios = []
    for threshold in THRESHOLDS:
        suffix = "" if threshold == QUOTED else f"_{100 * threshold:.0f}"
        mine = Side(f"pairs_above {threshold}", partial(pairs_above, a, b, threshold, 1), float(ours) ** 2)
        anchor = Side("anonlink", _anonlink(a[:theirs], b[:theirs], threshold, None), float(theirs) ** 2)
        ratios.append(interleaved(f"dense_vs_anonlink{suffix}", mine, anchor, unit=UNIT, repeats=repeats, note=note))
    return [*ratios, _nearest(a, b, theirs, repeats), _threads(a, b, 1 if quick else 9)]


def filters(records: int, seed: int) -> tuple[Words, Words]:
    """Two sets of filters with half of their bits set; the first tenth are partners, row by row."""
    random = np.random.default_rng(seed)
    share = random.uniform(0.3, 0.7, BITS)
    a, b = (random.random((records, BITS)) < share for _ in range(2))
    partners = records // PARTNERS
    b[:partners] = a[:partners] ^ (random.random((partners, BITS)) < FLIPPED)
    first, second = (np.packbits(each, axis=1, bitorder="little").view(np.uint64) for each in (a, b))
    return first, second


def _anonlink(a: Words, b: Words, threshold: float, neighbours: int | None) -> partial[Any]:
    """Its search, on filters in its own form."""
    # By name: only the benchmarks' environment has anonlink.
    dice = import_module("anonlink.similarities").dice_coefficient_accelerated
    sets = []
    for each in (a, b):
        sets.append([bitarray(endian="little") for _ in each])
        for row, bits in zip(each, sets[-1], strict=True):
            bits.frombytes(row.tobytes())
    return partial(dice, sets, threshold, k=neighbours)


def _nearest(a: Words, b: Words, theirs: int, repeats: int) -> Ratio:
    """Each record's five nearest of the other set; ours looks at each pair once for both, anonlink for one of them."""
    together = np.concatenate([a, b])
    ones = np.bitwise_count(together).sum(axis=1, dtype=np.int64)
    source_of = np.repeat([0, 1], len(a))
    wanted = np.array([[0, NEIGHBOURS], [NEIGHBOURS, 0]])
    block = {"order": np.arange(len(together)), "edges": np.array([0, len(together)])}

    def search() -> None:
        held = Nearest.of(len(together), 2, NEIGHBOURS)
        search_blocks(held, together, ones, source_of, wanted=wanted, floor=FLOOR, threads=1, **block)

    mine = Side("search_blocks", search, float(len(a)) ** 2)
    anchor = Side("anonlink", _anonlink(a[:theirs], b[:theirs], FLOOR, NEIGHBOURS), float(theirs) ** 2)
    note = f"{NEIGHBOURS} nearest; ours for both records of a pair"
    return interleaved("dense_nearest_vs_anonlink", mine, anchor, unit=UNIT, repeats=repeats, note=note)


def _threads(a: Words, b: Words, repeats: int) -> Ratio:
    """Two threads against one, by the clock on the wall."""
    work = float(len(a)) ** 2
    two, one = (Side(f"{threads} threads", partial(pairs_above, a, b, COUNTED, threads), work) for threads in (2, 1))
    return interleaved("dense_two_threads_vs_one", two, one, unit=UNIT, repeats=repeats, clock=time.perf_counter)


def _cycles(a: Words, b: Words) -> str:
    """Processor cycles a pair where every word is counted."""
    _chain(1, 3)
    pairs_above(a[:8], b[:8], COUNTED, 1)
    started = time.process_time()
    _chain(STEPS, 3)
    turned = time.process_time()
    pairs_above(a, b, COUNTED, 1)
    pair = (time.process_time() - turned) / (len(a) * len(b))
    cycle = (turned - started) / (CYCLES_A_STEP * STEPS)
    return f"{pair / cycle:.2f} cycles a pair where every word is counted, at {1e-9 / cycle:.1f} GHz"


@njit(nogil=True, cache=True)
def _chain(steps: int, value: int) -> int:
    """Steps of which each waits for the one before."""
    for _ in range(steps):
        value = (value * value) ^ 12345
    return value
