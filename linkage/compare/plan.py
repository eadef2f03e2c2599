"""Which comparisons a run makes and what their levels are called, derived from the kinds of the fields."""

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
    SIMILARITY = "similarity"
    EQUALITY = "equality"
    IDENTIFIER = "identifier"


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
    asked (the cross-check).
    """

    name: str
    field: FieldColumns
    method: Method
    levels: tuple[Level, ...]
    cut_points: tuple[float, ...] = ()
    swapped_with: FieldColumns | None = None

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
_IDENTIFIER_LEVELS = (Level("differ", 0.09), Level("equal_shared", 0.01), Level("equal", 0.9))


def comparisons(layout: Layout, profile: Profile) -> tuple[Comparison, ...]:
    """Return the comparisons of a run, in the order of the fields."""
    found: list[Comparison] = []
    given, family = layout.of_kind(FieldKind.GIVEN_NAME), layout.of_kind(FieldKind.FAMILY_NAME)
    swaps = {given[0].field: family[0]} if given and family else {}
    for field in layout.fields:
        if field.kind is FieldKind.DATE:
            found += _date(field, profile.cut_points[FieldKind.DATE])
        elif field.kind in NAMES:
            found.append(_name(field, profile, swaps.get(field.field)))
        elif field.kind in (FieldKind.TEXT, FieldKind.POSTCODE):
            found.append(_similarity(field, profile))
        elif field.kind is FieldKind.IDENTIFIER:
            found.append(Comparison(field.field, field, Method.IDENTIFIER, _IDENTIFIER_LEVELS))
        else:
            found.append(Comparison(field.field, field, Method.EQUALITY, _EQUALITY_LEVELS))
    return tuple(found)


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


def _similarity(field: FieldColumns, profile: Profile) -> Comparison:
    cut_points = profile.cut_points[field.kind]
    return Comparison(field.field, field, Method.SIMILARITY, _similarity_levels(cut_points), cut_points)


def _name(field: FieldColumns, profile: Profile, swapped_with: FieldColumns | None) -> Comparison:
    cut_points = profile.cut_points[field.kind]
    levels = (*_similarity_levels(cut_points), Level("contained", 0.02))
    if field.phonetic:
        levels = (*levels, Level("phonetic", 0.02))
    if swapped_with is not None:
        levels = (*levels, Level("swapped", 0.01))
    return Comparison(field.field, field, Method.NAME, levels, cut_points, swapped_with)
