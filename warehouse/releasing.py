"""The release: protected aggregates only, in a database of its own that nobody writes to again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from warehouse.building import count_rows, replacing, write_facts
from warehouse.checks import run_checks
from warehouse.disclosure import PROTECTION, open_protection
from warehouse.errors import WarehouseRefused
from warehouse.models import release_models, run_models

_READ_ONLY = 0o444
_ABOUT = "What this release is and how it is protected: one row per fact."


def release(
    warehouse: Path, target: Path, *, minimum_cell: int, round_to: int, run: Mapping[str, str]
) -> dict[str, Any]:
    """Build the release database from the marts of ``warehouse`` and put it, read-only, at ``target``.

    Returns ``tables`` (rows per table), ``checks``, ``minimum_cell``, ``round_to`` and ``protection``, which says that
    secondary suppression is not done. Raises ``WarehouseRefused``; a release that stood at ``target`` then stands.
    """
    with replacing(target, threads=1, mode=_READ_ONLY) as con:
        attach_marts(con, warehouse)
        make_protected_tables(con, minimum_cell, round_to)
        facts = {
            **run,
            "minimum_cell": str(minimum_cell),
            "round_to": str(round_to),
            "protection": PROTECTION,
        }
        write_facts(con, "run", _ABOUT, facts)
        checks = run_checks(con, release_models())
        tables = dict(count_rows(con))
        con.execute("DETACH marts")
    return {
        "tables": tables,
        "checks": checks,
        "minimum_cell": minimum_cell,
        "round_to": round_to,
        "protection": PROTECTION,
    }


def attach_marts(con: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Attach the warehouse for reading as ``marts``. Raises ``WarehouseRefused`` where there is none."""
    quoted = str(warehouse).replace("'", "''")
    try:
        con.execute(f"ATTACH '{quoted}' AS marts (READ_ONLY)")
    except duckdb.Error as error:
        msg = f"warehouse {warehouse}: cannot be opened ({type(error).__name__}). Cure: build the warehouse first."
        raise WarehouseRefused(msg) from None


def make_protected_tables(con: duckdb.DuckDBPyConnection, minimum_cell: int, round_to: int) -> None:
    """Make the tables of a release in the connection's own database, from the attached ``marts``."""
    open_protection(con, minimum_cell, round_to)
    run_models(con, release_models(), None)
