"""The automatic cross-check of every run: the match model against a scorer that learns from known strangers."""

from typing import Any

import numpy as np

from linkage.discriminate import evidence, fit_scorer, folds_of_records, level_order, scorer_check
from linkage.model import MatchModel
from linkage.task import Observed, Task


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
    known = evidence(records, parts, seen.pairs, seen.levels, seen.patterns, task.plan, fold)
    scorer = fit_scorer(known, task.plan, level_order(model, task.plan), fold, task.seed)
    stratum = seen.stratum
    by_ratio = scorer.log_odds(stratum, seen.levels, seen.pairs.left)
    covered = scorer.covered(seen.levels, seen.pairs.left)
    by_model = seen.log_odds(model)
    return scorer_check(seen.pairs, stratum, parts, known, by_model, by_ratio, np.asarray(covered, dtype=bool))
