"""Tests, without labels, of what the label-free cut takes for granted."""

import numpy as np
from scipy.stats import binomtest, gamma, poisson

from linkage.cut.scored import Floats, Scored, one_to_one
from linkage.cut.strangers import Strangers, chance_of

SURE = 0.001
"""Probability by chance below which a test speaks: several are made of each source pair, and an alarm costs links."""
WIDEST = 0.2
"""Widest 90% interval of the precision at which it is still told."""
MATERIAL = 0.03
"""Difference in the share of false links that matters: estimates are to be within .015, half of it."""
UPPER_HALF = 0.02
"""Largest share of false links in the better half of the links: they alone would cost the whole .01 of precision."""
FACTOR = 2.0
"""Strangers across sources may be this much rarer or commoner than within: at the cut, where half of the next links
should be false, a third or two thirds of them would be."""
FEWEST = 30.0
"""Strangers to expect below the cut before their number across sources is held against that within."""


def weakness(
    threshold: float,
    linked: Scored,
    cross: Scored,
    strangers: Strangers,
    *,
    interval: tuple[float, float],
) -> str | None:
    """Return why a cut is not to be used, or None.

    ``linked``: one-to-one links at any score; ``interval``: of the precision. The tests, in this order: the better half
    of the links are more than strangers alone would make, and all are enough to tell precision; neither source makes
    more links with itself than the other does, nor any among the better half of the links; below the cut, strangers are
    about as many across the sources as within them.
    """
    above = linked.score[linked.score > threshold]
    return (
        _too_few(above, strangers, interval)
        or _unequal(threshold, len(above), strangers)
        or _hidden_duplicates(above, strangers)
        or _coverage(threshold, cross, linked, strangers)
    )


def _too_few(above: Floats, strangers: Strangers, interval: tuple[float, float]) -> str | None:
    """Low overlap: what is linked could be strangers, or is too little to say.

    Strangers are held against the better half of the links: lower down, with every record free, they may fill all the
    places there are, however many matches have taken them first.
    """
    if len(above) == 0:
        return "low overlap: no score at which links are more than twice the false ones"
    middle = float(np.median(above))
    seen = float(one_to_one(strangers.pairs.where(strangers.pairs.score >= middle)).sum())
    if chance_of(int((above >= middle).sum()), seen, strangers.pool(0.0) / strangers.space) > SURE:
        return "low overlap: strangers alone could make as many links"
    if interval[1] - interval[0] > WIDEST:
        return "low overlap: too few links to tell their precision"
    return None


def _unequal(threshold: float, links: int, strangers: Strangers) -> str | None:
    """One source makes more links with itself than the other does.

    If strangers are alike in both, links within divide as the numbers of pairs do (binomial test). The excess matters
    where false links told by the one source alone and by the other alone differ by ``MATERIAL`` of the links.
    """
    found = _within(strangers, threshold)
    spaces = np.array([size * (size - 1) / 2 for size in strangers.sizes])
    if found.sum() == 0 or spaces.min() <= 0:
        return None
    chance = binomtest(int(found[0]), int(found.sum()), float(spaces[0] / spaces.sum())).pvalue
    false = found / spaces * strangers.pool(_matches(links, found, strangers))
    if chance > SURE or abs(float(false[0] - false[1])) <= MATERIAL * links:
        return None
    place = "first" if false[0] > false[1] else "second"
    return f"hidden duplicates or lookalikes: the {place} source makes more links with itself than the other does"


def _hidden_duplicates(above: Floats, strangers: Strangers) -> str | None:
    """Pairs within a source score like the better half of the links, more than ``UPPER_HALF`` of these at least.

    Their number is held against the lower limit of its Poisson mean, so that a chance pair raises no alarm.
    """
    found = _within(strangers, float(np.median(above)))
    total = float(found.sum())
    surely = float(gamma.ppf(SURE, total)) if total > 0 else 0.0
    share = strangers.pool(_matches(len(above), found, strangers)) / strangers.space
    if surely * share <= UPPER_HALF * len(above) / 2:
        return None
    place = "first" if found[0] * strangers.sizes[1] >= found[1] * strangers.sizes[0] else "second"
    return f"hidden duplicates: pairs within the {place} source score like the better half of the links"


def _coverage(threshold: float, cross: Scored, linked: Scored, strangers: Strangers) -> str | None:
    """Strangers across the sources resemble each other much less, or much more, than within.

    Counted are pairs below the cut, down to the score that one pair of strangers per record of the smaller source
    reaches: so few that no limit on candidates has cut them off. Across, matches that were missed come on top, at most
    one for each record without a link.
    """
    scale = strangers.pool(0.0) / strangers.space
    scores = strangers.pairs.score[strangers.pairs.score <= threshold]
    wanted = int(min(strangers.sizes) / max(scale, 1e-9))
    scores = scores[:wanted]
    expected = len(scores) * scale
    if expected < FEWEST:
        return None
    lowest = float(scores[-1])
    across = int(((cross.score <= threshold) & (cross.score >= lowest)).sum())
    missed = min(strangers.sizes) - int((linked.score > threshold).sum())
    if across < expected / FACTOR and poisson.cdf(across, expected / FACTOR) < SURE:
        return "coverage: strangers across the sources resemble each other less than within (other areas or groups)"
    most = FACTOR * expected + max(missed, 0)
    if across > most and poisson.sf(across - 1, most) < SURE:
        return "coverage: strangers across the sources resemble each other more than within (one area or group)"
    return None


def _within(strangers: Strangers, threshold: float) -> Floats:
    """Number of one-to-one links above the threshold that each source makes with itself."""
    ordered = (part.where(part.score > threshold).ordered() for part in strangers.within)
    return np.array([one_to_one(part).sum() for part in ordered], dtype=np.float64)


def _matches(links: int, found: Floats, strangers: Strangers) -> float:
    """Matches among the links, at least: all but as many as strangers would make with every record free."""
    return max(0.0, links - float(found.sum()) * strangers.pool(0.0) / strangers.space)
