"""Encodings of the distinct values of one attribute."""

import hmac
from collections.abc import Sequence

import numpy as np

from linkage.encode.columns import EncodedColumn
from linkage.encode.filters import Filters, bigrams, filters, per_token, positional_characters
from linkage.encode.keys import EncodingKeys
from linkage.normalise.names import is_initials
from linkage.normalise.phonetic import name_sounds
from linkage.normalise.skeleton import skeleton_key
from linkage.normalise.values import postcode_area
from linkage.profiles import FilterDesign


def written(column: EncodedColumn, value: str) -> str | None:
    """What of a normalised value goes into a column; None where the column has nothing to say of it.

    Initials alone are no name where there is a column for initials: they go into that one only.
    """
    match column.form:
        case "area":
            return postcode_area(value)
        case "initial":
            return value[0]
        case "phonetic":
            return None if is_initials(column.kind, value) else name_sounds(value, column.kind, column.language)
        case "skeleton":
            return None if is_initials(column.kind, value) else skeleton_key(value, column.language)
        case "full_name":
            return None if is_initials(column.kind, value) else value
        case _:
            return value


def encode_values(column: EncodedColumn, values: Sequence[str], keys: EncodingKeys) -> Filters:
    """One row of ``column.bytes`` bytes for each value, as ``written`` for the column."""
    key = keys.key(column.purpose)
    if column.design is None:
        return digests(values, key=key, length=column.bytes)
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
