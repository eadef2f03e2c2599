"""How strongly groups of source pairs are drawn together: as far as they resemble each other."""

import numpy as np
import pytest

from linkage.model import Shape
from linkage.model.pooling import STEPS, strengths

SHAPE = Shape((3, 2))
COMMON = SHAPE.flat([[0.1, 0.2, 0.7], [0.3, 0.7]])
WEAKEST = 50.0
STRONGEST = WEAKEST * 2.0 ** (STEPS - 1)


def counts(size: float, *tables: list[list[float]]) -> np.ndarray:
    """Expected matches per group at each level, a ``size`` of them in every group."""
    return size * np.stack([np.append(np.concatenate(table), 0.0) for table in tables])


def test_groups_that_agree_are_pooled_most() -> None:
    """Ten groups with the very same shares as all together: nothing speaks for levels of their own."""
    found = strengths(counts(2_000.0, *[[[0.1, 0.2, 0.7], [0.3, 0.7]]] * 10), COMMON, SHAPE, WEAKEST)
    assert found[:-1].tolist() == [STRONGEST] * 5


def test_groups_that_differ_are_pooled_least() -> None:
    """Groups at opposite ends keep what is their own."""
    apart = [[[0.7, 0.2, 0.1], [0.9, 0.1]], [[0.01, 0.04, 0.95], [0.01, 0.99]]]
    assert strengths(counts(2_000.0, *apart), COMMON, SHAPE, WEAKEST)[:-1].tolist() == [WEAKEST] * 5


def test_each_comparison_has_a_strength_of_its_own() -> None:
    """Registers may write names alike and addresses not: the first is pooled, the second is not."""
    mixed = [[[0.1, 0.2, 0.7], [0.9, 0.1]], [[0.1, 0.2, 0.7], [0.02, 0.98]]]
    found = strengths(counts(2_000.0, *mixed), COMMON, SHAPE, WEAKEST)
    assert found[:3].tolist() == [STRONGEST] * 3
    assert found[3:5].tolist() == [WEAKEST] * 2


@pytest.mark.parametrize("true", [100.0, 400.0, 1600.0])
def test_the_strength_that_made_the_groups_comes_back(true: float) -> None:
    """Groups drawn from a Dirichlet of known strength: found within the grid's next steps, mean over 20 worlds."""
    random = np.random.default_rng(21)
    logs = []
    for _ in range(20):
        tables = random.dirichlet(true * COMMON[:3], 40)
        drawn = np.stack([random.multinomial(3_000, own) for own in tables])
        held = np.column_stack([drawn, np.zeros((40, 3))])
        logs.append(np.log2(strengths(held, COMMON, SHAPE, WEAKEST)[0]))
    assert np.mean(logs) == pytest.approx(np.log2(true), abs=0.7)


def test_groups_without_matches_decide_nothing() -> None:
    """Empty groups beside others change no strength; with nothing but empty groups it is the weakest."""
    some = counts(2_000.0, *[[[0.1, 0.2, 0.7], [0.3, 0.7]]] * 4)
    more = np.vstack([some, np.zeros((5, SHAPE.width))])
    np.testing.assert_array_equal(strengths(some, COMMON, SHAPE, WEAKEST), strengths(more, COMMON, SHAPE, WEAKEST))
    assert (strengths(np.zeros((3, SHAPE.width)), COMMON, SHAPE, WEAKEST) == WEAKEST).all()
