"""The compiled inner loops of expectation-maximisation and of scoring."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Levels = npt.NDArray[np.int8]

NEGLIGIBLE = -230.0
"""Log of a probability, relative to the largest of its row of a table, that is taken for 0 when probabilities are
multiplied: 1e-100, so that products of three neither vanish nor become slow subnormal numbers."""
FAINT = 1e-80
"""Sum of products below which a row is computed from logarithms: above it, what was taken for 0 is less than rounding.
"""


class Rows(NamedTuple):
    """Per pattern, its row in each of three tables, and the pairs it stands for."""

    kind: Numbers
    one: Numbers
    other: Numbers
    weight: Floats


class Table(NamedTuple):
    """Part of the joint log-probability of a pattern and each class, for every distinct value of that part.

    ``logs``: (rows, classes). ``largest``: of each row; ``scaled``: ``exp(logs - largest)``. ``sums``: (rows, classes)
    expected pairs, added up by ``class_sums``.
    """

    logs: Floats
    scaled: Floats
    largest: Floats
    sums: Floats


@njit(nogil=True, cache=True)
def fill_table(places: Numbers, log_theta: Floats, table: Table) -> None:
    """Set a table whose logs are, before the call, what they start from; its sums become 0.

    ``places``: (rows, comparisons) into ``log_theta`` (groups x width, classes), whose rows are added up.
    """
    classes = log_theta.shape[1]
    for row in range(places.shape[0]):
        largest = -np.inf
        for column in range(places.shape[1]):
            for kind in range(classes):
                table.logs[row, kind] += log_theta[places[row, column], kind]
        for kind in range(classes):
            largest = max(largest, table.logs[row, kind])
        table.largest[row] = largest
        for kind in range(classes):
            away = table.logs[row, kind] - largest
            table.scaled[row, kind] = math.exp(away) if away > NEGLIGIBLE else 0.0
            table.sums[row, kind] = 0.0


@njit(nogil=True, cache=True)
def _by_logarithms(kind: Floats, one: Floats, other: Floats, share: Floats) -> float:
    """Set ``share`` to the class probabilities of a pattern from three rows of logs; return its log-probability.

    A pattern that contradicts itself (must match and may not) counts for nothing.
    """
    largest, norm = -np.inf, 0.0
    for number in range(share.shape[0]):
        share[number] = kind[number] + one[number] + other[number]
        largest = max(largest, share[number])
    if largest == -np.inf:
        share[:] = 0.0
        return 0.0
    for number in range(share.shape[0]):
        share[number] = math.exp(share[number] - largest)
        norm += share[number]
    for number in range(share.shape[0]):
        share[number] /= norm
    return float(math.log(norm) + largest)


@njit(nogil=True, cache=True)
def class_sums(rows: Rows, kinds: Table, ones: Table, others: Table) -> float:
    """Add the expected pairs of every pattern and class to the sums of the tables; return the log-likelihood.

    Patterns are taken in order, so the sums are the same on every run. Probabilities are multiplied, not their logs
    added, wherever that loses nothing: that takes no exponential per pattern and class.
    """
    by_kind, by_one, by_other = kinds.scaled, ones.scaled, others.scaled
    share = np.empty(by_kind.shape[1])
    total = 0.0
    for row in range(rows.weight.shape[0]):
        kind, one, other, weight = rows.kind[row], rows.one[row], rows.other[row], rows.weight[row]
        norm = 0.0
        for number in range(share.shape[0]):
            share[number] = by_kind[kind, number] * by_one[one, number] * by_other[other, number]
            norm += share[number]
        if norm >= FAINT:
            total += weight * (math.log(norm) + (kinds.largest[kind] + ones.largest[one] + others.largest[other]))
            weight /= norm
        else:
            total += weight * _by_logarithms(kinds.logs[kind], ones.logs[one], others.logs[other], share)
        for number in range(share.shape[0]):
            pairs = weight * share[number]
            kinds.sums[kind, number] += pairs
            ones.sums[one, number] += pairs
            others.sums[other, number] += pairs
    return total


@njit(nogil=True, cache=True)
def responsibilities(rows: Rows, kinds: Table, ones: Table, others: Table, out: Floats) -> float:
    """Set ``out`` (patterns, classes) to the class probabilities of every pattern; return the log-likelihood.

    Not the least of them becomes 0: what is drawn at random from them takes as many random numbers as there are others.
    """
    total = 0.0
    for row in range(out.shape[0]):
        logs = kinds.logs[rows.kind[row]], ones.logs[rows.one[row]], others.logs[rows.other[row]]
        total += rows.weight[row] * _by_logarithms(logs[0], logs[1], logs[2], out[row])
    return total


@njit(nogil=True, cache=True)
def spread(numbers: Numbers, members: Floats, sums: Floats) -> None:
    """Add the rows of ``members`` to the rows of ``sums`` that ``numbers`` (rows, any number of each) says."""
    for row in range(numbers.shape[0]):
        for column in range(numbers.shape[1]):
            for kind in range(members.shape[1]):
                sums[numbers[row, column], kind] += members[row, kind]


@njit(nogil=True, cache=True)
def log_odds(
    stratum: Ints,
    levels: Levels,
    group_of: Ints,
    starts: Ints,
    log_theta: Floats,
    log_share: Floats,
    matches: npt.NDArray[np.bool_],
    odds: Floats,
) -> None:
    """Set ``odds`` to the log odds of kinds of matches against the other classes for every row of ``levels``.

    ``log_theta``: (groups, width, classes); ``log_share``: (strata, classes).
    """
    classes = log_theta.shape[2]
    missing = log_theta.shape[1] - 1
    joint = np.empty(classes)
    for row in range(levels.shape[0]):
        table = log_theta[group_of[stratum[row]]]
        joint[:] = 0.0
        for column in range(levels.shape[1]):
            level = levels[row, column]
            place = missing if level == 0 else starts[column] + level - 1
            for kind in range(classes):
                joint[kind] += table[place, kind]
        match = other = -np.inf
        for kind in range(classes):
            value = joint[kind] + log_share[stratum[row], kind]
            if matches[kind]:
                match = _log_add(match, value)
            else:
                other = _log_add(other, value)
        odds[row] = match - other


@njit(nogil=True, cache=True)
def _log_add(a: float, b: float) -> float:
    """Return ``log(exp(a) + exp(b))``."""
    if a == -np.inf:
        return b
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
