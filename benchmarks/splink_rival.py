"""Splink on the normalised plain text: the rival that the linkage of encodings is measured against."""

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from benchmarks.final_step import Scored
from benchmarks.plain_table import plain_table
from benchmarks.splink_training import trained
from linkage.settings import FieldSettings

LN2 = float(np.log(2))
WEAKEST_WEIGHT = -20.0


def splink_scores(
    plain: Mapping[str, pd.DataFrame],
    fields: Mapping[str, FieldSettings],
    deduplicated: Mapping[str, bool],
    seed: int,
) -> Scored:
    """Return the pairs that Splink's own blocking makes, with their match weight as log odds.

    Prior from deterministic rules, u by random sampling, m by expectation-maximisation under two or more blocking
    rules, frequency adjustment on names. Pairs within a source without duplicates are left out. Iteration ends where
    Splink ends it by default, after 25 steps: with 100 a level that no match shows may fall to 0, and F1 was the same
    or lower on the seven sets tried.
    """
    table = plain_table(plain, fields)
    linker = trained(table, fields, deduplicated, seed, duckdb.connect())
    predicted: Any = linker.inference.predict(threshold_match_weight=WEAKEST_WEIGHT)
    found = predicted.as_pandas_dataframe()
    prior = linker._settings_obj._probability_two_random_records_match  # noqa: SLF001 - Splink offers no reader
    return Scored.of(
        found["unique_id_l"],
        found["unique_id_r"],
        found["match_weight"].to_numpy(float) * LN2,
        float(np.log(prior / (1 - prior))),
        len(table),
    )
