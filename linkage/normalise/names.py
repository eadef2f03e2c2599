"""Given and family names: one canonical form, so that equal names encode equally.

A name keeps all its words, in one value. The bigrams of two words are those of the words apart (both are padded with
a blank), so that a filter of "johannes petrus" contains the filter of "johannes" and word order hardly counts: one
value serves agencies that write all given names and those that write the first. Initials stay initials.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Literal

from linkage.normalise.characters import fold, words
from linkage.settings import FieldKind

Language = Literal["nl", "none"]

# Dutch, Flemish, German, Romance and Arabic prefixes (BRP table 36 and what occurs beside it), also abbreviated.
_PREFIX_WORDS = (
    "van von vom vd vdr vde vden vder vande vanden vander vant v d t s n de den der des het ten ter te tot "
    "aan bij in op onder over uit voor zu zum zur am af la le las los les lo li du da das do dos di del della "
    "degli dei e y el al ul as ash at abu l ibn i"
)
_PREFIXES = frozenset(_PREFIX_WORDS.split())
_SUFFIXES = frozenset({"jr", "sr", "jnr", "snr"})
_GLUED = re.compile(r"^van(?:den|der|de)(?=[b-df-hj-np-tv-z]\w{2})")
_DOUBLE = re.compile(r"\s*-\s*|\s+e/v\s+|\s+ev\.?\s+|\s+geb\.?\s+")
# 't Hart, d'Hondt, 's-Gravesande: the apostrophe marks a prefix; elsewhere it joins (O'Brien).
_ELISION = re.compile(r"(?<!\w)'\s?([tdsn])(?!\w)|(?<!\w)([dl])'\s?(?=\w)")
_GENDERED = (
    (re.compile(r"(?<=\w{2}[sc]k)(?:aya|aja|aia|iy|ij|yi|yy|y|a)$"), "i"),
    (re.compile(r"(?<=\w{3}[oe]v)a$"), ""),
)
_PART_LETTERS = 4
_INITIALS = re.compile(r"[a-z](?: [a-z])*")


def name_rule(kind: FieldKind, language: Language) -> Callable[[str], tuple[str, ...]]:
    """The function that turns one raw name into its canonical forms, the complete one first."""
    if language == "none":
        return plain_name
    return given_name if kind is FieldKind.GIVEN_NAME else family_name


def plain_name(value: str) -> tuple[str, ...]:
    """The name in lower case without diacritics and punctuation; empty when nothing is left ("." is nobody)."""
    return _non_empty(" ".join(words(fold(value))))


def given_name(value: str) -> tuple[str, ...]:
    """All given names of ``value``, blank between, with ij, ÿ and y as one letter."""
    return _non_empty(_one_y(" ".join(words(fold(value)))))


def family_name(value: str) -> tuple[str, ...]:
    """A family name without prefixes, then the parts of a double name.

    Prefixes go wherever they stand ("van den Berg", "Berg, v.d.", "el-Amrani"), Slavic feminine forms become the
    masculine (Kowalska, Ivanova), Jr and Sr go. The parts of a double name come in one canonical order, so that
    "Jansen-de Vries" and "de Vries-Jansen" are equal; parts of four letters and more also stand for themselves.
    """
    text = _ELISION.sub(r" \1\2 ", fold(value))
    main, _, after_comma = text.partition(",")
    if after_comma and not _is_prefix(words(after_comma)):
        main = f"{main} {after_comma}"
    parts = sorted(filter(None, (_core(part) for part in _joined_prefixes(main))))
    whole = " ".join(parts)
    if len(parts) == 1:
        return (whole,)
    return (*_non_empty(whole), *(part for part in parts if len(part) >= _PART_LETTERS))


def _joined_prefixes(text: str) -> list[str]:
    """The parts of a double name; a part that is only a prefix ("el-") belongs to the next one."""
    parts: list[str] = []
    pending = ""
    for part in _DOUBLE.split(text.strip()):
        if _is_prefix(words(part)):
            pending = f"{pending}{part} "
        else:
            parts.append(pending + part)
            pending = ""
    # A prefix at the end is somebody's whole name, if there is no other (Vietnamese Van).
    return parts or [pending]


def _is_prefix(found: list[str]) -> bool:
    return all(word in _PREFIXES for word in found)


def _core(part: str) -> str:
    found = [word for word in words(part) if word not in _SUFFIXES]
    while len(found) > 1 and found[0] in _PREFIXES:
        found = found[1:]
    return _one_y(" ".join(map(_masculine, map(partial(_GLUED.sub, ""), found))))


def _masculine(word: str) -> str:
    for pattern, ending in _GENDERED:
        word = pattern.sub(ending, word)
    return word


def _one_y(name: str) -> str:
    return name.replace("ij", "y")


def is_initials(kind: FieldKind, name: str) -> bool:
    """Whether a normalised given name is nothing but Latin initials (j p); one sign of another script is a name."""
    return kind is FieldKind.GIVEN_NAME and _INITIALS.fullmatch(name) is not None


def _non_empty(name: str) -> tuple[str, ...]:
    return (name,) if name else ()
