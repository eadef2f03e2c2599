"""What one register writes down about a person: the truth passed through the register's errors."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ketenzicht.synthetic import identity_numbers, spelling
from ketenzicht.synthetic.rates import SourceErrors
from ketenzicht.synthetic.transliteration import other_spelling, without_diacritics

Names = NDArray[np.object_]
Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]
_LAST_SWAPPABLE = 12


def observe(rng: np.random.Generator, persons: pd.DataFrame, errors: SourceErrors) -> pd.DataFrame:
    """One observation per row of ``persons``.

    Returns given, family, prefix, partner, alias_given, alias_family (text, empty where not written), year, month, day
    (integers, 0 where unknown), sex (M, V or empty), bsn, v_number, postcode, municipality; fill rates are not applied.
    """
    seen = pd.concat(
        [
            _observe_names(rng, persons.reset_index(drop=True), errors),
            observe_birth_date(rng, persons, errors),
            _observe_address(rng, persons, errors),
        ],
        axis=1,
    )
    seen["sex"] = observe_sex(rng, persons, errors)
    seen["bsn"] = observe_bsn(rng, persons, errors)
    seen["v_number"] = persons["v_number"].to_numpy()
    return seen


def observe_birth_date(rng: np.random.Generator, persons: pd.DataFrame, errors: SourceErrors) -> pd.DataFrame:
    """Year, month and day as written; unknown parts are 0."""
    birth = persons["birth"].dt
    year, month, day = (part.to_numpy(np.int64).copy() for part in (birth.year, birth.month, birth.day))
    dutch = (persons["nationality"] == "NL").to_numpy()
    count = len(persons)
    swapped = (rng.random(count) < errors.day_month_swapped) & (day <= _LAST_SWAPPABLE)
    month, day = np.where(swapped, day, month), np.where(swapped, month, day)
    _one_digit(rng, rng.random(count) < errors.date_digit, year, month, day)
    dummy = rng.random(count) < np.where(dutch, errors.dummy_day_dutch, errors.dummy_day_foreign)
    month = np.where(dummy, np.where(rng.random(count) < 0.75, 1, 7), month)  # noqa: PLR2004 - 1 January is met more
    day = np.where(dummy, 1, day)
    partial = rng.random(count) < np.where(dutch, errors.partial_date_dutch, errors.partial_date_foreign)
    month = np.where(partial & (rng.random(count) < 0.5), 0, month)  # noqa: PLR2004 - half know the month
    return pd.DataFrame({"year": year, "month": month, "day": np.where(partial | (month == 0), 0, day)})


def observe_sex(rng: np.random.Generator, persons: pd.DataFrame, errors: SourceErrors) -> Names:
    """M or V as written, empty where unknown."""
    sex = persons["sex"].to_numpy(dtype=object)
    wrong = rng.random(len(sex)) < errors.sex_wrong
    sex = np.where(wrong, np.where(sex == "M", "V", "M"), sex)
    written: Names = np.where(rng.random(len(sex)) < errors.sex_unknown, "", sex)
    return written


def observe_bsn(rng: np.random.Generator, persons: pd.DataFrame, errors: SourceErrors) -> Names:
    """The BSN as written: now and then another one that passes the eleven-test."""
    return _some(
        rng, persons["bsn"].to_numpy(dtype=object), errors.bsn_typo, lambda b: identity_numbers.mistype_bsn(rng, b)
    )


def filled(rng: np.random.Generator, values: Names, share: float | NDArray[np.float64]) -> Names:
    """The values, each kept with probability ``share`` and else empty."""
    kept: Names = np.where(rng.random(len(values)) < share, values, "")
    return kept


def bsn_filled(rng: np.random.Generator, persons: pd.DataFrame, bsn: Names, dutch: float, foreign: float) -> Names:
    """The BSN of holders, such that the stated share of Dutch and of foreign persons have it written."""
    wanted = np.where((persons["nationality"] == "NL").to_numpy(), dutch, foreign)
    chance = np.minimum(wanted / persons["bsn_chance"].to_numpy(), 1.0)
    return filled(rng, np.where(persons["bsn_held"].to_numpy(), bsn, ""), chance)


def _observe_address(rng: np.random.Generator, persons: pd.DataFrame, errors: SourceErrors) -> pd.DataFrame:
    other = rng.random(len(persons)) < errors.other_address
    postcode = np.where(other, persons["postcode_b"], persons["postcode_a"])
    return pd.DataFrame(
        {
            "postcode": _some(rng, postcode, errors.postcode_typo, lambda code: mistype_postcode(rng, code)),
            "municipality": np.where(other, persons["municipality_b"], persons["municipality_a"]),
        }
    )


def mistype_postcode(rng: np.random.Generator, postcode: str) -> str:
    """The postcode with another last letter or another fourth digit."""
    if rng.random() < 0.5:  # noqa: PLR2004 - as often a letter as a digit
        return postcode[:5] + "ABCEGHKLNR"[int(rng.integers(10))]
    return postcode[:3] + str(int(rng.integers(10))) + postcode[4:]


def _observe_names(rng: np.random.Generator, persons: pd.DataFrame, errors: SourceErrors) -> pd.DataFrame:
    columns = ("given", "family", "prefix", "partner", "alias_given", "alias_family")
    given, family, prefix, partner, alias_given, alias_family = (
        persons[name].to_numpy(dtype=object).copy() for name in columns
    )
    given = _choose_given(rng, given, persons["call_name"].to_numpy(dtype=object), errors)
    given, family = _respell(rng, persons, given, family, errors)
    varied = np.flatnonzero((prefix != "") & (rng.random(len(prefix)) < errors.prefix_variant))
    for row in varied.tolist():
        prefix[row], family[row] = spelling.prefix_variant(prefix[row], family[row], rng)
    first = (partner != "") & (rng.random(len(partner)) < errors.partner_name_first)
    family, prefix, partner = (
        np.where(first, partner, family),
        np.where(first, "", prefix),
        np.where(first, "", partner),
    )
    foreign = (persons["nationality"] != "NL").to_numpy()
    swapped = foreign & (prefix == "") & (rng.random(len(given)) < errors.order_swapped_foreign)
    given, family = np.where(swapped, family, given), np.where(swapped, given, family)
    instead = rng.random(len(given)) < errors.alias_instead
    beside = ~instead & (rng.random(len(given)) < errors.alias_besides)
    given, family = np.where(instead, alias_given, given), np.where(instead, alias_family, family)
    unknown = rng.random(len(given)) < errors.name_unknown
    return pd.DataFrame(
        {
            "given": given,
            "family": np.where(unknown, ".", family),
            "prefix": np.where(unknown | instead, "", prefix),
            "partner": np.where(unknown | instead, "", partner),
            "alias_given": np.where(beside, alias_given, ""),
            "alias_family": np.where(beside, alias_family, ""),
        }
    )


def _choose_given(rng: np.random.Generator, given: Names, called: Names, errors: SourceErrors) -> Names:
    """Full given names, the first only, the call name, or initials."""
    given = _some(rng, given, errors.first_given_name_only, _first_name)
    given = np.where((called != "") & (rng.random(len(given)) < errors.call_name), called, given)
    return _some(rng, given, errors.initials_only, spelling.initials)


def _first_name(names: str) -> str:
    """The first of the given names; a Vietnamese middle name is not one."""
    words = names.split(" ")
    return words[-1] if words[0] in {"Thị", "Văn"} else words[0]


def _respell(
    rng: np.random.Generator, persons: pd.DataFrame, given: Names, family: Names, errors: SourceErrors
) -> tuple[Names, Names]:
    """Transliteration, sound, typing and scanning errors in one of the two names; diacritics lost in both."""
    scheme = persons["spelling"].to_numpy(dtype=object)
    for row in np.flatnonzero((scheme != "") & (rng.random(len(given)) < errors.other_transliteration)).tolist():
        family[row] = other_spelling(family[row], scheme[row], rng)
        given[row] = other_spelling(given[row], scheme[row], rng)
    changes: tuple[tuple[float, Callable[[str], str]], ...] = (
        (errors.phonetic_variant, lambda name: spelling.phonetic_variant(name, rng)),
        (errors.keyboard_typo, lambda name: spelling.keyboard_typo(name, rng)),
        (errors.ocr_error, lambda name: spelling.ocr_error(name, rng)),
    )
    for rate, change in changes:
        struck = rng.random(len(given)) < rate
        in_family = rng.random(len(given)) < 0.6  # noqa: PLR2004 - family names are rarer words and longer
        family = _where(family, struck & in_family, change)
        given = _where(given, struck & ~in_family, change)
    family = _where(family, rng.random(len(family)) < errors.ij_as_y, spelling.ij_as_y)
    lost = rng.random(len(given)) < errors.diacritics_lost
    return _where(given, lost, _plain), _where(family, lost, _plain)


def _plain(name: str) -> str:
    return name if name.isascii() else without_diacritics(name)


def _some(rng: np.random.Generator, values: Names, rate: float, change: Callable[[str], str]) -> Names:
    return _where(values, rng.random(len(values)) < rate, change)


def _where(values: Names, rows: Mask, change: Callable[[str], str]) -> Names:
    """The values with ``change`` applied to the non-empty ones in ``rows``."""
    changed = values.copy()
    for row in np.flatnonzero(rows & (values != "")).tolist():
        changed[row] = change(changed[row])
    return changed


def _one_digit(rng: np.random.Generator, rows: Mask, year: Integers, month: Integers, day: Integers) -> None:
    """One part of the date one digit off, in place, and still a date before any registration."""
    for row in np.flatnonzero(rows).tolist():
        match int(rng.integers(3)):
            case 0:
                year[row] += int(rng.choice((-1, -10, 1))) if year[row] < 2005 else -1  # noqa: PLR2004
            case 1:
                month[row], day[row] = month[row] % 12 + 1, min(int(day[row]), 28)
            case _:
                day[row] = day[row] % 28 + 1
