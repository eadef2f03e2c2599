"""Error and fill rates of the fictional registers, all of them, in one place.

The figures are fixed in docs/decisions/0003-error-rates-of-the-fictional-population.md and were fixed before the first
linkage figure was seen. They are not to be tuned to a linkage result.
"""

from dataclasses import dataclass, fields, replace
from typing import Literal, Self

Level = Literal["light", "default", "heavy"]

HIGHEST_RATE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRates:
    """Share of registrations in which a field is filled, given that the person has such a value."""

    police_bsn_dutch: float = 0.90
    police_bsn_foreign: float = 0.20
    police_v_number: float = 0.50
    police_postcode_dutch: float = 0.95
    police_postcode_foreign: float = 0.60
    police_municipality_dutch: float = 0.98
    police_municipality_foreign: float = 0.75
    comensha_names_by_law: float = 0.92
    """Reports by police, marechaussee and labour inspectorate, which need no consent."""
    comensha_names_by_consent: float = 0.75
    """Reports by everybody else, with the reported person's written consent."""
    comensha_v_number: float = 0.60
    comensha_birth_date: float = 0.95
    comensha_nationality: float = 0.96
    comensha_municipality: float = 0.70
    shelter_bsn_dutch: float = 0.60
    shelter_bsn_foreign: float = 0.15
    shelter_v_number: float = 0.45
    shelter_municipality: float = 0.80
    youth_bsn_dutch: float = 0.985
    youth_bsn_foreign: float = 0.85
    youth_postcode: float = 0.92
    """Postcode of six positions; else the code of the responsible municipality stands there."""

    def scaled(self, factor: float) -> Self:
        """The same rates with every missing share multiplied by ``factor`` (and kept below 0.95)."""
        changed = {name: 1 - min((1 - value) * factor, HIGHEST_RATE) for name, value in _values(self)}
        return replace(self, **changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceErrors:
    """How often one source errs, per person it registers, or per row for ``bad_row``.

    Rates named ``..._foreign`` hold for persons without Dutch nationality. Rates of names mean nothing for a source
    without names.
    """

    keyboard_typo: float = 0.0
    phonetic_variant: float = 0.0
    ocr_error: float = 0.0
    prefix_variant: float = 0.0
    """Of names with a prefix: van der, vd, v.d., v/d, or the prefix inside the family name."""
    ij_as_y: float = 0.0
    """Of names that hold ij or y."""
    diacritics_lost: float = 0.0
    other_transliteration: float = 0.0
    """Of names with more than one customary Latin spelling."""
    order_swapped_foreign: float = 0.0
    initials_only: float = 0.0
    call_name: float = 0.0
    first_given_name_only: float = 0.0
    partner_name_first: float = 0.0
    """Of persons with a partner name: it stands where the own family name should."""
    alias_instead: float = 0.0
    alias_besides: float = 0.0
    name_unknown: float = 0.0
    """The family name is written as a full stop."""
    day_month_swapped: float = 0.0
    date_digit: float = 0.0
    dummy_day_dutch: float = 0.0
    dummy_day_foreign: float = 0.0
    """1 January or 1 July where day and month are not known."""
    partial_date_dutch: float = 0.0
    partial_date_foreign: float = 0.0
    """Day, or day and month, written as 00."""
    sex_unknown: float = 0.0
    sex_wrong: float = 0.0
    bsn_typo: float = 0.0
    """Another number that passes the eleven-test; numbers that fail it are part of ``bad_row``."""
    postcode_typo: float = 0.0
    other_address: float = 0.0
    """Registered at the address before or after a move."""
    duplicate_person: float = 0.0
    """The person stands in the source under two of its own numbers."""
    bad_row: float = 0.0

    def scaled(self, factor: float) -> Self:
        """The same errors, each rate multiplied by ``factor`` and kept below 0.95."""
        return replace(self, **{name: min(value * factor, HIGHEST_RATE) for name, value in _values(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Fill and error rates of the four sources at one level."""

    fill: FillRates
    police: SourceErrors
    comensha: SourceErrors
    shelter: SourceErrors
    youth_care: SourceErrors

    def scaled(self, factor: float) -> Self:
        """Every error rate and every missing share multiplied by ``factor``."""
        return replace(
            self,
            fill=self.fill.scaled(factor),
            police=self.police.scaled(factor),
            comensha=self.comensha.scaled(factor),
            shelter=self.shelter.scaled(factor),
            youth_care=self.youth_care.scaled(factor),
        )


def _values(rates: FillRates | SourceErrors) -> list[tuple[str, float]]:
    return [(field.name, getattr(rates, field.name)) for field in fields(rates)]


POLICE = SourceErrors(
    keyboard_typo=0.03,
    phonetic_variant=0.03,
    ocr_error=0.002,
    prefix_variant=0.10,
    ij_as_y=0.10,
    diacritics_lost=0.40,
    other_transliteration=0.20,
    order_swapped_foreign=0.06,
    initials_only=0.01,
    call_name=0.04,
    first_given_name_only=0.20,
    partner_name_first=0.10,
    alias_besides=0.06,
    name_unknown=0.004,
    day_month_swapped=0.005,
    date_digit=0.01,
    dummy_day_dutch=0.002,
    dummy_day_foreign=0.06,
    sex_unknown=0.004,
    sex_wrong=0.002,
    bsn_typo=0.002,
    postcode_typo=0.01,
    other_address=0.15,
    duplicate_person=0.03,
    bad_row=0.003,
)

COMENSHA = SourceErrors(
    keyboard_typo=0.05,
    phonetic_variant=0.06,
    ocr_error=0.002,
    prefix_variant=0.15,
    ij_as_y=0.15,
    diacritics_lost=0.60,
    other_transliteration=0.30,
    order_swapped_foreign=0.10,
    initials_only=0.05,
    call_name=0.15,
    first_given_name_only=0.60,
    partner_name_first=0.15,
    name_unknown=0.01,
    day_month_swapped=0.01,
    date_digit=0.02,
    dummy_day_dutch=0.005,
    dummy_day_foreign=0.08,
    sex_unknown=0.01,
    sex_wrong=0.003,
    other_address=0.15,
    duplicate_person=0.04,
    bad_row=0.003,
)

SHELTER = SourceErrors(
    keyboard_typo=0.04,
    phonetic_variant=0.05,
    ocr_error=0.001,
    prefix_variant=0.15,
    ij_as_y=0.15,
    diacritics_lost=0.50,
    other_transliteration=0.30,
    order_swapped_foreign=0.08,
    initials_only=0.01,
    call_name=0.30,
    first_given_name_only=0.70,
    partner_name_first=0.10,
    alias_instead=0.08,
    alias_besides=0.06,
    name_unknown=0.005,
    day_month_swapped=0.01,
    date_digit=0.015,
    dummy_day_dutch=0.003,
    dummy_day_foreign=0.06,
    sex_unknown=0.005,
    sex_wrong=0.001,
    bsn_typo=0.003,
    other_address=0.15,
    bad_row=0.004,
)

YOUTH_CARE = SourceErrors(
    day_month_swapped=0.001,
    date_digit=0.002,
    partial_date_dutch=0.003,
    partial_date_foreign=0.05,
    sex_unknown=0.002,
    sex_wrong=0.001,
    bsn_typo=0.001,
    postcode_typo=0.005,
    other_address=0.10,
    bad_row=0.003,
)

_DEFAULT = Rates(fill=FillRates(), police=POLICE, comensha=COMENSHA, shelter=SHELTER, youth_care=YOUTH_CARE)

LEVELS: dict[Level, Rates] = {"light": _DEFAULT.scaled(0.5), "default": _DEFAULT, "heavy": _DEFAULT.scaled(1.8)}
