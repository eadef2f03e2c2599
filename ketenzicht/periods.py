"""Delivery periods: a year, a span of years, a half-year, a quarter or a month."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_FORM = re.compile(
    r"^(?P<first>\d{4})(?:-(?:(?P<last>\d{4})|H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?$"
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of days, both ends included, with the text it was read from."""

    first: date
    last: date
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2020``, ``2016-2020``, ``2020-H1``, ``2020-Q3`` or ``2020-07``.

        Raises ``ValueError`` naming the forms for any other text.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            msg = "not a period; expected YYYY, YYYY-YYYY, YYYY-H1, YYYY-Q3 or YYYY-MM"
            raise ValueError(msg)
        year = int(match["first"])
        if year < 1:
            raise ValueError("not a period; there is no year 0")
        if match["last"]:
            return cls._months(year, 1, int(match["last"]), 12, text)
        if match["half"]:
            start = 6 * int(match["half"]) - 5
            return cls._months(year, start, year, start + 5, text)
        if match["quarter"]:
            start = 3 * int(match["quarter"]) - 2
            return cls._months(year, start, year, start + 2, text)
        if match["month"]:
            return cls._months(year, int(match["month"]), year, int(match["month"]), text)
        return cls._months(year, 1, year, 12, text)

    @classmethod
    def _months(cls, first_year: int, first_month: int, last_year: int, last_month: int, text: str) -> Self:
        first = date(first_year, first_month, 1)
        after = date(last_year + last_month // 12, last_month % 12 + 1, 1)
        if after <= first:
            msg = "not a period; it ends before it begins"
            raise ValueError(msg)
        return cls(first, after - timedelta(days=1), text)

    def covers(self, other: "Period") -> bool:
        """Whether the other period lies wholly within this one."""
        return self.first <= other.first and other.last <= self.last

    def __str__(self) -> str:
        """The text the period was read from."""
        return self.text
