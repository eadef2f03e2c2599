"""The step from scored pairs to persons that every method ends in: source-consistent average linkage.

Between two sources without duplicates a cluster holds at most one record of each, so the same step is then one-to-one
assignment, best score first.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from linkage.candidates import Pairs
from linkage.cluster import cluster, components
from linkage.records import Records

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """A rival's pairs with their score: above 0 it would link them, without having seen a label.

    Rows count through all sources in alphabetical order, each in the order of its plain table. ``random``: the score
    that a pair of random records would have.
    """

    pairs: Pairs
    score: Floats
    random: float

    @classmethod
    def of(cls, left: npt.ArrayLike, right: npt.ArrayLike, score: npt.ArrayLike, random: float, size: int) -> "Scored":
        """Put pairs in order; of a pair that was given twice the larger score counts. ``size``: number of records."""
        a, b, odds = np.asarray(left, np.int64), np.asarray(right, np.int64), np.asarray(score, np.float64)
        keys, place = np.unique(np.minimum(a, b) * size + np.maximum(a, b), return_inverse=True)
        best = np.full(len(keys), -np.inf)
        np.maximum.at(best, place, odds)
        return cls(Pairs.from_keys(keys, size), best, random)


def crosswalks(
    plain: Mapping[str, pd.DataFrame], deduplicated: Mapping[str, bool], scored: Scored
) -> list[pd.DataFrame]:
    """Return two crosswalks (source, native_id, person_id): pairs not scored count as random pairs, or as no evidence.

    Nothing tells which of the two serves a rival better; the benchmark reports the one that the truth likes better.
    """
    records = _records(plain, deduplicated)
    source, alone = records.source_of, np.array(records.deduplicated)
    pairs = scored.pairs
    allowed = (source[pairs.left] != source[pairs.right]) | ~alone[source[pairs.left]]
    labels = components(pairs.where(allowed & (scored.score > 0)))
    inside = labels[pairs.left] == labels[pairs.right]
    within, score = pairs.where(inside), scored.score[inside]
    ids = [
        pd.DataFrame({"source": name, "native_id": plain[name].index.to_numpy(dtype=object)})
        for name in records.sources
    ]
    table = pd.concat(ids, ignore_index=True)
    found = [cluster(records, labels, within, score, threshold=0.0, unseen=unseen) for unseen in (scored.random, 0.0)]
    return [table.assign(person_id=each.cluster.astype(str)) for each in found]


def _records(plain: Mapping[str, pd.DataFrame], deduplicated: Mapping[str, bool]) -> Records:
    """Only what clustering asks for: sources, their promise, and where each begins."""
    names = tuple(sorted(plain))
    starts = np.concatenate(([0], np.cumsum([len(plain[name]) for name in names]))).astype(np.int64)
    return Records(names, tuple(deduplicated[name] for name in names), starts, np.zeros(0, dtype=object), {}, {})
