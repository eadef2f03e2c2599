"""From coefficients to levels."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]

CONTAINED = 0.95
"""Overlap coefficient from which one value counts as part of the other (Jan in Jan Willem)."""


def graded(dice: Floats, cut_points: Sequence[float]) -> Levels:
    """0 where there is no Dice (negative), else 1 plus the number of cut points reached (highest first)."""
    reached = np.sum([dice >= cut for cut in cut_points], axis=0)
    return np.where(dice < 0, 0, 1 + reached).astype(np.int8)
