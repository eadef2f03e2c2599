"""How many matches the candidates missed, estimated from how often those that are there were found."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST = 20.0
"""Expected matches among the candidates from which completeness is estimated."""


def completeness(probability: Floats, times_found: Ints) -> float | None:
    """Return the share of all matches that are among the candidates, as capture and recapture has it.

    Candidates are sought on several roads (nearest by search filter; equal identifiers, dates, words; weak agreement).
    Matches that only one road found tell of those that none did: with f1 found once and f2 twice, f1^2 / (2 f2) were
    missed (Chao 1987). Matches that are hard to find on every road make that too few, roads that are few or unlike make
    it too many (T equal and independent ones by T / (T - 1)); so it is no bound. ``probability``: that each candidate
    is a match, or how many matches are expected among several; ``times_found``: on how many roads they were found. None
    where too few matches are expected.
    """
    counts = np.bincount(np.maximum(times_found, 0), weights=probability, minlength=3)
    found = float(counts[1:].sum())
    if found < FEWEST:
        return None
    once, twice = float(counts[1]), float(counts[2])
    missed = once**2 / (2 * twice) if twice > 0 else once * max(once - 1, 0) / 2
    return round(found / (found + missed), 4)
