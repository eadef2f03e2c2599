"""A second scorer that needs no labels: cross-source candidates told from within-source ones, which are strangers."""

from linkage.discriminate.agreement import Scores, check_of, compared, scorer_check, scorer_findings
from linkage.discriminate.evidence import Evidence, cells_of, counts_by_fold, evidence, folds_of_records
from linkage.discriminate.scorer import DiscriminativeScorer, fit_scorer, level_order

__all__ = [
    "DiscriminativeScorer",
    "Evidence",
    "Scores",
    "cells_of",
    "check_of",
    "compared",
    "counts_by_fold",
    "evidence",
    "fit_scorer",
    "folds_of_records",
    "level_order",
    "scorer_check",
    "scorer_findings",
]
