"""Which encoded columns a linkage field has; everything later (passes, comparisons) is derived from this."""

from collections.abc import Collection
from dataclasses import dataclass

from linkage.settings import EncodingSettings, FieldKind

NAMES = (FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME)
DATE_PARTS = ("year", "month", "day")


@dataclass(frozen=True)
class FieldColumns:
    """The encoded columns of one field that some source delivers.

    ``members``: values of a name set, or the value itself; ``phonetic``: their phonetic keys; ``parts``: year, month
    and day of a date; ``coarse``: the first digits of a postcode.
    """

    field: str
    kind: FieldKind
    members: tuple[str, ...]
    phonetic: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    coarse: str | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """Every column that shows whether the field has a value."""
        return (*self.members, *self.parts)


@dataclass(frozen=True)
class Layout:
    """The fields of a run, in the order of ``encoding.toml``, without those that no source delivers."""

    fields: tuple[FieldColumns, ...]
    search: str | None

    def of_kind(self, *kinds: FieldKind) -> tuple[FieldColumns, ...]:
        """Fields of the given kinds, in order."""
        return tuple(field for field in self.fields if field.kind in kinds)

    @property
    def shared_dictionaries(self) -> dict[str, tuple[str, ...]]:
        """Columns that are compared with each other and so share one dictionary."""
        names = self.of_kind(*NAMES)
        shared = {
            "names": tuple(column for field in names for column in field.members),
            "names.phonetic": tuple(column for field in names for column in field.phonetic),
        }
        for field in self.fields:
            if len(field.parts) == len(DATE_PARTS):
                shared[f"{field.field}.month_day"] = field.parts[1:]
            elif field.kind not in NAMES and len(field.members) > 1:
                shared[f"{field.field}.members"] = field.members
        return shared


def layout(encoding: EncodingSettings, columns: Collection[str]) -> Layout:
    """Return the fields that have at least one of the encoded ``columns``."""
    fields = []
    for name, settings in encoding.fields.items():
        numbered = (name, *(f"{name}.{number}" for number in range(2, settings.values + 1)))
        members = tuple(column for column in numbered if column in columns)
        phonetic = tuple(f"{column}.phonetic" for column in numbered if f"{column}.phonetic" in columns)
        parts: tuple[str, ...] = ()
        if settings.kind is FieldKind.DATE:
            parts = tuple(f"{name}.{part}" for part in DATE_PARTS if f"{name}.{part}" in columns)
        coarse = f"{name}.4" if settings.kind is FieldKind.POSTCODE and f"{name}.4" in columns else None
        if members or parts:
            fields.append(FieldColumns(name, settings.kind, members, phonetic, parts, coarse))
    return Layout(fields=tuple(fields), search="search" if "search" in columns else None)
