"""A second scorer that needs no labels: cross-source candidates told from within-source ones, which are strangers."""

from linkage.discriminate.agreement import scorer_check, scorer_findings
from linkage.discriminate.evidence import Evidence, evidence, folds_of_records
from linkage.discriminate.scorer import DiscriminativeScorer, discriminative_log_odds, fit_scorer, level_order

__all__ = [
    "DiscriminativeScorer",
    "Evidence",
    "discriminative_log_odds",
    "evidence",
    "fit_scorer",
    "folds_of_records",
    "level_order",
    "scorer_check",
    "scorer_findings",
]
