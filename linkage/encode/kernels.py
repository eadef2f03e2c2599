"""Compiled inner loops of encoding. Each has a plain counterpart that the tests hold it to: clkhash."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Codes = NDArray[np.int32]
Ints = NDArray[np.int64]
Positions = NDArray[np.uint32]


@njit(nogil=True, cache=True)
def gram_keys(
    ranks: Codes, starts: Ints, places: Ints, size: int, base: int, blank: int, positional: int, keys: Ints
) -> None:
    """One number for each n-gram of each value: its characters' ``ranks`` as digits in ``base``.

    Value v has the characters from ``starts[v]`` and writes its ``keys`` from ``places[v]``; it is padded with
    ``size`` - 1 blanks at each end. With ``positional`` 1 the place, from 1, is the leading digit.
    """
    for value in range(starts.shape[0] - 1):
        first, last = starts[value], starts[value + 1]
        for gram in range(places[value + 1] - places[value]):
            key = positional * (gram + 1)
            for at in range(first + gram - size + 1, first + gram + 1):
                key = key * base + (ranks[at] if first <= at < last else blank)
            keys[places[value] + gram] = key


@njit(nogil=True, cache=True)
def insertion_keys(codes: Codes, offsets: Ints, insertions: int, base: int, keys: Ints) -> None:
    """For each token of each value: its code times ``base`` plus how often it is inserted.

    Value v has the tokens ``codes[offsets[v]:offsets[v + 1]]``, inserted ``insertions`` times together: all as often,
    the first ones once more where it does not come out even (clkhash's bitsPerFeature).
    """
    for value in range(offsets.shape[0] - 1):
        size = offsets[value + 1] - offsets[value]
        for token in range(size):
            times = insertions // size + (1 if token < insertions % size else 0)
            keys[offsets[value] + token] = codes[offsets[value] + token] * base + times


@njit(nogil=True, cache=True)
def set_bits(tokens: Ints, times: Ints, positions: Positions, filters: Bytes) -> None:
    """Set in each row of ``filters`` the first ``times`` positions of its token (Schnell, Bachteler and Reiher 2009).

    Bits count from the highest of the first byte.
    """
    for row in range(tokens.shape[0]):
        for insertion in range(times[row]):
            position = positions[tokens[row], insertion]
            filters[row, position >> 3] |= np.uint8(128 >> (position & 7))


@njit(nogil=True, cache=True)
def merge_tokens(values: Codes, codes: Codes, offsets: Ints, known: Bytes, out: Bytes) -> None:
    """OR into each row of ``out`` the rows of ``known`` of the tokens of its value; value -1 adds nothing.

    Value v has the tokens ``codes[offsets[v]:offsets[v + 1]]``.
    """
    for row in range(values.shape[0]):
        value = values[row]
        if value >= 0:
            for place in range(offsets[value], offsets[value + 1]):
                code = codes[place]
                for byte in range(out.shape[1]):
                    out[row, byte] |= known[code, byte]


@njit(nogil=True, cache=True)
def merge(codes: Codes, known: Bytes, out: Bytes) -> None:
    """OR into each row of ``out`` the row of ``known`` of its code; -1 adds nothing."""
    for row in range(codes.shape[0]):
        code = codes[row]
        if code >= 0:
            for byte in range(out.shape[1]):
                out[row, byte] |= known[code, byte]
