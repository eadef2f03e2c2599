"""Log odds of pairs made into parameters of the whole linkage: as many links in a draw as the match model expects."""

from collections.abc import Callable, Sequence

import numpy as np

from linkage.candidates.pairs import Pairs
from linkage.draws.component import AVERAGE_LINKAGE, Flags, Floats, Ints, Method, Rows
from linkage.draws.counts import linked_in_regions, linked_pairs
from linkage.draws.regions import Ground, regions_of
from linkage.draws.sampler import EXACT_UP_TO, SWEEPS, ground_of, partitions, seeds_of

ROUNDS = 8
DRAWS_PER_ROUND = 5
LONGEST_STEP = 1.0


def stratum_offsets(  # noqa: PLR0913 - what a linkage is made of, as posterior_draws
    records_source: Ints,
    exclusive: Sequence[int],
    start: Ints,
    pairs: Pairs,
    log_odds: Floats,
    unseen: float,
    number: Ints,
    seed: int,
    *,
    row_of: Rows | None = None,
    threads: int = 1,
    pinned: Flags | None = None,
    rounds: int = ROUNDS,
) -> Floats:
    """Return what to add to the log odds of each stratum, so that draws have the expected number of links.

    The match model gives each pair a probability as if pairs were independent. In a partition they are not: partners
    compete, and with the prior odds as they are a record that has only one would be linked too seldom. Draws are an
    exponential family in these offsets, so one set of them makes the mean number of links of every stratum the sum of
    its pairs' probabilities. It is sought by stochastic Newton steps, the average of the later half taken (Robbins and
    Monro 1951; Polyak and Juditsky 1992), under a standard normal prior, so that a stratum with few pairs in doubt,
    whose number of links hardly responds, keeps its odds. No truth is asked for. ``number``: (sources, sources), the
    stratum of a pair of sources, -1 for none.
    """
    ground = ground_of(records_source, exclusive, start, pairs, unseen, row_of, pinned)
    strata = int(number.max(initial=-1)) + 1
    stratum, weight = np.full(len(log_odds), -1, dtype=np.int64), np.bincount(ground.row_of, minlength=len(log_odds))
    stratum[ground.row_of] = number[records_source[pairs.left], records_source[pairs.right]]
    counted = stratum >= 0
    probability = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0)))
    variance = probability * (1.0 - probability)
    expected, spread = (
        np.bincount(stratum[counted], weights=(weight * share)[counted], minlength=strata).astype(np.float64)
        for share in (probability, variance)
    )
    linked = _Linked(ground, log_odds, np.where(counted, stratum, strata), number, seed, threads)
    return _balanced(expected, spread, linked.links, rounds)


class _Linked:
    """Links in a few draws, round by round; what is in doubt is laid out again when offsets have grown."""

    def __init__(self, ground: Ground, log_odds: Floats, stratum: Ints, number: Ints, seed: int, threads: int) -> None:
        self.ground, self.log_odds, self.stratum, self.number = ground, log_odds, stratum, number
        self.seed, self.threads = seed, threads

    def links(self, offsets: Floats, attempt: int) -> Floats:
        """Mean number of links per stratum, in draws with these offsets; ``attempt``: number of the round."""
        odds = self.log_odds + np.append(offsets, 0.0)[self.stratum]
        regions = regions_of(self.ground, odds, odds)
        fresh = int(np.random.default_rng([self.seed, attempt]).integers(2**31))
        records = len(self.ground.start)
        states = np.stack([seeds_of([fresh, draw], records, regions) for draw in range(1, DRAWS_PER_ROUND + 1)])[None]
        out = np.full(states.shape, -1, dtype=np.int64)
        method = Method(self.ground.unseen, AVERAGE_LINKAGE, EXACT_UP_TO, SWEEPS)
        partitions(regions, odds[None], method, states, out, self.threads)
        settled = np.ones(records, dtype=bool)
        settled[regions.rows] = False
        drawn = linked_in_regions(regions, out[0], self.number).mean(axis=0)
        found: Floats = drawn + linked_pairs(self.ground.start[settled], self.ground.source[settled], self.number)
        return found


def _balanced(expected: Floats, spread: Floats, linked: Callable[[Floats, int], Floats], rounds: int) -> Floats:
    """Offsets at which ``linked`` (offsets, number of the round) is on average what is expected."""
    offsets, later = np.zeros(len(expected)), [np.zeros(len(expected))]
    for attempt in range(rounds):
        step = (expected - linked(offsets, attempt) - offsets) / (spread + 1.0)
        offsets = offsets + np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        if attempt >= rounds // 2:
            later.append(offsets)
    balanced: Floats = np.mean(later[1:] or later, axis=0)
    return balanced
