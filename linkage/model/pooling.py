"""How strongly the m-probabilities of small source pairs are drawn to those of all: learned, per comparison."""

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from linkage.model.parameters import Floats, Shape

STEPS = 8
"""Strengths tried: the weakest, and seven times double the one before."""


def strengths(counts: Floats, match: Floats, shape: Shape, weakest: float) -> Floats:
    """Return, per place of the flat table, the weight in matches of the pooled m-probabilities.

    ``counts``: (groups, width) expected matches at each level; ``match``: (width,) m-probabilities of all groups
    together. Per comparison the strength is the one, of a grid from ``weakest`` on, under which the counts of the
    groups are likeliest (the Dirichlet-multinomial, Minka 2000, with the mean held at ``match``): where groups differ
    no more than chance would have them, small ones take the common value; where they truly differ, they keep their own.
    """
    grid = weakest * 2.0 ** np.arange(STEPS)
    found = np.full(shape.width, weakest)
    for start, size in zip(shape.starts, shape.levels, strict=True):
        level = slice(int(start), int(start) + size)
        likelihood = [_log_likelihood(counts[:, level], strength * match[level]) for strength in grid]
        found[level] = grid[int(np.argmax(likelihood))]
    return found


def _log_likelihood(counts: Floats, alpha: npt.NDArray[np.float64]) -> float:
    """Log-likelihood of Dirichlet-multinomial counts (groups, levels), without what does not depend on ``alpha``."""
    alpha = np.maximum(alpha, 1e-6)
    total, own = alpha.sum(), counts.sum(axis=1)
    whole = gammaln(total) - gammaln(total + own)
    levels = (gammaln(alpha + counts) - gammaln(alpha)).sum(axis=1)
    return float((whole + levels)[own > 0].sum())
