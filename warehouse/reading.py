"""Reads a finished database: queries without a way out, an ordered export, and nothing that can write."""

# ruff: noqa: S608 - the SQL put together here holds names of our own tables and columns, no outside text

from pathlib import Path

import duckdb
import pandas as pd

from warehouse.building import table_names
from warehouse.errors import QueryRefused

_CLOSED = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "temp_directory": "",
    "lock_configuration": "true",
    "memory_limit": "4GB",
}
_ABOUT_THE_TEXT = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
)
# Vectors of 2,048 rows; no release comes near.
_VECTORS = 500
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
_NOT_A_MART = frozenset({"run"})


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database for reading only, without access to files or network and with its settings locked.

    Raises ``QueryRefused`` where there is no database at ``path``.
    """
    try:
        return duckdb.connect(str(path), read_only=True, config={**_CLOSED, "threads": 1})
    except duckdb.Error as error:
        msg = (
            f"{path}: cannot be opened ({type(error).__name__}). Cure: build it first, and close whoever writes to it."
        )
        raise QueryRefused(msg) from None


def query(path: Path, sql: str) -> pd.DataFrame:
    """The answer to one SQL query on the database at ``path``.

    Raises ``QueryRefused`` with DuckDB's explanation where that is about the SQL, else with the kind of error only.
    """
    con = connect(path)
    try:
        return _rows(con.execute(_one_select(con, sql)))
    except _ABOUT_THE_TEXT as error:
        msg = f"query: {error}. Cure: mend the query; docs/reference/data-dictionary.md lists tables and columns."
        raise QueryRefused(msg) from None
    except duckdb.Error as error:
        msg = f"query: the database stopped with {type(error).__name__}. Cure: mend the query."
        raise QueryRefused(msg) from None
    finally:
        con.close()


def _rows(answer: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The rows of an answer, read as they come; ``QueryRefused`` where there are too many for one table."""
    rows = answer.fetch_df_chunk(_VECTORS)
    if len(rows) and len(answer.fetch_df_chunk(1)):
        msg = f"query: more than {len(rows):,} rows. Cure: count or group them, or add a LIMIT."
        raise QueryRefused(msg)
    return rows


def _one_select(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The only statement of a text, which reads; ``QueryRefused`` for none, several, or one of another kind."""
    statements = con.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in _READING:
        msg = "query: not one SELECT. Cure: give one SELECT at a time, without anything after it."
        raise QueryRefused(msg)
    return statements[0]


def export(target: Path, folder: Path) -> tuple[Path, ...]:
    """Write each mart of the database ``target`` to ``folder`` as Parquet, its rows in full order.

    The same marts give the same bytes. Table ``run`` is no mart. Parquet files of earlier exports that no mart
    answers to are removed. Returns the files, sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(target), read_only=True, config={"threads": 1, "temp_directory": ""})
    try:
        written = tuple(_export_table(con, name, folder) for name in table_names(con) if name not in _NOT_A_MART)
    finally:
        con.close()
    for stale in set(folder.glob("*.parquet")) - set(written):
        stale.unlink()
    return written


def _export_table(con: duckdb.DuckDBPyConnection, name: str, folder: Path) -> Path:
    path = folder / f"{name}.parquet"
    beside = folder / f"{name}.parquet.building"
    quoted = str(beside).replace("'", "''")
    con.execute(f"COPY (SELECT * FROM {name} ORDER BY ALL) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
    beside.replace(path)
    return path
