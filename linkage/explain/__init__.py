"""What a reader needs to see how a run's links came about: patterns, scores, thresholds and bridges, as plain data.

No value and no id is in it, and no count of one to nine pairs or clusters. Weights are in bits (logarithms to base 2).
"""

from typing import TYPE_CHECKING, Any

from linkage.explain.bridges import WEAK, Weakest, bridges, weak_bridges, weakest
from linkage.explain.evidence import Evidence, evidence
from linkage.explain.masking import MINIMUM, masked
from linkage.explain.patterns import patterns
from linkage.explain.scores import scores
from linkage.explain.strangers import strangers
from linkage.explain.thresholds import thresholds
from linkage.explain.weights import weights

if TYPE_CHECKING:
    from linkage.quality import Run

__all__ = ["Evidence", "Weakest", "evidence", "explanation", "weak_bridges", "weakest"]


def explanation(run: "Run", seen: Evidence, held: Weakest) -> dict[str, Any]:
    """Return, JSON-able: ``weights``, ``patterns`` (waterfalls), ``scores``, ``thresholds`` (curves) and ``bridges``.

    ``seen``: the run's evidence; ``held``: the weakest bridge of its clusters. ``minimum``: the smallest count that is
    shown; null stands for one from 1 to ``minimum`` - 1. ``weak``: probability below which a bridge is weak;
    ``weak_bridges``: clusters of three and more records with one.
    """
    known = strangers(run)
    return {
        "unit": "bits",
        "minimum": MINIMUM,
        "weak": WEAK,
        "weights": weights(run),
        "patterns": patterns(run, seen),
        "scores": scores(run, seen, known),
        "thresholds": thresholds(run, seen, known),
        "bridges": bridges(held),
        "weak_bridges": masked(sum(weak_bridges(held).values())),
    }
