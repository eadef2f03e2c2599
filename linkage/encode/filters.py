"""Bloom filters of distinct values: each token is hashed once, its bits are set in every value that has it.

clkhash's cost is setting bits in Python, not cryptography, and the same bigram comes back in thousands of names. So
hashlib gives the bit positions of each distinct token, once, and compiled code sets them (Schnell, Bachteler and Reiher
2009). The bytes are clkhash's own: ``tests/linkage/test_encode_engine.py`` holds them to clkhash for schemas of every
kind, and every run re-encodes a sample with clkhash itself.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from linkage.encode.kernels import insertion_keys, merge_tokens, set_bits
from linkage.encode.texts import Codes, Ints
from linkage.encode.tokens import Tokens, numbered
from linkage.errors import EncodingRefused

Filters = NDArray[np.uint8]
Positions = NDArray[np.uint32]
Scheme = Literal["blake", "double", "double_non_singular"]
_HASHED = 65_536  # tokens whose bit positions are held at once
_SHORTS = 32  # 16-bit numbers in one BLAKE2b digest


@dataclass(frozen=True)
class Hashing:
    """How a token becomes bit positions: BLAKE2b slices, or double hashing by HMAC-SHA-1 and HMAC-MD5.

    ``keys`` are clkhash's: the first for BLAKE2b and SHA-1, the second for MD5. ``bits``: length of a filter, a
    multiple of 8; for BLAKE2b a power of two. ``characters``: how a token becomes bytes.
    """

    scheme: Scheme
    keys: tuple[bytes, ...] = field(repr=False)
    bits: int
    characters: str = "utf-8"


@dataclass(frozen=True)
class Insertions:
    """How often tokens are inserted: each ``times``, or with ``shared`` all tokens of a value ``times`` together."""

    times: int
    shared: bool = False

    def most(self, tokens: Tokens) -> int:
        """The largest number of insertions of one token."""
        sizes = np.diff(tokens.offsets)
        filled = sizes[sizes > 0]
        if not len(filled):
            return 0
        return -(-self.times // int(filled.min())) if self.shared else self.times


def filters(tokens: Tokens, insertions: Insertions, hashing: Hashing) -> Filters:
    """Bloom filters (uint8, one row of ``hashing.bits`` / 8 bytes per value); no bit of a value without tokens.

    Raises ``EncodingRefused``, without any token, for a token that has no bytes in ``hashing.characters``.
    """
    codes, known = token_filters(tokens, insertions, hashing)
    out = np.zeros((len(tokens), hashing.bits // 8), dtype=np.uint8)
    merge_tokens(np.arange(len(tokens), dtype=np.int32), codes, tokens.offsets, known, out)
    return out


def token_filters(tokens: Tokens, insertions: Insertions, hashing: Hashing) -> tuple[Codes, Filters]:
    """A code per token of each value, into the filters of the distinct tokens as often as they are inserted.

    Raises as ``filters``.
    """
    most = insertions.most(tokens)
    codes, inserted, times = _inserted(tokens, insertions, most)
    known = np.zeros((len(inserted), hashing.bits // 8), dtype=np.uint8)
    for first in range(0, len(inserted), _HASHED):
        here = inserted[first : first + _HASHED]
        start = int(here[0])  # tokens ascend
        places = positions(tokens.vocabulary[start : int(here[-1]) + 1], hashing, most)
        set_bits(here - start, times[first : first + _HASHED], places, known[first : first + _HASHED])
    return codes, known


def _inserted(tokens: Tokens, insertions: Insertions, most: int) -> tuple[Codes, Ints, Ints]:
    """A code per token of each value into the distinct pairs of a token and how often it is inserted: those two."""
    if not insertions.shared:
        every = np.arange(len(tokens.vocabulary), dtype=np.int64)
        return tokens.codes, every, np.full(len(every), most, dtype=np.int64)
    keys = np.empty(len(tokens.codes), dtype=np.int64)
    insertion_keys(tokens.codes, tokens.offsets, insertions.times, most + 1, keys)
    known, codes = numbered(keys, len(tokens.vocabulary) * (most + 1))
    return codes, known // (most + 1), known % (most + 1)


def positions(tokens: Sequence[str], hashing: Hashing, count: int) -> Positions:
    """The first ``count`` bit positions of each token: uint32, (tokens, ``count``)."""
    try:
        messages = [token.encode(hashing.characters) for token in tokens]
    except UnicodeError:
        msg = f"a token has no form in {hashing.characters}. Cure: normalise identifiers or choose another encoding."
        raise EncodingRefused(msg) from None
    if not messages or not count:
        return np.zeros((len(messages), count), dtype=np.uint32)
    if hashing.scheme == "blake":
        return _blake(messages, hashing, count)
    return _double(messages, hashing, count)


def _blake(messages: Sequence[bytes], hashing: Hashing, count: int) -> Positions:
    """Slices of 16 bits of keyed BLAKE2b digests; digest number i has i, in digits, as its salt."""
    salts = [str(number).encode() for number in range(-(-count // _SHORTS))]
    key = hashing.keys[0]
    joined = b"".join([blake2b(message, key=key, salt=salt).digest() for message in messages for salt in salts])
    shorts = np.frombuffer(joined, np.uint16).reshape(len(messages), -1)[:, :count]
    return shorts.astype(np.uint32) % np.uint32(hashing.bits)


def _double(messages: Sequence[bytes], hashing: Hashing, count: int) -> Positions:
    """(SHA-1 + i MD5) mod bits; a non-singular MD5 is hashed on until it is no multiple of the length."""
    first, second = hashing.keys[:2]
    starts = [_number(first, message, "sha1") % hashing.bits for message in messages]
    steps = [_step(second, message, hashing) for message in messages]
    products = np.array(steps, dtype=np.int64)[:, None] * np.arange(count, dtype=np.int64)
    return ((np.array(starts, dtype=np.int64)[:, None] + products) % hashing.bits).astype(np.uint32)


def _step(key: bytes, message: bytes, hashing: Hashing) -> int:
    step = _number(key, message, "md5") % hashing.bits
    extra = 0
    while step == 0 and hashing.scheme == "double_non_singular":
        step = _number(key, message + chr(extra).encode(), "md5") % hashing.bits
        extra += 1
    return step


def _number(key: bytes, message: bytes, digest: str) -> int:
    return int.from_bytes(hmac.digest(key, message, digest), "big")
