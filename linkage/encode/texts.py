"""Columns of text in Arrow: each distinct value once, and which of them every row has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkage.errors import EncodingRefused

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Points = NDArray[np.uint32]
Texts: TypeAlias = pa.StringArray
_CONTINUATION = 0b1000_0000  # a byte of UTF-8 that begins with 10 goes on with the character before it
_LEADING_TWO = 0b1100_0000


@dataclass(frozen=True)
class Distinct:
    """A column as its distinct ``texts`` (Arrow strings, none null) and a code per row, -1 where it has no value."""

    codes: Codes
    texts: Texts

    def ordered(self, order: Ints) -> "Distinct":
        """The same column with its rows in another order."""
        return Distinct(self.codes[order], self.texts)

    def reduced(self, written: Sequence[str | None]) -> "Distinct":
        """The column of what is ``written`` for each distinct text, None for nothing; equal writings become one."""
        places: dict[str, int] = {}
        new = [-1 if text is None else places.setdefault(text, len(places)) for text in written]
        lookup = np.array([*new, -1], dtype=np.int32)  # code -1 reads the last
        return Distinct(lookup[self.codes], texts(list(places), "a derived column"))


def texts(values: Sequence[str | None] | NDArray[np.object_], column: str) -> Texts:
    """Arrow strings of ``values``, null where missing (None or NaN).

    Raises ``EncodingRefused`` naming ``column``, never a value, for what is no text or no valid Unicode.
    """
    try:
        found = pa.array(values, pa.string(), from_pandas=True)
    except (pa.ArrowException, ValueError, TypeError):
        msg = (
            f"column {column}: a value is no valid text. Cure: check that identifiers were normalised before encoding."
        )
        raise EncodingRefused(msg) from None
    return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found


def distinct(column: Any) -> Distinct:  # noqa: ANN401 - an Arrow array, whose library has no types
    """The distinct values of an Arrow column of strings: an array or chunked array, dictionary-encoded or not.

    Raises ``EncodingRefused`` for a column of another type.
    """
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # no chunk at all
        whole = pa.array([], whole.type)
    kind = whole.type.value_type if pa.types.is_dictionary(whole.type) else whole.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        msg = f"a column is of type {kind}. Cure: give strings, plain or dictionary-encoded."
        raise EncodingRefused(msg)
    if not pa.types.is_dictionary(whole.type):
        whole = whole.cast(pa.string()).dictionary_encode()
    known = whole.dictionary.cast(pa.string())
    codes = whole.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    if known.null_count:  # a dictionary may hold null as a value
        held = np.append(np.flatnonzero(known.is_valid().to_numpy(zero_copy_only=False)), -1)
        lookup = np.full(len(known) + 1, -1, dtype=np.int32)
        lookup[held[:-1]] = np.arange(len(held) - 1)
        return Distinct(lookup[codes], pc.drop_null(known))
    return Distinct(codes, known)


def characters(values: Texts) -> tuple[Points, Ints]:
    """Code points of all ``values`` after each other, and where each begins (one more, for the end)."""
    data, offsets = _utf8(values)
    starts = (data & _LEADING_TWO) != _CONTINUATION
    if starts.all():
        return data.astype(np.uint32), offsets
    before = np.concatenate(([0], np.cumsum(starts)))
    points = np.frombuffer(data.tobytes().decode().encode("utf-32-le"), dtype="<u4")
    return points, before[offsets]


def lengths(values: Texts) -> Ints:
    """Bytes of each text; 0 for an empty one."""
    return np.diff(_utf8(values)[1])


def _utf8(values: Texts) -> tuple[NDArray[np.uint8], Ints]:
    _, offsets_buffer, data_buffer = values.buffers()
    if len(values) == 0:
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    offsets = np.frombuffer(offsets_buffer, np.int32)[values.offset : values.offset + len(values) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.frombuffer(data_buffer, np.uint8)[first:last] if last > first else np.empty(0, np.uint8)
    return data, offsets.astype(np.int64) - first
