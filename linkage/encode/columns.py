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
Form = Literal["filter", "full_name", "phonetic", "skeleton", "digest", "area", "initial"]


@dataclass(frozen=True)
class EncodedColumn:
    """One attribute column: which normalised column it is made from, how, and under which key.

    ``design`` is null for a keyed digest. Columns with the same ``purpose`` share a key, so that their values can be
    compared with each other: given with family names, months with days.
    """

    name: str
    source: str
    kind: FieldKind
    form: Form
    purpose: str
    bytes: int
    design: FilterDesign | None
    language: Language


def attribute_columns(settings: EncodingSettings) -> tuple[EncodedColumn, ...]:
    """The attribute columns in order: each field's values, then what is derived from the first of them."""
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
            parted = field.kind is FieldKind.GIVEN_NAME and "initial" in chosen.derived
            form: Form = "full_name" if parted else "filter"
            yield EncodedColumn(source, source, field.kind, form, purpose, design.bytes, design, field.language)
    yield from _derived(name, field, chosen)


def _derived(name: str, field: FieldSettings, chosen: Profile) -> Iterator[EncodedColumn]:
    """Columns that are made of the field's first value: sounds of a name, initial, area of a postcode."""
    design, digest = chosen.phonetic, chosen.digest_bytes
    if field.kind in NAMES:
        forms: tuple[Literal["phonetic", "skeleton"], ...] = ("phonetic", "skeleton")
        for form in forms:
            if form == "phonetic" or form in chosen.derived:
                yield EncodedColumn(
                    f"{name}.{form}", name, field.kind, form, form, design.bytes, design, field.language
                )
    if field.kind is FieldKind.GIVEN_NAME and "initial" in chosen.derived:
        yield EncodedColumn(f"{name}.initial", name, field.kind, "initial", "initial", digest, None, field.language)
    if field.kind is FieldKind.POSTCODE and "area" in chosen.derived:
        yield EncodedColumn(
            f"{name}.area", name, field.kind, "area", f"digest/{name}.area", digest, None, field.language
        )


def _key_space(name: str, source: str, kind: FieldKind) -> str:
    """What a filter's key is for: names share one, a date's month and day share one."""
    if kind in NAMES:
        return "names"
    if kind is FieldKind.DATE:
        return f"{name}.year" if source.endswith(".year") else f"{name}.month_day"
    return name
