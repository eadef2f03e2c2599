"""Bytes to text, or a refusal that says which encoding was expected."""

import re
from pathlib import Path

from ketenzicht.errors import DataRefused
from ketenzicht.sources.refusal import refusal

# UTF-8 sequences that make no sense as cp1252: a byte order mark, a Latin letter or a typographic mark (A-tilde or
# a-circumflex followed by a symbol), or two sequences in a row (Greek, Cyrillic, Arabic). A single E-acute before a
# curly quote, bytes C9 92, is good cp1252 and passes.
_UTF8_IN_CP1252 = re.compile(
    rb"\xef\xbb\xbf"
    rb"|[\xc3-\xc5][\x80-\xbf]"
    rb"|\xe1[\xb8-\xbb][\x80-\xbf]"
    rb"|\xe2[\x80-\x82][\x80-\xbf]"
    rb"|(?:[\xce-\xdb][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}){2}"
)

# Searched for in runs of bytes outside ASCII only, which are few: four times as fast over a whole file.
_OUTSIDE_ASCII = re.compile(rb"[\x80-\xff]{2,}")


def decode(path: Path, content: bytes, encoding: str) -> str:
    """The text of a file in its declared encoding, without byte order mark.

    Raises ``DataRefused`` naming the line for a byte that is not text in that encoding, for a NUL byte (UTF-16), and
    for UTF-8 in a file declared as cp1252, which would decode without complaint into wrong names.
    """
    position = content.find(b"\0")
    if position >= 0:
        raise _wrong_encoding(path, content, position, encoding)
    if encoding == "cp1252":
        for run in _OUTSIDE_ASCII.finditer(content):
            if _UTF8_IN_CP1252.search(run[0]):
                raise _wrong_encoding(path, content, run.start(), encoding, "a UTF-8 character")
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        position = error.start
    raise _wrong_encoding(path, content, position, encoding)


def _wrong_encoding(
    path: Path, content: bytes, position: int, encoding: str, found: str = "a byte that is not text"
) -> DataRefused:
    line = content.count(b"\n", 0, position) + 1
    rule = f"wrong encoding: {found} in a file declared as {encoding}"
    return refusal(
        path, rule, f"export as {encoding}, or set the encoding of the source's format", place=f"line {line}"
    )
