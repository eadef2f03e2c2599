"""Splink as the quality benchmark has it: its settings from the kinds of the fields, trained without labels."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from benchmarks.plain_table import blocking_rules, of_kind, usable_fields
from linkage.settings import FieldKind, FieldSettings


def trained(
    table: pd.DataFrame,
    fields: Mapping[str, FieldSettings],
    deduplicated: Mapping[str, bool],
    seed: int,
    connection: duckdb.DuckDBPyConnection,
) -> Linker:
    """Return Splink with its model trained on a plain table (``plain_table``), in a database that ``connection`` is."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection.execute("SET enable_progress_bar = false")  # it would be drawn between the benchmark's own lines
    database = DuckDBAPI(connection)
    names = sorted(table["source"].unique())
    inputs = [database.register(table[table["source"] == name], dataset_display_name=name) for name in names]
    usable = usable_fields(table, fields)
    kind: Any = "dedupe_only" if len(names) == 1 else "link_only" if all(deduplicated.values()) else "link_and_dedupe"
    settings = SettingsCreator(
        link_type=kind,
        unique_id_column_name="unique_id",
        source_dataset_column_name="source_dataset",
        comparisons=[_comparison(name, field, _swap(name, usable)) for name, field in usable.items()],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in blocking_rules(usable)],
        retain_matching_columns=False,
    )
    linker = Linker(inputs if len(inputs) > 1 else inputs[0], settings, log_level=None)
    exact: list[Any] = [block_on(*rule) for rule in _deterministic(usable)]
    linker.training.estimate_probability_two_random_records_match(exact, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed)
    _train(linker, _training(usable))
    return linker


def _train(linker: Linker, rules: Sequence[tuple[str, ...]]) -> None:
    """Run expectation-maximisation under each rule; raise ``ValueError`` where Splink refuses every one of them.

    Splink 5 refuses a level whose m falls to 0, as one does that no match among the pairs of a rule shows; whoever uses
    it then does without that rule, since m is the mean over the others.
    """
    refused = 0
    for rule in rules:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        except ValueError:
            refused += 1
    if refused == len(rules):
        msg = "Splink could be trained under no blocking rule. Cure: none here; report the method as failed."
        raise ValueError(msg)


def _comparison(name: str, field: FieldSettings, swapped_with: str | None) -> Any:  # noqa: ANN401 - Splink's creators share no public base
    match field.kind:
        case FieldKind.GIVEN_NAME | FieldKind.FAMILY_NAME:
            return _name(name, field, swapped_with)
        case FieldKind.TEXT:
            return comparisons.JaroWinklerAtThresholds(name, [0.92, 0.8])
        case FieldKind.POSTCODE:
            return comparisons.CustomComparison(
                [
                    levels.NullLevel(name),
                    levels.ExactMatchLevel(name),
                    levels.CustomLevel(f"substr({name}_l, 1, 4) = substr({name}_r, 1, 4)", "first four"),
                    levels.LevenshteinLevel(name, 1),
                    levels.ElseLevel(),
                ],
                output_column_name=name,
            )
        case FieldKind.DATE:
            return comparisons.CustomComparison(
                [
                    levels.CustomLevel(f"{name}_year_l is null or {name}_year_r is null", "null").configure(
                        is_null_level=True
                    ),
                    levels.ExactMatchLevel(name),
                    levels.DamerauLevenshteinLevel(name, 1),
                    levels.CustomLevel(
                        f"({name}_l is null or {name}_r is null) and {name}_year_l = {name}_year_r",
                        "year, rest unknown",
                    ),
                    levels.CustomLevel(f"{name}_l is null or {name}_r is null", "other year, rest unknown"),
                    levels.DamerauLevenshteinLevel(name, 2),
                    levels.CustomLevel(f"{name}_year_l = {name}_year_r", "year"),
                    levels.ElseLevel(),
                ],
                output_column_name=name,
            )
        case _:
            return comparisons.ExactMatch(name)


def _swap(name: str, fields: Mapping[str, FieldSettings]) -> str | None:
    """The family name that a given name may have changed places with."""
    family = of_kind(fields, FieldKind.FAMILY_NAME)
    return family[0] if family and fields[name].kind is FieldKind.GIVEN_NAME else None


def _name(name: str, field: FieldSettings, swapped_with: str | None) -> Any:  # noqa: ANN401 - as above
    """Splink's name levels, with frequency adjustment, and levels for a shared alias and for swapped names."""
    found = [levels.NullLevel(name), levels.ExactMatchLevel(name, term_frequency_adjustments=True)]
    if field.values > 1:
        sets = [f"string_split({name}_set_{side}, '|')" for side in "lr"]
        found.append(levels.CustomLevel(f"list_has_any({sets[0]}, {sets[1]})", "one of the set"))
    if swapped_with is not None:
        other = swapped_with
        found.append(levels.CustomLevel(f"{name}_l = {other}_r and {other}_l = {name}_r", "swapped"))
    found += [levels.JaroWinklerLevel(name, score) for score in (0.92, 0.88, 0.7)]
    return comparisons.CustomComparison([*found, levels.ElseLevel()], output_column_name=name)


def _deterministic(fields: Mapping[str, FieldSettings]) -> list[tuple[str, ...]]:
    whole = tuple(of_kind(fields, FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME, FieldKind.DATE))
    return [rule for rule in (*((name,) for name in of_kind(fields, FieldKind.IDENTIFIER)), whole) if rule]


def _training(fields: Mapping[str, FieldSettings]) -> list[tuple[str, ...]]:
    """Given name with date of birth, family name with postcode, and family name with date for what those fix."""
    dates, postcodes = of_kind(fields, FieldKind.DATE), of_kind(fields, FieldKind.POSTCODE)
    given, family = of_kind(fields, FieldKind.GIVEN_NAME), of_kind(fields, FieldKind.FAMILY_NAME)
    return [rule for rule in ((*given, *dates), (*family, *postcodes), (*given, *family)) if rule]
