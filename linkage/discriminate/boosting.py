"""Monotone gradient boosting (Friedman 2001) of the density ratio of pairs across sources over known strangers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]

from linkage.discriminate.evidence import FOLDS, Floats, Ints, Levels
from linkage.discriminate.training import TrainingSet, total_weight

ROUNDS = 100
LEARNING_RATE = 0.1
LARGEST_TREE = 8
"""Leaves of one tree: interactions of up to three comparisons or so, on top of their sum over the rounds."""
RIDGE = 1.0
"""Second-derivative mass added to every leaf, per weight of one known stranger: about that of four of them, so that a
pattern no stranger happened to show does not count as impossible among strangers."""


@dataclass(frozen=True)
class DensityRatio:
    """One model per fold, each fitted to the other folds.

    ``columns``: the features that it looks at. ``depth``: least total match weight at which a ratio is known.
    """

    models: tuple[HistGradientBoostingClassifier | None, ...]
    columns: Ints
    depth: float

    def log_ratio(self, features: Floats, fold: Ints) -> Floats:
        """Return the log of the density ratio of each row, by the model that did not see its fold.

        NaN where that model had nothing to learn from.
        """
        out = np.full(len(features), np.nan)
        for number, model in enumerate(self.models):
            rows = np.flatnonzero(fold == number)
            if model is not None and len(rows):
                out[rows] = model.decision_function(features[np.ix_(rows, self.columns)])
        return out


def features_of(levels: Levels, order: Sequence[Floats]) -> Floats:
    """Return the rank of each level by its match weight (0 the weakest evidence, NaN missing), and the total weight.

    ``order``: match weight of each level per comparison. Levels of equal weight keep the order of their numbers. The
    total rises with every rank, so the ratio still rises with each; without it a tree cannot cut off the pairs that
    agree on several fields at once while pairs that agree on one are mostly of strangers, as every split must rise.
    """
    out = np.full((len(levels), len(order) + 1), np.nan)
    out[:, -1] = total_weight(levels, order)
    for column, weights in enumerate(order):
        ranks = np.empty(len(weights) + 1)
        ranks[0] = np.nan
        ranks[1 + np.argsort(weights, kind="stable")] = np.arange(len(weights))
        out[:, column] = ranks[levels[:, column]]
    return out


def fit_ratio(training: TrainingSet, order: Sequence[Floats], seed: int) -> DensityRatio:
    """Fit one model per fold to the other folds, rising in every comparison's match weight.

    The caller sees to it that it runs on one thread: sums then run in one order.
    """
    columns = np.append(np.flatnonzero((training.levels > 0).any(axis=0)), len(order))
    models = tuple(_fit(training, columns, order, fold, seed) for fold in range(FOLDS))
    return DensityRatio(models, columns, training.depth)


def _fit(
    training: TrainingSet, columns: Ints, order: Sequence[Floats], fold: int, seed: int
) -> HistGradientBoostingClassifier | None:
    across, levels, weight = training.without(fold)
    if across.all() or not across.any():
        return None
    features = features_of(levels, order)[:, columns]
    # A comparison that the other folds hold no value of says nothing; the library does not take an empty column.
    features[:, np.isnan(features).all(axis=0)] = 0.0
    model = HistGradientBoostingClassifier(
        learning_rate=LEARNING_RATE,
        max_iter=ROUNDS,
        max_leaf_nodes=LARGEST_TREE,
        min_samples_leaf=1,
        l2_regularization=RIDGE * training.grain,
        monotonic_cst=np.ones(len(columns), dtype=np.int64),
        early_stopping=False,
        random_state=seed,
    )
    return model.fit(features, across, sample_weight=weight)
