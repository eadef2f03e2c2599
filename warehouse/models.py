"""The models of the warehouse and of a release: one SQL file each, run in the order of their numbers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import duckdb

from warehouse.errors import WarehouseRefused

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Progress = Callable[[str, int, int, str], None]
"""Called with stage, how much of it is done, of how much, and in which unit."""

_FILE = re.compile(r"^\d{2}_(?P<name>[a-z_]+)\.sql$")
_HEADER = re.compile(r"^-- grain: (?P<grain>[^;]+); key: (?P<key>[a-z_]+(?:, [a-z_]+)*)$")
_ABOUT_THE_TEXT = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)


@dataclass(frozen=True, slots=True)
class Model:
    """One table and the SQL that makes it; ``grain`` and ``key`` stand in the file's first line."""

    name: str
    grain: str
    key: tuple[str, ...]
    sql: str
    temporary: bool


@cache
def warehouse_models() -> tuple[Model, ...]:
    """The models of ``sql/``, in order."""
    return _read(files("warehouse") / "sql")


@cache
def release_models() -> tuple[Model, ...]:
    """The models of ``sql/release/``, in order."""
    return _read(files("warehouse") / "sql" / "release")


def run_models(con: duckdb.DuckDBPyConnection, models: Sequence[Model], progress: Progress | None) -> None:
    """Make every model's table, telling ``progress`` of the tables made.

    Raises ``WarehouseRefused`` naming the model. DuckDB's own message is passed on only where it speaks of the SQL
    text: messages of other kinds quote values.
    """
    for done, model in enumerate(models):
        if progress is not None:
            progress("build", done, len(models), "tables")
        try:
            con.execute(model.sql)
        except _ABOUT_THE_TEXT as error:
            msg = f"model {model.name}: the SQL file does not run ({error}). Cure: mend warehouse/sql."
            raise WarehouseRefused(msg) from None
        except duckdb.Error as error:
            msg = (
                f"model {model.name}: the database stopped with {type(error).__name__}. Cure: check the types of the "
                "delivered columns (docs/architecture.md), and that memory and disk suffice."
            )
            raise WarehouseRefused(msg) from None
    if progress is not None:
        progress("build", len(models), len(models), "tables")


def _read(folder: "Traversable") -> tuple[Model, ...]:
    return tuple(
        _parse(match["name"], entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if (match := _FILE.match(entry.name))
    )


def _parse(name: str, sql: str) -> Model:
    header = _HEADER.match(sql.splitlines()[0])
    if header is None:
        msg = f"model {name}: the first line does not give grain and key. Cure: '-- grain: ...; key: column, column'."
        raise WarehouseRefused(msg)
    temporary = f"CREATE TEMP TABLE {name} " in sql
    return Model(name, header["grain"], tuple(header["key"].split(", ")), sql, temporary)
