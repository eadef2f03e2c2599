"""Splink on the normalised plain text: the rival that the linkage of encodings is measured against."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from linkage.candidates import Pairs
from linkage.cluster import cluster, components
from linkage.records import Records
from linkage.settings import FieldKind, FieldSettings

LN2 = float(np.log(2))
WEAKEST_WEIGHT = -20.0


def splink_linkage(
    plain: Mapping[str, pd.DataFrame],
    fields: Mapping[str, FieldSettings],
    deduplicated: Mapping[str, bool],
    seed: int,
) -> list[pd.DataFrame]:
    """Return source, native_id and person_id as Splink scores and our clustering decide.

    Two crosswalks: pairs that no blocking rule made count as random pairs, or as no evidence.

    Prior from deterministic rules, u by random sampling, m by expectation-maximisation under two or more blocking
    rules, frequency adjustment on names; pairs within a source without duplicates are left out.
    """
    table = _table(plain, fields)
    linker = _trained(table, fields, deduplicated, seed)
    scored = linker.inference.predict(threshold_match_weight=WEAKEST_WEIGHT).as_pandas_dataframe()  # type: ignore[no-untyped-call]
    prior = linker._settings_obj._probability_two_random_records_match  # noqa: SLF001 - Splink offers no reader
    records = _records(plain, deduplicated)
    pairs = Pairs.of(scored["unique_id_l"].to_numpy(np.int64), scored["unique_id_r"].to_numpy(np.int64), len(records))
    weights = scored.assign(
        key=np.minimum(scored["unique_id_l"], scored["unique_id_r"]) * len(records)
        + np.maximum(scored["unique_id_l"], scored["unique_id_r"])
    ).sort_values("key")
    log_odds = weights["match_weight"].to_numpy(float) * LN2
    source = records.source_of
    alone = np.array(records.deduplicated)
    allowed = (source[pairs.left] != source[pairs.right]) | ~alone[source[pairs.left]]
    labels = components(pairs.where(allowed & (log_odds > 0)))
    inside = labels[pairs.left] == labels[pairs.right]
    found = [
        cluster(records, labels, pairs.where(inside), log_odds[inside], threshold=0.0, unseen=unseen)
        for unseen in (float(np.log(prior / (1 - prior))), 0.0)
    ]
    return [table[["source", "native_id"]].assign(person_id=each.cluster.astype(str)) for each in found]


def _table(plain: Mapping[str, pd.DataFrame], fields: Mapping[str, FieldSettings]) -> pd.DataFrame:
    """All records, sources in alphabetical order; dates as one full ISO column (or null) and the year."""
    parts = []
    for source in sorted(plain):
        frame = plain[source]
        out: dict[str, Any] = {"source": source, "native_id": frame.index.to_numpy()}
        for name, field in fields.items():
            if field.kind is FieldKind.DATE:
                days = [frame[f"{name}.{part}"] for part in ("year", "month", "day")]
                out[name] = (days[0] + "-" + days[1] + "-" + days[2]).to_numpy()
                out[f"{name}_year"] = days[0].to_numpy()
            else:
                out[name] = frame[name].to_numpy()
            if field.values > 1:
                members = frame[[column for column in frame.columns if column.split(".")[0] == name]]
                out[f"{name}_set"] = ["|".join(sorted(row.dropna())) or None for _, row in members.iterrows()]
        parts.append(pd.DataFrame(out))
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "unique_id", np.arange(len(table)))
    return table.astype(dict.fromkeys(table.columns[3:], "string"))


def _records(plain: Mapping[str, pd.DataFrame], deduplicated: Mapping[str, bool]) -> Records:
    """Only what clustering asks for: sources, their promise, and where each begins."""
    names = tuple(sorted(plain))
    starts = np.concatenate(([0], np.cumsum([len(plain[name]) for name in names]))).astype(np.int64)
    return Records(names, tuple(deduplicated[name] for name in names), starts, np.zeros(0, dtype=object), {}, {})


def _trained(
    table: pd.DataFrame, fields: Mapping[str, FieldSettings], deduplicated: Mapping[str, bool], seed: int
) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    database = DuckDBAPI()
    names = sorted(table["source"].unique())
    inputs = [database.register(table[table["source"] == name], dataset_display_name=name) for name in names]
    usable = {name: field for name, field in fields.items() if table[name].notna().any()}
    kind: Any = "dedupe_only" if len(names) == 1 else "link_only" if all(deduplicated.values()) else "link_and_dedupe"
    settings = SettingsCreator(
        link_type=kind,
        unique_id_column_name="unique_id",
        source_dataset_column_name="source_dataset",
        comparisons=[_comparison(name, field, _swap(name, usable)) for name, field in usable.items()],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in _blocking(usable)],
        em_convergence=1e-5,
        max_iterations=100,
        retain_matching_columns=False,
    )
    linker = Linker(inputs if len(inputs) > 1 else inputs[0], settings, log_level=None)
    exact: list[Any] = [block_on(*rule) for rule in _deterministic(usable)]
    linker.training.estimate_probability_two_random_records_match(exact, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed)
    for rule in _training(usable):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    return linker


def _of(fields: Mapping[str, FieldSettings], *kinds: FieldKind) -> list[str]:
    return [name for name, field in fields.items() if field.kind in kinds]


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
    family = _of(fields, FieldKind.FAMILY_NAME)
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


def _blocking(fields: Mapping[str, FieldSettings]) -> list[tuple[str, ...]]:
    """Tight rules: every identifier, the date of birth, and names with each other, with postcode and with year."""
    dates, postcodes = _of(fields, FieldKind.DATE), _of(fields, FieldKind.POSTCODE)
    given, family = _of(fields, FieldKind.GIVEN_NAME), _of(fields, FieldKind.FAMILY_NAME)
    rules: list[tuple[str, ...]] = [(name,) for name in (*_of(fields, FieldKind.IDENTIFIER), *dates)]
    rules += [(a, b) for a in given for b in family]
    rules += [(a, b) for a in (*given, *family) for b in postcodes]
    return rules + [(a, f"{b}_year") for a in (*given, *family) for b in dates]


def _deterministic(fields: Mapping[str, FieldSettings]) -> list[tuple[str, ...]]:
    whole = tuple(_of(fields, FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME, FieldKind.DATE))
    return [(name,) for name in _of(fields, FieldKind.IDENTIFIER)] + [whole]


def _training(fields: Mapping[str, FieldSettings]) -> list[tuple[str, ...]]:
    """Given name with date of birth, family name with postcode, and family name with date for what those fix."""
    dates, postcodes = _of(fields, FieldKind.DATE), _of(fields, FieldKind.POSTCODE)
    given, family = _of(fields, FieldKind.GIVEN_NAME), _of(fields, FieldKind.FAMILY_NAME)
    return [(*given, *dates), (*family, *postcodes), (*given, *family)]
