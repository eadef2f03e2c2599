"""Tokens of the distinct values of a column, as codes into a vocabulary: what is hashed is hashed once."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode.kernels import gram_keys
from linkage.encode.texts import Codes, Ints, Points, Texts, characters, lengths

_BLANK = 32
_ASCII = 128
_LARGEST_KEY = 2**62
_LARGEST_TABLE = 2**24


@dataclass(frozen=True)
class Tokens:
    """The tokens of values: value v has ``codes[offsets[v]:offsets[v + 1]]``, in order, into ``vocabulary``."""

    vocabulary: Sequence[str]
    codes: Codes
    offsets: Ints

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self.offsets) - 1


def bigrams(value: str) -> list[str]:
    """Bigrams of ``value`` padded with one blank at each end; none of an empty text."""
    padded = f" {value} "
    return [padded[place : place + 2] for place in range(len(padded) - 1)] if value else []


def positional_characters(value: str) -> list[str]:
    """Each character of ``value`` with its place, so that a wrong digit costs one token."""
    return [f"{place} {character}" for place, character in enumerate(value, start=1)]


def listed(values: Iterable[Sequence[str]]) -> Tokens:
    """Tokens of values that come as lists of tokens, read one at a time."""
    places: dict[str, int] = {}
    codes = array("i")
    ends = array("q", (0,))
    for value in values:
        codes.extend([places.setdefault(token, len(places)) for token in value])
        ends.append(len(codes))
    return Tokens(list(places), np.frombuffer(codes, np.int32), np.frombuffer(ends, np.int64))


def spaced(values: Sequence[str]) -> Tokens:
    """Tokens of values that are written with one blank between them; an empty value has none."""
    lists = pc.split_pattern(pa.array([value or None for value in values], pa.string()), " ")
    sizes = pc.list_value_length(lists).fill_null(0).to_numpy().astype(np.int64)
    found = lists.flatten().dictionary_encode()
    return Tokens(found.dictionary.to_pylist(), found.indices.to_numpy(), _offsets(sizes))


def whole(values: Texts) -> Tokens:
    """Each value is one token; an empty text has none. ``values`` are distinct already."""
    filled = lengths(values) > 0
    return Tokens(values.to_pylist(), np.flatnonzero(filled).astype(np.int32), _offsets(filled.astype(np.int64)))


def grams(values: Texts, size: int, *, positional: bool) -> Tokens:
    """All n-grams of ``size`` characters of each value, padded with ``size`` - 1 blanks at each end.

    ``positional`` writes the place before each, from 1 ("3 a"). An empty text has none. As clkhash's n-grams.
    """
    points, starts = characters(values)
    sizes = np.diff(starts)
    alphabet, ranks = _ranked(points)
    longest = int(sizes.max(initial=0)) + size
    bound = len(alphabet) ** size * (longest + 1 if positional else 1)
    if bound > _LARGEST_KEY:
        return listed(_plain_grams(value, size, positional=positional) for value in values.to_pylist())
    places = _offsets(np.where(sizes > 0, sizes + size - 1, 0))
    keys = np.empty(int(places[-1]), dtype=np.int64)
    blank = int(np.searchsorted(alphabet, _BLANK))
    gram_keys(ranks, starts, places, size, len(alphabet), blank, int(positional), keys)
    known, codes = numbered(keys, bound)
    return Tokens(_spelled(known, alphabet, size, positional=positional), codes, places)


def numbered(keys: Ints, bound: int) -> tuple[Ints, Codes]:
    """The distinct ``keys`` in order, and the place of each key among them; all are from 0 to below ``bound``."""
    if bound > _LARGEST_TABLE:
        known, places = np.unique(keys, return_inverse=True)
        return known, places.astype(np.int32)
    seen = np.zeros(bound, dtype=np.bool_)
    seen[keys] = True
    known = np.flatnonzero(seen)
    lookup = np.empty(bound, dtype=np.int32)
    lookup[known] = np.arange(len(known), dtype=np.int32)
    return known, lookup[keys]


def _ranked(points: Points) -> tuple[Points, Codes]:
    """Code points in order, blank among them, and the place of each character among them.

    ASCII is its own alphabet; else it is the characters that occur.
    """
    largest = int(points.max(initial=0))
    if largest < _ASCII:
        return np.arange(_ASCII, dtype=np.uint32), points.astype(np.int32)
    seen = np.zeros(largest + 1, dtype=np.bool_)
    seen[points] = True
    seen[_BLANK] = True
    ranks = np.cumsum(seen, dtype=np.int32) - 1
    return np.flatnonzero(seen).astype(np.uint32), ranks[points].astype(np.int32, copy=False)


def _spelled(keys: Ints, alphabet: Points, size: int, *, positional: bool) -> list[str]:
    """The text of each n-gram: its digits in the base of the alphabet, and its place before it."""
    base = len(alphabet)
    digits = np.stack([keys // base**place % base for place in reversed(range(size))], axis=1)
    joined = alphabet[digits].astype("<u4").tobytes().decode("utf-32-le")
    found = [joined[start : start + size] for start in range(0, len(joined), size)]
    if not positional:
        return found
    return [f"{place} {gram}" for place, gram in zip((keys // base**size).tolist(), found, strict=True)]


def _plain_grams(value: str, size: int, *, positional: bool) -> list[str]:
    """As ``grams`` of one value, for alphabets and sizes whose n-grams have no number of 62 bits."""
    padded = " " * (size - 1) + value + " " * (size - 1)
    count = len(value) + size - 1 if value else 0
    found = [padded[place : place + size] for place in range(count)]
    return [f"{place} {gram}" for place, gram in enumerate(found, start=1)] if positional else found


def _offsets(sizes: Ints) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
