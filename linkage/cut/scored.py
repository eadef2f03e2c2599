"""Scored pairs of records, and the greedy one-to-one links among them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """Pairs of rows with a score each; more is likelier a match. Rows are of one numbering over all sources."""

    left: Ints
    right: Ints
    score: Floats

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.score)

    def where(self, keep: Flags) -> "Scored":
        """Return the pairs at which ``keep`` is true."""
        return Scored(self.left[keep], self.right[keep], self.score[keep])

    def ordered(self) -> "Scored":
        """Return the pairs best first; ties by smaller row, then smaller other row."""
        smaller, larger = np.minimum(self.left, self.right), np.maximum(self.left, self.right)
        falls = (smaller[1:] < smaller[:-1]) | ((smaller[1:] == smaller[:-1]) & (larger[1:] < larger[:-1]))
        # Pairs that come in order of row need only be sorted by score.
        keys = (-self.score,) if not falls.any() else (larger, smaller, -self.score)
        order = np.lexsort(keys)
        return Scored(smaller[order], larger[order], self.score[order])

    @property
    def rows(self) -> int:
        """One more than the largest row."""
        return int(max(self.left.max(initial=-1), self.right.max(initial=-1))) + 1


def joined(*parts: Scored) -> Scored:
    """Return the pairs of all parts."""
    return Scored(
        np.concatenate([part.left for part in parts]).astype(np.int64),
        np.concatenate([part.right for part in parts]).astype(np.int64),
        np.concatenate([part.score for part in parts]).astype(np.float64),
    )


def one_to_one(best_first: Scored) -> Flags:
    """Return which pairs are links when the best pair of two free records is taken, and so on down.

    ``best_first`` as ``Scored.ordered`` gives it. The links above a score are those that would be taken if there were
    no pairs below it, so one pass serves every threshold. A row is used once, on whichever side it stands.
    """
    return _one_to_one(best_first.left, best_first.right, np.ones(best_first.rows, dtype=np.bool_))


@njit(nogil=True, cache=True)
def _one_to_one(left: Ints, right: Ints, free: Flags) -> Flags:
    """Plain loop over the pairs; ``free`` says which rows take part and is used up."""
    taken = np.zeros(len(left), dtype=np.bool_)
    for pair in range(len(left)):
        if free[left[pair]] and free[right[pair]] and left[pair] != right[pair]:
            taken[pair] = True
            free[left[pair]] = False
            free[right[pair]] = False
    return taken
