"""Posterior draws of a whole linkage: partitions of the records, as probable as their evidence makes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.draws.blocks import gather_components
from linkage.draws.component import AVERAGE_LINKAGE, Flags, Floats, Ints
from linkage.draws.draws import Draws
from linkage.draws.kernels import draw_components
from linkage.draws.layout import Items, layout, only_once, pinned_together
from linkage.errors import LinkageError
from linkage.kernels import run_in_parts

MOST_DRAWS = 255
CERTAIN = 8.0
"""Log odds from which two records are together in every draw: apart they would be in one of three thousand."""
EXACT_UP_TO = 9
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
    evidence: int = AVERAGE_LINKAGE,
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
    held_back = np.zeros(len(start), dtype=bool) if pinned is None else pinned
    task = _Task(start, pairs, unseen, only_once(records_source, exclusive, held_back), evidence, threads)
    items = Items.of(pinned_together(start, held_back), task.only_once, pairs)
    labels, kept = [], 0
    for draw in range(1, draws + 1):
        states = np.random.default_rng([seed, draw]).integers(0, 2**64, len(start), dtype=np.uint64)
        own, large = _partition(task, items, log_odds(draw), states, exact, sweeps)
        labels.append(own)
        kept = max(kept, large)
    return Draws.of(start, labels, kept)


@dataclass(frozen=True)
class _Task:
    """What all draws have in common."""

    start: Ints
    pairs: Pairs
    unseen: float
    only_once: Flags
    evidence: int
    threads: int


def _blocks(task: _Task, items: Items, log_odds: Floats) -> Items:
    """Gather the items that are together beyond doubt, where that leaves the evidence of clusters as it is."""
    if task.evidence != AVERAGE_LINKAGE:
        return items
    components, _ = layout(items, log_odds, task.unseen, task.start)
    block = np.arange(len(items.first), dtype=np.int64)
    count = len(components.starts) - 1
    run_in_parts(gather_components, count, task.threads, components, task.evidence, CERTAIN, block)
    return Items.of(items.first[block][items.item_of], task.only_once, task.pairs)


def _partition(
    task: _Task, items: Items, log_odds: Floats, states: npt.NDArray[np.uint64], exact: int, sweeps: int
) -> tuple[Ints, int]:
    """Draw the cluster of every record, and count those in components too large to be drawn."""
    items = _blocks(task, items, log_odds)
    components, large = layout(items, log_odds, task.unseen, task.start)
    out = np.arange(len(items.first), dtype=np.int64)
    out[large] = components.start[large]
    count = len(components.starts) - 1
    seeds = states[items.first]
    run_in_parts(draw_components, count, task.threads, components, task.evidence, exact, sweeps, seeds, out)
    return out[items.item_of], int(items.size[large].sum())


def _refuse_duplicates(source: Ints, exclusive: Sequence[int], start: Ints) -> None:
    alone = np.isin(source, np.asarray(exclusive, dtype=np.int64))
    keys = start[alone] * (source.max(initial=0) + 1) + source[alone]
    if len(np.unique(keys)) < len(keys):
        raise LinkageError(
            "a cluster holds two records of a source without duplicates. "
            "Cure: start the draws from clusters that keep to what the sources promise."
        )
