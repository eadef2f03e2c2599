"""A weighted random sample of the pairs that are not candidates, so that the model sees the full cross space.

Drawn in two phases (Neyman 1938): many pairs are drawn and only held against each other on the search filter; of those
the more alike half of the sample is kept whole and the other half drawn from the rest. What may be a match among the
others is then seen often, and with small weights; how strangers compare needs few.
"""

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs, Strata
from linkage.kernels import common_of_pairs, run_in_parts
from linkage.records import MISSING, Records

FIRST_PHASE = 4
"""Pairs drawn in the first phase, as a multiple of the sample."""


def sample_of_others(
    records: Records,
    candidates: Pairs,
    strata: Strata,
    size: int,
    seed: int,
    search: str | None = None,
    threads: int = 1,
) -> tuple[Pairs, npt.NDArray[np.float64]]:
    """Return non-candidate pairs and how many pairs each stands for.

    At most ``size`` pairs are drawn per stratum; a cross space no larger than that is taken whole. Within a stratum
    the weights add up to the number of its pairs that are not candidates. ``search``: column of the search filter;
    without one there is no second phase.
    """
    count = len(records.sources)
    found, weights = [], []
    held = np.bincount(strata.of(records, candidates), minlength=len(strata.names))
    for a in range(count):
        for b in range(a, count):
            stratum = int(strata.number[a, b])
            random = np.random.default_rng([seed, stratum])
            wanted = size if search is None else FIRST_PHASE * size
            keys = draw_keys(records, a, b, wanted, random)
            keys = keys[~candidates.contains(keys)]
            kept, weight = _second_phase(records, keys, size, search, threads, random)
            others = strata.spaces[stratum] - held[stratum]
            found.append(kept)
            weights.append(weight * others / max(float(weight.sum()), 1.0))
    keys = np.concatenate(found)
    order = np.argsort(keys, kind="stable")
    return Pairs.from_keys(keys[order], len(records)), np.concatenate(weights)[order]


def _second_phase(
    records: Records,
    keys: npt.NDArray[np.int64],
    size: int,
    search: str | None,
    threads: int,
    random: np.random.Generator,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Keys that are kept, ascending, and how many of the first phase each stands for."""
    if search is None or len(keys) <= size:
        return keys, np.ones(len(keys))
    order = np.argsort(-alike(records, Pairs.from_keys(keys, len(records)), search, threads), kind="stable")
    whole = size // 2
    rest = random.choice(len(keys) - whole, size - whole, replace=False) + whole
    kept = np.concatenate([order[:whole], order[rest]])
    weight = np.concatenate([np.ones(whole), np.full(size - whole, (len(keys) - whole) / (size - whole))])
    ascending = np.argsort(kept)
    return keys[kept[ascending]], weight[ascending]


def alike(records: Records, pairs: Pairs, search: str, threads: int) -> npt.NDArray[np.float64]:
    """Return Dice of the search filters; -1 where a record has none."""
    codes, dictionary = records.columns[search].astype(np.int64), records.dictionaries[search]
    left, right = codes[pairs.left], codes[pairs.right]
    known = (left != MISSING) & (right != MISSING)
    left, right = np.where(known, left, 0), np.where(known, right, 0)
    common, words = np.empty((len(pairs), 1), dtype=np.int32), dictionary.filters.shape[1]
    run_in_parts(common_of_pairs, len(pairs), threads, left, right, dictionary.filters.ravel(), words, common)
    total = dictionary.ones[left] + dictionary.ones[right]
    dice = np.divide(2.0 * common[:, 0], total, where=total > 0, out=np.zeros(len(pairs)))
    return np.where(known, dice, -1.0)


def draw_keys(records: Records, a: int, b: int, size: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return distinct pair keys of one stratum, sorted: all of them where there are no more than ``size``."""
    (first_a, last_a), (first_b, last_b) = records.starts[a : a + 2], records.starts[b : b + 2]
    if (last_a - first_a) * (last_b - first_b) <= size:
        left = np.repeat(np.arange(first_a, last_a), last_b - first_b)
        right = np.tile(np.arange(first_b, last_b), last_a - first_a)
    else:
        left = random.integers(first_a, last_a, size)
        right = random.integers(first_b, last_b, size)
    return Pairs.of(left, right, len(records)).keys
