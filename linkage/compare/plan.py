"""Which comparisons a run makes and what their levels are called, derived from the kinds of the fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from linkage.compare.layout import NAMES, FieldColumns, Layout
from linkage.profiles import Profile
from linkage.settings import FieldKind


class Method(StrEnum):
    """How the levels of a comparison are found."""

    NAME = "name"
    DATE = "date"
    PARTIAL_DATE = "partial_date"
    INITIAL = "initial"
    SIMILARITY = "similarity"
    POSTCODE = "postcode"
    EQUALITY = "equality"
    IDENTIFIER = "identifier"
    RARITY = "rarity"


@dataclass(frozen=True)
class Level:
    """One level of a comparison: its name and the share of matches expected there before any data are seen."""

    name: str
    prior_m: float


@dataclass(frozen=True)
class Comparison:
    """One comparison of two records on a field.

    ``levels`` are numbered from 1; 0 is missing, which is no evidence. ``cut_points``: lowest Dice of each similarity
    level, highest first. ``agreement`` are the numbers of the levels that count as agreement where only yes or no is
    asked (the cross-check). ``swapped_with``: the field whose name may have changed places with this one's;
    ``elsewhere``: columns of other name fields in which a name of this field may stand.
    """

    name: str
    field: FieldColumns
    method: Method
    levels: tuple[Level, ...]
    cut_points: tuple[float, ...] = ()
    swapped_with: FieldColumns | None = None
    elsewhere: tuple[str, ...] = ()

    def number(self, level: str) -> int:
        """Number of the level of that name."""
        return 1 + [known.name for known in self.levels].index(level)

    @property
    def agreement(self) -> tuple[int, ...]:
        """Level numbers that count as agreement: the strongest ones, which take most of the expected matches."""
        return tuple(number for number, level in enumerate(self.levels, start=1) if level.prior_m >= AGREEMENT_PRIOR)


AGREEMENT_PRIOR = 0.5

_DATE_LEVELS = (
    Level("differ", 0.04),
    Level("year_only", 0.02),
    Level("two_parts", 0.02),
    Level("swapped", 0.02),
    Level("one_digit", 0.05),
    Level("equal_crowded", 0.02),
    Level("equal", 0.83),
)
_PARTIAL_LEVELS = (Level("differ", 0.05), Level("year_near", 0.1), Level("year", 0.15), Level("year_month", 0.7))
_EQUALITY_LEVELS = (Level("differ", 0.1), Level("equal", 0.9))
_INITIAL_LEVELS = (Level("differ", 0.05), Level("equal", 0.95))
RARITY_SHARES = (1 / 250, 1 / 1000, 1 / 4000, 1 / 16000, 1 / 64000, 1 / 256000)
"""Shares of the records that have a field, below which a value of it is of the next level of rarity."""
_RARITY_LEVELS = tuple(
    Level(name, 1 / 7) for name in ("common", "frequent", "uncommon", "scarce", "rare", "very_rare", "rarest")
)
_IDENTIFIER_LEVELS = (Level("differ", 0.09), Level("equal_shared", 0.01), Level("equal", 0.9))


def comparisons(layout: Layout, profile: Profile, *, rarity: bool = False) -> tuple[Comparison, ...]:
    """Return the comparisons of a run, in the order of the fields.

    ``rarity``: names that are equal are also told apart by how rare they are, which takes many records to know.
    """
    found = (comparison for field in layout.fields for comparison in _of_field(field, layout, profile))
    return tuple(comparison for comparison in found if rarity or comparison.method is not Method.RARITY)


def _of_field(field: FieldColumns, layout: Layout, profile: Profile) -> Iterator[Comparison]:
    match field.kind:
        case FieldKind.DATE:
            yield from _date(field, profile.cut_points[FieldKind.DATE])
        case FieldKind.GIVEN_NAME | FieldKind.FAMILY_NAME:
            yield from _name(field, layout, profile)
        case FieldKind.TEXT:
            cut_points = profile.cut_points[field.kind]
            yield Comparison(field.field, field, Method.SIMILARITY, _similarity_levels(cut_points), cut_points)
        case FieldKind.POSTCODE:
            yield _postcode(field, profile.cut_points[field.kind])
        case FieldKind.IDENTIFIER:
            yield Comparison(field.field, field, Method.IDENTIFIER, _IDENTIFIER_LEVELS)
        case _:
            yield Comparison(field.field, field, Method.EQUALITY, _EQUALITY_LEVELS)


def _date(field: FieldColumns, cut_points: tuple[float, ...]) -> list[Comparison]:
    """Full dates against full dates; where month or day is unknown on either side, only what both know."""
    return [
        Comparison(field.field, field, Method.DATE, _DATE_LEVELS, cut_points),
        Comparison(f"{field.field}.partial", field, Method.PARTIAL_DATE, _PARTIAL_LEVELS, cut_points),
    ]


def _similarity_levels(cut_points: tuple[float, ...]) -> tuple[Level, ...]:
    """From difference to equality, lowest first; most matches are expected to be equal."""
    between = tuple(Level(f"dice_{cut:g}", 0.2 / max(len(cut_points) - 1, 1)) for cut in reversed(cut_points[1:]))
    return (Level("differ", 0.1), *between, Level("equal", 0.9 - sum(level.prior_m for level in between)))


def _postcode(field: FieldColumns, cut_points: tuple[float, ...]) -> Comparison:
    """At two depths where the area has a column: an area in common is more than a few signs in common."""
    levels = _similarity_levels(cut_points)
    if field.coarse is None:
        return Comparison(field.field, field, Method.SIMILARITY, levels, cut_points)
    return Comparison(field.field, field, Method.POSTCODE, (*levels, Level("area", 0.05)), cut_points)


def _name(field: FieldColumns, layout: Layout, profile: Profile) -> Iterator[Comparison]:
    """Names against names; of equal names how rare they are; where either record has initials only, initials."""
    if field.members:
        cut_points = profile.cut_points[field.kind]
        swapped_with, elsewhere = _crossing(field, layout)
        levels = [*_similarity_levels(cut_points), Level("contained", 0.02)]
        levels += [Level("phonetic", 0.02), Level("part_sounds", 0.02)] if field.phonetic else []
        levels += [Level("skeleton", 0.01)] if field.skeleton else []
        levels += [Level("elsewhere", 0.01)] if elsewhere else []
        levels += [Level("swapped", 0.01)] if swapped_with is not None else []
        yield Comparison(field.field, field, Method.NAME, tuple(levels), cut_points, swapped_with, elsewhere)
        yield Comparison(f"{field.field}.rarity", field, Method.RARITY, _RARITY_LEVELS)
    if field.initial is not None:
        yield Comparison(f"{field.field}.initial", field, Method.INITIAL, _INITIAL_LEVELS)


def _crossing(field: FieldColumns, layout: Layout) -> tuple[FieldColumns | None, tuple[str, ...]]:
    """The family name that the first given name may be swapped with, and the given names in which others may stand."""
    given, family = ([name for name in layout.of_kind(kind) if name.members] for kind in NAMES)
    others = tuple(column for name in given if name.field != field.field for column in name.members)
    if given and family and field.field == given[0].field:
        return family[0], others
    return None, others
