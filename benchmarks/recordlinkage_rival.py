"""recordlinkage's ECMClassifier on the normalised plain text, used as the toolkit documents it.

Blocking by the rules that Splink blocks by, names and texts by Jaro-Winkler against a threshold, everything else equal
or not, a missing value as disagreement (the toolkit's default), Jaro's starting values.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import pandas as pd
import recordlinkage

from benchmarks.final_step import Scored
from benchmarks.plain_table import blocking_rules, plain_table, usable_fields
from linkage.settings import FieldKind, FieldSettings

AGREES_FROM = 0.85
"""Jaro-Winkler similarity from which strings agree, in the toolkit's own examples."""
CERTAIN = 100.0
"""Log odds beyond which nothing is added: m or u of exactly 0 would make them infinite."""
STRINGS = (FieldKind.GIVEN_NAME, FieldKind.FAMILY_NAME, FieldKind.TEXT)


def recordlinkage_scores(
    plain: Mapping[str, pd.DataFrame],
    fields: Mapping[str, FieldSettings],
    deduplicated: Mapping[str, bool],
    _seed: int,
) -> Scored:
    """Return the pairs that agree on some blocking rule, with the log odds of the fitted ECMClassifier.

    Pairs within a source without duplicates are left out. Raises ``ArithmeticError`` where the toolkit's estimation
    ends without parameters.
    """
    table = plain_table(plain, fields)
    usable = usable_fields(table, fields)
    ready = table.astype(object).mask(table.isna(), np.nan)
    with _quiet():
        pairs = _candidates(ready, usable, deduplicated)
        vectors = _vectors(ready, usable, pairs)
        score, random = _log_odds(vectors)
    return Scored.of(pairs.get_level_values(0), pairs.get_level_values(1), score, random, len(table))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the toolkit's messages on the root logger and its pandas warnings out of the benchmark's output."""
    logger = logging.getLogger()
    logger.addFilter(_not_ecm)
    try:
        with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeFilter(_not_ecm)


def _not_ecm(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("ECM algorithm")


def _candidates(
    table: pd.DataFrame, fields: Mapping[str, FieldSettings], deduplicated: Mapping[str, bool]
) -> pd.MultiIndex:
    """Pairs of row numbers that agree on a rule, less those within a source that holds each person once."""
    indexer = recordlinkage.Index()
    for rule in blocking_rules(fields):
        indexer.block(list(rule))
    found = indexer.index(table)
    source = table["source"].to_numpy()
    left, right = (source[found.get_level_values(side)] for side in (0, 1))
    alone = np.array([deduplicated[name] for name in left], dtype=bool)
    kept: pd.MultiIndex = found[(left != right) | ~alone]
    return kept


def _vectors(table: pd.DataFrame, fields: Mapping[str, FieldSettings], pairs: pd.MultiIndex) -> pd.DataFrame:
    """Yes (1) or no (0) per pair and field; fields on which all pairs say the same are left out: they say nothing."""
    comparison = recordlinkage.Compare()
    for name, field in fields.items():
        if field.kind in STRINGS:
            comparison.string(name, name, method="jarowinkler", threshold=AGREES_FROM, label=name)
        else:
            comparison.exact(name, name, label=name)
    vectors: pd.DataFrame = comparison.compute(pairs, table).astype(np.int64)
    return vectors.loc[:, (vectors != vectors.iloc[0]).any()] if len(vectors) else vectors


def _log_odds(vectors: pd.DataFrame) -> tuple[npt.NDArray[np.float64], float]:
    """Log odds of each pair, and those of a pair of which nothing is known: the share of matches among candidates."""
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(vectors)
    prior = float(np.clip(classifier.log_p - np.log1p(-np.exp(classifier.log_p)), -CERTAIN, CERTAIN))
    odds = np.full(len(vectors), prior)
    for name, weights in classifier.log_weights.items():
        odds += np.where(vectors[name].to_numpy() == 1, weights[1], weights[0])
    if not np.isfinite(prior) or np.isnan(odds).any():
        msg = "ECMClassifier ended without parameters. Cure: none here; report the method as failed."
        raise ArithmeticError(msg)
    return np.clip(odds, -CERTAIN, CERTAIN), prior
