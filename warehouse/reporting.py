"""The figures of the run's report page: the same protected tables as a release, as plain data."""

# ruff: noqa: S608 - the SQL put together here holds names of our own tables and columns, no outside text

from pathlib import Path
from typing import Any

import duckdb

from warehouse.disclosure import PROTECTION
from warehouse.models import release_models
from warehouse.releasing import attach_marts, make_protected_tables

_PART_HIDDEN = "."
_PARTS = {("first_help", "n_part"), ("register_overlap", "n_both"), ("repeat_victimisation", "n_repeat")}
_TOP_VARIANTS = 15
_QUALITY = "linkage_quality_by_group"


def report_data(target: Path, minimum_cell: int = 10, round_to: int = 5) -> dict[str, Any]:
    """Protected figures of the warehouse ``target``, ready for a page or JSON.

    One key per table of a release, each a list of rows (column name to value); ``pathway_variants`` holds the most
    frequent fifteen, ``not_stored`` what proportionality kept out. A hidden count is the text ``<10`` (for a smallest
    cell of 10), a hidden part of a total ``.``, a share or estimate that rests on one is None. ``protection`` says how
    far protection goes. Raises ``WarehouseRefused`` where there is no warehouse.
    """
    con = duckdb.connect(":memory:", config={"threads": 1})
    try:
        attach_marts(con, target)
        make_protected_tables(con, minimum_cell, round_to)
        data: dict[str, Any] = {model.name: _rows(con, model.name, f"<{minimum_cell}") for model in release_models()}
        data["pathway_variants"] = data["pathway_variants"][:_TOP_VARIANTS]
        data["not_stored"] = _not_stored(con, f"<{minimum_cell}")
    finally:
        con.close()
    return {**data, "minimum_cell": minimum_cell, "round_to": round_to, "protection": PROTECTION}


def quality_by_group(target: Path) -> list[dict[str, Any]]:
    """The rows of ``linkage_quality_by_group`` of the warehouse ``target``: unprotected, not for release.

    Raises ``WarehouseRefused`` where there is no warehouse; empty where it was built without draws, or before there
    were any.
    """
    con = duckdb.connect(":memory:", config={"threads": 1})
    try:
        attach_marts(con, target)
        made = con.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'marts' AND table_name = ?", [_QUALITY]
        ).fetchone()
        if not made or not made[0]:
            return []
        found = con.execute(f"SELECT * FROM marts.{_QUALITY} ORDER BY grouping, group_name")
        names = [str(column[0]) for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    finally:
        con.close()


def _rows(con: duckdb.DuckDBPyConnection, table: str, small: str) -> list[dict[str, Any]]:
    found = con.execute(f"SELECT * FROM {table}")
    names = [str(column[0]) for column in found.description or ()]
    return [
        {name: _shown(table, name, value, small) for name, value in zip(names, row, strict=True)}
        for row in found.fetchall()
    ]


def _shown(table: str, column: str, value: object, small: str) -> object:
    if value is None and column.startswith("n_"):
        return _PART_HIDDEN if (table, column) in _PARTS else small
    return value


def _not_stored(con: duckdb.DuckDBPyConnection, small: str) -> list[dict[str, Any]]:
    rows = con.execute(
        "SELECT source, reason, protected(records), protected(registrations), protected(events) "
        "FROM marts.not_stored ORDER BY source, reason"
    ).fetchall()
    names = ("records", "registrations", "events")
    return [
        {
            "source": source,
            "reason": reason,
            **{name: small if count is None else count for name, count in zip(names, counts, strict=True)},
        }
        for source, reason, *counts in rows
    ]
