"""What a reader needs to see how a run's links came about: patterns, scores, thresholds and bridges, as plain data.

No value and no id is in it, and no count of one to nine pairs or clusters. Weights are in bits (logarithms to base 2).
"""

from typing import TYPE_CHECKING, Any

from linkage.explain.bridges import WEAK, bridges, weak_bridges
from linkage.explain.evidence import evidence
from linkage.explain.masking import MINIMUM, masked
from linkage.explain.patterns import patterns
from linkage.explain.scores import scores
from linkage.explain.strangers import strangers
from linkage.explain.thresholds import thresholds
from linkage.explain.weights import weights

if TYPE_CHECKING:
    from linkage.quality import Run

__all__ = ["evidence", "explanation", "weak_bridges"]


def explanation(run: "Run") -> dict[str, Any]:
    """Return, JSON-able: ``weights``, ``patterns`` (waterfalls), ``scores``, ``thresholds`` (curves) and ``bridges``.

    ``minimum``: the smallest count that is shown; null stands for one from 1 to ``minimum`` - 1. ``weak``: probability
    below which a bridge is weak; ``weak_bridges``: clusters of three and more records with one.
    """
    seen, known = evidence(run), strangers(run)
    return {
        "unit": "bits",
        "minimum": MINIMUM,
        "weak": WEAK,
        "weights": weights(run),
        "patterns": patterns(run, seen),
        "scores": scores(run, seen, known),
        "thresholds": thresholds(run, seen, known),
        "bridges": bridges(run, seen),
        "weak_bridges": masked(sum(weak_bridges(run, seen).values())),
    }
