"""What must hold of a finished database: comments everywhere, keys that are keys, and marts that add up."""

# ruff: noqa: S608 - the SQL put together here holds names of our own tables and columns, no outside text

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from warehouse.errors import WarehouseRefused
from warehouse.models import Model


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one model; ``breaches`` is SQL that counts the rows breaking it."""

    model: str
    name: str
    breaches: str


def _ordered(model: str, first: str, last: str) -> Rule:
    return Rule(model, f"{first} is not after {last}", f"SELECT count(*) FROM {model} WHERE {first} > {last}")


def _known_person(model: str) -> Rule:
    sql = f"SELECT count(*) FROM {model} ANTI JOIN persons USING (person_id)"
    return Rule(model, "every person is in persons", sql)


def _same_count(model: str, name: str, expected: str) -> Rule:
    return Rule(model, name, f"SELECT abs((SELECT count(*) FROM {model}) - ({expected}))")


WAREHOUSE_RULES: tuple[Rule, ...] = (
    *(
        _known_person(model)
        for model in (
            "registrations",
            "forms",
            "events",
            "pathways",
            "pathway_steps",
            "first_help",
            "repeat_victimisation",
            "links",
        )
    ),
    _ordered("registrations", "registered_earliest", "registered_latest"),
    _ordered("events", "start_earliest", "start_latest"),
    _ordered("events", "end_earliest", "end_latest"),
    _ordered("persons", "birth_year_earliest", "birth_year_latest"),
    _ordered("first_help", "help_days_least", "help_days_most"),
    _ordered("first_help", "specialist_days_least", "specialist_days_most"),
    _ordered("repeat_victimisation", "years_least", "years_most"),
    _same_count("pathways", "every person has a pathway", "SELECT count(*) FROM persons"),
    _same_count("first_help", "every victim has a row", "SELECT count(*) FROM persons WHERE is_victim"),
    _same_count("repeat_victimisation", "every victim has a row", "SELECT count(*) FROM persons WHERE is_victim"),
    _same_count("pathway_steps", "steps are the transitions", "SELECT coalesce(sum(n_transitions), 0) FROM pathways"),
    _ordered("linkage_quality_by_group", "precision_low", "precision_high"),
    _ordered("linkage_quality_by_group", "recall_low", "recall_high"),
    Rule(
        "person_in_draw",
        "every draw has every kept record",
        "SELECT count(*) FROM (SELECT draw FROM person_in_draw GROUP BY draw HAVING count(*) <> "
        "(SELECT count(*) FROM (SELECT DISTINCT source, record_id FROM registrations)))",
    ),
    Rule(
        "persons",
        "link probability lies between 0 and 1",
        "SELECT count(*) FROM persons WHERE lowest_link_probability NOT BETWEEN 0 AND 1",
    ),
    Rule(
        "persons",
        "only victims are stored where only victims may be",
        "SELECT count(*) FROM persons CROSS JOIN setting WHERE keep_only_victims AND NOT is_victim",
    ),
)


def run_checks(con: duckdb.DuckDBPyConnection, models: Sequence[Model], rules: Sequence[Rule] = ()) -> tuple[str, ...]:
    """Hold the tables of ``models`` to their keys, to ``rules`` and to having comments.

    Returns what was checked, as ``model: rule``. Raises ``WarehouseRefused`` naming model, rule and number of breaches.
    """
    stored = [model for model in models if not model.temporary]
    every = [rule for model in stored for rule in _keys(model)] + list(rules)
    for rule in every:
        _hold(con, rule)
    _refuse_uncommented(con)
    return (*(f"{rule.model}: {rule.name}" for rule in every), "all tables: every table and column has a comment")


def uncommented(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables, views and columns (``table`` or ``table.column``) that lack a comment, sorted."""
    rows = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal "
        "AND database_name = current_database() AND coalesce(comment, '') = '' "
        "UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT temporary AND NOT internal "
        "AND database_name = current_database() AND coalesce(comment, '') = '' "
        "UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE NOT internal "
        "AND database_name = current_database() AND coalesce(comment, '') = '' ORDER BY ALL"
    ).fetchall()
    return [str(row[0]) for row in rows]


def _keys(model: Model) -> list[Rule]:
    key = ", ".join(model.key)
    missing = " OR ".join(f"{column} IS NULL" for column in model.key)
    return [
        Rule(
            model.name,
            f"key ({key}) is unique",
            f"SELECT count(*) FROM (SELECT 1 FROM {model.name} GROUP BY {key} HAVING count(*) > 1)",
        ),
        Rule(model.name, f"key ({key}) is complete", f"SELECT count(*) FROM {model.name} WHERE {missing}"),
    ]


def _hold(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    row = con.execute(rule.breaches).fetchone()
    breaches = int(row[0]) if row else 0
    if breaches:
        msg = (
            f"model {rule.model}: rule '{rule.name}' is broken {breaches} times. "
            "Cure: look in the delivered files for rows that contradict each other; the old database stands."
        )
        raise WarehouseRefused(msg)


def _refuse_uncommented(con: duckdb.DuckDBPyConnection) -> None:
    lacking = uncommented(con)
    if lacking:
        rule = "every table and column has a comment"
        msg = f"model {lacking[0]}: rule '{rule}' is broken. Cure: add COMMENT ON in its file."
        raise WarehouseRefused(msg)
