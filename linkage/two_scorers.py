"""The automatic cross-check of every run: the match model against a scorer that learns from known strangers."""

from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.discriminate import (
    DiscriminativeScorer,
    Scores,
    cells_of,
    check_of,
    compared,
    counts_by_fold,
    evidence,
    fit_scorer,
    folds_of_records,
    level_order,
    scorer_check,
)
from linkage.model import MatchModel, Patterns
from linkage.task import Observed, Task

Floats = npt.NDArray[np.float64]


def two_scorers(task: Task, seen: Observed, model: MatchModel) -> dict[str, Any]:
    """Return how far the two scorers agree on the links of each source pair of two sources free of duplicates.

    ``agrees`` is None where there are no such two sources: nothing then tells strangers for certain.
    """
    records, parts = task.records, task.parts
    promised = 2
    if sum(records.deduplicated) < promised:
        reason = "needs two sources that hold each person once"
        return {"source_pairs": [], "agrees": None, "reason": reason}
    fold = folds_of_records(len(records), task.seed)
    cell = cells_of(seen.row_of, seen.pairs.left, fold)
    by_fold = counts_by_fold(cell, seen.count)
    known = evidence(records, parts, seen.patterns, by_fold, task.plan)
    if not compared(known, parts):
        return check_of({}, known, parts)
    scorer = fit_scorer(known, task.plan, level_order(model, task.plan), task.seed)
    return scorer_check(_scores(seen.patterns, by_fold, model, scorer), seen.pairs, cell, parts, known)


def _scores(patterns: Patterns, by_fold: Floats, model: MatchModel, scorer: DiscriminativeScorer) -> Scores:
    """Scores of both kinds of every pattern in every fold."""
    row, fold = (part.ravel() for part in np.indices(by_fold.shape))
    stratum, levels = patterns.stratum[row], patterns.levels[row]
    by_ratio, covered = scorer.scores(stratum, levels, fold)
    return Scores(
        stratum=stratum,
        count=by_fold.ravel(),
        by_model=model.log_odds(patterns.stratum, patterns.levels)[row],
        by_ratio=by_ratio,
        covered=covered,
    )
