"""Fixed-width ASCII without a header, as the statutory youth-care delivery is."""

from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from ketenzicht.errors import DataRefused
from ketenzicht.settings import FixedWidthFormat
from ketenzicht.sources.encoding import decode
from ketenzicht.sources.records import TextTable
from ketenzicht.sources.refusal import empty, refusal, truncated


def read_fixed_width(path: Path, content: bytes, form: FixedWidthFormat) -> TextTable:
    """The rows of a fixed-width file, numbered by line; blank lines are passed over.

    Raises ``DataRefused`` for an empty or truncated file, a byte outside ASCII, and a line of another length.
    """
    if not content.strip():
        raise empty(path)
    decode(path, content, "ascii")
    length = sum(form.widths.values())
    numbered = [(number, line) for number, line in enumerate(_lines(content), start=1) if line]
    for number, line in numbered:
        if len(line) != length:
            raise _wrong_length(path, number, len(line), length, last=number == numbered[-1][0])
    if not content.endswith(b"\n"):
        raise truncated(path, "the last line has no line end", place=f"line {numbered[-1][0]}")
    letters = np.frombuffer(b"".join(line for _, line in numbered), dtype=np.uint8).reshape(-1, length)
    return TextTable(np.array([number for number, _ in numbered], dtype=np.int64), _cut(letters, form.widths))


def _lines(content: bytes) -> list[bytes]:
    return [line.removesuffix(b"\r") for line in content.split(b"\n")]


def _wrong_length(path: Path, number: int, found: int, expected: int, *, last: bool) -> DataRefused:
    place = f"line {number}"
    if last and found < expected and number > 1:
        return truncated(path, f"the last line has {found} of {expected} characters", place=place)
    rule = f"{found} characters instead of {expected}: columns are missing, extra or of another width"
    return refusal(path, rule, "export by the agreed record layout, padded to its full length", place=place)


def _cut(letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]], widths: dict[str, int]) -> pa.Table:
    """Cut lines into columns of text; ``letters`` holds one byte a cell, one line a row."""
    edges = pairwise(accumulate(widths.values(), initial=0))
    columns = {}
    for name, (start, stop) in zip(widths, edges, strict=True):
        piece = np.ascontiguousarray(letters[:, start:stop])
        array = pa.Array.from_buffers(pa.binary(stop - start), len(letters), [None, pa.py_buffer(piece)])
        columns[name] = array.cast(pa.string())
    return pa.table(columns)
