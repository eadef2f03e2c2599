"""Posterior draws of a whole linkage: partitions of the records, as probable as their evidence makes them."""

from collections.abc import Callable, Sequence

import numpy as np

from linkage.candidates.pairs import Pairs
from linkage.draws.component import SPANNING_TREE, Flags, Floats, Ints
from linkage.draws.draws import Draws
from linkage.draws.kernels import draw_components
from linkage.draws.layout import Items, Neighbours, layout
from linkage.errors import LinkageError
from linkage.kernels import run_in_parts

MOST_DRAWS = 255
EXACT_UP_TO = 7
"""Components of up to this many items are drawn exactly, by summing over all their partitions."""
SWEEPS = 30
"""Sweeps of the chain that draws larger components, from the point linkage on."""


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
    threads: int = 1,
    pinned: Flags | None = None,
    evidence: int = SPANNING_TREE,
    exact: int = EXACT_UP_TO,
    sweeps: int = SWEEPS,
) -> Draws:
    """Return ``draws`` linkages, each a draw from the posterior of all partitions of the records.

    ``records_source``: source number of each record; no two records of an ``exclusive`` source are put together.
    ``start``: cluster of each record in the point linkage. ``log_odds(draw)``: log posterior odds of ``pairs`` under
    the parameters of that draw, 1 to ``draws``; ``unseen``: of any other pair. ``pinned``: records that keep the place
    they have among each other in the point linkage. A partition's log-probability is, but for a constant, the sum of
    its clusters' ``evidence``; for two records on their own that makes the pair's log odds those of being together.
    The same for any number of ``threads``: each component has a seed from ``seed``, draw and its smallest record.
    Raises ``LinkageError`` where ``start`` puts two records of an exclusive source together.
    """
    if not 1 <= draws <= MOST_DRAWS:
        msg = f"{draws} draws of the linkage. Rule: 1 to {MOST_DRAWS}. Cure: set another number of draws."
        raise LinkageError(msg)
    _refuse_duplicates(records_source, exclusive, start)
    nobody = np.zeros(len(start), dtype=bool)
    items = Items.of(records_source, exclusive, start, pairs, nobody if pinned is None else pinned)
    neighbours = Neighbours.of(items.pairs)
    labels, kept = [], 0
    for draw in range(1, draws + 1):
        components, large = layout(items, neighbours, log_odds(draw), unseen, start[items.first])
        states = np.random.default_rng([seed, draw]).integers(0, 2**64, len(start), dtype=np.uint64)[items.first]
        out = np.arange(len(items.first), dtype=np.int64)
        out[large] = components.start[large]
        count = len(components.starts) - 1
        run_in_parts(draw_components, count, threads, components, evidence, exact, sweeps, states, out)
        labels.append(out[items.item_of])
        kept = max(kept, int(items.size[large].sum()))
    return Draws.of(start, labels, kept)


def _refuse_duplicates(source: Ints, exclusive: Sequence[int], start: Ints) -> None:
    alone = np.isin(source, np.asarray(exclusive, dtype=np.int64))
    keys = start[alone] * (source.max(initial=0) + 1) + source[alone]
    if len(np.unique(keys)) < len(keys):
        raise LinkageError(
            "a cluster holds two records of a source without duplicates. "
            "Cure: start the draws from clusters that keep to what the sources promise."
        )
