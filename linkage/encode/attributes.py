"""The encoded columns of the attributes: each distinct value is written and encoded once, then gathered."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.encode.columns import EncodedColumn
from linkage.encode.engine import merged, value_filters
from linkage.encode.filters import Filters, Hashing, Insertions
from linkage.encode.keys import EncodingKeys
from linkage.encode.reference import TokenRule, key_pair
from linkage.encode.texts import Distinct, Texts
from linkage.normalise.names import is_initials
from linkage.normalise.phonetic import name_sounds, names_sounds
from linkage.normalise.skeleton import skeleton_key, skeleton_keys
from linkage.normalise.values import postcode_area
from linkage.profiles import FilterDesign

Flags = NDArray[np.bool_]
_SHA256_BLOCK = 64
_RULES: dict[str, TokenRule] = {"bigrams": (2, False), "positional": (1, True), "whole": "whole", "words": str.split}


def attribute(column: EncodedColumn, values: Distinct, keys: EncodingKeys) -> pa.Array:
    """One encoded column: fixed width, null where the column has nothing to say of a value."""
    told = values
    if column.form not in {"filter", "digest"}:
        told = values.reduced(written_forms(column, values.texts.to_pylist()))
    key = keys.key(column.purpose)
    if column.design is None:
        known = digests(told.texts, key=key, length=column.bytes)
    else:
        known = designed(told.texts, column.design, key=key)
    return fixed_width(merged([(told.codes, known)], len(told.codes), column.bytes), told.codes >= 0)


def written(column: EncodedColumn, value: str) -> str | None:
    """What of a normalised value goes into a column; None where the column has nothing to say of it.

    Initials alone are no name where there is a column for initials: they go into that one only.
    """
    match column.form:
        case "area":
            return postcode_area(value)
        case "initial":
            return value[:1]
        case "phonetic":
            return None if is_initials(column.kind, value) else name_sounds(value, column.kind, column.language)
        case "skeleton":
            return None if is_initials(column.kind, value) else skeleton_key(value, column.language)
        case "full_name":
            return None if is_initials(column.kind, value) else value
        case _:
            return value


def written_forms(column: EncodedColumn, values: Sequence[str]) -> list[str | None]:
    """``written`` of each value; what many names share is worked out once."""
    if column.form not in {"phonetic", "skeleton"}:
        return [written(column, value) for value in values]
    names = [value for value in values if not is_initials(column.kind, value)]
    if column.form == "phonetic":
        heard = names_sounds(names, column.kind, column.language)
    else:
        heard = skeleton_keys(names, column.language)
    by_name = dict(zip(names, heard, strict=True))
    return [by_name.get(value) for value in values]


def token_rule(design: FilterDesign) -> TokenRule:
    """How a value becomes tokens in a column of this design."""
    return _RULES[design.tokens]


def designed(values: Texts, design: FilterDesign, *, key: bytes) -> Filters:
    """The filter of each value by the design of its column."""
    hashing = Hashing("blake", key_pair(key), design.bits)
    return value_filters(values, token_rule(design), Insertions(design.bits_per_token), hashing)


def digests(values: Texts, *, key: bytes, length: int) -> Filters:
    """HMAC-SHA-256 of each value, cut to ``length`` bytes: equal values are equal, nothing else shows.

    The two hashes of HMAC (RFC 2104) begin with the key, the same for every value: that beginning is computed once.
    """
    block = key.ljust(_SHA256_BLOCK, b"\x00")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
    joined = bytearray()
    for value in values.to_pylist():
        first, second = inner.copy(), outer.copy()
        first.update(value.encode())
        second.update(first.digest())
        joined += second.digest()[:length]
    return np.frombuffer(joined, np.uint8).reshape(len(values), length)


def fixed_width(rows: Filters, present: Flags) -> pa.Array:
    """A ``fixed_size_binary`` array of the rows, null where not present."""
    validity = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little").tobytes())
    kind = pa.binary(rows.shape[1])
    return pa.FixedSizeBinaryArray.from_buffers(kind, len(rows), [validity, pa.py_buffer(np.ascontiguousarray(rows))])
