"""A weighted random sample of the pairs that are not candidates, so that the model sees the full cross space."""

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs, Strata
from linkage.records import Records


def sample_of_others(
    records: Records, candidates: Pairs, strata: Strata, size: int, seed: int
) -> tuple[Pairs, npt.NDArray[np.float64]]:
    """Return non-candidate pairs and how many pairs each stands for.

    At most ``size`` pairs are drawn per stratum; a cross space no larger than that is taken whole. Within a stratum
    the weights add up to the number of its pairs that are not candidates.
    """
    count = len(records.sources)
    found, weights = [], []
    held = np.bincount(strata.of(records, candidates), minlength=len(strata.names))
    for a in range(count):
        for b in range(a, count):
            stratum = int(strata.number[a, b])
            keys = _draw(records, a, b, size, np.random.default_rng([seed, stratum]))
            keys = keys[~candidates.contains(keys)]
            others = strata.spaces[stratum] - held[stratum]
            found.append(keys)
            weights.append(np.full(len(keys), others / max(len(keys), 1)))
    keys = np.concatenate(found)
    order = np.argsort(keys, kind="stable")
    return Pairs.from_keys(keys[order], len(records)), np.concatenate(weights)[order]


def _draw(records: Records, a: int, b: int, size: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Distinct pair keys of one stratum, sorted: all of them where there are no more than ``size``."""
    (first_a, last_a), (first_b, last_b) = records.starts[a : a + 2], records.starts[b : b + 2]
    if (last_a - first_a) * (last_b - first_b) <= size:
        left = np.repeat(np.arange(first_a, last_a), last_b - first_b)
        right = np.tile(np.arange(first_b, last_b), last_a - first_a)
    else:
        left = random.integers(first_a, last_a, size)
        right = random.integers(first_b, last_b, size)
    return Pairs.of(left, right, len(records)).keys
