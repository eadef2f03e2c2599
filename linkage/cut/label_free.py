"""Where to cut the links of two sources without duplicates, from scores alone."""

from dataclasses import dataclass

import numpy as np

from linkage.cut.guards import weakness
from linkage.cut.scored import Floats, Scored, joined, one_to_one
from linkage.cut.strangers import THINNINGS, Strangers, expected_interval, false_links, known_strangers

SPLITS = 3
"""Splits of the known strangers by which the optimism of the cut is estimated."""


@dataclass(frozen=True)
class Cut:
    """Where the links of a source pair are cut, and what that says of them.

    Pairs with a score above ``threshold`` are linked. ``links``: how many after one-to-one; ``false_links``: how many
    of them are expected to be of strangers; ``precision`` with its 90% interval. ``usable``: whether the rule's
    assumptions survived their tests; ``reason`` says which did not.
    """

    threshold: float
    links: int
    false_links: float
    precision: float
    precision_low: float
    precision_high: float
    usable: bool
    reason: str | None


def label_free_cut(
    cross: Scored,
    within: tuple[Scored, Scored],
    sizes: tuple[int, int],
    *,
    seed: int,
    thinnings: int = THINNINGS,
) -> Cut:
    """Return the cut of the links between two sources without duplicates, estimated without a single label.

    ``cross``: candidate pairs of the two sources; ``within``: candidate pairs of each source with itself, scored as if
    they were of this source pair, on the fields it shares. ``sizes``: records of each source. After one-to-one, N(t)
    links score above t, and FP(t) of them are expected to be of strangers (``strangers.false_links``). The cut is where
    N(t) - 2 FP(t) is largest: there the share of false links among the next ones reaches a half (it is where the
    isotonic regression of that share crosses it). Only the order of the scores matters.
    """
    strangers = known_strangers(within, sizes, seed, thinnings)
    best_first = cross.ordered()
    linked = best_first.where(one_to_one(best_first))
    false = false_links(strangers, linked.score)
    links = _best(linked.score, false)
    levels = np.unique(joined(cross, strangers.pairs).score)
    threshold = _below(float(linked.score[links - 1]), levels) if links else float(levels.max(initial=0.0))
    expected = min(float(false[links - 1]) + _optimism(linked.score, strangers, seed), float(links)) if links else 0.0
    return _cut(threshold, expected, linked, cross, strangers)


def _best(scores: Floats, false: Floats) -> int:
    """Number of links at which links less twice the false ones are most; of equals the fewest; ties stay together."""
    last_of_ties = np.append(scores[1:] < scores[:-1], [True])[: len(scores)]
    gain = np.where(last_of_ties, np.arange(1, len(scores) + 1) - 2.0 * false, -np.inf)
    return int(np.argmax(gain)) + 1 if gain.max(initial=0.0) > 0.0 else 0


def _optimism(scores: Floats, strangers: Strangers, seed: int) -> float:
    """False links that the cut hides because it was put where they seemed few.

    The largest of many noisy differences is found where the noise is kind. The cut is made by one half of the known
    strangers and its false links are counted by the other half as well; the difference is what the choice gained
    (Efron 1983 on the optimism of a fitted rule). Mean over both directions and ``SPLITS`` splits, 0 at least.
    """
    gained = []
    for split in range(SPLITS):
        one, other = (false_links(half, scores) for half in strangers.halves(seed + split))
        for chosen, held in ((one, other), (other, one)):
            links = _best(scores, chosen)
            gained.append(float(held[links - 1] - chosen[links - 1]) if links else 0.0)
    return max(float(np.mean(gained)), 0.0)


def _cut(threshold: float, false: float, linked: Scored, cross: Scored, strangers: Strangers) -> Cut:
    """The cut with its precision, its interval, and whether its assumptions hold."""
    links = int((linked.score > threshold).sum())
    above = strangers.pairs.where(strangers.pairs.score > threshold)
    seen = int(one_to_one(above).sum())
    low, high = expected_interval(false, seen, links) if links else (0.0, 1.0)
    reason = weakness(threshold, linked, cross, strangers, interval=(low, high))
    return Cut(
        threshold=threshold,
        links=links,
        false_links=false,
        precision=1.0 - false / links if links else 0.0,
        precision_low=low,
        precision_high=high,
        usable=reason is None,
        reason=reason,
    )


def _below(lowest: float, levels: Floats) -> float:
    """Half-way between the lowest linked score and the next lower one of any pair."""
    next_lower = float(levels[levels < lowest].max(initial=-np.inf))
    just_below = float(np.nextafter(lowest, -np.inf))
    return min((lowest + next_lower) / 2, just_below) if np.isfinite(next_lower) else just_below
