"""The search encoding: one filter over all search fields, to find candidates exhaustively.

A cryptographic long-term key (Schnell, Bachteler and Reiher 2011) with a fixed number of bits per feature, so that a
field's weight does not depend on the length of its value. Given and family names share one key, so that swapped names
find each other; dates give tokens for each part, each pair of parts and each digit, so that any one wrong part leaves
most of them. A missing value contributes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.encode.attributes import Flags
from linkage.encode.columns import NAMES
from linkage.encode.engine import Part, merged, value_filters
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
_DATE_LABELS = "YMD"
_DATE_PAIRS = ("YM", "YD", "MD")


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
    parts: list[Part] = []
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
            parts.append(Part(values.codes, known))
    for part in parts:
        present |= part.codes >= 0
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
    parts = dict(zip(_DATE_LABELS, value.split(_DATE_SEPARATOR), strict=True))
    single = (token for label, part in parts.items() for token in _part_tokens(label, part))
    paired = (token for labels in _DATE_PAIRS for token in _pair_tokens(labels, *(parts[label] for label in labels)))
    return (*single, *paired)


def _part_tokens(label: str, part: str) -> list[str]:
    """One part of a date and its digits."""
    digits = [f"{label.lower()}{digit}" for digit in positional_characters(part)]
    return [f"{label}{part}", *digits] if part else []


def _pair_tokens(labels: str, first: str, second: str) -> list[str]:
    """Two parts of a date together, month and day also in one order."""
    if not first or not second:
        return []
    ordered = ["S" + _DATE_SEPARATOR.join(sorted((first, second)))] if labels == "MD" else []
    return [f"{labels}{first}{second}", *ordered]


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


def _date_parts(name: str, columns: Sequence[Distinct], design: SearchDesign, keys: EncodingKeys) -> Iterator[Part]:
    """What the parts of a date and each two of them add: together they are the filter of the date.

    All tokens of a date are inserted as often, so that it is the OR of what its parts and pairs say; there are some
    thousand of those, and many more dates.
    """
    hashing = Hashing("blake", key_pair(keys.key(f"search/{name}")), design.bits)
    insertions = Insertions(design.date_token_bits)
    parts: dict[str, Distinct] = {}
    for label, column in zip(_DATE_LABELS, columns, strict=True):
        part = parts[label] = column.reduced([text or None for text in column.texts.to_pylist()])
        tokens = listed(_part_tokens(label, text) for text in part.texts.to_pylist())
        yield Part(part.codes, filters(tokens, insertions, hashing))
    for labels in _DATE_PAIRS:
        codes, pairs = _paired(*(parts[label] for label in labels))
        tokens = listed(_pair_tokens(labels, *pair) for pair in pairs)
        yield Part(codes, filters(tokens, insertions, hashing))


def _paired(one: Distinct, other: Distinct) -> tuple[Codes, Iterator[tuple[str, str]]]:
    """Each row's pair of values (-1 where either is missing), and the distinct pairs."""
    both = (one.codes >= 0) & (other.codes >= 0)
    size = max(len(other.texts), 1)
    keys: Ints = one.codes.astype(np.int64) * size + other.codes
    known, found = numbered(keys[both], max(len(one.texts), 1) * size)
    codes = np.full(len(both), -1, dtype=np.int32)
    codes[both] = found
    left, right = one.texts.to_pylist(), other.texts.to_pylist()
    return codes, ((left[key // size], right[key % size]) for key in known.tolist())
