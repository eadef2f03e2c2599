"""Names by frequency for a population of a million: the lists of the fictional agencies and a long composed tail.

A million persons on the lists alone would share a few hundred names; most real people have a rarer one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ketenzicht.synthetic import dutch_names
from ketenzicht.synthetic.name_pools import NamePool, origins, pool, zipf
from linkage.normalise.names import Language, name_rule
from linkage.settings import FieldKind

Names = npt.NDArray[np.object_]
Weights = npt.NDArray[np.float64]

FAMILY_TAIL, GIVEN_TAIL = 60_000, 6_000
DUTCH_FAMILY, DUTCH_GIVEN = 0.85, 0.8
GIVEN_EXPONENT = 0.8
DUTCH: Language = "nl"

_ONSETS = "b bl br d dr f fr g gr h j k kl kn kr l m n p pl pr r s sl sn sp st t tr v vl w z zw".split()  # noqa: SIM905 - a list of sounds reads better as text
_VOWELS = "a aa e ee i ie o oo oe u uu ui ei ou".split()  # noqa: SIM905 - as above
_CODAS = "l lk m n nd ng nk p r rk rs rt s st t cht gt ft mp kk".split()  # noqa: SIM905 - as above
_FAMILY_ENDS = "stra sma ink man sen huis horst kamp berg veld meijer dijk laan donk rade hof beek daal loo er".split()  # noqa: SIM905 - as above
_WOMENS_ENDS = "a ina je etta ine elle ia ke lien da".split()  # noqa: SIM905 - as above
_MENS_ENDS = "us o ert in bert ko as mar win ard".split()  # noqa: SIM905 - as above


@dataclass(frozen=True)
class Drawn:
    """Canonical names, each once, with their share of the population."""

    names: Names
    weights: Weights

    def draw(self, rng: np.random.Generator, count: int) -> Names:
        """Draw ``count`` names."""
        edges = np.cumsum(self.weights)
        place = np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
        drawn: Names = self.names[np.minimum(place, len(self.names) - 1)]
        return drawn


def family_names() -> Drawn:
    """Dutch family names by their published frequency, the tail composed, and those of the other origins."""
    dutch = pool("dutch")
    listed = [f"{prefix} {name}".strip() for prefix, name in zip(dutch.prefix, dutch.family, strict=True)]
    tail = _composed(_ONSETS, _VOWELS, _CODAS, _FAMILY_ENDS, FAMILY_TAIL)
    bearers = dutch_names.frequencies(len(listed) + len(tail))
    parts = [(DUTCH_FAMILY, [*listed, *tail], bearers)]
    others = _others()
    parts += [((1 - DUTCH_FAMILY) / len(others), list(each.family), each.family_weights) for each in others]
    return _merged(FieldKind.FAMILY_NAME, parts)


def given_names(*, women: bool) -> Drawn:
    """Given names of women or of men, first names only."""
    dutch = pool("dutch")
    listed = list(dutch.women if women else dutch.men)
    stems = sorted({name[:length].lower() for name in listed for length in (3, 4) if name[:4].isalpha()})
    tail = _composed(stems, _WOMENS_ENDS if women else _MENS_ENDS, [""], [""], GIVEN_TAIL)
    names = [*listed, *tail]
    others = _others()
    parts = [(DUTCH_GIVEN, names, zipf(len(names), GIVEN_EXPONENT))]
    for each in others:
        own, weights = (each.women, each.women_weights) if women else (each.men, each.men_weights)
        parts.append(((1 - DUTCH_GIVEN) / len(others), list(own), weights))
    return _merged(FieldKind.GIVEN_NAME, parts)


def _others() -> list[NamePool]:
    return [pool(origin) for origin in origins() if origin != "dutch"]


def _composed(onsets: list[str], vowels: list[str], codas: list[str], ends: list[str], count: int) -> list[str]:
    """``count`` of the names that the parts compose, or all, in a fixed shuffled order."""
    names = sorted({a + b + c + d for a in onsets for b in vowels for c in codas for d in ends})
    order = np.random.default_rng(4).permutation(len(names))[:count]
    return [names[position] for position in order]


def _merged(kind: FieldKind, parts: list[tuple[float, list[str], Weights]]) -> Drawn:
    """One list of canonical names; those that are written alike add up."""
    canonical = name_rule(kind, DUTCH)
    shares: dict[str, float] = {}
    for share, names, weights in parts:
        for name, weight in zip(names, weights / weights.sum(), strict=True):
            form = next(iter(canonical(name)), "")
            if form:
                shares[form] = shares.get(form, 0.0) + share * float(weight)
    return Drawn(np.array(list(shares), dtype=object), np.array(list(shares.values())))
