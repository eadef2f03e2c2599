"""Small counts, hidden at the source, and numbers short enough for a page."""

import numpy as np
import numpy.typing as npt

MINIMUM = 10
"""Smallest count of pairs or clusters that leaves the linkage unit; zero does too."""


def masked(count: float) -> int | None:
    """Return the count, or None where it is from 1 to ``MINIMUM`` - 1."""
    return None if 0 < count < MINIMUM else round(float(count))


def masked_like(values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]) -> list[float | None]:
    """Return values with one decimal, None where the counts they rest on are from 1 to ``MINIMUM`` - 1."""
    hidden = (counts > 0) & (counts < MINIMUM)
    return [None if secret else round(float(value), 1) for value, secret in zip(values, hidden, strict=True)]


def short(value: float, places: int = 2) -> float:
    """Return a number with so many decimals, never minus zero."""
    return round(float(value), places) + 0.0
