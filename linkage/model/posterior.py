"""Draws of the parameters from their posterior, by data augmentation (Tanner and Wong 1987)."""

from collections.abc import Iterator

import numpy as np

from linkage.model.em import Task, bounded, expectation, following, level_counts
from linkage.model.parameters import Floats, Parameters

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
    now = fitted
    for _ in range(draws):
        for _ in range(STEPS):
            now = _step(task, now, random)
        yield now


def _step(task: Task, now: Parameters, random: np.random.Generator) -> Parameters:
    responsibility, _ = expectation(task, now)
    members = _members(responsibility, task.patterns.weight, random)
    return Parameters(_levels(task, now, members, random), _shares(task, members, random))


def _members(responsibility: Floats, weight: Floats, random: np.random.Generator) -> Floats:
    """Return (rows, classes) pairs of each class: multinomial over whole pairs, what is left over in expectation."""
    whole = np.floor(weight).astype(np.int64)
    shares = responsibility / responsibility.sum(axis=1, keepdims=True)
    members: Floats = random.multinomial(whole, shares) + responsibility * (weight - whole)[:, None]
    return members


def _levels(task: Task, now: Parameters, members: Floats, random: np.random.Generator) -> Floats:
    """Level probabilities given the members of each class; fixed classes stay, and classes follow as in the fit."""
    counts = level_counts(task, members)
    drawn = np.empty_like(now.theta)
    for number, kind in enumerate(task.classes):
        table = counts[number].sum(axis=0, keepdims=True) if kind.pooled else counts[number]
        prior = task.prior[number][:1] if kind.pooled else task.prior[number]
        drawn[number] = random.gamma(np.maximum(table + prior, 1e-9))
    drawn = task.shape.normalised(drawn)
    return np.maximum(following(task, np.where(task.fixed, now.theta, drawn)), _TINY)


def _shares(task: Task, members: Floats, random: np.random.Generator) -> Floats:
    """Class shares per source pair, within the fit's bound on matches; where no match is possible, none is drawn."""
    counts = task.lookup.stratum_sums(members)
    share = random.gamma(np.maximum(counts, 0.0) + 1e-9)
    share[np.ix_(task.most_matches == 0, task.matches)] = 0.0
    return bounded(task, share / np.maximum(share.sum(axis=1, keepdims=True), _TINY))
