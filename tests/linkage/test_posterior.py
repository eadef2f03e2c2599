"""Draws of the parameters: around the truth, as wide as what is not known, the same by seed, and within the bounds."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from linkage.model import MATCH, RANDOM, Parameters, Shape, count_patterns, parameter_draws
from linkage.model.classes import MixtureClass
from linkage.model.em import Task, estimate

M = ([0.05, 0.15, 0.8], [0.1, 0.9], [0.02, 0.08, 0.9], [0.3, 0.7])
U = ([0.9, 0.07, 0.03], [0.95, 0.05], [0.97, 0.02, 0.01], [0.5, 0.5])
SHAPE = Shape((3, 2, 3, 2))
CLASSES = (MixtureClass("match", (True,) * 4), MixtureClass("random", (True,) * 4, pooled=False))
SHARE = 0.05


def levels_of(random: np.random.Generator, size: int, tables: tuple[list[float], ...]) -> npt.NDArray[np.int8]:
    return np.column_stack([random.choice(len(own), size, p=own) + 1 for own in tables]).astype(np.int8)


def world(seed: int, pairs: int, *, classes: tuple[MixtureClass, ...] = CLASSES, most: float = 1e9) -> Task:
    """Pairs of one source pair, a twentieth of them matches, a tenth of the values missing."""
    random = np.random.default_rng(seed)
    matches = random.binomial(pairs, SHARE)
    levels = np.vstack([levels_of(random, matches, M), levels_of(random, pairs - matches, U)])
    levels[random.random(levels.shape) < 0.1] = 0
    stratum = np.zeros(pairs, dtype=np.int64)
    patterns = count_patterns(stratum, np.ones(pairs, dtype=bool), levels, np.ones(pairs))
    prior = np.full((len(classes), 1, SHAPE.width), 0.5)
    return Task(patterns, SHAPE, stratum[:1], classes, prior, np.array([most]))


def guess(classes: int = 2) -> Parameters:
    match = SHAPE.flat([[0.1, 0.1, 0.8], [0.2, 0.8], [0.1, 0.1, 0.8], [0.2, 0.8]])
    random = SHAPE.flat([[0.8, 0.1, 0.1], [0.8, 0.2], [0.8, 0.1, 0.1], [0.6, 0.4]])
    share = np.array([[0.05, *[0.95 / (classes - 1)] * (classes - 1)]])
    return Parameters(np.stack([match, *[random] * (classes - 1)])[:, None, :], share)


def fitted(task: Task) -> Parameters:
    return estimate(task, guess(len(task.classes)), max_iterations=500, tolerance=1e-6).parameters


def test_draws_centre_on_the_truth_and_their_spread_covers_it() -> None:
    """Over 30 worlds the truth lies within a 90% interval of draws about nine times in ten, for m, u and the share."""
    held: list[bool] = []
    for seed in range(30):
        task = world(seed, 6_000)
        draws = list(parameter_draws(task, fitted(task), 60, seed))
        for kind, tables in ((MATCH, M), (RANDOM, U)):
            found = np.stack([draw.theta[kind, 0, :-1] for draw in draws])
            low, high = np.quantile(found, [0.05, 0.95], axis=0)
            held += [bool(ok) for ok in (low <= np.concatenate(tables)) & (np.concatenate(tables) <= high)]
        low, high = np.quantile([draw.share[0, MATCH] for draw in draws], [0.05, 0.95])
        held.append(bool(low <= SHARE <= high))
    assert 0.8 <= np.mean(held) <= 0.96


def test_more_pairs_leave_less_doubt() -> None:
    """Sixteen times as many pairs: about a quarter of the spread."""
    spreads = []
    for pairs in (5_000, 80_000):
        task = world(21, pairs)
        spreads.append(np.std([draw.share[0, MATCH] for draw in parameter_draws(task, fitted(task), 40, 1)]))
    assert 0.12 < spreads[1] / spreads[0] < 0.5


def test_draws_are_probabilities() -> None:
    """Levels of every comparison and classes of every source pair add up to one; missing stays no evidence."""
    task = world(21, 3_000)
    for draw in parameter_draws(task, fitted(task), 5, 3):
        for table in draw.theta.reshape(-1, SHAPE.width):
            np.testing.assert_allclose([part.sum() for part in SHAPE.split(table)], 1.0)
        np.testing.assert_allclose(draw.share.sum(axis=1), 1.0)
        assert (draw.theta[..., -1] == 1.0).all()


def test_draws_follow_from_the_seed() -> None:
    """The same seed gives the same draws, another seed others; a longer series begins as a shorter one does."""
    task = world(21, 3_000)
    fit = fitted(task)
    one, again, other = (list(parameter_draws(task, fit, 4, seed)) for seed in (7, 7, 8))
    longer = list(parameter_draws(task, fit, 6, 7))
    for place in range(4):
        np.testing.assert_array_equal(one[place].theta, again[place].theta)
        np.testing.assert_array_equal(one[place].theta, longer[place].theta)
        assert not np.array_equal(one[place].theta, other[place].theta)


def test_what_is_fixed_stays_and_what_follows_follows() -> None:
    """A class keeps its fixed levels in every draw, and is like random pairs where it has none of its own."""
    namesakes = MixtureClass("namesakes", (True, True, False, False), fixed=(True, True, False, False))
    task = world(21, 4_000, classes=(*CLASSES, namesakes))
    first = guess(3)
    first.theta[2, :, :5] = first.theta[MATCH, :, :5]
    fit = estimate(task, first, max_iterations=300, tolerance=1e-5).parameters
    for draw in parameter_draws(task, fit, 5, 2):
        np.testing.assert_array_equal(draw.theta[2, 0, :5], fit.theta[2, 0, :5])
        np.testing.assert_array_equal(draw.theta[2, 0, 5:], draw.theta[RANDOM, 0, 5:])
        assert not np.array_equal(draw.theta[MATCH, 0, :5], fit.theta[MATCH, 0, :5])


def test_no_match_is_drawn_where_none_is_possible() -> None:
    """Pairs within a source that holds each person once are of strangers in every draw."""
    task = world(21, 2_000, most=0.0)
    task = replace(task, patterns=replace(task.patterns, may_match=np.zeros(len(task.patterns), dtype=bool)))
    for draw in parameter_draws(task, fitted(task), 5, 2):
        assert draw.share[0, MATCH] == 0.0
        assert np.isfinite(draw.theta).all()


def test_a_draw_keeps_the_bound_on_matches() -> None:
    """A source pair holds no more matches than its smaller source has records, in the fit and in every draw of it."""
    task = world(21, 6_000, most=200.0)
    fit = fitted(task)
    assert fit.share[0, MATCH] * 6_000 == pytest.approx(200.0, rel=0.01), "the bound must bind, or this shows nothing"
    matches = [draw.share[0, MATCH] * 6_000 for draw in parameter_draws(task, fit, 20, 2)]
    assert max(matches) <= 200.0 + 1e-6
