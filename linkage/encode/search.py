"""The search encoding: one filter over all search fields, to find candidates exhaustively.

A cryptographic long-term key (Schnell, Bachteler and Reiher 2011) with a fixed number of bits per feature, so that a
field's weight does not depend on the length of its value. Given and family names share one key, so that swapped names
find each other; dates give tokens for each part, each pair of parts and each digit, so that any one wrong part leaves
most of them. A missing value contributes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from linkage.encode.attributes import Flags
from linkage.encode.columns import NAMES
from linkage.encode.engine import merged, value_filters
from linkage.encode.filters import Filters, Hashing, Insertions, filters
from linkage.encode.keys import EncodingKeys
from linkage.encode.reference import TokenRule, key_pair
from linkage.encode.sounds import Heard
from linkage.encode.texts import Codes, Distinct, Ints
from linkage.encode.tokens import listed, numbered, positional_characters
from linkage.normalise.table import column_names
from linkage.profiles import SearchDesign
from linkage.settings import FieldKind, FieldSettings

_DATE_SEPARATOR = "-"
_UNKNOWN = "--"


@dataclass(frozen=True)
class Feature:
    """What the values of one column add to the search encoding: purpose of the key, tokens, insertions.

    ``sounded``: of their sounds, not of the values themselves.
    """

    purpose: str
    tokens: TokenRule
    insertions: Insertions
    sounded: bool = False


def search_filters(
    columns: Mapping[str, Distinct],
    rows: int,
    fields: Mapping[str, FieldSettings],
    design: SearchDesign,
    keys: EncodingKeys,
    heard: Heard,
) -> tuple[Filters, Flags]:
    """The search encoding of every row (uint8, ``design.bytes`` wide) and whether the row has anything to search by.

    ``columns``: the normalised columns by name, of ``rows`` rows each.
    """
    parts: list[tuple[Codes, Filters]] = []
    present = np.zeros(rows, dtype=np.bool_)
    for name, field in searched(fields):
        if field.kind is FieldKind.DATE:
            parts += _date_parts(name, [columns[part] for part in column_names(name, field)], design, keys)
            continue
        for number, column in enumerate(column_names(name, field)):
            values = columns[column]
            known = np.zeros((len(values.texts), design.bytes), dtype=np.uint8)
            for feature in features(name, field, number, design):
                hashing = Hashing("blake", key_pair(keys.key(feature.purpose)), design.bits)
                known |= _feature_filters(feature, column, values, field, hashing, heard)
            parts.append((values.codes, known))
    for codes, _ in parts:
        present |= codes >= 0
    return merged(parts, rows, design.bytes), present


def searched(fields: Mapping[str, FieldSettings]) -> Iterator[tuple[str, FieldSettings]]:
    """The fields that are part of the search encoding."""
    for name, field in fields.items():
        if field.in_search and field.kind is not FieldKind.IDENTIFIER:
            yield name, field


def features(name: str, field: FieldSettings, number: int, design: SearchDesign) -> Iterator[Feature]:
    """The features of one column of a field, not of a date; ``number`` is its place in a name set, 0 for the first."""
    share = design.further_share if number else 1.0
    times = round(share * design.feature_bits[field.kind])
    space = "names" if field.kind in NAMES else name
    yield Feature(f"search/{space}", _rule(field.kind), Insertions(times, shared=True))
    if field.kind in NAMES:
        times = round(share * design.phonetic_bits[field.kind])
        yield Feature("search/phonetic", str.split, Insertions(times, shared=True), sounded=True)


def date_tokens(value: str) -> tuple[str, ...]:
    """Tokens of ``year-month-day`` (parts may be empty): parts, pairs, month and day in one order, and digits."""
    year, month, day = value.split(_DATE_SEPARATOR)
    found = [f"{label}{part}" for label, part in (("Y", year), ("M", month), ("D", day)) if part]
    if year and month:
        found.append(f"YM{year}{month}")
    if month and day:
        found += [f"MD{month}{day}", "S" + _DATE_SEPARATOR.join(sorted((month, day)))]
    if year and day:
        found.append(f"YD{year}{day}")
    for label, part in (("y", year), ("m", month), ("d", day)):
        found += [f"{label}{digit}" for digit in positional_characters(part)]
    return tuple(found)


def _rule(kind: FieldKind) -> TokenRule:
    match kind:
        case FieldKind.POSTCODE:
            return (1, True)
        case FieldKind.CATEGORY:
            return "whole"
        case _:
            return (2, False)


def _feature_filters(
    feature: Feature, column: str, values: Distinct, field: FieldSettings, hashing: Hashing, heard: Heard
) -> Filters:
    """The filter of each distinct value in one feature."""
    if feature.sounded:
        return filters(heard(column, "phonetic", field.kind, field.language), feature.insertions, hashing)
    return value_filters(values.texts, feature.tokens, feature.insertions, hashing)


def _date_parts(
    name: str, parts: Sequence[Distinct], design: SearchDesign, keys: EncodingKeys
) -> Iterator[tuple[Codes, Filters]]:
    """Codes and filters of year with month, year with day and month with day: together they have a date's tokens.

    Every token of a date is of one part or of two, and all are inserted as often, so a date's filter is the OR of its
    pairs'; there are some thousand pairs, and many more dates.
    """
    hashing = Hashing("blake", key_pair(keys.key(f"search/{name}")), design.bits)
    for one, other in combinations(range(len(parts)), 2):
        pairs, codes = _pairs(parts, one, other)
        yield codes, filters(listed(map(date_tokens, pairs)), Insertions(design.date_token_bits), hashing)


def _pairs(parts: Sequence[Distinct], one: int, other: int) -> tuple[list[str], Codes]:
    """The dates of which no more than two parts are known, of all rows, and each row's (-1: neither part is known)."""
    left, right = (["", *parts[part].texts.to_pylist()] for part in (one, other))
    keys: Ints = (parts[one].codes.astype(np.int64) + 1) * len(right) + parts[other].codes + 1
    known, codes = numbered(keys, len(left) * len(right))
    dates = []
    for key in known.tolist():
        written = [""] * len(parts)
        written[one], written[other] = left[key // len(right)], right[key % len(right)]
        dates.append(_DATE_SEPARATOR.join(written))
    told = np.array([date != _UNKNOWN for date in dates], dtype=np.bool_)
    lookup = np.where(told, np.cumsum(told) - 1, -1).astype(np.int32)
    return [date for date in dates if date != _UNKNOWN], lookup[codes]
