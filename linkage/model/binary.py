"""Yes-or-no vectors counted by pattern: eight comparisons fit a byte, and bytes are packed faster than digits."""

import numpy as np
import numpy.typing as npt

from linkage.model.numbering import Numbering
from linkage.model.patterns import BLOCK, Flags, Floats, Ints, Levels, Patterns, count_patterns

_BYTE = 8
_KEY_BYTES = 7
"""Bytes that a key of 62 bits holds."""


def count_binary(binary: Flags) -> Patterns:
    """Count (pairs, comparisons) vectors of one stratum, all of which may match: level 2 is yes and 1 is no.

    Rows ascend as those of ``count_patterns`` do; ``row_of`` is empty.
    """
    comparisons = binary.shape[1]
    width = -(-comparisons // _BYTE)
    if not 0 < width <= _KEY_BYTES:
        return _by_levels(binary)
    table = Numbering()
    padded = np.zeros((BLOCK, _BYTE * width), dtype=bool)
    for first in range(0, len(binary), BLOCK):
        block = binary[first : first + BLOCK]
        padded[: len(block), :comparisons] = block
        table.number(_keys(np.packbits(padded[: len(block)]).reshape(-1, width)))
    order = np.argsort(table.distinct)
    keys = table.distinct[order]
    places = _BYTE * width - 1 - np.arange(comparisons)
    levels = ((keys[:, None] >> places) & 1).astype(np.int8) + np.int8(1)
    return _patterns(levels, table.sums[order])


def _keys(packed: npt.NDArray[np.uint8]) -> Ints:
    """Bytes of each row as one number, the first comparison in its highest bit."""
    keys = packed[:, 0].astype(np.int64)
    for column in range(1, packed.shape[1]):
        keys <<= _BYTE
        keys += packed[:, column]
    return keys


def _by_levels(binary: Flags) -> Patterns:
    counted = count_patterns(
        np.zeros(len(binary), dtype=np.int64), np.ones(len(binary), dtype=bool), binary + np.int8(1)
    )
    return _patterns(counted.levels, counted.weight)


def _patterns(levels: Levels, weight: Floats) -> Patterns:
    rows = len(weight)
    nothing, everything = np.zeros(rows, dtype=bool), np.ones(rows, dtype=bool)
    return Patterns(np.zeros(rows, dtype=np.int64), everything, levels, weight, np.zeros(0, dtype=np.int32), nothing)
