"""Which encoded columns a set of fields becomes, in the order of the encoded table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from linkage.normalise.names import Language
from linkage.normalise.table import column_names
from linkage.profiles import FilterDesign, Profile, profile
from linkage.settings import EncodingSettings, FieldKind, FieldSettings

SEARCH = "search"
RECORD_ID = "record_id"
NAMES = frozenset({FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME})


@dataclass(frozen=True)
class EncodedColumn:
    """One attribute column: which normalised column it is made from, how, and under which key.

    ``design`` is null for a keyed digest. Columns with the same ``purpose`` share a key, so that their values can be
    compared with each other: given with family names, months with days.
    """

    name: str
    source: str
    kind: FieldKind
    form: Literal["filter", "phonetic", "digest"]
    purpose: str
    bytes: int
    design: FilterDesign | None
    language: Language


def attribute_columns(settings: EncodingSettings) -> tuple[EncodedColumn, ...]:
    """The attribute columns in order: each field's values, then its phonetic column."""
    chosen = profile(settings.profile)
    return tuple(column for name, field in settings.fields.items() for column in _of_field(name, field, chosen))


def columns(settings: EncodingSettings) -> dict[str, int]:
    """Width in bytes of every column of the encoded table besides ``record_id``, in order."""
    widths = {column.name: column.bytes for column in attribute_columns(settings)}
    return widths | {SEARCH: profile(settings.profile).search.bytes}


def _of_field(name: str, field: FieldSettings, chosen: Profile) -> Iterator[EncodedColumn]:
    for source in column_names(name, field):
        if field.kind is FieldKind.IDENTIFIER:
            yield EncodedColumn(
                source, source, field.kind, "digest", f"digest/{name}", chosen.digest_bytes, None, field.language
            )
        else:
            design = chosen.filters[field.kind]
            purpose = f"filter/{_key_space(name, source, field.kind)}"
            yield EncodedColumn(source, source, field.kind, "filter", purpose, design.bytes, design, field.language)
    if field.kind in NAMES:
        design = chosen.phonetic
        yield EncodedColumn(
            f"{name}.phonetic", name, field.kind, "phonetic", "phonetic", design.bytes, design, field.language
        )


def _key_space(name: str, source: str, kind: FieldKind) -> str:
    """What a filter's key is for: names share one, a date's month and day share one."""
    if kind in NAMES:
        return "names"
    if kind is FieldKind.DATE:
        return f"{name}.year" if source.endswith(".year") else f"{name}.month_day"
    return name
