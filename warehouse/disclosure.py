"""Threshold and rounding of counts, in one place for reports and releases.

A count below the smallest cell shown becomes null, zero included; other counts are rounded to a base. Of a part of a
total neither the part nor the rest may be small. This is primary protection: what can be found by subtracting one
shown cell from another (secondary suppression) is not yet looked for.
"""

import duckdb

PROTECTION = "threshold and rounding; no secondary suppression yet"


def protected(count: int, minimum_cell: int, round_to: int) -> int | None:
    """The count rounded to the nearest multiple of ``round_to``, half up, or None below ``minimum_cell``."""
    if count < minimum_cell:
        return None
    return (count + round_to // 2) // round_to * round_to


def open_protection(con: duckdb.DuckDBPyConnection, minimum_cell: int, round_to: int) -> None:
    """Make the macros ``protected(n)`` and ``protected_part(n, total)``, the same rule as ``protected`` above."""
    smallest, base = int(minimum_cell), int(round_to)
    rounded = f"((n + {base // 2}) // {base} * {base})::INTEGER"
    con.execute(f"CREATE TEMP MACRO protected(n) AS CASE WHEN n >= {smallest} THEN {rounded} END")
    con.execute(
        "CREATE TEMP MACRO protected_part(n, total) AS "
        f"CASE WHEN n >= {smallest} AND total - n >= {smallest} THEN {rounded} END"
    )
