"""How far the probabilities of the match model are believed."""

FLATTEST, STEEPEST = 0.5, 1.0
"""Slopes of the log odds of likely pairs that draws take, evenly. A model that takes fields as independent is too sure
of itself (Zadrozny and Elkan 2001), by how much nobody knows without labels."""
MIDDLE_SLOPE = (FLATTEST + STEEPEST) / 2
