"""Periods cover whole months, both ends included."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenzicht.periods import Period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2016-2020", date(2016, 1, 1), date(2020, 12, 31)),
        ("2020-H1", date(2020, 1, 1), date(2020, 6, 30)),
        ("2020-H2", date(2020, 7, 1), date(2020, 12, 31)),
        ("2020-Q1", date(2020, 1, 1), date(2020, 3, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
    ],
)
def test_forms(text: str, first: date, last: date) -> None:
    """Every documented form reads to its first and last day."""
    period = Period.parse(text)
    assert (period.first, period.last, str(period)) == (first, last, text)


@pytest.mark.parametrize("text", ["", "20", "2020-Q5", "2020-H3", "2020-13", "2020-00", "2021-2020", "2020-1-1", "x"])
def test_other_texts_are_refused(text: str) -> None:
    """Anything else is refused with the forms named."""
    with pytest.raises(ValueError, match="not a period"):
        Period.parse(text)


@given(st.integers(1900, 2100), st.integers(0, 30))
def test_a_span_covers_each_of_its_quarters(year: int, more: int) -> None:
    """A span of years covers every quarter in it and none outside."""
    span = Period.parse(f"{year}-{year + more}")
    assert all(span.covers(Period.parse(f"{year + more}-Q{quarter}")) for quarter in range(1, 5))
    assert not span.covers(Period.parse(f"{year + more + 1}-Q1"))
