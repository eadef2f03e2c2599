"""Fellegi-Sunter by expectation-maximisation on pattern counts over the full cross space."""

from linkage.model.match_model import MatchModel, fit_model, match_is_match
from linkage.model.parameters import MATCH, RANDOM, Fit, Parameters, Shape
from linkage.model.patterns import PatternCounter, Patterns, count_patterns
from linkage.model.posterior import parameter_draws
from linkage.model.start import most_matches

__all__ = [
    "MATCH",
    "RANDOM",
    "Fit",
    "MatchModel",
    "Parameters",
    "PatternCounter",
    "Patterns",
    "Shape",
    "count_patterns",
    "fit_model",
    "match_is_match",
    "most_matches",
    "parameter_draws",
]
