"""The speed benchmark of estimation: both sides fit the same model, and a difference is not passed over."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.speed import em
from linkage.cross_check import binary_fit


def test_both_sides_come_to_the_same_parameters() -> None:
    """m, u and p of ECMClassifier as it comes, and ours, on the vectors that are timed."""
    binary = em.vectors(20_000, 1)
    ours, theirs = binary_fit(binary), em.by_recordlinkage(pd.DataFrame(binary.astype(np.int64)))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=em.ALIKE)
    np.testing.assert_allclose(ours[0], em.M, atol=0.05)
    assert ours[2][0] == pytest.approx(em.MATCHES, abs=0.01)


@pytest.mark.parametrize("wrong", [1e-3, float("nan")])
def test_parameters_that_differ_are_refused(wrong: float) -> None:
    """A ratio between two different fits would say nothing."""
    fit = (np.full(8, 0.9), np.full(8, 0.1), np.full(1, 0.05))
    with pytest.raises(ValueError, match="apart"):
        em._must_be_alike(fit, (fit[0] + wrong, *fit[1:]))
