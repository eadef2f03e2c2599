"""Review without disclosure: which pairs to ask, and what answers do to a run.

An agency judges pairs of its own records only, chosen from its own records alone (``asking``, ``choosing``). Pairs
across agencies are judged as patterns of comparison (``patterns``). Answers become constraints of clusters and labels
of the model (``constraints``). Only the answers themselves are imported here, so that reading them loads no compiler.
"""

from linkage.review.answers import Answer, Answers, AnswersContradict, PatternAnswer, check_consistent

__all__ = ["Answer", "Answers", "AnswersContradict", "PatternAnswer", "check_consistent"]
