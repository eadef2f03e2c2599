"""The search encoding: one filter over all search fields, to find candidates exhaustively.

A cryptographic long-term key (Schnell, Bachteler and Reiher 2011) with a fixed number of bits per feature, so that a
field's weight does not depend on the length of its value. Given and family names share one key, so that swapped names
find each other; dates give tokens for each part, each pair of parts and each digit, so that any one wrong part leaves
most of them. A missing value contributes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linkage.encode.columns import NAMES
from linkage.encode.filters import Filters, Insertions, bigrams, filters, per_feature, per_token, positional_characters
from linkage.encode.keys import EncodingKeys
from linkage.normalise.phonetic import name_sounds
from linkage.normalise.table import column_names
from linkage.profiles import SearchDesign
from linkage.settings import FieldKind, FieldSettings

Flags = NDArray[np.bool_]
_DATE_SEPARATOR = "-"


@dataclass(frozen=True)
class Feature:
    """What one distinct value adds to the search encoding: tokens, insertions and the purpose of the key."""

    purpose: str
    tokens: tuple[Sequence[str], ...]
    insertions: Insertions


def search_filters(
    normalised: pd.DataFrame, fields: Mapping[str, FieldSettings], design: SearchDesign, keys: EncodingKeys
) -> tuple[Filters, Flags]:
    """The search encoding of every row (uint8, ``design.bytes`` wide) and whether the row has anything to search by."""
    out = np.zeros((len(normalised), design.bytes), dtype=np.uint8)
    present = np.zeros(len(normalised), dtype=np.bool_)
    for name, field in fields.items():
        if not field.in_search or field.kind is FieldKind.IDENTIFIER:
            continue
        for number, column in enumerate(_value_columns(name, field, normalised)):
            codes, uniques = pd.factorize(column)
            known = np.zeros((len(uniques) + 1, design.bytes), dtype=np.uint8)  # code -1, missing, is the last row
            for feature in features(name, field, number, [str(value) for value in uniques], design):
                key = keys.key(feature.purpose)
                known[:-1] |= filters(feature.tokens, feature.insertions, key=key, bits=design.bits)
            out |= known[codes]
            present |= codes >= 0
    return out, present


def features(
    name: str, field: FieldSettings, number: int, values: Sequence[str], design: SearchDesign
) -> Iterator[Feature]:
    """The features of the distinct values of one field; ``number`` is the place in a name set, 0 for the first."""
    share = design.further_share if number else 1.0
    if field.kind is FieldKind.DATE:
        yield Feature(f"search/{name}", tuple(map(date_tokens, values)), per_token(design.date_token_bits))
        return
    space = "names" if field.kind in NAMES else name
    yield Feature(
        f"search/{space}",
        tuple(_value_tokens(value, field.kind) for value in values),
        per_feature(round(share * design.feature_bits[field.kind])),
    )
    if field.kind in NAMES:
        keys = tuple(name_sounds(value, field.kind, field.language).split() for value in values)
        yield Feature("search/phonetic", keys, per_feature(round(share * design.phonetic_bits[field.kind])))


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


def _value_tokens(value: str, kind: FieldKind) -> list[str]:
    match kind:
        case FieldKind.POSTCODE:
            return positional_characters(value)
        case FieldKind.CATEGORY:
            return [value]
        case _:
            return bigrams(value)


def _value_columns(name: str, field: FieldSettings, normalised: pd.DataFrame) -> Iterator[NDArray[np.object_]]:
    """The columns that hold a field's values; the parts of a date become one."""
    names = column_names(name, field)
    if field.kind is not FieldKind.DATE:
        for column in names:
            yield normalised[column].to_numpy(dtype=object)
        return
    year, month, day = (normalised[column].fillna("") for column in names)
    whole = year + _DATE_SEPARATOR + month + _DATE_SEPARATOR + day
    yield whole.mask(whole == _DATE_SEPARATOR * 2, None).to_numpy(dtype=object)
