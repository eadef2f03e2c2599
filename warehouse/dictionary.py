"""The data dictionary, written from the comments in the database itself.

``python -m warehouse.dictionary`` prints docs/reference/data-dictionary.md.
"""

from pathlib import Path

import duckdb

from warehouse.building import table_names, write_facts
from warehouse.inputs import open_empty_inputs, open_settings
from warehouse.models import release_models, run_models, warehouse_models
from warehouse.reading import connect
from warehouse.releasing import make_protected_tables
from warehouse.settings import WarehouseSettings

_FACTS = "One row per fact about the run that built this database."


def data_dictionary(path: Path) -> str:
    """Tables and columns of the database at ``path``, with grain, type and meaning, as Markdown."""
    con = connect(path)
    try:
        return describe(con)
    finally:
        con.close()


def project_dictionary() -> str:
    """The dictionary of the warehouse and of the release as this version builds them, without any data."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    try:
        open_empty_inputs(con)
        open_settings(con, WarehouseSettings())
        con.execute("ATTACH ':memory:' AS marts")
        con.execute("USE marts")
        write_facts(con, "run", _FACTS, {})
        run_models(con, warehouse_models(), None)
        warehouse = describe(con)
        con.execute("ATTACH ':memory:' AS shown")
        con.execute("USE shown")
        write_facts(con, "run", _FACTS, {})
        make_protected_tables(con, 1, 1)
        return _page(warehouse, describe(con))
    finally:
        con.close()


def describe(con: duckdb.DuckDBPyConnection) -> str:
    """Markdown of the connection's own database, one section a table or view, sorted by name."""
    grains = _grains(con)
    sections = []
    for name in sorted(table_names(con) + _view_names(con)):
        lines = [f"### {name}", "", f"{_comment(con, name)}"]
        if name in grains:
            lines.append(f"\nGrain: {grains[name]}.")
        lines += ["", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{column}` | {kind} | {_cell(comment)} |" for column, kind, comment in _columns(con, name)]
        sections.append("\n".join(lines))
    return "\n\n".join(sections) + "\n"


def _grains(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Grain per table: a release has its own models, some of them under the names of marts."""
    models = warehouse_models() if "persons" in table_names(con) else release_models()
    return {model.name: f"{model.grain} (key: {', '.join(model.key)})" for model in models}


def _view_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT temporary AND NOT internal "
        "AND database_name = current_database()"
    ).fetchall()
    return [str(row[0]) for row in rows]


def _comment(con: duckdb.DuckDBPyConnection, name: str) -> str:
    row = con.execute(
        "SELECT comment FROM duckdb_tables() WHERE database_name = current_database() AND table_name = $name "
        "UNION ALL "
        "SELECT 'View. ' || comment FROM duckdb_views() WHERE database_name = current_database() AND view_name = $name",
        {"name": name},
    ).fetchone()
    return str(row[0]) if row else ""


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, str]]:
    rows = con.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND table_name = ? ORDER BY column_index",
        [table],
    ).fetchall()
    return [(str(name), str(kind), str(comment)) for name, kind, comment in rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _page(warehouse: str, release: str) -> str:
    return (
        "# Data dictionary\n\nMade from the comments in the database by `python -m warehouse`; a test holds "
        "it to them. Dates of\nwhich parts are unknown are kept as the earliest and the latest day they can mean.\n\n"
        f"## Warehouse\n\n{warehouse}\n"
        "## Release\n\nProtected aggregates only: counts below the smallest cell are null (zero included), others are "
        f"rounded. Secondary\nsuppression is not done yet.\n\n{release}"
    )
