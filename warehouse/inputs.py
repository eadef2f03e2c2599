"""What is loaded: delivered Parquet files as typed views, and the rules they must keep before anything is built."""

# ruff: noqa: S608 - the SQL put together here holds names of our own tables and columns, no outside text

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import duckdb

from warehouse.errors import WarehouseRefused
from warehouse.settings import WarehouseSettings

REGISTRATIONS: Mapping[str, str] = {
    "source": "VARCHAR",
    "record_id": "VARCHAR",
    "registration_id": "VARCHAR",
    "registered_earliest": "DATE",
    "registered_latest": "DATE",
    "role": "VARCHAR",
    "sex": "VARCHAR",
    "birth_year": "SMALLINT",
    "nationality": "VARCHAR",
    "residence_status": "VARCHAR",
    "forms": "VARCHAR[]",
    "reporter": "VARCHAR",
    "dossier_type": "VARCHAR",
    "region_report": "VARCHAR",
    "region_exploitation": "VARCHAR",
    "region_shelter": "VARCHAR",
    "municipality": "VARCHAR",
}
EVENTS: Mapping[str, str] = {
    "source": "VARCHAR",
    "record_id": "VARCHAR",
    "registration_id": "VARCHAR",
    "activity": "VARCHAR",
    "start_earliest": "DATE",
    "start_latest": "DATE",
    "end_earliest": "DATE",
    "end_latest": "DATE",
    "detail": "VARCHAR",
    "region": "VARCHAR",
    "reason": "VARCHAR",
}
CROSSWALK: Mapping[str, str] = {
    "source": "VARCHAR",
    "record_id": "VARCHAR",
    "person_id": "VARCHAR",
    "run_id": "VARCHAR",
    "link_method": "VARCHAR",
    "link_probability": "DOUBLE",
}
LINKS: Mapping[str, str] = {
    "source_a": "VARCHAR",
    "record_id_a": "VARCHAR",
    "source_b": "VARCHAR",
    "record_id_b": "VARCHAR",
    "probability": "DOUBLE",
}
DRAWS: Mapping[str, str] = {
    "draw": "UTINYINT",
    "source": "VARCHAR",
    "record_id": "VARCHAR",
    "person_id": "VARCHAR",
}

_MATCHES: Mapping[str, str] = {"source_a": "VARCHAR", "source_b": "VARCHAR", "matches": "DOUBLE"}
_RECALL: Mapping[str, str] = {"recall": "DOUBLE", "recall_low": "DOUBLE", "recall_high": "DOUBLE"}
_PRECISION: Mapping[str, str] = {"precision": "DOUBLE", "precision_low": "DOUBLE", "precision_high": "DOUBLE"}


class Estimate(NamedTuple):
    """A figure over all records, estimated without the truth, and the ends of its 90% interval, if known."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What linkage says of its own doubt.

    Parquet files: ``links`` (source_a, record_id_a, source_b, record_id_b, probability) and ``draws`` (draw from 1,
    source, record_id, person_id, only for records that are with another person in that draw). ``number``: how many
    draws were made. ``matches``: how many are expected per source pair, also of those that no draw can have.
    ``recall`` and ``precision``: as the linkage unit tells them, None where they are not estimable.
    """

    links: Path
    draws: Path
    number: int
    matches: Mapping[tuple[str, str], float] = field(default_factory=dict)
    recall: Estimate | None = None
    precision: Estimate | None = None


# Empty text means "unknown", as null does; a key that is empty is caught by the rules below.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    (
        "crosswalk",
        "source, record and person are given",
        "SELECT count(*) FROM input_crosswalk WHERE source IS NULL OR record_id IS NULL OR person_id IS NULL",
        "use the crosswalk as linkage wrote it",
    ),
    (
        "crosswalk",
        "a record has one person",
        "SELECT count(*) FROM (SELECT 1 FROM input_crosswalk GROUP BY source, record_id HAVING count(*) > 1)",
        "use the crosswalk of one run",
    ),
    (
        "crosswalk",
        "all lines are of one run",
        "SELECT greatest(count(DISTINCT run_id) - 1, 0) FROM input_crosswalk",
        "use the crosswalk of one run",
    ),
    (
        "registrations",
        "source, record and registration are given",
        "SELECT count(*) FROM input_registrations WHERE source IS NULL OR record_id IS NULL OR registration_id IS NULL",
        "let the agency seal its payload again",
    ),
    (
        "registrations",
        "a source that registered is in the crosswalk",
        """SELECT count(*) FROM (
            SELECT r.source
            FROM input_registrations AS r LEFT JOIN input_crosswalk AS c USING (source, record_id)
            GROUP BY r.source HAVING count(c.person_id) = 0
        )""",
        "load payload and crosswalk of the same run, sealed in the same epoch",
    ),
    (
        "events",
        "an event belongs to a delivered registration of the same record",
        """SELECT count(*) FROM input_events AS e ANTI JOIN input_registrations AS r
            ON r.source = e.source AND r.record_id = e.record_id AND r.registration_id = e.registration_id""",
        "let the agency seal its payload again: registrations and events are of different deliveries",
    ),
    (
        "events",
        "activity and start are given",
        "SELECT count(*) FROM input_events WHERE activity IS NULL OR start_earliest IS NULL OR start_latest IS NULL",
        "let the agency seal its payload again",
    ),
    (
        "links",
        "linked records have the same person",
        """SELECT count(*) FROM input_links AS l
            LEFT JOIN input_crosswalk AS a ON a.source = l.source_a AND a.record_id = l.record_id_a
            LEFT JOIN input_crosswalk AS b ON b.source = l.source_b AND b.record_id = l.record_id_b
            WHERE a.person_id IS DISTINCT FROM b.person_id OR a.person_id IS NULL""",
        "use links and crosswalk of one run",
    ),
    (
        "links",
        "a probability lies between 0 and 1",
        "SELECT count(*) FROM input_links WHERE probability IS NULL OR probability NOT BETWEEN 0 AND 1",
        "use the links as linkage wrote them",
    ),
    (
        "draws",
        "a record has one person in a draw",
        "SELECT count(*) FROM (SELECT 1 FROM input_draws GROUP BY draw, source, record_id HAVING count(*) > 1)",
        "use the draws of one run",
    ),
    (
        "draws",
        "record and person are given, and the record is in the crosswalk",
        """SELECT count(*) FROM input_draws AS d LEFT JOIN input_crosswalk AS c USING (source, record_id)
            WHERE c.person_id IS NULL OR d.person_id IS NULL""",
        "use draws and crosswalk of one run",
    ),
    (
        "draws",
        "a draw has a number from 1 to the number of draws",
        """SELECT count(*) FROM input_draws CROSS JOIN setting
            WHERE draw IS NULL OR draw NOT BETWEEN 1 AND setting.n_draws""",
        "use draws and summary of one run",
    ),
)


def open_inputs(
    con: duckdb.DuckDBPyConnection,
    registrations: Iterable[Path],
    events: Iterable[Path],
    crosswalk: Path,
    uncertainty: Uncertainty | None = None,
) -> None:
    """Make the temporary views ``input_registrations``, ``_events``, ``_crosswalk``, ``_links`` and ``_draws``.

    The last two are empty where linkage said nothing of its doubt.

    Raises ``WarehouseRefused`` naming file, column, rule and cure.
    """
    _view(con, "input_registrations", list(registrations), REGISTRATIONS)
    _view(con, "input_events", list(events), EVENTS)
    _view(con, "input_crosswalk", [crosswalk], CROSSWALK)
    if uncertainty is None:
        _open_without_doubt(con)
    else:
        _empty(con, "input_matches", _MATCHES)
        _empty(con, "input_recall", _RECALL)
        _empty(con, "input_precision", _PRECISION)
        for (a, b), matches in uncertainty.matches.items():
            con.execute("INSERT INTO input_matches VALUES (least($1, $2), greatest($1, $2), $3)", [a, b, matches])
        if uncertainty.recall is not None:
            con.execute("INSERT INTO input_recall VALUES (?, ?, ?)", list(uncertainty.recall))
        if uncertainty.precision is not None:
            con.execute("INSERT INTO input_precision VALUES (?, ?, ?)", list(uncertainty.precision))
        _view(con, "input_links", [uncertainty.links], LINKS)
        _view(con, "input_draws", [uncertainty.draws], DRAWS)


def open_empty_inputs(con: duckdb.DuckDBPyConnection) -> None:
    """Make all inputs as empty tables, for the structure of a warehouse without any data."""
    _empty(con, "input_registrations", REGISTRATIONS)
    _empty(con, "input_events", EVENTS)
    _empty(con, "input_crosswalk", CROSSWALK)
    _open_without_doubt(con)


def _open_without_doubt(con: duckdb.DuckDBPyConnection) -> None:
    _empty(con, "input_links", LINKS)
    _empty(con, "input_draws", DRAWS)
    _empty(con, "input_matches", _MATCHES)
    _empty(con, "input_recall", _RECALL)
    _empty(con, "input_precision", _PRECISION)


def _empty(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str]) -> None:
    con.execute(f"CREATE TEMP TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")


def open_settings(con: duckdb.DuckDBPyConnection, settings: WarehouseSettings, draws: int = 0) -> None:
    """Make the temporary one-row table ``setting`` that the models read; ``draws`` is the number of draws."""
    con.execute(
        "CREATE TEMP TABLE setting AS SELECT ?::VARCHAR[] AS victim_roles, ?::VARCHAR[] AS suspect_roles, "
        "?::BOOLEAN AS keep_only_victims, coalesce(?::DATE, (SELECT max(registered_latest) FROM input_registrations)) "
        "AS extraction_date, ?::INTEGER AS washout_days, ?::VARCHAR[] AS activity_order, "
        "?::VARCHAR[] AS help_activities, ?::VARCHAR[] AS specialist_activities, "
        "?::VARCHAR[] AS specialist_details, ?::VARCHAR[] AS victimisation_activities, ?::INTEGER AS n_draws",
        [
            list(settings.victim_roles),
            list(settings.suspect_roles),
            settings.keep_only_victims,
            settings.extraction_date,
            settings.washout_days,
            list(settings.activity_order),
            list(settings.help_activities),
            list(settings.specialist_activities),
            list(settings.specialist_details),
            list(settings.victimisation_activities),
            draws,
        ],
    )


def check_inputs(con: duckdb.DuckDBPyConnection, run_id: str | None) -> tuple[str, ...]:
    """Hold the inputs to their rules and return the rules kept, as ``table: rule``.

    Raises ``WarehouseRefused`` naming table, rule, number of breaches and cure.
    """
    for table, rule, sql, cure in _RULES:
        _refuse_breaches(table, rule, _count(con, sql), cure)
    if run_id is not None:
        breaches = _count(con, "SELECT count(*) FROM input_crosswalk WHERE run_id IS DISTINCT FROM ?", [run_id])
        _refuse_breaches("crosswalk", "its run is the run that is loaded", breaches, "load the crosswalk of this run")
    return tuple(f"{table}: {rule}" for table, rule, _, _ in _RULES)


def _refuse_breaches(table: str, rule: str, breaches: int, cure: str) -> None:
    if breaches:
        msg = f"input {table}: rule '{rule}' is broken {breaches} times. Cure: {cure}."
        raise WarehouseRefused(msg)


def _count(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[str] | None = None) -> int:
    try:
        row = con.execute(sql, parameters or []).fetchone()
    except duckdb.Error as error:
        msg = (
            f"input: a delivered file cannot be read as the types agreed ({type(error).__name__}). "
            "Cure: check the columns against docs/architecture.md, Payload tables."
        )
        raise WarehouseRefused(msg) from None
    return int(row[0]) if row else 0


def _view(con: duckdb.DuckDBPyConnection, name: str, paths: list[Path], columns: Mapping[str, str]) -> None:
    table = name.removeprefix("input_")
    if not paths:
        msg = f"input {table}: no file is given. Cure: give at least one Parquet file."
        raise WarehouseRefused(msg)
    for path in paths:
        _check_columns(con, table, path, columns)
    listed = ", ".join(_quoted(str(path)) for path in sorted(paths))
    read = ", ".join(f"{_cast(column, kind)} AS {column}" for column, kind in columns.items())
    con.execute(f"CREATE TEMP VIEW {name} AS SELECT {read} FROM read_parquet([{listed}], union_by_name = true)")


def _cast(column: str, kind: str) -> str:
    return f"nullif({column}::VARCHAR, '')" if kind == "VARCHAR" else f"{column}::{kind}"


def _check_columns(con: duckdb.DuckDBPyConnection, table: str, path: Path, columns: Mapping[str, str]) -> None:
    try:
        found = {row[0] for row in con.execute(f"DESCRIBE FROM read_parquet({_quoted(str(path))})").fetchall()}
    except duckdb.Error as error:
        msg = (
            f"input {table}: {path.name} cannot be read as Parquet ({type(error).__name__}). "
            "Cure: open the package again, or let the agency seal it again."
        )
        raise WarehouseRefused(msg) from None
    missing = [column for column in columns if column not in found]
    if missing:
        msg = (
            f"input {table}: {path.name} lacks column {', '.join(missing)}. "
            "Cure: make it with the version of this software that loads it."
        )
        raise WarehouseRefused(msg)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
