"""Pairs that are known to be of strangers, scored as if they were of a source pair that may hold matches."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linkage.explain.evidence import BITS, Floats, Ints

if TYPE_CHECKING:
    from linkage.quality import Run


@dataclass(frozen=True)
class Strangers:
    """Weights (bits) of known strangers by pattern, and how many ``pairs`` have it.

    ``scale``: how many pairs of the source pair one of them stands for; None where none is known.
    """

    weight: Floats
    pairs: Ints
    scale: float | None


def strangers(run: "Run") -> dict[int, Strangers]:
    """Return the known strangers of each source pair that may hold matches, by its number.

    Within a source without duplicates every pair is false. Fields that the source pair does not share are left out.
    """
    patterns, held = run.seen.patterns, run.seen.count
    found = {}
    for number in np.flatnonzero(run.strata.can_match).tolist():
        sources = [run.records.sources.index(source) for source in dict.fromkeys(run.strata.names[number])]
        within = [int(run.strata.number[source, source]) for source in sources if run.records.deduplicated[source]]
        total = float(sum(run.strata.spaces[position] for position in within))
        false = np.isin(patterns.stratum, within) & (held > 0)
        width = patterns.levels.shape[1]
        comparable = np.isin(np.arange(width), list(run.model.comparable[run.model.group_of[number]]))
        levels = np.where(comparable[None, :], patterns.levels[false], 0).astype(np.int8)
        weight = run.model.log_odds(np.full(len(levels), number, dtype=np.int64), levels) * BITS
        scale = float(run.strata.spaces[number]) / total if total > 0 else None
        found[number] = Strangers(weight, held[false], scale)
    return found
