"""Expectation-maximisation to convergence: ours against recordlinkage's ECMClassifier on the same comparison vectors.

Both fit the two-class model to yes-or-no vectors from Jaro's start. Each gets them in the form it takes: ECMClassifier
a DataFrame of numbers, as recordlinkage's comparing gives it, we a matrix of booleans. Counting the vectors by pattern
is within both times; so is everything else from that form to m, u and p. ECMClassifier stops when it has converged by
its default tolerance; ours makes its 100 plain steps, which are never fewer.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from recordlinkage import ECMClassifier

from benchmarks.speed.ratio import Ratio, Side, interleaved
from linkage.cross_check import CROSS_CHECK_ITERATIONS, binary_fit

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

QUICK = ((100_000, 3),)
FULL = ((1_000_000, 3), (10_000_000, 1))
"""Vectors, and rounds: ten million take ECMClassifier long enough for one to do."""
CALLS = {100_000: 20, 1_000_000: 5, 10_000_000: 1}
"""Calls of ours in one timing: a single one takes some hundredths of a second."""
SEED = 43
M = (0.95, 0.9, 0.92, 0.85, 0.97, 0.8, 0.75, 0.88)
U = (0.02, 0.01, 0.03, 0.1, 0.5, 0.05, 0.15, 0.08)
MATCHES = 0.05
ALIKE = 1e-4
"""Largest difference of a parameter that is left where one stops a little before the other."""


def measure(*, quick: bool) -> list[Ratio]:
    """Ratios of vectors per CPU second; the largest number of vectors is the one to quote.

    Raises ``ValueError`` if the two do not come to the same m, u and p.
    """
    sizes = QUICK if quick else FULL
    return [_ratio(count, repeats, quoted=count == sizes[-1][0]) for count, repeats in sizes]


def _ratio(count: int, repeats: int, *, quoted: bool) -> Ratio:
    binary = vectors(count, SEED)
    frame = pd.DataFrame(binary.astype(np.int64), columns=[f"comparison_{place}" for place in range(len(M))])
    binary_fit(binary[:1_000])
    fitted: list[tuple[Floats, Floats, Floats]] = []
    calls = CALLS[count]
    ours = Side("EM on pattern counts", lambda: [binary_fit(binary) for _ in range(calls)], calls * count)
    anchor = Side("recordlinkage ECMClassifier", lambda: fitted.append(by_recordlinkage(frame)), count)
    found = interleaved(
        "em_vs_recordlinkage" if quoted else f"em_vs_recordlinkage_{count}",
        ours,
        anchor,
        unit="vectors",
        repeats=repeats,
        warm=False,
        note=f"{count:,} vectors of {len(M)} comparisons, booleans beside a DataFrame, counting included",
    )
    _must_be_alike(binary_fit(binary), fitted[-1])
    return found


def vectors(count: int, seed: int) -> Flags:
    """Return (vectors, comparisons) yes or no, one in twenty of a match."""
    random = np.random.default_rng([seed, count])
    match = random.random(count) < MATCHES
    columns = [random.random(count) < np.where(match, m, u) for m, u in zip(M, U, strict=True)]
    return np.column_stack(columns)


def by_recordlinkage(frame: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return m, u (per comparison) and p by ECMClassifier as it comes."""
    kernel = ECMClassifier(init="jaro", max_iter=CROSS_CHECK_ITERATIONS)
    kernel.fit(frame)
    yes = np.exp(kernel.kernel.feature_log_prob_[:, 1::2])
    return yes[1], yes[0], np.exp(kernel.kernel.class_log_prior_[1:])


def _must_be_alike(ours: tuple[Floats, Floats, Floats], theirs: tuple[Floats, Floats, Floats]) -> None:
    furthest = max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True))
    if not furthest <= ALIKE:
        msg = f"m, u or p are {furthest:.1e} apart. Cure: run tests/linkage/test_model.py."
        raise ValueError(msg)
