"""Posterior draws of a whole linkage: partitions of the records, as probable as their evidence makes them."""

from collections.abc import Callable, Sequence

import numpy as np

from linkage.candidates.pairs import Pairs
from linkage.draws.component import AVERAGE_LINKAGE, Flags, Floats, Ints, Method, Regions, Rows, Words
from linkage.draws.draws import Draws
from linkage.draws.kernels import draw_regions
from linkage.draws.regions import Ground, regions_of
from linkage.errors import LinkageError
from linkage.kernels import run_in_parts

MOST_DRAWS = 255
EXACT_UP_TO = 9
"""Components of up to this many items are drawn exactly, by summing over all their partitions."""
SWEEPS = 30
"""Sweeps of the chain that draws larger components: from the point linkage, then from the draw before."""


def posterior_draws(  # noqa: PLR0913 - what a linkage is made of
    records_source: Ints,
    exclusive: Sequence[int],
    start: Ints,
    pairs: Pairs,
    log_odds: Callable[[int], Floats],
    unseen: float,
    draws: int,
    seed: int,
    *,
    row_of: Rows | None = None,
    threads: int = 1,
    pinned: Flags | None = None,
    evidence: int = AVERAGE_LINKAGE,
    exact: int = EXACT_UP_TO,
    sweeps: int = SWEEPS,
) -> Draws:
    """Return ``draws`` linkages, each a draw from the posterior of all partitions of the records.

    ``records_source``: source number of each record; no two records of an ``exclusive`` source are put together.
    ``start``: cluster of each record in the point linkage. ``log_odds(draw)``: log posterior odds under the parameters
    of that draw, 1 to ``draws``, of each of ``pairs``, or, with ``row_of``, of the row that it names for each pair;
    ``unseen``: of any other pair. ``pinned``: records that keep the place they have among each other in the point
    linkage. A partition's log-probability is, but for a constant, the sum of its clusters' ``evidence``; for two
    records on their own that makes the pair's log odds those of being together. The same for any number of
    ``threads``: each component has a seed from ``seed``, draw and its smallest record. Raises ``LinkageError`` where
    ``start`` puts two records of an exclusive source together.
    """
    if not 1 <= draws <= MOST_DRAWS:
        msg = f"{draws} draws of the linkage. Rule: 1 to {MOST_DRAWS}. Cure: set another number of draws."
        raise LinkageError(msg)
    ground = ground_of(records_source, exclusive, start, pairs, unseen, row_of, pinned)
    table = np.stack([log_odds(draw) for draw in range(1, draws + 1)])
    regions = regions_of(ground, table.max(axis=0), table.min(axis=0))
    method = Method(unseen, evidence, exact, sweeps)
    states = np.stack([seeds_of([seed, draw], len(start), regions)[None] for draw in range(1, draws + 1)])
    out = np.full(states.shape, -1, dtype=np.int64)
    kept = partitions(regions, table, method, states, out, threads)
    return Draws.within(start, regions.rows, out[:, 0], kept)


def ground_of(
    source: Ints,
    exclusive: Sequence[int],
    start: Ints,
    pairs: Pairs,
    unseen: float,
    row_of: Rows | None,
    pinned: Flags | None,
) -> Ground:
    """Return what draws rest on; each pair has a row of its own where none is named.

    Raises ``LinkageError`` where ``start`` puts two records of an exclusive source together.
    """
    _refuse_duplicates(source, exclusive, start)
    rows = np.arange(len(pairs), dtype=np.int32) if row_of is None else row_of
    held_back = np.zeros(len(start), dtype=bool) if pinned is None else pinned
    return Ground(source, exclusive, start, pairs, rows, unseen, held_back)


def seeds_of(seed: Sequence[int], records: int, regions: Regions) -> Words:
    """Return a seed for each place: that of its record, whatever else is in the run."""
    return np.random.default_rng(seed).integers(0, 2**64, records, dtype=np.uint64)[regions.rows]


def partitions(regions: Regions, log_odds: Floats, method: Method, states: Words, out: Ints, threads: int) -> int:
    """Draw all regions, as ``kernels.draw_regions``; return the records in components too large to be drawn."""
    count = len(regions.starts) - 1
    kept = np.zeros((len(log_odds), count), dtype=np.int64)
    run_in_parts(draw_regions, count, threads, regions, log_odds, method, states, out, kept)
    return int(kept.sum(axis=1).max(initial=0))


def _refuse_duplicates(source: Ints, exclusive: Sequence[int], start: Ints) -> None:
    alone = np.isin(source, np.asarray(exclusive, dtype=np.int64))
    keys = np.sort(start[alone] * (source.max(initial=0) + 1) + source[alone])
    if (keys[1:] == keys[:-1]).any():
        raise LinkageError(
            "a cluster holds two records of a source without duplicates. "
            "Cure: start the draws from clusters that keep to what the sources promise."
        )
