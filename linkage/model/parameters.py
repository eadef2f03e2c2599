"""Parameters of the mixture: level probabilities per class and group, class shares per stratum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MATCH, RANDOM = 0, 1


@dataclass(frozen=True)
class Shape:
    """Levels per comparison, and where each comparison's levels lie in a flat table.

    The flat table has one place more than there are levels: the last stands for missing and always holds probability
    1 (log 0), which is how missing becomes no evidence.
    """

    levels: tuple[int, ...]

    @property
    def width(self) -> int:
        """Places of the flat table, the one for missing included."""
        return sum(self.levels) + 1

    @property
    def starts(self) -> Ints:
        """Place of level 1 of each comparison."""
        return np.cumsum((0, *self.levels))[:-1].astype(np.int64)

    def places(self, levels: npt.NDArray[np.int8]) -> Ints:
        """Return the flat place of each level of (rows, comparisons) levels."""
        wide = levels.astype(np.int64)
        return np.where(wide == 0, self.width - 1, self.starts[None, :] + wide - 1)

    def flags(self, chosen: Sequence[bool]) -> npt.NDArray[np.bool_]:
        """Return one flag per comparison as one per place, none where ``chosen`` is empty; missing is not chosen."""
        if not len(chosen):
            return np.zeros(self.width, dtype=bool)
        return np.append(np.repeat(np.asarray(chosen, dtype=bool), self.levels), False)

    def flat(self, values: Sequence[Sequence[float]]) -> Floats:
        """Return per-comparison values as a flat table with 1 at the place for missing."""
        return np.concatenate([*[np.asarray(value, dtype=np.float64) for value in values], [1.0]])

    def split(self, flat: Floats) -> list[Floats]:
        """Return a flat table as one array per comparison."""
        return [flat[start : start + size] for start, size in zip(self.starts, self.levels, strict=True)]

    def normalised(self, counts: Floats) -> Floats:
        """Turn (..., width) counts into probabilities per comparison; a comparison never seen is uniform."""
        out = np.ones_like(counts)
        if self.levels:
            sizes = np.asarray(self.levels)
            total = np.repeat(np.add.reduceat(counts[..., :-1], self.starts, axis=-1), sizes, axis=-1)
            seen = total > 0
            out[..., :-1] = np.where(seen, counts[..., :-1] / np.where(seen, total, 1.0), np.repeat(1.0 / sizes, sizes))
        return out


@dataclass(frozen=True)
class Parameters:
    """A mixture over classes.

    ``theta``: (classes, groups, width) level probabilities. For MATCH these are the m-probabilities of Fellegi and
    Sunter (1969), for RANDOM the u-probabilities; further classes are other kinds of non-matches.
    ``share``: (strata, classes) share of pairs in each class; rows add up to 1.
    """

    theta: Floats
    share: Floats

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.theta.shape[0])


@dataclass(frozen=True)
class Fit:
    """What estimation came to. ``converged`` is false where iterations ran out; ``last_change`` is the largest change.

    ``objective``: penalised log-likelihood at the start of every iteration and at the end; it never falls.
    """

    parameters: Parameters
    converged: bool
    iterations: int
    last_change: float
    objective: tuple[float, ...]
