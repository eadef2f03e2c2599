"""The population's margins against the published series they are calibrated to."""

import numpy as np
import pandas as pd
import pytest

from ketenzicht.synthetic import published
from ketenzicht.synthetic.careers import Careers, draw_careers
from ketenzicht.synthetic.margins import apportion, fit, joint, nationality_shares, systematic
from ketenzicht.synthetic.population import Streams, draw_population


@pytest.fixture(scope="module")
def careers() -> Careers:
    """4,000 victims."""
    streams = Streams(5)
    return draw_careers(streams.of("careers"), draw_population(streams, 4000))


@pytest.fixture(scope="module")
def known(careers: Careers) -> pd.DataFrame:
    """Victims in CoMensha, to whom the published series refers."""
    return careers.victims[careers.victims["in_comensha"].astype(bool)]


@pytest.mark.parametrize("year", published.YEARS)
def test_margins_of_each_year_are_the_published_ones(known: pd.DataFrame, year: int) -> None:
    """Year share within a tenth of a point, women and ages within one and a half, forms within two and a half."""
    rows = known[known["year"] == year]
    forms = np.array(published.PERSONS_BY_FORM[year]) / sum(published.PERSONS_BY_FORM[year])
    found = [(rows["form"] == form).mean() for form in published.FORMS]
    assert len(rows) / len(known) == pytest.approx(published.PERSONS[year] / sum(published.PERSONS.values()), abs=0.001)
    assert (rows["sex"] == "V").mean() == pytest.approx(published.SHARE_WOMEN[year], abs=0.015)
    minors = published.MINORS[year] / published.PERSONS[year]
    assert (rows["age_band"] == "<18").mean() == pytest.approx(minors, abs=0.015)
    assert (rows["age_band"] != "23+").mean() == pytest.approx(published.SHARE_UNDER_23[year], abs=0.015)
    assert found == pytest.approx(forms, abs=0.025)


def test_care_reports_break_in_2018_and_nigerians_peak_in_2019(careers: Careers, known: pd.DataFrame) -> None:
    """The reporting break and the peak of the series are there."""
    by_care = careers.reports[careers.reports["reporter"].isin(("care_coordinator", "other"))]
    per_year = by_care["day"].dt.year.value_counts(normalize=False)
    assert per_year[2018] < 0.4 * per_year[2017]
    nigerians = known[known["nationality"] == "NG"]["year"].value_counts()
    assert nigerians.idxmax() == 2019


def test_reports_per_person_lie_in_the_published_range(careers: Careers) -> None:
    """Between 1.11 and 1.22 in each year (published 1.13 to 1.20)."""
    by_year = careers.reports.assign(year=careers.reports["day"].dt.year).groupby("year")["person"]
    ratio = by_year.size() / by_year.nunique()
    assert ratio.between(1.11, 1.22).all()


def test_repeat_victimisation_follows_the_weibull_curve(careers: Careers) -> None:
    """About 25.5% again victim within one year."""
    first = careers.incidents[careers.incidents["repeat"]].groupby("person")["day"].min()
    police = careers.victims[careers.victims["in_police"] & (careers.victims["year"] < 2020)]
    within = (first.reindex(police.index) - police["first_day"]).dt.days <= 365
    assert within.mean() == pytest.approx(0.255, abs=0.035)


def test_everybody_is_in_some_register_and_youth_care_holds_the_young(careers: Careers) -> None:
    """A victim nobody registered would be none of ours."""
    places = careers.victims[["in_police", "in_comensha", "in_shelter", "in_youth_care"]].astype(bool)
    assert places.any(axis=1).all()
    assert not careers.victims.loc[careers.victims["age_band"] == "23+", "in_youth_care"].any()
    assert careers.victims["aangifte"].mean() == pytest.approx(0.19, abs=0.02)


def test_fitting_keeps_both_margins() -> None:
    """Iterative proportional fitting reproduces margins it is given."""
    rows, columns = np.array([0.2, 0.8]), np.array([0.5, 0.3, 0.2])
    table = fit(np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 1.0]]), [((0,), rows), ((1,), columns)])
    assert table.sum(axis=1) == pytest.approx(rows)
    assert table.sum(axis=0) == pytest.approx(columns)


@pytest.mark.parametrize("year", published.YEARS)
def test_joint_table_of_a_year_sums_to_one(year: int) -> None:
    """And its nationality margin is the published one."""
    table = joint(year)
    assert table.sum() == pytest.approx(1)
    assert table.sum(axis=(1, 2, 3)) == pytest.approx(nationality_shares(year), abs=1e-3)


def test_systematic_sampling_and_apportionment_stay_within_one_unit() -> None:
    """Counts differ from their expectation by less than one."""
    weights = np.array([5.0, 3.0, 1.5, 0.5])
    expected = weights / weights.sum() * 37
    counts = np.bincount(systematic(np.random.default_rng(1), weights, 37), minlength=4)
    assert (np.abs(counts - expected) < 1).all()
    parts = apportion(37, weights)
    assert parts.sum() == 37
    assert (np.abs(parts - expected) < 1).all()


def test_a_household_shares_name_and_address_and_has_few_twins() -> None:
    """Members of a household have one nationality and origin; few are born on one day."""
    persons = draw_population(Streams(2), 2000)
    named = persons[(persons["kind"] != "background") & persons.duplicated("household", keep=False)]
    origins = named.groupby("household")["origin"].nunique()
    assert set(origins) == {1}
    children = persons[(persons["kind"] == "background") & persons.duplicated("household", keep=False)]
    homes = children.groupby("household")["postcode_a"].nunique()
    assert len(homes) > 100
    assert set(homes) == {1}
    twins = children.duplicated(["household", "birth"]).mean()
    assert twins < 0.05
