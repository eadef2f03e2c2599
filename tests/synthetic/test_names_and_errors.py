"""Names follow published frequencies, and every error changes what it says it changes."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from ketenzicht.synthetic import spelling
from ketenzicht.synthetic.dutch_names import family_names, frequencies, split_prefix
from ketenzicht.synthetic.name_pools import origins, pool
from ketenzicht.synthetic.naming import ORIGIN_OF
from ketenzicht.synthetic.observation import observe
from ketenzicht.synthetic.population import Streams, draw_population
from ketenzicht.synthetic.published import NATIONALITIES
from ketenzicht.synthetic.rates import LEVELS, SourceErrors
from ketenzicht.synthetic.transliteration import (
    bulgarian_to_latin,
    fit_cp1252,
    other_spelling,
    ukrainian_to_latin,
    without_diacritics,
)


@pytest.fixture(scope="module")
def named() -> pd.DataFrame:
    """Persons with names."""
    persons = draw_population(Streams(1), 600)
    return persons[persons["kind"] != "background"].reset_index(drop=True)


def test_dutch_frequencies_follow_the_published_counts() -> None:
    """Rank 1, 100, 500 and 1,000, and the sum of the top thousand, within 4% of the published figures."""
    bearers = frequencies(1000)
    assert bearers[[0, 99, 499, 999]] == pytest.approx([83_800, 9_300, 3_200, 1_900], rel=0.04)
    assert bearers.sum() == pytest.approx(5_160_000, rel=0.04)
    assert (np.diff(bearers) <= 0).all()


def test_dutch_names_are_distinct_and_led_by_the_most_frequent() -> None:
    """Prefix and name together occur once; de Jong leads."""
    prefixes, names, bearers = family_names()
    assert (prefixes[0], names[0]) == ("de", "Jong")
    assert len({*zip(prefixes, names, strict=True)}) == len(names) == len(bearers)
    assert len(names) > 5000


def test_split_prefix() -> None:
    """Longest known prefix first."""
    assert split_prefix("van der Meer") == ("van der", "Meer")
    assert split_prefix("Bakker") == ("", "Bakker")


@pytest.mark.parametrize("origin", origins())
def test_every_pool_is_filled_and_weighted(origin: str) -> None:
    """Names in Latin letters, weights that sum to one."""
    names = pool(origin)
    for values, weights in (
        (names.family, names.family_weights),
        (names.women, names.women_weights),
        (names.men, names.men_weights),
    ):
        assert len(values) == len(weights) >= 10
        assert weights.sum() == pytest.approx(1)
        assert all(without_diacritics(value).isascii() and value for value in values)


def test_every_nationality_has_an_origin() -> None:
    """And the origin a pool."""
    assert {ORIGIN_OF[nationality] for nationality in NATIONALITIES} <= set(origins())


def test_transliteration_follows_the_passport_schemes() -> None:
    """Bulgarian law of 2009 and the Ukrainian resolution of 2010."""
    assert bulgarian_to_latin("Щерев") == "Shterev"
    assert ukrainian_to_latin("Григорій") == "Hryhorii"


def test_other_spellings_and_diacritics() -> None:
    """Jallow is Diallo across a border; cp1252 keeps what it can hold."""
    assert other_spelling("Jallow", "west_african", np.random.default_rng(1)) != "Jallow"
    assert other_spelling("Bakker", "", np.random.default_rng(1)) == "Bakker"
    assert without_diacritics("Çelik Łukasz Đặng") == "Celik Lukasz Dang"
    assert fit_cp1252("Žofie Łęcka Çelik") == "Žofie Lecka Çelik"


def test_spelling_errors_change_the_name_but_little() -> None:
    """One edit each, and never an empty name."""
    rng = np.random.default_rng(4)
    typed = [spelling.keyboard_typo("Hoekstra", rng) for _ in range(50)]
    assert sum(name != "Hoekstra" for name in typed) > 40
    assert all(abs(len(name) - 8) <= 1 for name in typed)
    assert spelling.ij_as_y("Dijkstra") == "Dykstra"
    assert spelling.ij_as_y("Meyer") == "Meijer"
    assert spelling.initials("Maria Johanna") == "M.J."
    assert {spelling.prefix_variant("van der", "Meer", rng) for _ in range(60)} >= {
        ("vd", "Meer"),
        ("", "van der Meer"),
    }
    assert spelling.phonetic_variant("Bakker", rng) != "Bakker"
    assert spelling.ocr_error("Vermeulen", rng) != "Vermeulen"


def test_without_errors_the_truth_is_written(named: pd.DataFrame) -> None:
    """All rates zero: names, date, sex, numbers and address are the person's own."""
    seen = observe(np.random.default_rng(1), named, SourceErrors())
    for column in ("given", "family", "prefix", "sex", "bsn", "v_number"):
        assert (seen[column] == named[column]).all()
    assert (seen["postcode"] == named["postcode_a"]).all()
    assert (pd.to_datetime(seen[["year", "month", "day"]]) == named["birth"]).all()


@pytest.mark.parametrize(
    "rate", [field.name for field in fields(SourceErrors) if field.name not in {"duplicate_person", "bad_row"}]
)
def test_every_error_rate_does_something(named: pd.DataFrame, rate: str) -> None:
    """At a rate of .9 a source differs from one without errors, in that column and to no-one's empty name."""
    errors = SourceErrors(**{rate: 0.9})
    seen = observe(np.random.default_rng(1), named, errors)
    clean = observe(np.random.default_rng(1), named, SourceErrors())
    assert not seen.equals(clean)
    assert (seen["family"] != "").all()


def test_levels_are_ordered() -> None:
    """Every error rate grows and every fill rate falls from light to heavy."""
    light, default, heavy = (LEVELS[name] for name in ("light", "default", "heavy"))
    for source in ("police", "comensha", "shelter", "youth_care"):
        for field in fields(SourceErrors):
            rates = [getattr(getattr(level, source), field.name) for level in (light, default, heavy)]
            assert rates == sorted(rates)
    for field in fields(default.fill):
        shares = [getattr(level.fill, field.name) for level in (light, default, heavy)]
        assert shares == sorted(shares, reverse=True)
