"""A cross-check of every run: our expectation-maximisation against the one of the recordlinkage toolkit."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.compare import Comparison
from linkage.model.binary import count_binary
from linkage.model.classes import MixtureClass
from linkage.model.em import Task, estimate
from linkage.model.parameters import MATCH, RANDOM, Floats, Parameters, Shape
from linkage.model.patterns import Ints, Patterns

CROSS_CHECK_PAIRS = 20_000
CROSS_CHECK_ITERATIONS = 100
CROSS_CHECK_TOLERANCE = 1e-4
"""Largest difference that is rounding: two correct programs were seen to drift 3e-6 apart in these steps, along flat
directions of the likelihood of a file of 50,000 records; a wrong formula shows in the second or third digit."""
MINIMUM_PAIRS = 50


def cross_check(
    patterns: Patterns, count: Ints, plan: Sequence[Comparison], can_match: npt.NDArray[np.bool_], seed: int
) -> dict[str, Any]:
    """Fit the two-class model to yes-or-no vectors of a sample with our code and with recordlinkage's; compare.

    ``count``: candidates of each of the ``patterns``; a sample of those that can match is drawn. Both start from the
    same guess (Jaro's), make the same number of steps and see the same pairs, missing as disagreement, since
    ECMClassifier knows no missing. Returns the number of pairs, the largest differences in m, u and p, and whether they
    are small.
    """
    rows = _sample(np.where(can_match[patterns.stratum], count, 0), seed)
    levels = patterns.levels[rows]
    agreed = [np.isin(levels[:, column], comparison.agreement) for column, comparison in enumerate(plan)]
    binary = np.column_stack(agreed) if plan else np.zeros((len(rows), 0), dtype=bool)
    binary = binary[:, binary.any(axis=0) & ~binary.all(axis=0)]
    if len(binary) < MINIMUM_PAIRS or binary.shape[1] == 0:
        return {"pairs": len(binary), "agrees": None}
    ours, theirs = binary_fit(binary), _ecm(binary)
    if not all(np.isfinite(part).all() for part in theirs):
        # A probability that reaches 0 turns ECMClassifier's parameters into NaN; there is nothing to compare with.
        return {"pairs": len(binary), "comparisons": binary.shape[1], "agrees": None}
    differences = {name: float(np.max(np.abs(a - b))) for name, a, b in zip(("m", "u", "p"), ours, theirs, strict=True)}
    agrees = all(value <= CROSS_CHECK_TOLERANCE for value in differences.values())
    return {"pairs": len(binary), "comparisons": binary.shape[1], "difference": differences, "agrees": agrees}


def _sample(count: Ints, seed: int) -> Ints:
    """Row of each of at most ``CROSS_CHECK_PAIRS`` pairs drawn without replacement; ``count``: pairs of each row."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    pairs = np.arange(total)
    if total > CROSS_CHECK_PAIRS:
        pairs = np.sort(np.random.default_rng([seed, 0]).choice(total, CROSS_CHECK_PAIRS, replace=False))
    return np.searchsorted(ends, pairs, side="right")


def binary_fit(binary: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Return m, u (per comparison) and p of two-class EM on yes-or-no vectors, from Jaro's start, without priors."""
    shape = Shape((2,) * binary.shape[1])
    agree = np.stack([shape.flat([[0.1, 0.9]] * binary.shape[1]), shape.flat([[0.9, 0.1]] * binary.shape[1])])
    start = Parameters(theta=agree[:, None, :], share=np.array([[0.1, 0.9]]))
    everywhere = (True,) * binary.shape[1]
    task = Task(
        patterns=count_binary(binary),
        shape=shape,
        group_of=np.zeros(1, dtype=np.int64),
        classes=(MixtureClass("match", everywhere), MixtureClass("random", everywhere)),
        prior=np.zeros((2, 1, shape.width)),
        most_matches=np.array([float(len(binary))]),
    )
    plain = estimate(task, start, max_iterations=CROSS_CHECK_ITERATIONS, tolerance=0.0, longest_stride=1.0)
    found = plain.parameters
    m, u = (np.array([part[1] for part in shape.split(found.theta[kind, 0])]) for kind in (MATCH, RANDOM))
    return m, u, found.share[0, :1]


def _not_ecm(record: logging.LogRecord) -> bool:
    """Keep ECM's word on convergence out of the log: what it came to is reported instead."""
    return not record.getMessage().startswith("ECM algorithm")


def _binarised_once(model: Any) -> Any:  # noqa: ANN401 - the toolkit has no types
    """Return the model, made to keep the columns it splits its vectors into: each step splits the same ones again."""
    kept: list[Any] = []
    split = model._transform_data  # noqa: SLF001 - most of the check's time goes here

    def transform(vectors: npt.NDArray[np.int64]) -> Any:  # noqa: ANN401 - as above
        if not kept:
            kept.append(split(vectors))
        return kept[0]

    model._transform_data = transform  # noqa: SLF001 - as above
    return model


def _ecm(binary: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    from recordlinkage.algorithms.nb_sklearn import ECM  # noqa: PLC0415 - a second to import, only needed here

    logger = logging.getLogger()
    logger.addFilter(_not_ecm)
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            model = _binarised_once(ECM(init="jaro", max_iter=CROSS_CHECK_ITERATIONS, atol=None, binarize=None))
            fitted = model.fit(binary.astype(np.int64))
    finally:
        logger.removeFilter(_not_ecm)
    yes = np.exp(fitted.feature_log_prob_[:, 1::2])
    return yes[1], yes[0], np.exp(fitted.class_log_prior_[1:])
