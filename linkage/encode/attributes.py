"""Encodings of the distinct values of one attribute."""

import hmac
from collections.abc import Sequence

import numpy as np

from linkage.encode.columns import EncodedColumn
from linkage.encode.filters import Filters, bigrams, filters, per_token, positional_characters
from linkage.encode.keys import EncodingKeys
from linkage.normalise.phonetic import phonetic_key
from linkage.profiles import FilterDesign


def encode_values(column: EncodedColumn, values: Sequence[str], keys: EncodingKeys) -> Filters:
    """One row of ``column.bytes`` bytes for each value."""
    key = keys.key(column.purpose)
    if column.design is None:
        return digests(values, key=key, length=column.bytes)
    if column.form == "phonetic":
        values = [phonetic_key(value, column.language) for value in values]
    tokens = [tokens_of(value, column.design) for value in values]
    return filters(tokens, per_token(column.design.bits_per_token), key=key, bits=column.design.bits)


def tokens_of(value: str, design: FilterDesign) -> list[str]:
    """The tokens that stand for a value in a filter."""
    match design.tokens:
        case "bigrams":
            return bigrams(value)
        case "positional":
            return positional_characters(value)
        case "words":
            return value.split()
        case "whole":
            return [value]


def digests(values: Sequence[str], *, key: bytes, length: int) -> Filters:
    """HMAC-SHA-256 of each value, cut to ``length`` bytes: equal values are equal, nothing else shows."""
    joined = b"".join(hmac.digest(key, value.encode(), "sha256")[:length] for value in values)
    return np.frombuffer(joined, np.uint8).reshape(len(values), length)
