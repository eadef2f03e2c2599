"""Dates of which parts are unknown."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.dates import bounds_of, column_bounds, is_form

DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31))
FORMS = {"YYYY-MM-DD": "%Y-%m-%d", "DD-MM-YYYY": "%d-%m-%Y", "YYYYMMDD": "%Y%m%d"}


@given(day=DAYS, form=st.sampled_from(sorted(FORMS)))
def test_a_full_date_is_its_own_first_and_last_day(day: date, form: str) -> None:
    """Writing a day and reading it gives the day back, in every form."""
    assert bounds_of(day.strftime(FORMS[form]), form) == (day, day)


@given(day=DAYS)
def test_an_unknown_day_spans_exactly_its_month(day: date) -> None:
    """The day before and the day after lie in other months."""
    found = bounds_of(f"{day.year:04}-{day.month:02}-00", "YYYY-MM-DD")
    assert found is not None
    first, last = found
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert first <= day <= last


def test_an_unknown_month_spans_the_year() -> None:
    """2001-00-00 is any day of 2001; a form of a year alone says the same."""
    year = (date(2001, 1, 1), date(2001, 12, 31))
    assert bounds_of("20010000", "YYYYMMDD") == year
    assert bounds_of("2001", "YYYY") == year


@pytest.mark.parametrize(
    "text",
    [
        "2001-00-12",
        "0000-00-00",
        "2001-13-01",
        "2001-02-30",
        "2001-2-3",
        "2001/02/03",
        "",
        "200\uff11-02-03",
        "-001-02-03",
    ],
)
def test_what_is_no_date_has_no_bounds(text: str) -> None:
    """A known day in an unknown month, an unknown year, impossible days and other ways of writing are no dates."""
    assert bounds_of(text, "YYYY-MM-DD") is None


def test_a_column_keeps_the_order_of_its_rows() -> None:
    """Bounds stand where their texts stood, 0 for what is no date or missing."""
    bounds = column_bounds(pd.Series(["31-12-2000", None, "x", "00-01-2001", "31-12-2000"]), "DD-MM-YYYY")
    day, first, last = (date(*parts).toordinal() for parts in ((2000, 12, 31), (2001, 1, 1), (2001, 1, 31)))
    assert bounds.first.tolist() == [day, 0, 0, first, day]
    assert bounds.last.tolist() == [day, 0, 0, last, day]


@pytest.mark.parametrize(("form", "fits"), [("YYYY-MM", True), ("YYYY", True), ("YY-MM-DD", False), ("YYYY-DD", False)])
def test_forms(form: str, *, fits: bool) -> None:
    """A form has a whole year and no day without a month."""
    assert is_form(form) is fits
