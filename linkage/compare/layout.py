"""Which encoded columns a linkage field has; everything later (passes, comparisons) is derived from this."""

from collections.abc import Collection
from dataclasses import dataclass

from linkage.settings import EncodingSettings, FieldKind, FieldSettings

NAMES = (FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME)
DATE_PARTS = ("year", "month", "day")


@dataclass(frozen=True)
class FieldColumns:
    """The encoded columns of one field that some source delivers.

    ``members``: values of a name set, or the value itself; ``phonetic``: phonetic key of the first; ``skeleton``: its
    consonant skeleton; ``initial``: the first letter of a given name, also where initials are all there is; ``parts``:
    year, month and day of a date; ``coarse``: the area of a postcode.
    """

    field: str
    kind: FieldKind
    members: tuple[str, ...]
    phonetic: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    coarse: str | None = None
    skeleton: tuple[str, ...] = ()
    initial: str | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """Every column that shows whether the field has a value."""
        return (*self.members, *self.parts, *(() if self.initial is None else (self.initial,)))


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
            "names.skeleton": tuple(column for field in names for column in field.skeleton),
        }
        for field in self.fields:
            if len(field.parts) == len(DATE_PARTS):
                shared[f"{field.field}.month_day"] = field.parts[1:]
            elif field.kind not in NAMES and len(field.members) > 1:
                shared[f"{field.field}.members"] = field.members
        return shared


def layout(encoding: EncodingSettings, columns: Collection[str]) -> Layout:
    """Return the fields that have at least one of the encoded ``columns``."""
    found = (_columns_of(name, settings, columns) for name, settings in encoding.fields.items())
    fields = tuple(field for field in found if field.all)
    return Layout(fields=fields, search="search" if "search" in columns else None)


def _columns_of(name: str, settings: FieldSettings, columns: Collection[str]) -> FieldColumns:
    numbered = (name, *(f"{name}.{number}" for number in range(2, settings.values + 1)))
    parts = DATE_PARTS if settings.kind is FieldKind.DATE else ()

    def there(*wanted: str) -> tuple[str, ...]:
        return tuple(column for column in wanted if column in columns)

    return FieldColumns(
        field=name,
        kind=settings.kind,
        members=there(*numbered),
        phonetic=there(*(f"{column}.phonetic" for column in numbered)),
        parts=there(*(f"{name}.{part}" for part in parts)),
        coarse=next(iter(there(f"{name}.area")), None),
        skeleton=there(*(f"{column}.skeleton" for column in numbered)),
        initial=next(iter(there(f"{name}.initial")), None),
    )
