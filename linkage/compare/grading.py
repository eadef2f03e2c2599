"""From counts of common bits to levels, tabulated: a pair then costs a look-up, and no division."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.int8]
Grades = npt.NDArray[np.uint8]

CONTAINED = 0.95
"""Overlap coefficient from which one value counts as part of the other (Jan in Jan Willem)."""


def grades(cut_points: Sequence[float], most: int) -> Grades:
    """Return the level of the Dice coefficient 2c / t at ``[t, c]``: 1 plus the number of cut points reached.

    ``t`` bits set in both filters together, ``c`` of them common; no filter has more than ``most``. The coefficient of
    two empty filters is 0.
    """
    common, total = np.arange(most + 1), np.arange(2 * most + 1)[:, None]
    dice = np.divide(2.0 * common, total, where=total > 0, out=np.zeros((2 * most + 1, most + 1)))
    reached = np.ones(dice.shape, dtype=np.uint8)
    for cut in cut_points:
        reached += dice >= cut
    return reached


def contained(most: int) -> npt.NDArray[np.int64]:
    """Return how many common bits make the smaller of two filters part of the other, by its size up to ``most``."""
    common, smaller = np.arange(most + 1), np.arange(1, most + 1)[:, None]
    # An empty filter is part of nothing.
    return np.append(most + 1, (common / smaller < CONTAINED).sum(axis=1))
