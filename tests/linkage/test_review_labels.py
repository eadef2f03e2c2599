"""Judged pairs in estimation: their class is known, estimates stay unbiased, and the compiled pass agrees."""

import numpy as np
import numpy.typing as npt
import pytest

from linkage.model import MATCH, Parameters, Shape, count_patterns
from linkage.model.classes import MixtureClass
from linkage.model.em import Task, estimate, expectation, expected_sums, level_counts

M, U = ([0.05, 0.95], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]), ([0.9, 0.1], [0.8, 0.2], [0.85, 0.15], [0.6, 0.4])
SHAPE = Shape((2, 2, 2, 2))
CLASSES = (MixtureClass("match", (True,) * 4), MixtureClass("random", (True,) * 4))
Labels = npt.NDArray[np.int8]


def world(pairs: int, matches: int, *, asked: int) -> tuple[npt.NDArray[np.int8], Labels]:
    """Levels of pairs, and what reviewers said of ``asked`` pairs of the patterns in doubt: 1, -1, or 0 for unasked."""
    random = np.random.default_rng(9)
    tables = [(M, matches), (U, pairs - matches)]
    levels = np.vstack(
        [np.column_stack([random.choice([1, 2], size, p=share) for share in table]) for table, size in tables]
    ).astype(np.int8)
    weight = sum(np.log(np.array(m)[row - 1] / np.array(u)[row - 1]) for m, u, row in zip(M, U, levels.T, strict=True))
    odds = weight + np.log(matches / (pairs - matches))
    doubtful = np.flatnonzero(np.abs(odds) < 3)
    known = np.zeros(pairs, dtype=np.int8)
    chosen = random.permutation(doubtful)[:asked]
    known[chosen] = np.where(chosen < matches, 1, -1)
    return levels, known


def task_of(levels: npt.NDArray[np.int8], known: Labels) -> Task:
    stratum = np.zeros(len(levels), dtype=np.int64)
    patterns = count_patterns(stratum, known >= 0, levels, np.ones(len(levels)), known > 0)
    return Task(patterns, SHAPE, stratum[:1], CLASSES, np.zeros((2, 1, SHAPE.width)), np.array([1e9]))


def guess() -> Parameters:
    tables = [SHAPE.flat([[1 - p, p]] * 4) for p in (0.8, 0.2)]
    return Parameters(np.stack(tables)[:, None, :], np.array([[0.05, 0.95]]))


def test_the_class_of_a_judged_pair_is_known() -> None:
    """Probability one or zero, whatever the levels; the compiled pass and the plain one agree."""
    levels, known = world(4_000, 200, asked=150)
    task = task_of(levels, known)
    chance, log_likelihood = expectation(task, guess())
    of_pair = chance[:, MATCH][task.patterns.row_of]
    assert (of_pair[known == 1] == 1.0).all()
    assert (of_pair[known == -1] == 0.0).all()
    assert {1, -1} <= set(known.tolist())
    sums = expected_sums(task, guess())
    assert sums.log_likelihood == pytest.approx(log_likelihood)
    np.testing.assert_allclose(sums.counts, level_counts(task, chance * task.patterns.weight[:, None]), rtol=1e-9)


def test_asking_in_doubt_sharpens_without_bias() -> None:
    """With 2,000 doubtful pairs judged, m-probabilities and share come back, no further off than without answers."""
    levels, known = world(60_000, 3_000, asked=2_000)
    errors = []
    for told in (np.zeros_like(known), known):
        fit = estimate(task_of(levels, told), guess(), max_iterations=2_000, tolerance=1e-7)
        found = np.array([own[1] for own in SHAPE.split(fit.parameters.theta[MATCH, 0])])
        errors.append(float(np.abs(found - [m[1] for m in M]).max()))
        assert fit.parameters.share[0, MATCH] == pytest.approx(0.05, abs=0.006)
        assert (np.diff(fit.objective) >= -1e-6 * abs(fit.objective[0])).all()
    assert errors[1] <= max(errors[0], 0.01)
    assert errors[1] < 0.03
