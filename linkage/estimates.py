"""Precision and recall of a run without the truth: what they would be if each draw were the truth."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.calibration import FALSE_DOUBT, FALSE_LINKS, MISSED_DOUBT
from linkage.uncertainty import Uncertainty

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

COVERAGE = 0.9
REPLICATES = 50
_STREAM = 53
TRACEABLE = 0.9
"""Least share of traceable pairs at which recall is given: below, more than one match in ten could not show."""
FEWEST = 1.0
"""Expected matches below which there is nothing to find, and no recall."""
WIDEST = 0.1
"""Widest interval of a recall that is still called an estimate: beyond it the data do not say."""


@dataclass(frozen=True)
class Estimate:
    """A figure with the interval in which the truth lies with a probability of ``COVERAGE``; None where unknown."""

    value: float | None
    low: float | None
    high: float | None

    def named(self, name: str) -> dict[str, float | None]:
        """Return the three under ``name``, ``name_low`` and ``name_high``, rounded for a report."""
        parts = {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}
        return {key: None if part is None else round(part, 4) for key, part in parts.items()}


NOTHING = Estimate(None, None, None)


def quality_of(found: Uncertainty, strata: Flags, seed: int) -> tuple[Estimate, Estimate, float]:
    """Return precision, recall and expected matches of the links in the ``strata`` together.

    Were draw d the truth, precision would be the links it shares over all links, and recall the same over its links and
    the matches it expects among pairs that cannot be linked. False links are taken to be ``FALSE_LINKS`` as many.
    """
    point = found.counts.point[strata].astype(np.float64)
    both = found.counts.both[:, strata].astype(np.float64)
    missed = np.maximum(found.counts.draw[:, strata] + found.outside[:, strata] - both, 0.0)
    matches = float((both + missed).sum(axis=1).mean())
    false = point[None, :] - both
    precision = share_of(both, false, seed, doubt=FALSE_DOUBT, factor=FALSE_LINKS) if point.sum() else NOTHING
    recall = share_of(both, missed, seed + 1, doubt=MISSED_DOUBT) if matches >= FEWEST else NOTHING
    return precision, recall, matches


def share_of(right: Floats, wrong: Floats, seed: int, *, doubt: float, factor: float = 1.0) -> Estimate:
    """Return right / (right + factor x wrong), both (draws, strata), added up over the strata.

    The value is the mean over draws. The interval carries a doubt that draws do not: that the model is mistaken in the
    number of its errors, by a factor whose logarithm is normal with standard deviation ``doubt``, for each source pair
    apart. And it is widened to whole pairs: of 180 links, 180 or 179 can be right, and nothing between. It always
    leaves room for one error: a few draws that show none do not prove that there is none.
    """
    random = np.random.default_rng([seed, _STREAM])
    good = right.sum(axis=1)
    value = float((good / np.maximum(good + factor * wrong.sum(axis=1), 1e-9)).mean())
    factors = factor * np.exp(random.normal(0.0, doubt, (REPLICATES, *wrong.shape)))
    bad = (factors * wrong[None]).sum(axis=2)
    low, high = np.quantile(good / np.maximum(good + bad, 1e-9), [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    pairs = max(float((right + wrong).sum(axis=1).mean()), 1.0)
    low, high = np.floor(low * pairs) / pairs, min(np.ceil(high * pairs) / pairs, 1.0)
    low = min(low, (pairs - 1) / pairs)
    return Estimate(value, min(float(low), value), max(float(high), value))


def why_not(recall: Estimate, traceable: float) -> str | None:
    """Say why a recall is not given, None where it is; ``traceable``: share of pairs that could be linked at all."""
    if recall.value is None or recall.low is None or recall.high is None:
        return "no match is expected"
    if traceable < TRACEABLE:
        return (
            f"only {traceable:.0%} of the pairs share enough fields to be linked at all, so how many matches there are "
            "rests on an assumption alone"
        )
    if recall.high - recall.low > WIDEST:
        return (
            f"it may lie anywhere from {recall.low:.2f} to {recall.high:.2f}: there are too few matches, or too many "
            "pairs in doubt, to tell"
        )
    return None


def estimates(found: Uncertainty, strata: Flags, traceable: float, seed: int) -> dict[str, Any]:
    """Return the keys of a report: precision and recall with intervals, matches expected, and why recall is missing."""
    precision, recall, matches = quality_of(found, strata, seed)
    reason = why_not(recall, traceable)
    given = recall if reason is None else NOTHING
    return {
        "expected_matches": round(matches, 2),
        **precision.named("precision"),
        **given.named("recall"),
        "recall_reason": reason,
    }
