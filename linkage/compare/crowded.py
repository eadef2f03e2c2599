"""Dates of which month and day look made up: combinations far more frequent than births can make them.

Registers write 1 January or 1 July where month and day are unknown. Nobody at the linkage unit can read a date, but
its month and its day are codes of their own, so a crowded combination shows as a cell of the month-by-day table that
its row and its column do not explain.
"""

import numpy as np
import numpy.typing as npt

from linkage.records import MISSING, Records

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

TIMES_EXPECTED = 5.0
"""How many times more frequent than expected a crowded combination is: seasons and holidays stay far below."""
DEVIATIONS = 4.0
"""Standard deviations above expectation; some 370 combinations are tried, so three would be passed by chance."""
FEWEST = 10
"""Persons that a crowded combination has at least, and years of birth: one person's many records are of one year."""
_ROUNDS = 25


def crowded_dates(records: Records, year: str, month: str, day: str) -> Flags:
    """Whether each record has a full date of which month and day are crowded, over all sources.

    ``year``, ``month``, ``day``: the encoded columns of the parts.
    """
    years, months, days = (records.columns[part] for part in (year, month, day))
    flags = np.zeros(len(records), dtype=np.bool_)
    known = np.flatnonzero((years != MISSING) & (months != MISSING) & (days != MISSING))
    if len(known) < FEWEST:
        return flags
    rows, row = np.unique(months[known], return_inverse=True)
    columns, column = np.unique(days[known], return_inverse=True)
    cell, shape = row * len(columns) + column, (len(rows), len(columns))
    counts = np.bincount(cell, minlength=len(rows) * len(columns)).astype(np.float64)
    size = records.dictionaries[year].size
    distinct = np.unique(cell * size + years[known]) // size
    enough = np.bincount(distinct, minlength=len(counts)) >= FEWEST
    flags[known] = (crowded_cells(counts.reshape(shape)).ravel() & enough)[cell]
    return flags


def crowded_cells(counts: Floats) -> Flags:
    """Which cells of a table of counts are crowded.

    A cell is held against the independence of rows and columns in the rest of the table (quasi-independence, Goodman
    1968), crowded cells replaced by what is expected there, until no further cell is found. Deviations count in units
    of the dispersion of the cells that raise no suspicion, which is about the records a person has.
    """
    crowded = np.zeros(counts.shape, dtype=np.bool_)
    filled = counts.copy()
    for _ in range(_ROUNDS):
        expected = _expected(filled)
        excess = counts - expected
        suspect = crowded | ((counts >= FEWEST) & (counts > TIMES_EXPECTED * expected))
        spread = _dispersion(excess[~suspect], expected[~suspect])
        enough = np.maximum(FEWEST * spread, expected + DEVIATIONS * np.sqrt(spread * expected))
        found = crowded | (suspect & (counts >= enough))
        filled = np.where(found, expected, counts)
        if (found == crowded).all():
            break
        crowded = found
    return crowded


def _expected(table: Floats) -> Floats:
    """What the other cells say of each: its row and column without it, over all cells in neither."""
    row, column = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    elsewhere = table.sum() - row - column + table
    # A table of one row or one column says nothing of its cells.
    expected: Floats = np.divide((row - table) * (column - table), elsewhere, out=table.copy(), where=elsewhere > 0)
    return expected


def _dispersion(excess: Floats, expected: Floats) -> float:
    """Pearson's chi-square over the number of cells, at least that of independent counts."""
    seen = expected > 0
    return max(float(np.mean(excess[seen] ** 2 / expected[seen])), 1.0) if seen.any() else 1.0
