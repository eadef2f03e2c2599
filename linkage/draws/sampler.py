"""Posterior draws of a whole linkage: partitions of the records, as probable as their evidence makes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.candidates.pairs import Pairs
from linkage.draws.component import AVERAGE_LINKAGE, Flags, Floats, Ints, Method, Regions, Rows
from linkage.draws.draws import Draws
from linkage.draws.kernels import draw_regions
from linkage.draws.regions import Ground, regions_of
from linkage.errors import LinkageError
from linkage.kernels import run_in_parts

MOST_DRAWS = 255
EXACT_UP_TO = 9
"""Components of up to this many items are drawn exactly, by summing over all their partitions."""
SWEEPS = 30
"""Sweeps of the chain that draws larger components, from the point linkage to the first draw."""
FURTHER_SWEEPS = 10
"""Sweeps from one draw to the next: it begins where the last one ended, which is a draw already."""


@dataclass(frozen=True)
class Doubt:
    """What is in doubt in a linkage, laid out once for all draws.

    ``reached``: the pairs that some draw may link for their own log odds; of the others only those are ever linked
    that other pairs hold together.
    """

    ground: Ground
    regions: Regions
    reached: Flags

    @classmethod
    def of(  # noqa: PLR0913 - what a linkage is made of
        cls,
        records_source: Ints,
        exclusive: Sequence[int],
        start: Ints,
        pairs: Pairs,
        unseen: float,
        highest: Floats,
        lowest: Floats,
        *,
        row_of: Rows | None = None,
        pinned: Flags | None = None,
    ) -> "Doubt":
        """Lay out what log odds between ``lowest`` and ``highest`` leave in doubt; the rest as ``posterior_draws``.

        Raises ``LinkageError`` where ``start`` puts two records of an exclusive source together.
        """
        _refuse_duplicates(records_source, exclusive, start)
        rows = np.arange(len(pairs), dtype=np.int32) if row_of is None else row_of
        held_back = np.zeros(len(start), dtype=bool) if pinned is None else pinned
        ground = Ground(records_source, exclusive, start, pairs, rows, unseen, held_back)
        return cls(ground, *regions_of(ground, highest, lowest))

    def blank(self, parameters: int, draws: int) -> Ints:
        """Return room for the partitions of a number of draws under each of some parameters, before any is drawn."""
        return np.full((parameters, draws, len(self.regions.rows)), -1, dtype=np.int64)

    def partitions(
        self, log_odds: Floats, seeds: Sequence[Sequence[int]], method: Method, out: Ints, threads: int
    ) -> None:
        """Draw all regions as ``kernels.draw_regions`` does.

        ``log_odds``: (parameters, rows); ``out``: (parameters, draws, places), with a seed for each of its rows. A
        place takes the number of its record from each seed, whatever else is in the run.
        """
        records, places = len(self.ground.start), self.regions.rows
        states = [np.random.default_rng(seed).integers(0, 2**64, records, dtype=np.uint64)[places] for seed in seeds]
        count = len(self.regions.starts) - 1
        own = np.array(states, dtype=np.uint64).reshape(out.shape)
        run_in_parts(draw_regions, count, threads, self.regions, log_odds, method, own, out)


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
    ``start``: cluster of each record in the point linkage. ``log_odds(draw)``: log posterior odds of ``pairs`` under
    the parameters of that draw, 1 to ``draws``, or, with ``row_of``, of the rows that it names for the pairs;
    ``unseen``: of any other pair. ``pinned``: records that keep the place they have among each other in the point
    linkage. A partition's log-probability is, but for a constant, the sum of its clusters' ``evidence``; for two
    records on their own that makes the pair's log odds those of being together. The same for any number of
    ``threads``: each component has a seed from ``seed``, draw and its smallest record. Raises ``LinkageError`` where
    ``start`` puts two records of an exclusive source together.
    """
    refuse_number(draws)
    table = np.stack([log_odds(draw) for draw in range(1, draws + 1)])
    among = (records_source, exclusive, start, pairs, unseen)
    doubt = Doubt.of(*among, table.max(axis=0), table.min(axis=0), row_of=row_of, pinned=pinned)
    method = Method(unseen, evidence, exact, sweeps, min(sweeps, FURTHER_SWEEPS))
    return draws_in(doubt, table, seed, threads=threads, method=method)


def draws_in(doubt: Doubt, log_odds: Floats, seed: int, *, threads: int, method: Method | None = None) -> Draws:
    """Return a draw for each row of ``log_odds``, (draws, rows); the rest as ``posterior_draws``."""
    refuse_number(len(log_odds))
    out = doubt.blank(len(log_odds), 1)
    seeds = [[seed, draw] for draw in range(1, len(log_odds) + 1)]
    doubt.partitions(log_odds, seeds, method or usual_method(doubt), out, threads)
    return Draws.within(doubt.ground.start, doubt.regions.rows, out[:, 0])


def usual_method(doubt: Doubt) -> Method:
    """Return how a run draws."""
    return Method(doubt.ground.unseen, AVERAGE_LINKAGE, EXACT_UP_TO, SWEEPS, FURTHER_SWEEPS)


def refuse_number(draws: int) -> None:
    """Raise ``LinkageError`` for a number of draws that cannot be told apart by a byte."""
    if not 1 <= draws <= MOST_DRAWS:
        msg = f"{draws} draws of the linkage. Rule: 1 to {MOST_DRAWS}. Cure: set another number of draws."
        raise LinkageError(msg)


def _refuse_duplicates(source: Ints, exclusive: Sequence[int], start: Ints) -> None:
    alone = np.isin(source, np.asarray(exclusive, dtype=np.int64))
    keys = np.sort(start[alone] * (source.max(initial=0) + 1) + source[alone])
    if (keys[1:] == keys[:-1]).any():
        raise LinkageError(
            "a cluster holds two records of a source without duplicates. "
            "Cure: start the draws from clusters that keep to what the sources promise."
        )
