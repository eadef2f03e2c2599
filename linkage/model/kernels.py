"""The compiled inner loop of expectation-maximisation: one pass over the patterns for all a step needs."""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@njit(nogil=True, cache=True)
def class_sums(  # noqa: PLR0913, PLR0917 - a compiled kernel takes arrays, not objects
    places: Ints,
    stratum: Ints,
    weight: Floats,
    may_match: npt.NDArray[np.bool_],
    must_match: npt.NDArray[np.bool_],
    matches: npt.NDArray[np.bool_],
    log_theta: Floats,
    log_share: Floats,
    counts: Floats,
    members: Floats,
) -> float:
    """Add the expected pairs of each class to ``counts`` (classes, groups x width) and ``members`` (strata, classes).

    ``places``: (rows, comparisons) into ``log_theta`` (classes, groups x width). Returns the log-likelihood of all
    pairs. Rows are taken in order, so the sums are the same on every run.
    """
    classes = log_theta.shape[0]
    joint = np.empty(classes)
    total = 0.0
    for row in range(places.shape[0]):
        largest = -np.inf
        for kind in range(classes):
            value = log_share[stratum[row], kind]
            for column in range(places.shape[1]):
                value += log_theta[kind, places[row, column]]
            if (matches[kind] and not may_match[row]) or (must_match[row] and not matches[kind]):
                value = -np.inf
            joint[kind] = value
            largest = max(largest, value)
        norm = 0.0
        for kind in range(classes):
            joint[kind] = np.exp(joint[kind] - largest)
            norm += joint[kind]
        total += weight[row] * (np.log(norm) + largest)
        for kind in range(classes):
            share = weight[row] * joint[kind] / norm
            if share > 0.0:
                members[stratum[row], kind] += share
                for column in range(places.shape[1]):
                    counts[kind, places[row, column]] += share
    return total
