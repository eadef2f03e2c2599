"""Expectation-maximisation over pattern counts (Fellegi and Sunter 1969; Winkler 1988; Dempster, Laird, Rubin 1977)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.model.parameters import MATCH, Fit, Floats, Ints, Parameters, Shape
from linkage.model.patterns import Patterns

_TINY = 1e-300


@dataclass(frozen=True)
class Task:
    """What is estimated from what.

    ``group_of``: group of each stratum. ``pooled``: per class, whether all groups share its level probabilities.
    ``fixed``: per class, whether its level probabilities stay as they start.
    ``prior``: (classes, groups, width) Dirichlet pseudo-counts added to the expected counts. ``most_matches``: largest
    expected number of matches per stratum.
    """

    patterns: Patterns
    shape: Shape
    group_of: Ints
    pooled: tuple[bool, ...]
    fixed: tuple[bool, ...]
    prior: Floats
    most_matches: Floats

    @property
    def pairs(self) -> Floats:
        """Number of pairs per stratum."""
        return np.bincount(self.patterns.stratum, weights=self.patterns.weight, minlength=len(self.group_of)).astype(
            np.float64
        )


def estimate(task: Task, start: Parameters, *, max_iterations: int, tolerance: float) -> Fit:
    """Return the parameters at which expectation-maximisation comes to rest, from ``start``.

    Each iteration raises the penalised likelihood or leaves it. The change that is held against ``tolerance`` is the
    largest of the changes in m-probabilities and in the relative number of matches per stratum.
    """
    places = _places(task)
    parameters, objective, change = start, [], np.inf
    iterations = 0
    while iterations < max_iterations and change >= tolerance:
        responsibility, log_likelihood = expectation(task, parameters, places)
        objective.append(log_likelihood + _log_prior(task, parameters))
        updated = _maximisation(task, parameters, responsibility, places)
        change = _change(parameters, updated)
        parameters = updated
        iterations += 1
    _, log_likelihood = expectation(task, parameters, places)
    objective.append(log_likelihood + _log_prior(task, parameters))
    return Fit(parameters, bool(change < tolerance), iterations, float(change), tuple(objective))


def _places(task: Task) -> Ints:
    """Place of every row and comparison in a flat (groups x width) table."""
    group = task.group_of[task.patterns.stratum]
    return task.shape.places(task.patterns.levels) + group[:, None] * task.shape.width


def log_densities(theta: Floats, places: Ints) -> Floats:
    """Return (classes, rows) log-probabilities of the patterns: the sum over comparisons (conditional independence)."""
    tables = np.log(np.maximum(theta, _TINY)).reshape(len(theta), -1)
    out = np.zeros((len(theta), len(places)))
    for column in places.T:
        out += tables[:, column]
    return out


def log_joint(patterns: Patterns, parameters: Parameters, places: Ints) -> Floats:
    """Return (classes, rows) log of share times density; minus infinity for MATCH where no match is possible."""
    share = np.log(np.maximum(parameters.share, _TINY))[patterns.stratum].T
    joint = share + log_densities(parameters.theta, places)
    joint[MATCH, ~patterns.may_match] = -np.inf
    return joint


def expectation(task: Task, parameters: Parameters, places: Ints) -> tuple[Floats, float]:
    """Return (classes, rows) class probabilities of the rows, and the log-likelihood of all pairs."""
    joint = log_joint(task.patterns, parameters, places)
    largest = joint.max(axis=0)
    scaled = np.exp(joint - largest)
    total = scaled.sum(axis=0)
    log_likelihood = float((task.patterns.weight * (np.log(total) + largest)).sum())
    return scaled / total, log_likelihood


def _maximisation(task: Task, before: Parameters, responsibility: Floats, places: Ints) -> Parameters:
    weighted = responsibility * task.patterns.weight
    groups, width = task.prior.shape[1:]
    theta = np.empty_like(task.prior)
    for number, part in enumerate(weighted):
        if task.fixed[number]:
            theta[number] = before.theta[number]
            continue
        counts = np.zeros(groups * width)
        for column in places.T:
            counts += np.bincount(column, weights=part, minlength=groups * width)
        table = counts.reshape(groups, width)
        if task.pooled[number]:
            table = np.broadcast_to(table.sum(axis=0), table.shape)
        theta[number] = task.shape.normalised(table + task.prior[number])
    return Parameters(theta=theta, share=_shares(task, weighted))


def _shares(task: Task, weighted: Floats) -> Floats:
    """Class shares per stratum; the share of matches is kept at or below its bound, the others keep their ratio.

    The bound is the constrained maximum, because the likelihood is concave in the share.
    """
    strata = len(task.group_of)
    counts = np.stack([np.bincount(task.patterns.stratum, weights=part, minlength=strata) for part in weighted], axis=1)
    total = np.maximum(counts.sum(axis=1), _TINY)
    matches = np.minimum(counts[:, MATCH], task.most_matches)
    others = counts[:, MATCH + 1 :]
    rest = np.maximum(others.sum(axis=1), _TINY)
    scaled = others * ((total - matches) / rest)[:, None]
    share: Floats = np.column_stack([matches, scaled]) / total[:, None]
    return share


def _log_prior(task: Task, parameters: Parameters) -> float:
    """Log of the Dirichlet prior density, without its constant; pooled classes count their prior once."""
    total = 0.0
    for number, pooled in enumerate(task.pooled):
        part = task.prior[number] * np.log(np.maximum(parameters.theta[number], _TINY))
        total += float((part[:1] if pooled else part).sum())
    return total


def _change(before: Parameters, after: Parameters) -> float:
    theta: npt.NDArray[np.float64] = np.abs(after.theta[MATCH] - before.theta[MATCH])
    matches = np.abs(np.log(np.maximum(after.share[:, MATCH], _TINY) / np.maximum(before.share[:, MATCH], _TINY)))
    # A share that has died out keeps halving for ever; below one match in all pairs it no longer matters.
    alive = after.share[:, MATCH] > 1e-12  # noqa: PLR2004 - explained above
    return float(max(theta.max(initial=0.0), np.where(alive, matches, 0.0).max(initial=0.0)))
