"""Expectation-maximisation over pattern counts (Fellegi and Sunter 1969; Winkler 1988; Dempster, Laird, Rubin 1977)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.model.classes import MixtureClass
from linkage.model.kernels import class_sums
from linkage.model.parameters import MATCH, RANDOM, Fit, Floats, Ints, Parameters, Shape
from linkage.model.patterns import Patterns

_TINY = 1e-300
GROWTH = 1.3
"""Factor by which the stride grows while the likelihood rises."""
LONGEST_STRIDE = 64.0


@dataclass(frozen=True)
class Task:
    """What is estimated from what.

    ``group_of``: group of each stratum. ``classes``: match and random come first. ``prior``: (classes, groups, width)
    Dirichlet pseudo-counts added to the expected counts. ``most_matches``: largest expected number of matches per
    stratum.
    """

    patterns: Patterns
    shape: Shape
    group_of: Ints
    classes: tuple[MixtureClass, ...]
    prior: Floats
    most_matches: Floats

    @property
    def matches(self) -> npt.NDArray[np.bool_]:
        """Which classes are kinds of matches."""
        return np.array([kind.match or number == MATCH for number, kind in enumerate(self.classes)])

    @property
    def pairs(self) -> Floats:
        """Number of pairs per stratum."""
        return np.bincount(self.patterns.stratum, weights=self.patterns.weight, minlength=len(self.group_of)).astype(
            np.float64
        )


def estimate(
    task: Task, start: Parameters, *, max_iterations: int, tolerance: float, longest_stride: float = LONGEST_STRIDE
) -> Fit:
    """Return the parameters at which expectation-maximisation comes to rest, from ``start``.

    Adaptive over-relaxation (Salakhutdinov and Roweis 2003): each iteration steps further than expectation-maximisation
    would, for as long as the penalised likelihood rises, and falls back to the plain step, which never lowers it; with
    a ``longest_stride`` of 1 all steps are plain. The change that is held against ``tolerance`` is that of the plain
    step: the largest in an m-probability or in the matches of a source pair as a share of all.
    """
    places = places_of(task)
    here = _evaluate(task, start, places)
    objective, change, stride, iterations = [here.objective], np.inf, 1.0, 0
    while iterations < max_iterations and change >= tolerance:
        plain = maximisation(task, here.parameters, here.sums)
        change = _change(task, here.parameters, plain)
        there = _evaluate(task, _beyond(task, here.parameters, plain, stride) if stride > 1 else plain, places)
        if there.objective >= here.objective:
            stride = min(stride * GROWTH, longest_stride)
        else:
            there, stride = _evaluate(task, plain, places), 1.0
        here = there
        objective.append(here.objective)
        iterations += 1
    return Fit(here.parameters, bool(change < tolerance), iterations, float(change), tuple(objective))


@dataclass(frozen=True)
class Sums:
    """Expected pairs under some parameters, and their log-likelihood.

    ``counts``: (classes, groups, width) at each level; ``members``: (strata, classes).
    """

    counts: Floats
    members: Floats
    log_likelihood: float


@dataclass(frozen=True)
class _Point:
    """Parameters with the sums they give and the penalised log-likelihood."""

    parameters: Parameters
    sums: Sums
    objective: float


def _evaluate(task: Task, parameters: Parameters, places: Ints) -> _Point:
    sums = expected_sums(task, parameters, places)
    return _Point(parameters, sums, sums.log_likelihood + _log_prior(task, parameters))


def expected_sums(task: Task, parameters: Parameters, places: Ints) -> Sums:
    """Return the expected pairs of every class in one pass: what ``expectation`` gives, added up."""
    groups, width = task.prior.shape[1:]
    counts = np.zeros((len(task.classes), groups * width))
    members = np.zeros((len(task.group_of), len(task.classes)))
    patterns = task.patterns
    log_likelihood = class_sums(
        places,
        patterns.stratum,
        patterns.weight,
        patterns.may_match,
        patterns.must_match,
        task.matches,
        np.log(np.maximum(parameters.theta, _TINY)).reshape(len(task.classes), -1),
        np.log(np.maximum(parameters.share, _TINY)),
        counts,
        members,
    )
    return Sums(counts.reshape(len(task.classes), groups, width), members, float(log_likelihood))


def _beyond(task: Task, before: Parameters, plain: Parameters, stride: float) -> Parameters:
    """Go ``stride`` times the plain step on the logarithms, then make probabilities of the result again."""
    theta = before.theta * _power(plain.theta, before.theta, stride)
    share = before.share * _power(plain.share, before.share, stride)
    share /= np.maximum(share.sum(axis=1, keepdims=True), _TINY)
    return Parameters(theta=task.shape.normalised(theta), share=bounded(task, share))


def bounded(task: Task, share: Floats) -> Floats:
    """Shares with matches at or below their bound; within matches, and within the others, ratios are kept.

    The bound is the constrained maximum, because the likelihood is concave in the share.
    """
    matches = share[:, task.matches].sum(axis=1)
    most = np.minimum(matches, task.most_matches / np.maximum(task.pairs, _TINY))
    down = most / np.maximum(matches, _TINY)
    up = (1.0 - most) / np.maximum(1.0 - matches, _TINY)
    within: Floats = share * np.where(task.matches[None, :], down[:, None], up[:, None])
    return within


def _power(after: Floats, before: Floats, stride: float) -> Floats:
    ratio = np.log(np.maximum(after, _TINY)) - np.log(np.maximum(before, _TINY))
    power: Floats = np.exp(np.clip(stride * ratio, -50.0, 50.0))
    return power


def places_of(task: Task) -> Ints:
    """Return the place of every row and comparison in a flat (groups x width) table."""
    group = task.group_of[task.patterns.stratum]
    return task.shape.places(task.patterns.levels) + group[:, None] * task.shape.width


def log_densities(theta: Floats, places: Ints) -> Floats:
    """Return (classes, rows) log-probabilities of the patterns: the sum over comparisons (conditional independence)."""
    tables = np.log(np.maximum(theta, _TINY)).reshape(len(theta), -1)
    out = np.zeros((len(theta), len(places)))
    for column in places.T:
        out += tables[:, column]
    return out


def log_joint(task: Task, parameters: Parameters, places: Ints) -> Floats:
    """Return (classes, rows) log of share times density; minus infinity for matches where no match is possible."""
    share = np.log(np.maximum(parameters.share, _TINY))[task.patterns.stratum].T
    joint = share + log_densities(parameters.theta, places)
    joint[np.ix_(task.matches, ~task.patterns.may_match)] = -np.inf
    joint[np.ix_(~task.matches, task.patterns.must_match)] = -np.inf
    return joint


def expectation(task: Task, parameters: Parameters, places: Ints) -> tuple[Floats, float]:
    """Return (classes, rows) class probabilities of the rows, and the log-likelihood of all pairs."""
    joint = log_joint(task, parameters, places)
    largest = joint.max(axis=0)
    scaled = np.exp(joint - largest)
    total = scaled.sum(axis=0)
    log_likelihood = float((task.patterns.weight * (np.log(total) + largest)).sum())
    return scaled / total, log_likelihood


def expected_counts(task: Task, parameters: Parameters) -> Floats:
    """Return (classes, groups, width) expected pairs at each level; a class that follows another counts there too."""
    return followed(task, expected_sums(task, parameters, places_of(task)).counts)


def level_counts(task: Task, members: Floats, places: Ints) -> Floats:
    """Return (classes, groups, width) pairs at each level from (classes, rows) pairs of each class."""
    groups, width = task.prior.shape[1:]
    return followed(task, np.stack([_counts(part, places, groups, width) for part in members]))


def followed(task: Task, counts: Floats) -> Floats:
    """Add the pairs of a class to the class it follows, where it has no probabilities of its own."""
    found = counts.copy()
    for kind, own in zip(counts[RANDOM + 1 :], task.classes[RANDOM + 1 :], strict=True):
        found[own.base] += np.where(task.shape.flags(own.free), 0.0, kind)
    return found


def maximisation(task: Task, before: Parameters, sums: Sums) -> Parameters:
    """Return the parameters that are likeliest given the expected pairs and the prior."""
    counts = followed(task, sums.counts)
    theta = np.empty_like(task.prior)
    for number, own in enumerate(task.classes):
        table = counts[number].sum(axis=0) if own.pooled else counts[number]
        learned = task.shape.normalised(table + task.prior[number])
        theta[number] = np.where(task.shape.flags(own.fixed), before.theta[number], learned)
    for number, own in enumerate(task.classes):
        theta[number] = np.where(task.shape.flags(own.free), theta[number], theta[own.base])
    total = np.maximum(sums.members.sum(axis=1), _TINY)[:, None]
    return Parameters(theta=theta, share=bounded(task, sums.members / total))


def _counts(weight: Floats, places: Ints, groups: int, width: int) -> Floats:
    """Expected number of pairs of one class at each level, (groups, width)."""
    counts = np.zeros(groups * width)
    for column in places.T:
        counts += np.bincount(column, weights=weight, minlength=groups * width)
    return counts.reshape(groups, width)


def _log_prior(task: Task, parameters: Parameters) -> float:
    """Log of the Dirichlet prior density, without its constant; pooled classes count their prior once."""
    total = 0.0
    for number, own in enumerate(task.classes):
        part = task.prior[number] * np.log(np.maximum(parameters.theta[number], _TINY)) * task.shape.flags(own.free)
        total += float((part[:1] if own.pooled else part).sum())
    return total


def _change(task: Task, before: Parameters, after: Parameters) -> float:
    """Largest change of an m-probability, and of a stratum's expected matches as a share of all expected matches."""
    theta = np.abs(after.theta[MATCH] - before.theta[MATCH]).max(initial=0.0)
    now, then = (parameters.share[:, task.matches].sum(axis=1) * task.pairs for parameters in (after, before))
    matches = np.abs(now - then)
    everything = float(now.sum())
    return float(max(theta, matches.max(initial=0.0) / max(everything, 1.0)))
