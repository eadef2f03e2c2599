"""Builds the warehouse into a new file and puts it in the place of the old one."""

# ruff: noqa: S608 - the SQL put together here holds names of our own tables and columns, no outside text

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb

from warehouse.checks import WAREHOUSE_RULES, run_checks
from warehouse.inputs import Uncertainty, check_inputs, open_inputs, open_settings
from warehouse.models import Progress, run_models, warehouse_models
from warehouse.settings import WarehouseSettings

_OWNER_ONLY = 0o600
# No temporary directory: rows of persons who are not kept must not be spilled to disk.
_IN_MEMORY_ONLY = {"temp_directory": "", "autoinstall_known_extensions": "false"}


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What was built: rows per table, what was counted and not stored per source, and the rules that were checked."""

    tables: Mapping[str, int]
    counted_not_stored: Mapping[str, Mapping[str, int]]
    checks: tuple[str, ...]


def build(
    registrations: Path | list[Path],
    events: Path | list[Path],
    crosswalk: Path,
    target: Path,
    *,
    settings: WarehouseSettings,
    run: Mapping[str, str],
    uncertainty: Uncertainty | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Build the warehouse from payload and crosswalk (Parquet, docs/architecture.md) and put it at ``target``.

    ``uncertainty`` adds the links with their probability and the posterior draws; without it their tables are empty.

    ``run`` is written to table ``run``; where it has ``run_id``, the crosswalk must be of that run. Whatever fails, a
    database that stood at ``target`` stands unchanged. Raises ``WarehouseRefused`` naming model, rule and cure.
    """
    with replacing(target, settings.threads) as con:
        open_inputs(con, _listed(registrations), _listed(events), crosswalk, uncertainty)
        open_settings(con, settings, uncertainty.number if uncertainty else 0)
        kept = check_inputs(con, run.get("run_id"))
        write_facts(con, "run", "The run that built this database: one row per fact about it.", run)
        run_models(con, warehouse_models(), progress)
        kept += run_checks(con, warehouse_models(), WAREHOUSE_RULES)
        return BuildResult(count_rows(con), _not_stored(con), kept)


@contextmanager
def replacing(target: Path, threads: int, *, mode: int = _OWNER_ONLY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a new database file beside ``target``, which takes its place when the block ends well.

    Until then only its owner can read it; afterwards its permissions are ``mode``.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.building")
    _discard(beside)
    con = duckdb.connect(str(beside), config={**_IN_MEMORY_ONLY, "threads": threads})
    try:
        beside.chmod(_OWNER_ONLY)
        yield con
        con.execute("CHECKPOINT")
    except BaseException:
        con.close()
        _discard(beside)
        raise
    con.close()
    beside.chmod(mode)
    beside.replace(target)


def write_facts(con: duckdb.DuckDBPyConnection, table: str, comment: str, facts: Mapping[str, str]) -> None:
    """Make a commented table of two columns, fact and answer, sorted by fact."""
    con.execute(f"CREATE TABLE {table} (fact VARCHAR PRIMARY KEY, answer VARCHAR)")
    for fact in sorted(facts):
        con.execute(f"INSERT INTO {table} VALUES (?, ?)", [fact, str(facts[fact])])
    quoted = comment.replace("'", "''")
    con.execute(f"COMMENT ON TABLE {table} IS '{quoted}'")
    con.execute(f"COMMENT ON COLUMN {table}.fact IS 'What is told.'")
    con.execute(f"COMMENT ON COLUMN {table}.answer IS 'What it is.'")


def table_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the stored tables of the connection's own database, sorted."""
    rows = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal "
        "AND database_name = current_database() ORDER BY table_name"
    ).fetchall()
    return [str(row[0]) for row in rows]


def count_rows(con: duckdb.DuckDBPyConnection) -> Mapping[str, int]:
    """Rows of each stored table."""
    counts = {}
    for name in table_names(con):
        row = con.execute(f"SELECT count(*) FROM {name}").fetchone()
        counts[name] = int(row[0]) if row else 0
    return MappingProxyType(counts)


def _not_stored(con: duckdb.DuckDBPyConnection) -> Mapping[str, Mapping[str, int]]:
    rows = con.execute(
        "SELECT source, sum(records), sum(registrations), sum(events) FROM not_stored GROUP BY source ORDER BY source"
    ).fetchall()
    return {
        str(source): {"records": int(records), "registrations": int(registrations), "events": int(events)}
        for source, records, registrations, events in rows
    }


def _listed(paths: Path | list[Path]) -> list[Path]:
    return [paths] if isinstance(paths, Path) else paths


def _discard(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
