"""The compared pairs of a run that may be one person, each with its vector, its score and what became of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs
from linkage.compare import compare

if TYPE_CHECKING:
    from linkage.quality import Run

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BITS = 1.0 / float(np.log(2.0))
"""Bits in a natural logarithm's unit."""


@dataclass(frozen=True)
class Evidence:
    """A row per pair that is a candidate or linked; pairs known to be of strangers are left out.

    ``levels``: (rows, comparisons), 0 is missing. ``weight``: log odds in bits. ``candidate``, ``linked``: which of the
    two it is; a pair that the others of its cluster hold together need not be a candidate.
    """

    pairs: Pairs
    stratum: Ints
    levels: npt.NDArray[np.int8]
    weight: Floats
    candidate: Flags
    linked: Flags

    @property
    def probability(self) -> Floats:
        """Probability of a match of each pair, on its own."""
        return probability_of(self.weight)


def evidence(run: "Run") -> Evidence:
    """Return the evidence of a run; links that were no candidates are compared here."""
    linked = run.scored.where(run.linked)
    further = linked.where(~run.seen.pairs.contains(linked.keys))
    pairs = run.seen.pairs
    levels = np.concatenate([run.seen.levels, compare(run.records, further, run.plan)])
    pairs = Pairs(np.concatenate([pairs.left, further.left]), np.concatenate([pairs.right, further.right]), pairs.size)
    stratum = run.strata.of(run.records, pairs)
    candidate = np.arange(len(pairs)) < len(run.seen.pairs)
    keep = run.strata.can_match[stratum]
    return Evidence(
        pairs=pairs.where(keep),
        stratum=stratum[keep],
        levels=levels[keep],
        weight=run.model.log_odds(stratum[keep], levels[keep]) * BITS,
        candidate=candidate[keep],
        linked=linked.contains(pairs.keys[keep]),
    )


def cuts(run: "Run") -> Floats:
    """Return the threshold of each source pair, in bits."""
    return np.broadcast_to(np.asarray(run.threshold, dtype=np.float64) * BITS, (len(run.strata.names),))


def probability_of(weight: Floats) -> Floats:
    """Return the probabilities whose log odds are ``weight``, in bits."""
    out: Floats = 1.0 / (1.0 + np.exp2(-np.clip(weight, -700.0, 700.0)))
    return out
