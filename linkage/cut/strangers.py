"""How many false links strangers would make above a score, told by pairs that are known to be of strangers."""

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from scipy.stats import nbinom

from linkage.cut.scored import Flags, Floats, Ints, Scored, joined

THINNINGS = 20
"""Random thinnings that false links are averaged over; a twentieth is left of the variance that one would add."""
FEW_THINNINGS = 5
"""Of those, the ones that halves of the known strangers are thinned by."""
CONFIDENCE = 0.9
"""Probability of the intervals."""


@dataclass(frozen=True)
class Strangers:
    """Known strangers of a pair of sources.

    ``within``: candidate pairs within each; ``pairs``: of both, best first; ``sizes``: numbers of records.
    ``uniform``: (rows, thinnings) number in [0, 1) per record; a record takes part where it is below the share kept.
    ``share``: of all known strangers, how many these pairs were drawn from.
    """

    within: tuple[Scored, Scored]
    pairs: Scored
    sizes: tuple[int, int]
    uniform: Floats
    share: float = 1.0

    @property
    def space(self) -> float:
        """Number of pairs within the two sources that the known strangers stand for, 1 at least."""
        return max(1.0, self.share * sum(size * (size - 1) / 2 for size in self.sizes))

    def halves(self, seed: int) -> tuple["Strangers", "Strangers"]:
        """Return two halves of the pairs, drawn at random, with a few thinnings: what tells them apart is the draw."""
        first = np.random.default_rng([seed, len(self.pairs)]).random(len(self.pairs)) < 0.5  # noqa: PLR2004 - a half
        few = np.ascontiguousarray(self.uniform[:, :FEW_THINNINGS])
        one, other = (
            replace(self, pairs=self.pairs.where(half), uniform=few, share=self.share / 2) for half in (first, ~first)
        )
        return one, other

    def pool(self, matches: float) -> float:
        """Pairs across the sources of which both records are free when ``matches`` have found each other."""
        free_a, free_b = (max(size - matches, 0.0) for size in self.sizes)
        return free_a * free_b


def known_strangers(
    within: tuple[Scored, Scored], sizes: tuple[int, int], seed: int, thinnings: int = THINNINGS
) -> Strangers:
    """Gather the candidate pairs ``within`` two sources without duplicates, of ``sizes`` records."""
    pairs = joined(*within).ordered()
    uniform = np.random.default_rng([seed, thinnings]).random((pairs.rows, thinnings))
    return Strangers(within, pairs, sizes, uniform.astype(np.float64))


def false_links(strangers: Strangers, links: Floats) -> Floats:
    """Return the expected number of false links down to each of ``links``, one-to-one scores in descending order.

    A false link takes two free records. Going down the scores, matches take records out of the pool: when T have been
    found, (size A - T) x (size B - T) pairs are left. T is what there is of links so far, less the false ones among
    them, so the pool at a score rests on the scores above it alone and nothing has to be guessed or iterated. Among the
    known strangers records, not pairs, are left out at random until they span as many pairs as the pool: then a record
    meets as many rivals as there. Where the pool is larger than all known strangers together, each link counts for
    more than one. At equal scores strangers go first.
    """
    pairs = strangers.pairs
    free = np.ones(strangers.uniform.shape, dtype=np.bool_)
    sizes = np.array(strangers.sizes, dtype=np.float64)
    return _false_links(pairs.left, pairs.right, pairs.score, strangers.uniform, free, links, sizes, strangers.space)


@njit(nogil=True, cache=True)
def _false_links(
    left: Ints, right: Ints, score: Floats, uniform: Floats, free: Flags, links: Floats, sizes: Floats, space: float
) -> Floats:
    """One pass down both lists at once; ``free`` is used up."""
    out = np.zeros(len(links))
    thinnings = uniform.shape[1]
    false = 0.0
    matches = 0.0
    pair = 0
    for number in range(len(links)):
        share = max(sizes[0] - matches, 0.0) * max(sizes[1] - matches, 0.0) / space
        kept = min(share, 1.0) ** 0.5
        each = max(share, 1.0) / thinnings
        while pair < len(score) and score[pair] >= links[number]:
            a, b = left[pair], right[pair]
            for draw in range(thinnings):
                taking_part = uniform[a, draw] < kept and uniform[b, draw] < kept
                if taking_part and free[a, draw] and free[b, draw]:
                    free[a, draw] = False
                    free[b, draw] = False
                    false += each
            pair += 1
        out[number] = min(false, number + 1.0)
        matches = max(matches, number + 1.0 - out[number])
    return out


def expected_interval(false: float, seen: float, links: int) -> tuple[float, float]:
    """Return the 90% interval of the precision of ``links`` links, ``false`` of which are expected to be of strangers.

    That was told by ``seen`` links of known strangers, so each stands for ``false / seen``; 1 where none was seen. The
    rate of false links is then Gamma with Jeffreys' prior, and their number, Poisson with that rate, negative binomial
    (Gelman et al. 2013, section 2.6).
    """
    law = _false_law(seen, false / seen if seen > 0 else 1.0)
    few, many = (float(law.ppf(level)) for level in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2))
    return max(0.0, 1.0 - many / max(links, 1)), min(1.0, 1.0 - few / max(links, 1))


def chance_of(count: int, seen: float, each: float) -> float:
    """Return the probability of ``count`` or more false links when ``seen`` of strangers stand for ``each`` of them."""
    return float(_false_law(seen, each).sf(count - 1))


def _false_law(seen: float, each: float) -> nbinom:
    return nbinom(seen + 0.5, 1.0 / (1.0 + max(each, 1e-9)))
