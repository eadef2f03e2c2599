"""Holding a cut by probabilities against a null of strangers, where both can be had."""

from dataclasses import dataclass

import numpy as np

from linkage.cut.expected_f import ExpectedCut
from linkage.cut.guards import FACTOR, MATERIAL
from linkage.cut.scored import Floats


@dataclass(frozen=True)
class NullCut:
    """A cut by expected F1 beside what a null of strangers says of it.

    ``null_false_links``, ``null_precision``: at the cut; the null's count is a lower limit, so the precision an upper
    one. ``null_threshold``: log odds at which links less twice the null's false links are most, the rule that serves
    source pairs without duplicates. ``usable``, ``reason``: of the cut, the null's objection included.
    """

    cut: ExpectedCut
    null_false_links: float
    null_precision: float
    null_threshold: float
    usable: bool
    reason: str | None


def against_null(cut: ExpectedCut, thresholds: Floats, links: Floats, false: Floats) -> NullCut:
    """Hold ``cut`` against the null.

    ``thresholds``: log odds, ascending; ``links``: pairs above each; ``false``: (groups, thresholds) strangers above
    each when one group of fields is scrambled, of which the largest counts. The null objects where it has more than
    ``FACTOR`` times the false links of the probabilities, and the difference is ``MATERIAL`` of the links. Raises
    ``ValueError`` where thresholds do not ascend.
    """
    if (np.diff(thresholds) < 0).any():
        msg = "thresholds must ascend. Cure: sort them, and links and false links with them."
        raise ValueError(msg)
    worst = false.max(axis=0)
    odds = float(np.log(cut.threshold / (1.0 - cut.threshold))) if cut.threshold < 1.0 else np.inf
    at_cut = float(np.interp(odds, thresholds, worst))
    objects = at_cut > FACTOR * cut.false_links and at_cut - cut.false_links > MATERIAL * cut.links
    objection = "strangers made up from other strangers score as links more often than the probabilities say"
    gain = (links - 2.0 * worst)[::-1]
    return NullCut(
        cut=cut,
        null_false_links=at_cut,
        null_precision=max(0.0, 1.0 - at_cut / cut.links) if cut.links > 0 else 0.0,
        null_threshold=float(thresholds[::-1][int(np.argmax(gain))]),
        usable=cut.usable and not objects,
        reason=cut.reason or (objection if objects else None),
    )
