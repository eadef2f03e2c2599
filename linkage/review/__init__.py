"""Review without disclosure: which pairs to ask, and what answers do to a run.

An agency judges pairs of its own records only, chosen from its own records alone. Pairs across agencies are judged as
patterns of comparison. What chooses questions is in ``linkage.review.asking``, apart, because a run does not need it.
"""

from linkage.review.answers import Answer, Answers, AnswersContradict, PatternAnswer, check_consistent
from linkage.review.constraints import (
    CERTAIN,
    LabelledPatterns,
    constrained,
    known_classes,
    labelled_patterns,
    same_groups,
    with_answered_pairs,
)
from linkage.review.patterns import JUDGED, Seen, pattern_adjustment, uncertain_patterns

__all__ = [
    "CERTAIN",
    "JUDGED",
    "Answer",
    "Answers",
    "AnswersContradict",
    "LabelledPatterns",
    "PatternAnswer",
    "Seen",
    "check_consistent",
    "constrained",
    "known_classes",
    "labelled_patterns",
    "pattern_adjustment",
    "same_groups",
    "uncertain_patterns",
    "with_answered_pairs",
]
