"""Expectation-maximisation over pattern counts (Fellegi and Sunter 1969; Winkler 1988; Dempster, Laird, Rubin 1977)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from linkage.model.classes import MixtureClass
from linkage.model.lookup import Lookup, lookup_of
from linkage.model.parameters import MATCH, RANDOM, Fit, Floats, Ints, Parameters, Shape
from linkage.model.patterns import Patterns

Flags = npt.NDArray[np.bool_]

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

    @cached_property
    def matches(self) -> Flags:
        """Which classes are kinds of matches."""
        return np.array([kind.match or number == MATCH for number, kind in enumerate(self.classes)])

    @cached_property
    def pairs(self) -> Floats:
        """Number of pairs per stratum."""
        return np.bincount(self.patterns.stratum, weights=self.patterns.weight, minlength=len(self.group_of)).astype(
            np.float64
        )

    @cached_property
    def free(self) -> Flags:
        """(classes, 1, width) where each class has level probabilities of its own."""
        return np.stack([self.shape.flags(kind.free) for kind in self.classes])[:, None, :]

    @cached_property
    def fixed(self) -> Flags:
        """(classes, 1, width) where they stay as they start."""
        return np.stack([self.shape.flags(kind.fixed) for kind in self.classes])[:, None, :]

    @cached_property
    def pooled(self) -> Flags:
        """(classes, 1, 1) whether all groups share them."""
        return np.array([kind.pooled for kind in self.classes])[:, None, None]

    @cached_property
    def bases(self) -> list[int]:
        """Per class, the one whose level probabilities it has elsewhere."""
        return [number if number <= RANDOM else kind.base for number, kind in enumerate(self.classes)]

    @cached_property
    def lookup(self) -> Lookup:
        """The patterns as numbers into tables."""
        return lookup_of(self.patterns, self.shape, self.group_of, self.matches)


def estimate(
    task: Task, start: Parameters, *, max_iterations: int, tolerance: float, longest_stride: float = LONGEST_STRIDE
) -> Fit:
    """Return the parameters at which expectation-maximisation comes to rest, from ``start``.

    Adaptive over-relaxation (Salakhutdinov and Roweis 2003): each iteration steps further than expectation-maximisation
    would, for as long as the penalised likelihood rises, and falls back to the plain step, which never lowers it; with
    a ``longest_stride`` of 1 all steps are plain. The change that is held against ``tolerance`` is that of the plain
    step: the largest in an m-probability or in the matches of a source pair as a share of all.
    """
    here = _evaluate(task, start)
    objective, change, stride, iterations = [here.objective], np.inf, 1.0, 0
    while iterations < max_iterations and change >= tolerance:
        plain = maximisation(task, here.parameters, here.sums)
        change = _change(task, here.parameters, plain)
        there = _evaluate(task, _beyond(task, here.parameters, plain, stride) if stride > 1 else plain)
        if there.objective >= here.objective:
            stride = min(stride * GROWTH, longest_stride)
        else:
            there, stride = _evaluate(task, plain), 1.0
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


def _evaluate(task: Task, parameters: Parameters) -> _Point:
    sums = expected_sums(task, parameters)
    return _Point(parameters, sums, sums.log_likelihood + _log_prior(task, parameters))


def expected_sums(task: Task, parameters: Parameters) -> Sums:
    """Return the expected pairs of every class in one pass: what ``expectation`` gives, added up."""
    counts, members, log_likelihood = task.lookup.sums(parameters)
    return Sums(counts.reshape(task.prior.shape), members, log_likelihood)


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


def expectation(task: Task, parameters: Parameters) -> tuple[Floats, float]:
    """Return (rows, classes) class probabilities of the rows, and the log-likelihood of all pairs."""
    return task.lookup.probabilities(parameters)


def expected_counts(task: Task, parameters: Parameters) -> Floats:
    """Return (classes, groups, width) expected pairs at each level; a class that follows another counts there too."""
    return followed(task, expected_sums(task, parameters).counts)


def level_counts(task: Task, members: Floats) -> Floats:
    """Return (classes, groups, width) pairs at each level from (rows, classes) pairs of each class."""
    return followed(task, task.lookup.level_sums(members).reshape(task.prior.shape))


def followed(task: Task, counts: Floats) -> Floats:
    """Add the pairs of a class to the class it follows, where it has no probabilities of its own."""
    found = counts.copy()
    following = np.where(task.free, 0.0, counts)
    for number in range(RANDOM + 1, len(task.classes)):
        found[task.bases[number]] += following[number]
    return found


def maximisation(task: Task, before: Parameters, sums: Sums) -> Parameters:
    """Return the parameters that are likeliest given the expected pairs and the prior."""
    counts = followed(task, sums.counts)
    table = np.where(task.pooled, counts.sum(axis=1, keepdims=True), counts)
    learned = task.shape.normalised(table + task.prior)
    theta = following(task, np.where(task.fixed, before.theta, learned))
    total = np.maximum(sums.members.sum(axis=1), _TINY)[:, None]
    return Parameters(theta=theta, share=bounded(task, sums.members / total))


def following(task: Task, theta: Floats) -> Floats:
    """Level probabilities in which classes have those of the class they follow, where they have none of their own."""
    return np.where(task.free, theta, theta[task.bases])


def _log_prior(task: Task, parameters: Parameters) -> float:
    """Log of the Dirichlet prior density, without its constant; pooled classes count their prior once."""
    part = task.prior * np.log(np.maximum(parameters.theta, _TINY)) * task.free
    return float(np.where(task.pooled[:, 0, 0], part[:, 0].sum(axis=1), part.sum(axis=(1, 2))).sum())


def _change(task: Task, before: Parameters, after: Parameters) -> float:
    """Largest change of an m-probability, and of a stratum's expected matches as a share of all expected matches."""
    theta = np.abs(after.theta[MATCH] - before.theta[MATCH]).max(initial=0.0)
    now, then = (parameters.share[:, task.matches].sum(axis=1) * task.pairs for parameters in (after, before))
    matches = np.abs(now - then)
    everything = float(now.sum())
    return float(max(theta, matches.max(initial=0.0) / max(everything, 1.0)))
