"""Dates of which the day, or the day and the month, may be unknown (written 00)."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

_PARTS = {"Y": 4, "M": 2, "D": 2}


class Bounds(NamedTuple):
    """First and last possible day per row, as proleptic ordinals; 0 where the text is not a date of the form."""

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]


def is_form(form: str) -> bool:
    """Whether a text such as ``DD-MM-YYYY`` or ``YYYYMMDD`` is a form of a date: a year, at most one month and day."""
    letters = "".join(character for character in form if character in _PARTS)
    counts = {part: letters.count(part) for part in _PARTS}
    whole = all(count in (0, _PARTS[part]) for part, count in counts.items())
    joined = all(part * count in form for part, count in counts.items())
    return whole and joined and counts["Y"] == _PARTS["Y"] and (counts["D"] == 0 or counts["M"] > 0)


def bounds_of(text: str, form: str) -> tuple[date, date] | None:
    """First and last day that a text may stand for; None where it is not a date of the form.

    ``2001-05-00`` is any day of May 2001 and ``2001-00-00`` any day of 2001 (the partial dates of the Dutch personal
    records database). A known day in an unknown month, and a year 0000, are not dates.
    """
    if len(text) != len(form) or not text.isascii():
        return None
    parts = {"Y": "", "M": "", "D": ""}
    for character, place in zip(text, form, strict=True):
        if place in parts:
            parts[place] += character
        elif character != place:
            return None
    if not all(part.isdigit() for part in parts.values() if part):
        return None
    return _span(int(parts["Y"]), int(parts["M"] or 0), int(parts["D"] or 0))


def _span(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        if month == 0:
            return None if day else (date(year, 1, 1), date(year, 12, 31))
        if day == 0:
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


def column_bounds(column: pd.Series, form: str) -> Bounds:
    """Bounds of every value of a text column, in the order of its rows.

    Each distinct text is read once: a register of a million rows has a few ten thousand distinct dates.
    """
    codes, texts = pd.factorize(column)
    found = [bounds_of(str(text), form) for text in texts]
    first = np.array([span[0].toordinal() if span else 0 for span in found] + [0], dtype=np.int64)
    last = np.array([span[1].toordinal() if span else 0 for span in found] + [0], dtype=np.int64)
    return Bounds(first[codes], last[codes])
