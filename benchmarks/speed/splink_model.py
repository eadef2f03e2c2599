"""Splink as its users would tune it for these registers: one DuckDB thread, tight blocking, no needless columns.

Trained under given name with date of birth and under family name with postcode. Blocked on date of birth, given with
family name, family name with postcode, and given name with postcode. With a million records, year of birth beside the
two names cost as many CPU seconds (32 against 31) and F1 (.993 against .997), so it is not asked. For data with
identifiers or sets of names the model of the
quality benchmark is taken (benchmarks/splink_training.py).
"""

import logging
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from benchmarks.plain_table import plain_table
from benchmarks.speed.folder import About, plain_path
from benchmarks.splink_training import trained
from linkage.settings import FieldKind

DATES = '"birth_date.year" || \'-\' || "birth_date.month" || \'-\' || "birth_date.day" as birth_date'
COLUMNS = f"given_name, family_name, {DATES}, sex, postcode, municipality"
TRAINING = (("given_name", "birth_date"), ("family_name", "postcode"))
BLOCKING = (("birth_date",), ("given_name", "family_name"), ("family_name", "postcode"), ("given_name", "postcode"))
EXACT = (("given_name", "family_name", "birth_date"),)


def linker(folder: Path, about: About, *, seed: int, threads: int) -> Linker:
    """Return Splink trained on the data, without having seen a label. Pairs within a source are left out."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    if any(field.kind is FieldKind.IDENTIFIER for field in about.encoding.fields.values()):
        return _general(folder, about, seed=seed, threads=threads)
    connection = _connection(threads)
    inputs = [_loaded(connection, folder, source) for source in about.sources]
    database = DuckDBAPI(connection)
    registered = [
        database.register(name, dataset_display_name=source) for name, source in zip(inputs, about.sources, strict=True)
    ]
    found = Linker(registered, _settings(), log_level=None)
    exact: list[Any] = [block_on(*rule) for rule in EXACT]
    found.training.estimate_probability_two_random_records_match(exact, recall=0.8)
    found.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for rule in TRAINING:
        found.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    return found


def _connection(threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"set threads = {int(threads)}")
    return connection


def _loaded(connection: duckdb.DuckDBPyConnection, folder: Path, source: str) -> str:
    """Read a source straight into DuckDB; return its table's name."""
    name = f"input_{source}"
    path = str(plain_path(folder, source)).replace("'", "''")
    connection.execute(
        f"create table {name} as select native_id as unique_id, '{source}' as source_dataset, {COLUMNS} "  # noqa: S608 - our own names
        f"from read_parquet('{path}')"
    )
    return name


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        source_dataset_column_name="source_dataset",
        comparisons=[_name("given_name"), _name("family_name"), _date(), _address(), comparisons.ExactMatch("sex")],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in BLOCKING],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _name(column: str) -> Any:  # noqa: ANN401 - Splink's creators share no public base
    return comparisons.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True),
            levels.JaroWinklerLevel(column, 0.92),
            levels.JaroWinklerLevel(column, 0.8),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def _date() -> Any:  # noqa: ANN401 - as above
    column = "birth_date"
    return comparisons.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column),
            levels.DamerauLevenshteinLevel(column, 1),
            levels.CustomLevel(
                f"substr({column}_l, 1, 4) = substr({column}_r, 1, 4) "
                f"and substr({column}_l, 6, 2) = substr({column}_r, 9, 2) "
                f"and substr({column}_l, 9, 2) = substr({column}_r, 6, 2)",
                "day and month swapped",
            ),
            levels.CustomLevel(f"substr({column}_l, 1, 4) = substr({column}_r, 1, 4)", "year"),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def _address() -> Any:  # noqa: ANN401 - as above
    """Postcode and municipality as one comparison.

    Apart they would count one address twice, for Splink takes fields as independent: with families of one name and one
    address F1 was .84 so, and is .99.
    """
    column = "postcode"
    return comparisons.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column),
            levels.CustomLevel(f"substr({column}_l, 1, 4) = substr({column}_r, 1, 4)", "first four"),
            levels.ExactMatchLevel("municipality"),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def _general(folder: Path, about: About, *, seed: int, threads: int) -> Linker:
    """The model of the quality benchmark; ``unique_id`` becomes the place in ``plain_table``."""
    plain = {
        source: pd.read_parquet(plain_path(folder, source)).drop(columns="record_id").set_index("native_id")
        for source in about.sources
    }
    fields = about.encoding.fields
    return trained(plain_table(plain, fields), fields, about.deduplicated, seed, _connection(threads))
