"""Dates whose day, month or year may be unknown (written as 00), in the forms that sources use."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from ketenzicht.errors import ConfigurationError

ISO = "YYYY-MM-DD"

_PARTS = {"YYYY": "year", "MM": "month", "DD": "day"}


class PartialDate(NamedTuple):
    """Year, month and day; 0 where unknown. A known part never stands under an unknown one."""

    year: int
    month: int
    day: int

    @property
    def iso(self) -> str:
        """ISO text with 00 (0000) for what is unknown."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def earliest(self) -> date | None:
        """The first day it can be, or None where the year is unknown."""
        return date(self.year, self.month or 1, self.day or 1) if self.year else None

    @property
    def latest(self) -> date | None:
        """The last day it can be, or None where the year is unknown."""
        if not self.year:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])


UNKNOWN = PartialDate(0, 0, 0)


def parse_date(text: str, form: str) -> PartialDate | None:
    """The date that a text holds in a form made of YYYY, MM, DD and separators, or None where it holds none.

    Parts the form leaves out are unknown, as are parts of zeros; a known day in an unknown month, or month in an
    unknown year, is no date. Raises ``ConfigurationError`` for a form that cannot be read.
    """
    match = _expression(form).fullmatch(text.strip())
    if match is None:
        return None
    found = {name: int(digits) for name, digits in match.groupdict().items()}
    parsed = PartialDate(found["year"], found.get("month", 0), found.get("day", 0))
    return parsed if _exists(parsed) else None


def read_dates(values: pd.Series, form: str) -> pd.DataFrame:
    """Columns ``year``, ``month``, ``day`` on the index of ``values``: 'YYYY', 'MM', 'DD', or None where unknown.

    A text that is no date in this form gives None in all three; ``bad_dates`` tells it from an unknown date.
    """
    parsed = _parse_unique(values, form)
    columns = {
        name: [_digits(parsed.get(value), at) for value in values] for at, name in enumerate(PartialDate._fields)
    }
    return pd.DataFrame(columns, index=values.index, dtype=object)


def bad_dates(values: pd.Series, form: str) -> pd.Series:
    """Boolean mask on the index of ``values``: a text is there and it is no date in this form."""
    parsed = _parse_unique(values, form)
    return pd.Series([value in parsed and parsed[value] is None for value in values], index=values.index, dtype=bool)


def date_bounds(values: pd.Series, form: str) -> pd.DataFrame:
    """Columns ``earliest`` and ``latest`` on the index of ``values``: ``datetime.date`` or None.

    1998-00-00 is 1998-01-01 to 1998-12-31. None where the value is missing, no date, or of an unknown year.
    """
    parsed = _parse_unique(values, form)
    earliest = {value: found.earliest for value, found in parsed.items() if found is not None}
    latest = {value: found.latest for value, found in parsed.items() if found is not None}
    columns = {
        "earliest": [earliest.get(value) for value in values],
        "latest": [latest.get(value) for value in values],
    }
    return pd.DataFrame(columns, index=values.index, dtype=object)


def _parse_unique(values: pd.Series, form: str) -> Mapping[str, PartialDate | None]:
    """Each distinct text with its date; a million rows hold some tens of thousands of them."""
    return {value: parse_date(value, form) for value in values.dropna().unique()}


def _digits(found: PartialDate | None, at: int) -> str | None:
    if found is None or not found[at]:
        return None
    return f"{found[at]:04}" if at == 0 else f"{found[at]:02}"


def _exists(parsed: PartialDate) -> bool:
    year, month, day = parsed
    if (month and not year) or (day and not month):
        return False
    return month == 0 or (month in range(1, 13) and day <= monthrange(year, month)[1])


@lru_cache(maxsize=64)
def _expression(form: str) -> re.Pattern[str]:
    pieces = re.split(f"({'|'.join(_PARTS)})", form)
    names = [piece for piece in pieces if piece in _PARTS]
    others = "".join(piece for piece in pieces if piece not in _PARTS)
    if "YYYY" not in names or len(set(names)) != len(names) or re.search("[A-Za-z0-9]", others):
        msg = f"date form {form!r} cannot be read. Cure: build it of YYYY, MM, DD, each at most once, and separators."
        raise ConfigurationError(msg)
    parts = (f"(?P<{_PARTS[piece]}>[0-9]{{{len(piece)}}})" if piece in _PARTS else re.escape(piece) for piece in pieces)
    return re.compile("".join(parts))
