"""Answers on pairs as constraints of the clusters and as labels of the model."""

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.records import Records
from linkage.review.answers import Answers, rows_of

Floats = npt.NDArray[np.float64]

CERTAIN = 1e6
"""Log odds of a judged pair. Two clusters of 100 records have 10,000 cross pairs of some -30 each: the mean over them
and one judged pair keeps the sign of the answer."""


def with_answered_pairs(pairs: Pairs, records: Records, answers: Answers) -> Pairs:
    """Return the pairs with those that reviewers judged, which may not have been candidates.

    Raises ``AnswersContradict`` where answers cannot all be true.
    """
    left, right, _ = rows_of(records, answers)
    return pairs.union(Pairs.of(left, right, pairs.size)) if len(left) else pairs


def known_classes(pairs: Pairs, records: Records, answers: Answers) -> npt.NDArray[np.int8]:
    """Return per pair 1 where it was judged one person, -1 where two, 0 where nobody judged it.

    In estimation a judged pair counts once, with its class known. That leaves the estimates unbiased although uncertain
    pairs were asked more: which pair is asked depends on its pattern alone (Little and Rubin 2002: missing at random),
    and within a pattern all pairs are alike to the model.
    """
    known = np.zeros(len(pairs), dtype=np.int8)
    left, right, same = rows_of(records, answers)
    keys = left * pairs.size + right
    held = pairs.contains(keys)
    known[np.searchsorted(pairs.keys, keys[held])] = np.where(same[held], 1, -1)
    return known


def constrained(pairs: Pairs, log_odds: Floats, records: Records, answers: Answers) -> Floats:
    """Return the log odds with those of judged pairs set to plus or minus ``CERTAIN``.

    Average linkage then joins records judged the same first and never joins clusters across a pair judged different;
    so do posterior draws whose evidence is average linkage's. (Where evidence is a sum over all pairs of a cluster,
    such a weight would speak for or against the other records of its cluster.)
    """
    known = known_classes(pairs, records, answers)
    return np.where(known == 0, log_odds, known * CERTAIN)
