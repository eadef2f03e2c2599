"""Expectation-maximisation: known parameters come back, the likelihood never falls, and it says when it failed."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import plain_mixture
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.cross_check import binary_fit
from linkage.model import MATCH, RANDOM, Fit, Parameters, Shape, count_patterns
from linkage.model.classes import MixtureClass
from linkage.model.em import Task, estimate, expectation, expected_sums, level_counts
from linkage.model.match_model import MatchModel
from linkage.model.patterns import pattern_keys

M = ([0.05, 0.15, 0.8], [0.1, 0.9], [0.02, 0.08, 0.9], [0.3, 0.7])
U = ([0.9, 0.07, 0.03], [0.95, 0.05], [0.97, 0.02, 0.01], [0.5, 0.5])
SHAPE = Shape((3, 2, 3, 2))
CLASSES = (MixtureClass("match", (True,) * 4), MixtureClass("random", (True,) * 4))
STRANGERS = (*CLASSES, MixtureClass("namesakes", (True, True, False, False)))


def draw(random: np.random.Generator, size: int, tables: tuple[list[float], ...]) -> npt.NDArray[np.int8]:
    columns = [random.choice(len(table), size, p=table) + 1 for table in tables]
    return np.column_stack(columns).astype(np.int8)


def task_of(levels: npt.NDArray[np.int8], strength: float = 0.0) -> Task:
    size = len(levels)
    patterns = count_patterns(np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool), levels, np.ones(size))
    prior = np.full((2, 1, SHAPE.width), strength)
    return Task(patterns, SHAPE, np.zeros(1, dtype=np.int64), CLASSES, prior, np.array([1e9]))


def guess() -> Parameters:
    match = SHAPE.flat([[0.1, 0.1, 0.8], [0.2, 0.8], [0.1, 0.1, 0.8], [0.2, 0.8]])
    random = SHAPE.flat([[0.8, 0.1, 0.1], [0.8, 0.2], [0.8, 0.1, 0.1], [0.6, 0.4]])
    return Parameters(np.stack([match, random])[:, None, :], np.array([[0.05, 0.95]]))


@pytest.fixture(scope="module")
def fitted() -> Fit:
    """200,000 pairs of which 2% are matches, a tenth of the values missing."""
    random = np.random.default_rng(11)
    levels = np.vstack([draw(random, 4_000, M), draw(random, 196_000, U)])
    levels[random.random(levels.shape) < 0.1] = 0
    return estimate(task_of(levels), guess(), max_iterations=500, tolerance=1e-6)


def test_known_m_u_and_share_come_back(fitted: Fit) -> None:
    """m, u and the share of matches are recovered within sampling error, with values missing."""
    assert fitted.converged
    for kind, known, within in ((MATCH, M, 0.03), (RANDOM, U, 0.005)):
        for found, true in zip(SHAPE.split(fitted.parameters.theta[kind, 0]), known, strict=True):
            np.testing.assert_allclose(found, true, atol=within)
    assert fitted.parameters.share[0, MATCH] == pytest.approx(0.02, abs=0.001)


@given(seed=st.integers(0, 10_000), strength=st.sampled_from([0.0, 3.0]))
@settings(max_examples=25, deadline=None)
def test_the_likelihood_never_falls(seed: int, strength: float) -> None:
    """Whatever the data, no iteration lowers the penalised likelihood (Dempster, Laird and Rubin 1977)."""
    levels = np.random.default_rng(seed).integers(0, (4, 3, 4, 3), (60, 4)).astype(np.int8)
    fit = estimate(task_of(levels, strength), guess(), max_iterations=60, tolerance=1e-9)
    steps = np.diff(fit.objective)
    assert (steps >= -1e-9 * np.abs(fit.objective[:-1])).all()


def test_strangers_who_share_a_name_are_not_taken_for_matches() -> None:
    """Two fields that go together among strangers get a class of their own: the number of matches stays right."""
    random = np.random.default_rng(9)
    namesakes = draw(random, 6_000, U)
    namesakes[:, 0], namesakes[:, 1] = 3, 2
    levels = np.vstack([draw(random, 1_000, M), namesakes, draw(random, 93_000, U)])
    plain = task_of(levels)
    start = guess()
    follows = np.where(SHAPE.flags(STRANGERS[2].free), start.theta[MATCH], start.theta[RANDOM])
    shared = replace(plain, classes=STRANGERS, prior=np.zeros((3, 1, SHAPE.width)))
    wider = Parameters(np.concatenate([start.theta, follows[None]]), np.array([[0.05, 0.9, 0.05]]))
    found = estimate(shared, wider, max_iterations=2_000, tolerance=1e-8)
    assert found.parameters.share[0, MATCH] * len(levels) == pytest.approx(1_000, rel=0.1)
    without = estimate(plain, start, max_iterations=2_000, tolerance=1e-8)
    assert without.parameters.share[0, MATCH] * len(levels) > 2_000
    assert (np.diff(found.objective) >= -1e-6).all()
    tied = found.parameters.theta[:, 0, SHAPE.starts[2] :]
    np.testing.assert_array_equal(tied[2], tied[RANDOM])


def test_running_out_of_iterations_is_reported() -> None:
    """A fit that was cut short says so, with the iterations made and the change that was left."""
    levels = np.vstack([draw(np.random.default_rng(1), 500, M), draw(np.random.default_rng(2), 5_000, U)])
    fit = estimate(task_of(levels), guess(), max_iterations=2, tolerance=1e-9)
    assert (fit.converged, fit.iterations) == (False, 2)
    assert fit.last_change > 1e-9


def test_missing_is_no_evidence(fitted: Fit) -> None:
    """A pair with nothing to compare has the prior odds; a missing comparison changes no odds."""
    model = MatchModel(SHAPE, np.zeros(1, dtype=np.int64), (frozenset(range(4)),), ("match", "random"), fitted, fitted)
    rows = np.array([[0, 0, 0, 0], [3, 0, 0, 0], [3, 2, 0, 0], [0, 2, 0, 0]], dtype=np.int8)
    nothing, one, both, other = model.log_odds(np.zeros(4, dtype=np.int64), rows).tolist()
    share = fitted.parameters.share[0]
    assert nothing == pytest.approx(np.log(share[MATCH] / share[RANDOM]))
    assert both - nothing == pytest.approx((one - nothing) + (other - nothing))


def test_pairs_that_cannot_match_never_do() -> None:
    """Known strangers count as such however alike they are: with nothing else no match is left."""
    levels = np.full((100, 4), 2, dtype=np.int8)
    patterns = count_patterns(np.zeros(100, dtype=np.int64), np.zeros(100, dtype=bool), levels, np.ones(100))
    task = Task(patterns, SHAPE, np.zeros(1, dtype=np.int64), CLASSES, np.ones((2, 1, SHAPE.width)), np.array([100.0]))
    assert estimate(task, guess(), max_iterations=50, tolerance=1e-6).parameters.share[0, MATCH] == 0


def test_the_number_of_matches_stays_within_its_bound() -> None:
    """A source pair cannot hold more matches than its smaller source has records."""
    task = task_of(np.vstack([draw(np.random.default_rng(1), 900, M), draw(np.random.default_rng(2), 900, U)]))
    bound = replace(task, most_matches=np.array([100.0]))
    share = estimate(bound, guess(), max_iterations=200, tolerance=1e-6).parameters.share
    assert share[0, MATCH] * 1800 <= 100 + 1e-6
    assert share.sum() == pytest.approx(1.0)


def test_pattern_keys_tell_rows_apart_beyond_64_bits() -> None:
    """Keys are equal exactly for equal rows, and keep the rows' order, also for forty wide columns."""
    rows = np.random.default_rng(4).integers(0, 9, (300, 40))
    rows[100:200] = rows[:100]
    keys = pattern_keys(rows)
    _, by_row = np.unique(rows, axis=0, return_inverse=True)
    _, by_key = np.unique(keys, return_inverse=True)
    np.testing.assert_array_equal(by_row, by_key)


def test_binary_fit_needs_no_prior() -> None:
    """The cross-check's model recovers what made the vectors."""
    random = np.random.default_rng(6)
    match = random.random((2_000, 5)) < 0.9
    others = random.random((18_000, 5)) < 0.1
    m, u, p = binary_fit(np.vstack([match, others]))
    np.testing.assert_allclose(m, 0.9, atol=0.03)
    np.testing.assert_allclose(u, 0.1, atol=0.01)
    assert p[0] == pytest.approx(0.1, abs=0.01)


def two_strata(seed: int) -> tuple[Task, Parameters]:
    """Pairs of two source pairs with parameters of their own, some known, a fifth of the values missing."""
    random = np.random.default_rng(seed)
    levels = np.vstack([draw(random, 50, M), draw(random, 500, U)])
    levels[random.random(levels.shape) < 0.2] = 0
    size = len(levels)
    may = random.random(size) < 0.9
    patterns = count_patterns(
        random.integers(0, 2, size), may, levels, random.random(size) + 0.5, may & (random.random(size) < 0.1)
    )
    theta = np.repeat(guess().theta, 2, axis=1)
    theta[:, 1] = SHAPE.normalised(theta[:, 1] + random.random(theta[:, 1].shape) / 5)
    start = Parameters(theta, np.array([[0.05, 0.95], [0.3, 0.7]]))
    return Task(patterns, SHAPE, np.array([0, 1]), CLASSES, np.zeros((2, 2, SHAPE.width)), np.array([1e9, 1e9])), start


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_the_compiled_passes_give_the_sums_of_the_plain_one(seed: int) -> None:
    """Class probabilities, counts, class sizes and likelihood of the lookup tables are those of the formulas."""
    task, start = two_strata(seed)
    plain, likelihood = plain_mixture.expectation(task, start)
    weighted = plain * task.patterns.weight[:, None]
    counts = plain_mixture.counts_by_place(SHAPE, task.group_of, task.patterns, weighted, 2)
    found, also = expectation(task, start)
    sums = expected_sums(task, start)
    np.testing.assert_allclose(found, plain, atol=1e-12)
    np.testing.assert_allclose(sums.counts, counts, atol=1e-9)
    np.testing.assert_allclose(level_counts(task, weighted), counts, atol=1e-9)
    strata = [np.bincount(task.patterns.stratum, weights=part, minlength=2) for part in weighted.T]
    np.testing.assert_allclose(sums.members, np.stack(strata, axis=1), atol=1e-9)
    np.testing.assert_allclose(task.lookup.stratum_sums(weighted), np.stack(strata, axis=1), atol=1e-9)
    assert (sums.log_likelihood, also) == (pytest.approx(likelihood), pytest.approx(likelihood))


def test_probabilities_too_small_to_multiply_are_added_as_logarithms() -> None:
    """Each half of a pattern is next to impossible for one class: together they still say which is likelier."""
    task = task_of(np.array([[3, 2, 3, 2], [1, 1, 1, 1], [3, 1, 1, 2]], dtype=np.int8))
    tables = [[[1e-200, 1e-200, 1.0], [1e-90, 1.0], [1e-150, 0, 1.0], [1e-60, 1.0]] for _ in range(2)]
    tables[1] = [own[::-1] for own in tables[1]]
    start = Parameters(np.stack([SHAPE.flat(own) for own in tables])[:, None, :], np.array([[1e-250, 1.0]]))
    plain, likelihood = plain_mixture.expectation(task, start)
    sums = expected_sums(task, start)
    counts = plain_mixture.counts_by_place(SHAPE, task.group_of, task.patterns, plain, 1)
    np.testing.assert_allclose(sums.counts, counts, rtol=1e-9, atol=1e-70)
    assert sums.log_likelihood == pytest.approx(likelihood)


@pytest.mark.parametrize("size", [3, 2_000])
def test_scores_are_those_of_the_formula(size: int) -> None:
    """Every pair has the odds of its own vector in its own source pair, in the order of the pairs."""
    task, parameters = two_strata(5)
    random = np.random.default_rng(8)
    levels = random.integers(0, (4, 3, 4, 3), (size, 4)).astype(np.int8)
    stratum = random.integers(0, 2, size)
    fit = Fit(parameters, True, 1, 0.0, (0.0,))
    model = MatchModel(SHAPE, task.group_of, (frozenset(range(4)),) * 2, ("match", "random"), fit, fit)
    joint = plain_mixture.log_joint(SHAPE, task.group_of, parameters, stratum, levels)
    np.testing.assert_allclose(model.log_odds(stratum, levels), joint[:, MATCH] - joint[:, RANDOM], atol=1e-12)
