"""Bloom filters by clkhash; the only module that imports it.

clkhash sets bits in Python, and the same token comes back in thousands of values. So clkhash encodes each distinct
token once, as a one-feature record of its own, and the filter of a value is the OR of the filters of its tokens, which
is what clkhash computes too (Schnell, Bachteler and Reiher 2009). tests/linkage/test_encode_golden.py holds whole
records to clkhash's own output.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from clkhash.clk import generate_clks
from clkhash.comparators import ExactComparison, NgramComparison
from clkhash.field_formats import BitsPerFeatureStrategy, BitsPerTokenStrategy, FieldHashingProperties, StringSpec
from clkhash.schema import Schema
from numpy.typing import NDArray

from linkage.errors import EncodingRefused

Filters = NDArray[np.uint8]
Insertions = Callable[[int], tuple[int, ...]]

_CHUNK = 32_768
_BIGRAMS = NgramComparison(2)
_POSITIONAL = NgramComparison(1, positional=True)


def bigrams(value: str) -> list[str]:
    """Bigrams of ``value`` padded with one blank at each end."""
    return list(_BIGRAMS.tokenize(value))


def positional_characters(value: str) -> list[str]:
    """Each character of ``value`` with its place, so that a wrong digit costs one token."""
    return list(_POSITIONAL.tokenize(value))


def per_token(bits: int) -> Insertions:
    """Every token is inserted ``bits`` times: Dice of filters follows Dice of token sets."""
    insertions: Insertions = BitsPerTokenStrategy(bits).bits_per_token
    return insertions


def per_feature(bits: int) -> Insertions:
    """A value is inserted ``bits`` times in all, shared over its tokens: long values weigh no more than short ones."""
    insertions: Insertions = lru_cache(maxsize=None)(BitsPerFeatureStrategy(bits).bits_per_token)
    return insertions


def filters(values: Sequence[Sequence[str]], insertions: Insertions, *, key: bytes, bits: int) -> Filters:
    """Bloom filters of values given by their tokens: uint8, one row of ``bits`` / 8 bytes per value.

    A value without tokens sets no bit. Raises ``EncodingRefused``, without any token, when clkhash refuses.
    """
    tokens, offsets = _distinct(values, insertions)
    vocabulary: dict[tuple[str, int], int] = {}
    codes = np.array([vocabulary.setdefault(token, len(vocabulary)) for token in tokens], dtype=np.int64)
    known = _token_filters(list(vocabulary), key=key, bits=bits)
    out = np.zeros((len(values), bits // 8), dtype=np.uint8)
    for start in range(0, len(values), _CHUNK):
        bounds = offsets[start : start + _CHUNK + 1]
        filled = np.flatnonzero(np.diff(bounds))
        if len(filled):
            here = known[codes[bounds[0] : bounds[-1]]]
            out[start + filled] = np.bitwise_or.reduceat(here, bounds[filled] - bounds[0], axis=0)
    return out


def _distinct(
    values: Sequence[Sequence[str]], insertions: Insertions
) -> tuple[list[tuple[str, int]], NDArray[np.int64]]:
    """All tokens of all values with their number of insertions, and where each value starts."""
    tokens = [pair for value in values for pair in zip(value, insertions(max(len(value), 1)), strict=False)]
    lengths = np.fromiter(map(len, values), dtype=np.int64, count=len(values))
    return tokens, np.concatenate(([0], np.cumsum(lengths)))


def _token_filters(tokens: Sequence[tuple[str, int]], *, key: bytes, bits: int) -> Filters:
    """The filter of each single token, encoded by clkhash; tokens with as many insertions go together."""
    out = np.zeros((len(tokens), bits // 8), dtype=np.uint8)
    by_insertions: dict[int, list[int]] = {}
    for place, (_, insertions) in enumerate(tokens):
        by_insertions.setdefault(insertions, []).append(place)
    for insertions, places in by_insertions.items():
        records = [(tokens[place][0],) for place in places]
        encoded = _clkhash(records, _schema(insertions, bits), key)
        out[places] = np.frombuffer(b"".join(clk.tobytes() for clk in encoded), np.uint8).reshape(len(places), -1)
    return out


def _clkhash(records: Sequence[tuple[str]], schema: Schema, key: bytes) -> list[Any]:
    try:
        encoded: list[Any] = generate_clks(records, schema, key, validate=False, max_workers=1)
    except (ValueError, TypeError, UnicodeError):
        msg = "clkhash refused a token. Cure: check that identifiers were normalised before encoding."
        raise EncodingRefused(msg) from None
    return encoded


def _schema(insertions: int, bits: int) -> Schema:
    properties = FieldHashingProperties(ExactComparison(), BitsPerTokenStrategy(insertions), hash_type="blakeHash")
    return Schema([StringSpec("token", properties)], bits)
