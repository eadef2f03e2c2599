"""Draws of the parameters from their posterior, by data augmentation (Tanner and Wong 1987)."""

from collections.abc import Iterator

import numpy as np

from linkage.model.em import Task, bounded, expectation, level_counts, places_of
from linkage.model.parameters import Floats, Ints, Parameters

STEPS = 5
"""Steps of the chain between two draws that are kept."""
_TINY = 1e-300


def parameter_draws(task: Task, fitted: Parameters, draws: int, seed: int) -> Iterator[Parameters]:
    """Yield ``draws`` parameters from the posterior around ``fitted``.

    Each step draws which class the pairs of every pattern belong to, given the parameters, then the parameters, given
    those counts: Dirichlet with the prior that the fit had. So a draw carries that classes are not observed, which
    counting expected pairs as if they were seen would leave out. The chain starts at the fit and depends on the seed
    alone.
    """
    random = np.random.default_rng([seed, 1])
    places = places_of(task)
    now = fitted
    for _ in range(draws):
        for _ in range(STEPS):
            now = _step(task, now, places, random)
        yield now


def _step(task: Task, now: Parameters, places: Ints, random: np.random.Generator) -> Parameters:
    responsibility, _ = expectation(task, now, places)
    members = _members(responsibility, task.patterns.weight, random)
    return Parameters(_levels(task, now, members, places, random), _shares(task, members, random))


def _members(responsibility: Floats, weight: Floats, random: np.random.Generator) -> Floats:
    """Return (classes, rows) pairs of each class: multinomial over whole pairs, what is left over in expectation."""
    whole = np.floor(weight).astype(np.int64)
    shares = np.maximum(responsibility.T, 0.0)
    shares /= shares.sum(axis=1, keepdims=True)
    drawn = random.multinomial(whole, shares).T
    members: Floats = drawn + responsibility * (weight - whole)
    return members


def _levels(task: Task, now: Parameters, members: Floats, places: Ints, random: np.random.Generator) -> Floats:
    """Level probabilities given the members of each class; fixed classes stay, and classes follow as in the fit."""
    counts = level_counts(task, members, places)
    theta = np.empty_like(now.theta)
    for number, kind in enumerate(task.classes):
        table = counts[number].sum(axis=0, keepdims=True) if kind.pooled else counts[number]
        prior = task.prior[number][:1] if kind.pooled else task.prior[number]
        drawn = task.shape.normalised(random.gamma(np.maximum(table + prior, 1e-9)))
        drawn[..., -1] = 1.0
        theta[number] = np.where(task.shape.flags(kind.fixed), now.theta[number], drawn)
    for number, kind in enumerate(task.classes):
        theta[number] = np.where(task.shape.flags(kind.free), theta[number], theta[kind.base])
    return np.maximum(theta, _TINY)


def _shares(task: Task, members: Floats, random: np.random.Generator) -> Floats:
    """Class shares per source pair, within the fit's bound on matches; where no match is possible, none is drawn."""
    strata = len(task.group_of)
    counts = np.stack([np.bincount(task.patterns.stratum, weights=part, minlength=strata) for part in members], axis=1)
    share = random.gamma(np.maximum(counts, 0.0) + 1e-9)
    share[np.ix_(task.most_matches == 0, task.matches)] = 0.0
    return bounded(task, share / np.maximum(share.sum(axis=1, keepdims=True), _TINY))
