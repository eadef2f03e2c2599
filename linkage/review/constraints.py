"""Answers on pairs as constraints of the clusters and as labels of the model."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Pairs
from linkage.cluster.components import components
from linkage.model.patterns import count_patterns
from linkage.records import Records
from linkage.review.answers import Answers, rows_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

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
    """Return per pair 1 where it was judged one person, -1 where two, 0 where nobody judged it."""
    known = np.zeros(len(pairs), dtype=np.int8)
    left, right, same = rows_of(records, answers)
    keys = left * pairs.size + right
    held = pairs.contains(keys)
    known[np.searchsorted(pairs.keys, keys[held])] = np.where(same[held], 1, -1)
    return known


def constrained(pairs: Pairs, log_odds: Floats, records: Records, answers: Answers) -> Floats:
    """Return the log odds with those of judged pairs set to plus or minus ``CERTAIN``.

    Average linkage then joins records judged the same first and never joins clusters across a pair judged different;
    so do posterior draws whose evidence is average linkage's. Where evidence is a sum over all pairs of a cluster, take
    ``same_groups`` as units instead: there a huge weight would speak for or against the other records of its cluster.
    """
    known = known_classes(pairs, records, answers)
    return np.where(known == 0, log_odds, known * CERTAIN)


def same_groups(records: Records, answers: Answers) -> Ints:
    """Return for each record the smallest row that a chain of "same" answers joins it to (itself if none)."""
    left, right, same = rows_of(records, answers)
    rows = np.arange(len(records), dtype=np.int64)
    if not same.any():
        return rows
    labels = components(Pairs(left[same], right[same], len(records)))
    smallest = np.full(len(records), len(records), dtype=np.int64)
    np.minimum.at(smallest, labels, rows)
    found: Ints = smallest[labels]
    return found


@dataclass(frozen=True)
class LabelledPatterns:
    """Judged pairs by pattern: distinct (stratum, levels, answer), and the pairs each stands for."""

    stratum: Ints
    levels: Levels
    same: Flags
    weight: Floats


def labelled_patterns(
    answers: Answers, records: Records, pairs: Pairs, levels: Levels, stratum: Ints
) -> LabelledPatterns:
    """Return the pattern counts of judged pairs, whose class estimation need not guess.

    Every judged pair counts once, in place of its unlabelled self (``known_classes`` says which pairs to take out).
    That leaves the estimates unbiased although uncertain pairs were asked more: which pair is asked depends on its
    pattern alone (Little and Rubin 2002: missing at random), and within a pattern all pairs are alike to the model.
    """
    known = known_classes(pairs, records, answers)
    judged = known != 0
    counted = count_patterns(stratum[judged], known[judged] > 0, levels[judged], np.ones(int(judged.sum())))
    return LabelledPatterns(counted.stratum, counted.levels, counted.may_match, counted.weight)
