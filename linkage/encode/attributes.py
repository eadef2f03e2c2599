"""The encoded columns of the attributes: each distinct value is written and encoded once, then gathered."""

import hashlib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.encode.columns import EncodedColumn
from linkage.encode.engine import Part, merged, value_filters
from linkage.encode.filters import Filters, Hashing, Insertions, filters
from linkage.encode.keys import EncodingKeys
from linkage.encode.reference import TokenRule, key_pair
from linkage.encode.sounds import Heard
from linkage.encode.texts import Codes, Distinct, Texts
from linkage.normalise.names import is_initials
from linkage.normalise.phonetic import name_sounds
from linkage.normalise.skeleton import skeleton_key
from linkage.normalise.values import postcode_area
from linkage.profiles import FilterDesign
from linkage.settings import FieldKind

Flags = NDArray[np.bool_]
_SHA256_BLOCK = 64
_RULES: dict[str, TokenRule] = {"bigrams": (2, False), "positional": (1, True), "whole": "whole", "words": str.split}


def attribute(column: EncodedColumn, values: Distinct, heard: Heard, keys: EncodingKeys) -> pa.Array:
    """One encoded column: fixed width, null where the column has nothing to say of a value."""
    codes, known = _encoded(column, values, heard, keys.key(column.purpose))
    return fixed_width(merged([Part(codes, known)], len(codes), column.bytes), codes >= 0)


def _encoded(column: EncodedColumn, values: Distinct, heard: Heard, key: bytes) -> tuple[Codes, Filters]:
    """A code per row, -1 for nothing, and what it stands for."""
    match column.form:
        case "phonetic" | "skeleton":
            tokens = heard(column.source, column.form, column.kind, column.language)
            return _named(column, values), filters(tokens, *_hashed(column, key))
        case "full_name":
            told = Distinct(_named(column, values), values.texts)
        case "area":
            told = values.reduced([postcode_area(value) for value in values.texts.to_pylist()])
        case "initial":
            told = values.reduced([value[:1] for value in values.texts.to_pylist()])
        case _:
            told = values
    if column.design is None:
        return told.codes, digests(told.texts, key=key, length=column.bytes)
    return told.codes, value_filters(told.texts, token_rule(column.design), *_hashed(column, key))


def _named(column: EncodedColumn, values: Distinct) -> Codes:
    """The codes of ``values``, -1 for names that are only initials."""
    if column.kind is not FieldKind.GIVEN_NAME:
        return values.codes
    bare = [is_initials(column.kind, value) for value in values.texts.to_pylist()]
    lookup = np.append(np.where(bare, -1, np.arange(len(bare))), -1).astype(np.int32)  # code -1 reads the last
    return lookup[values.codes]


def _hashed(column: EncodedColumn, key: bytes) -> tuple[Insertions, Hashing]:
    """How often tokens are inserted into a column's filters, and how they are hashed."""
    assert column.design is not None  # noqa: S101 - for the type checker: a digest has no tokens
    return Insertions(column.design.bits_per_token), Hashing("blake", key_pair(key), column.design.bits)


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


def token_rule(design: FilterDesign) -> TokenRule:
    """How a value becomes tokens in a column of this design."""
    return _RULES[design.tokens]


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
