"""After how many words a tile is worth looking at, to leave it where no pair can reach the threshold any more."""

import numpy as np
import numpy.typing as npt

from linkage.search.packing import Words
from linkage.search.tile import LANES

_SAMPLED = 8 * LANES  # records of each side: 64 tiles
_LOOK = 2  # what a look costs, in words


def words_before_look(a: Words, b: Words, threshold: float) -> int:
    """Return the number of words after which to look, all of them where a look does not pay.

    The choice rests on 64 records of each side, taken at even distances; it decides what a search costs, never what
    it finds.
    """
    words = int(a.shape[1])
    if len(a) == 0 or len(b) == 0 or words == 1:
        return words
    ours, theirs = (filters[np.linspace(0, len(filters) - 1, _SAMPLED).astype(np.int64)] for filters in (a, b))
    costs = [head + _LOOK + _alive(ours, theirs, threshold, head) * (words - head) for head in range(1, words)]
    return 1 + int(np.argmin([*costs, words]))


def _alive(a: Words, b: Words, threshold: float, head: int) -> float:
    """Share of the tiles with a pair that may reach the threshold, to judge by the first ``head`` words."""
    common = np.bitwise_count(a[:, None, :head] & b[None, :, :head]).sum(axis=2, dtype=np.int64)
    rest = np.minimum(_ones(a[:, head:])[:, None], _ones(b[:, head:])[None, :])
    may = 2.0 * (common + rest) >= threshold * (_ones(a)[:, None] + _ones(b)[None, :])
    tiles = may.reshape(len(a) // LANES, LANES, len(b) // LANES, LANES)
    return float(tiles.any(axis=(1, 3)).mean())


def _ones(filters: Words) -> npt.NDArray[np.int64]:
    ones: npt.NDArray[np.int64] = np.bitwise_count(filters).sum(axis=1, dtype=np.int64)
    return ones
