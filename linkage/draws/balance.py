"""Log odds of pairs made into parameters of the whole linkage: as many links in a draw as the match model expects."""

from collections.abc import Callable, Sequence

import numpy as np

from linkage.candidates.pairs import Pairs
from linkage.draws.component import Flags, Floats, Ints
from linkage.draws.counts import counts_by
from linkage.draws.sampler import posterior_draws

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
    stratum = number[records_source[pairs.left], records_source[pairs.right]]
    counted = stratum >= 0
    strata = int(number.max(initial=-1)) + 1
    probability = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0)))
    expected = np.bincount(stratum[counted], weights=probability[counted], minlength=strata)
    spread = np.bincount(stratum[counted], weights=(probability * (1.0 - probability))[counted], minlength=strata)

    def linked(offsets: Floats, attempt: int) -> Floats:
        odds = log_odds + np.where(counted, offsets[stratum], 0.0)
        fresh = int(np.random.default_rng([seed, attempt]).integers(2**31))
        where = (records_source, exclusive, start, pairs, lambda _: odds, unseen, DRAWS_PER_ROUND, fresh)
        draws = posterior_draws(*where, threads=threads, pinned=pinned)
        found: Floats = counts_by(draws, records_source, number).draw.mean(axis=0)
        return found

    return _balanced(expected.astype(np.float64), spread.astype(np.float64), linked, rounds)


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
