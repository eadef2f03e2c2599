"""Postcodes, categories, texts, identifiers and dates: the canonical form of one value."""

import re
from collections.abc import Callable

from linkage.normalise.characters import fold, words
from linkage.normalise.names import name_rule
from linkage.settings import FieldKind, FieldSettings

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DUTCH_POSTCODE = re.compile(r"([1-9][0-9]{3})(?:[A-Z]{2})?")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def compact(value: str) -> tuple[str, ...]:
    """Letters and digits in upper case, leading zeros kept: postcodes (``1234 ab`` is ``1234AB``) and identifiers."""
    code = _NOT_ALPHANUMERIC.sub("", fold(value)).upper()
    return (code,) if code else ()


def postcode_area(code: str) -> str | None:
    """The four digits of a normalised Dutch postcode, a neighbourhood; None for a code of another form."""
    found = _DUTCH_POSTCODE.fullmatch(code)
    return found.group(1) if found else None


def text(value: str) -> tuple[str, ...]:
    """Words in lower case without diacritics and punctuation, one blank between."""
    found = " ".join(words(fold(value)))
    return (found,) if found else ()


def rule(field: FieldSettings) -> Callable[[str], tuple[str, ...]]:
    """The function that gives the canonical forms of one raw value of this field; none when it says nothing."""
    match field.kind:
        case FieldKind.GIVEN_NAME | FieldKind.FAMILY_NAME:
            return name_rule(field.kind, field.language)
        case FieldKind.POSTCODE | FieldKind.IDENTIFIER:
            return compact
        case FieldKind.TEXT | FieldKind.CATEGORY:
            return text
        case FieldKind.DATE:
            return date_parts


def date_parts(value: str) -> tuple[str, ...]:
    """Year, month and day of an ISO date with 00 for unknown parts, as three texts, empty where unknown.

    Returns nothing for a date of which no part is known. A day that the calendar does not have keeps its digits:
    they still agree with another writing of the same date. Raises ``ValueError`` (without the value) for another form.
    """
    found = _ISO_DATE.fullmatch(value)
    if found is None:
        raise ValueError("not a date")
    parts = tuple(part if part.strip("0") else "" for part in found.groups())
    return parts if any(parts) else ()
