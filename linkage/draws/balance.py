"""Log odds of pairs made into parameters of the whole linkage: as many links in a draw as the match model expects."""

from collections.abc import Callable

import numpy as np

from linkage.draws.component import Floats, Ints
from linkage.draws.counts import linked_in_regions, linked_pairs
from linkage.draws.sampler import Doubt, usual_method

ROUNDS = 8
DRAWS_PER_ROUND = 5
LONGEST_STEP = 1.0


def stratum_offsets(
    doubt: Doubt, log_odds: Floats, number: Ints, seed: int, *, threads: int = 1, rounds: int = ROUNDS
) -> Floats:
    """Return what to add to the log odds of each stratum, so that draws have the expected number of links.

    The match model gives each pair a probability as if pairs were independent. In a partition they are not: partners
    compete, and with the prior odds as they are a record that has only one would be linked too seldom. Draws are an
    exponential family in these offsets, so one set of them makes the mean number of links of every stratum the sum of
    its pairs' probabilities, of those in reach of draws. It is sought by stochastic Newton steps, the average of the
    later half taken (Robbins and Monro 1951; Polyak and Juditsky 1992), chains going on from round to round (Younes
    1988), under a standard normal prior, so that a stratum with few pairs in doubt, whose number of links hardly
    responds, keeps its odds. No truth is asked for. ``log_odds``: of each row. ``number``: (sources, sources), the
    stratum of a pair of sources, -1 for none; pairs of one row are of one stratum.
    """
    ground, strata = doubt.ground, int(number.max(initial=-1)) + 1
    stratum = np.full(len(log_odds), -1, dtype=np.int64)
    stratum[ground.row_of] = number[ground.source[ground.pairs.left], ground.source[ground.pairs.right]]
    counted = stratum >= 0
    weight = np.bincount(ground.row_of[doubt.reached], minlength=len(log_odds))
    probability = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0)))
    expected, spread = (
        np.bincount(stratum[counted], weights=(weight * share)[counted], minlength=strata).astype(np.float64)
        for share in (probability, probability * (1.0 - probability))
    )
    settled = np.ones(len(ground.start), dtype=bool)
    settled[doubt.regions.rows] = False
    always = linked_pairs(ground.start[settled], ground.source[settled], number)
    out = doubt.blank(1, DRAWS_PER_ROUND)

    def linked(offsets: Floats, attempt: int) -> Floats:
        odds = log_odds + np.append(offsets, 0.0)[stratum]
        fresh = int(np.random.default_rng([seed, attempt]).integers(2**31))
        seeds = [[fresh, draw] for draw in range(1, DRAWS_PER_ROUND + 1)]
        doubt.partitions(odds[None], seeds, usual_method(doubt), out, threads)
        found: Floats = always + linked_in_regions(doubt.regions, out[0], number).mean(axis=0)
        return found

    return _balanced(expected, spread, linked, rounds)


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
