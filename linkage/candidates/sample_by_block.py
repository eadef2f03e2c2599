"""A weighted random sample of the pairs of a large run that are no candidates, drawn mostly where they could be alike.

Of 10^11 pairs a simple sample of 10^5 has each stand for a million, and one of them that by chance agrees on a name and
a date of birth then outweighs all matches. So pairs that agree on a blocking are drawn apart from those that agree on
none (stratified sampling, Neyman 1934): the former are few enough that each stands for little, the latter, each of
which stands for much, cannot look like matches. A pair that agrees on several blockings can be drawn by each; its
weight is the inverse of its chance (Horvitz and Thompson 1952; multiplicity: Sirken 1970).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.blockings import Blocking, share_block
from linkage.candidates.pairs import Pairs, Strata
from linkage.candidates.sample import FIRST_PHASE, alike, draw_keys
from linkage.records import Records

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_STREAM = 53
"""Second number of the seed, so that these draws are not those of a simple sample."""


def sample_by_block(
    records: Records,
    candidates: Pairs,
    strata: Strata,
    size: int,
    seed: int,
    search: str,
    roads: Sequence[Blocking],
    threads: int = 1,
) -> tuple[Pairs, Floats]:
    """Return non-candidate pairs and how many pairs each stands for.

    Per stratum weights add up to all such pairs, where a pair that agrees on no blocking was drawn. Per stratum at most
    ``size`` pairs that agree on one of the ``roads``, the more alike on the ``search`` filter kept whole (two phases:
    Neyman 1938), and a quarter as many that agree on none.
    """
    groups = [[_Groups.of(records, road, source) for road in roads] for source in range(len(records.sources))]
    held = np.bincount(strata.of(records, candidates), minlength=len(strata.names))
    found, weights = [], []
    for a in range(len(records.sources)):
        for b in range(a, len(records.sources)):
            stratum = int(strata.number[a, b])
            random = np.random.default_rng([seed, _STREAM, stratum])
            joins = [_Join.of(one, other) for one, other in zip(groups[a], groups[b], strict=True)]
            near, weight = _near(records, candidates, joins, FIRST_PHASE * size, roads, random)
            near, weight = _second_phase(records, near, weight, size, search, threads, random)
            far = Pairs.from_keys(draw_keys(records, a, b, size // 4, random), len(records))
            far = far.where(~candidates.contains(far.keys) & (_times(records, far, roads) == 0))
            others = max(float(strata.spaces[stratum]) - float(held[stratum]) - float(weight.sum()), 0.0)
            found += [near.keys, far.keys]
            weights += [weight, np.full(len(far), others / max(len(far), 1))]
    keys = np.concatenate(found)
    order = np.argsort(keys, kind="stable")
    return Pairs.from_keys(keys[order], len(records)), np.concatenate(weights)[order]


@dataclass(frozen=True)
class _Groups:
    """Rows of one source by their key of one blocking: ``keys`` ascending, where each begins, and ``rows``."""

    keys: Rows
    starts: Rows
    sizes: Rows
    rows: Rows

    @classmethod
    def of(cls, records: Records, road: Blocking, source: int) -> "_Groups":
        rows = np.arange(records.starts[source], records.starts[source + 1])
        rows = rows[np.logical_and.reduce([records.present(column)[rows] for column in road])]
        keys = np.zeros(len(rows), dtype=np.int64)
        for column in road:
            keys = keys * (records.dictionaries[column].size + 1) + records.columns[column][rows]
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        return cls(keys[order][starts], starts, np.diff(np.append(starts, len(rows))), rows[order])


@dataclass(frozen=True)
class _Join:
    """The blocks that two sources share: of each side the groups, and the ordered pairs up to each block's end."""

    one: _Groups
    other: _Groups
    at_one: Rows
    at_other: Rows
    ends: Rows

    @classmethod
    def of(cls, one: _Groups, other: _Groups) -> "_Join":
        _, at_one, at_other = np.intersect1d(one.keys, other.keys, assume_unique=True, return_indices=True)
        return cls(one, other, at_one, at_other, np.cumsum(one.sizes[at_one] * other.sizes[at_other]))

    @property
    def pairs(self) -> int:
        """Pairs of a row of one with a row of the other side."""
        return int(self.ends[-1]) if len(self.ends) else 0

    def drawn(self, count: int, random: np.random.Generator) -> tuple[Rows, Rows]:
        """Draw pairs, each with the same chance."""
        if self.pairs == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        number = random.integers(0, self.pairs, count)
        block = np.searchsorted(self.ends, number, side="right")
        one, other = self.at_one[block], self.at_other[block]
        within = number - np.append(0, self.ends)[block]
        left, right = np.divmod(within, self.other.sizes[other])
        return self.one.rows[self.one.starts[one] + left], self.other.rows[self.other.starts[other] + right]


def _near(
    records: Records,
    candidates: Pairs,
    joins: Sequence[_Join],
    count: int,
    roads: Sequence[Blocking],
    random: np.random.Generator,
) -> tuple[Pairs, Floats]:
    """Pairs that agree on a blocking and are no candidates, by ``count`` draws, and what each stands for."""
    sizes = np.array([join.pairs for join in joins], dtype=np.float64)
    total = float(sizes.sum())
    if total == 0:
        return Pairs.of(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), len(records)), np.zeros(0)
    shares = random.multinomial(count, sizes / total)
    drawn = [join.drawn(int(share), random) for join, share in zip(joins, shares.tolist(), strict=True)]
    left, right = (np.concatenate([side[number] for side in drawn]) for number in range(2))
    pairs = Pairs.of(left, right, len(records))
    pairs = pairs.where(~candidates.contains(pairs.keys))
    source = records.source_of
    # Within a source a pair is there in both orders.
    orders = np.where(source[pairs.left] == source[pairs.right], 2.0, 1.0)
    chance = np.minimum(orders * _times(records, pairs, roads) / total, 1.0)
    weight: Floats = 1.0 / -np.expm1(count * np.log1p(-np.minimum(chance, 1 - 1e-12)))
    return pairs, weight


def _second_phase(
    records: Records,
    pairs: Pairs,
    weight: Floats,
    size: int,
    search: str,
    threads: int,
    random: np.random.Generator,
) -> tuple[Pairs, Floats]:
    """The more alike half of ``size`` whole, as many of the rest as there is room for."""
    if len(pairs) <= size:
        return pairs, weight
    order = np.argsort(-alike(records, pairs, search, threads), kind="stable")
    whole, rest = order[: size // 2], order[size // 2 :]
    few = random.choice(rest, size - size // 2, replace=False)
    scale = np.append(np.ones(len(whole)), np.full(len(few), weight[rest].sum() / weight[few].sum()))
    chosen = np.append(whole, few)
    ascending = np.argsort(chosen)
    chosen, scale = chosen[ascending], scale[ascending]
    return Pairs(pairs.left[chosen], pairs.right[chosen], pairs.size), weight[chosen] * scale


def _times(records: Records, pairs: Pairs, roads: Sequence[Blocking]) -> Rows:
    """On how many of the blockings the records of each pair agree."""
    found = np.zeros(len(pairs), dtype=np.int64)
    for road in roads:
        found += share_block(records, road, pairs)
    return found
