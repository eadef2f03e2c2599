"""The compared pairs of a run that may be one person, by what was seen of them, and the links among them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs
from linkage.compare import compare
from linkage.model import count_patterns

if TYPE_CHECKING:
    from linkage.quality import Run

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BITS = 1.0 / float(np.log(2.0))
"""Bits in a natural logarithm's unit."""


@dataclass(frozen=True)
class Evidence:
    """A row per distinct source pair and comparison vector; pairs known to be of strangers are left out.

    ``levels``: (rows, comparisons), 0 is missing. ``weight``: log odds in bits. ``candidates``: number of candidates of
    each row; ``pairs``: of candidates and of links that were none, as the other pairs of their cluster hold them
    together; ``links``: of links. ``linked``: the links, each with its row in ``row_of``.
    """

    stratum: Ints
    levels: npt.NDArray[np.int8]
    weight: Floats
    candidates: Ints
    pairs: Ints
    links: Ints
    linked: Pairs
    row_of: Ints

    @property
    def probability(self) -> Floats:
        """Probability of a match of a pair of each row, on its own."""
        return probability_of(self.weight)


def evidence(run: "Run") -> Evidence:
    """Return the evidence of a run; links that were no candidates are compared here."""
    patterns, linked = run.seen.patterns, _links(run)
    place, candidate = _places(run.seen.pairs, linked)
    further = linked.where(~candidate)
    held = np.flatnonzero((run.seen.count > 0) & run.strata.can_match[patterns.stratum])
    stratum = np.concatenate([patterns.stratum[held], run.strata.of(run.records, further)])
    levels = np.concatenate([patterns.levels[held], compare(run.records, further, run.plan)])
    counted = np.concatenate([run.seen.count[held], np.zeros(len(further), dtype=np.int64)])
    rows = count_patterns(stratum, np.ones(len(stratum), dtype=bool), levels, counted.astype(np.float64))
    row_of_pattern = np.full(len(patterns), -1, dtype=np.int64)
    row_of_pattern[held] = rows.row_of[: len(held)]
    row_of = np.empty(len(linked), dtype=np.int64)
    row_of[candidate] = row_of_pattern[run.seen.row_of[place[candidate]]]
    row_of[~candidate] = rows.row_of[len(held) :]
    candidates = rows.weight.astype(np.int64)
    return Evidence(
        stratum=rows.stratum,
        levels=rows.levels,
        weight=run.model.log_odds(rows.stratum, rows.levels) * BITS,
        candidates=candidates,
        pairs=candidates + np.bincount(row_of[~candidate], minlength=len(rows)),
        links=np.bincount(row_of, minlength=len(rows)),
        linked=linked,
        row_of=row_of,
    )


def _links(run: "Run") -> Pairs:
    linked = run.scored.where(run.linked)
    return linked.where(run.strata.can_match[run.strata.of(run.records, linked)])


def _places(candidates: Pairs, pairs: Pairs) -> tuple[Ints, Flags]:
    """Where among the candidates each pair stands, and whether it does."""
    keys = candidates.keys
    place = np.searchsorted(keys, pairs.keys)
    found = place < len(keys)
    found[found] = keys[place[found]] == pairs.keys[found]
    return place.astype(np.int64), found


def cuts(run: "Run") -> Floats:
    """Return the threshold of each source pair, in bits."""
    return np.broadcast_to(np.asarray(run.threshold, dtype=np.float64) * BITS, (len(run.strata.names),))


def probability_of(weight: Floats) -> Floats:
    """Return the probabilities whose log odds are ``weight``, in bits."""
    out: Floats = 1.0 / (1.0 + np.exp2(-np.clip(weight, -700.0, 700.0)))
    return out
