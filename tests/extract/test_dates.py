"""Partial dates: what a form reads, what it refuses, and the days a partial date can be."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenzicht.errors import ConfigurationError
from ketenzicht.extract import bad_dates, date_bounds, read_dates
from ketenzicht.extract.dates import PartialDate, parse_date

FORMS = ["YYYY-MM-DD", "DD-MM-YYYY", "YYYYMMDD", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "MMDDYYYY"]


def _write(parsed: PartialDate, form: str) -> str:
    year, month, day = parsed
    return form.replace("YYYY", f"{year:04}").replace("MM", f"{month:02}").replace("DD", f"{day:02}")


@st.composite
def _partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(st.dates())
    known = draw(st.integers(0, 3))
    return PartialDate(*(part if at < known else 0 for at, part in enumerate((day.year, day.month, day.day))))


@given(parsed=_partial_dates(), form=st.sampled_from(FORMS))
def test_every_partial_date_is_read_back_in_every_form(parsed: PartialDate, form: str) -> None:
    """Writing and reading are inverse, also for 00 parts."""
    assert parse_date(_write(parsed, form), form) == parsed
    assert parse_date(parsed.iso, "YYYY-MM-DD") == parsed


@given(text=st.text(alphabet="0123456789-/ ", max_size=10), form=st.sampled_from(FORMS))
def test_what_is_read_is_written_the_same(text: str, form: str) -> None:
    """No other text than the date's own is taken for it."""
    parsed = parse_date(text, form)
    assert parsed is None or _write(parsed, form) == text.strip()


@given(parsed=_partial_dates())
def test_bounds_hold_exactly_the_days_a_date_can_be(parsed: PartialDate) -> None:
    """The day before the earliest and the day after the latest are of another year, month or day."""
    earliest, latest = parsed.earliest, parsed.latest
    if earliest is None or latest is None:
        assert parsed.year == 0
        return

    def fits(day: date) -> bool:
        return all(part in (0, found) for part, found in zip(parsed, (day.year, day.month, day.day), strict=True))

    assert earliest <= latest
    assert fits(earliest)
    assert fits(latest)
    assert earliest == date.min or not fits(earliest - timedelta(days=1))
    assert latest == date.max or not fits(latest + timedelta(days=1))


@pytest.mark.parametrize(
    "text",
    [
        "2020-02-30",
        "2020-13-01",
        "2020-1-1",
        "01-02-2020",
        "2020-00-12",
        "0000-05-12",
        "2020-05-12x",
        "\u0662020-05-12",
    ],
)
def test_texts_that_are_no_date(text: str) -> None:
    """Days that do not exist, missing zeros, another order, a known part under an unknown one, foreign digits."""
    assert parse_date(text, "YYYY-MM-DD") is None


def test_parts_are_texts_and_unknown_is_none() -> None:
    """On the index of the values; a bad date is None in all parts."""
    values = pd.Series(["15-03-1998", "00-03-1998", "00-00-1998", "00-00-0000", "x", None], index=list("abcdef"))
    wanted = [["1998", "03", "15"], ["1998", "03", None], ["1998", None, None], *[[None] * 3] * 3]
    read = read_dates(values, "DD-MM-YYYY")
    assert read.to_numpy().tolist() == wanted
    assert list(read.columns) == ["year", "month", "day"]
    assert list(read.index) == list(values.index)


def test_bad_dates_are_neither_missing_nor_unknown() -> None:
    """The mask is true where a text is there and is no date."""
    values = pd.Series(["15-03-1998", "00-00-0000", "x", None, ""], index=list("abcde"))
    assert bad_dates(values, "DD-MM-YYYY").tolist() == [False, False, True, False, True]


def test_bounds_of_a_year_a_month_and_a_leap_february() -> None:
    """Dates, on the index of the values."""
    values = pd.Series(["1998-00-00", "2020-02-00", "2020-02-29", "0000-00-00", "x", None], dtype=object)
    found = date_bounds(values, "YYYY-MM-DD")
    assert found["earliest"].tolist()[:3] == [date(1998, 1, 1), date(2020, 2, 1), date(2020, 2, 29)]
    assert found["latest"].tolist()[:3] == [date(1998, 12, 31), date(2020, 2, 29), date(2020, 2, 29)]
    assert found.iloc[3:].isna().to_numpy().all()


def test_a_form_with_a_year_alone() -> None:
    """The youth-care delivery's year of report."""
    assert parse_date("2020", "YYYY") == PartialDate(2020, 0, 0)


@pytest.mark.parametrize("form", ["", "DD-MM", "YY-MM-DD", "YYYY-MM-MM", "%Y-%m-%d", "YYYYx"])
def test_a_form_that_cannot_be_read_names_the_cure(form: str) -> None:
    """A mistake in the settings, not in the delivery."""
    with pytest.raises(ConfigurationError, match="Cure: build it of YYYY, MM, DD"):
        parse_date("2020", form)
