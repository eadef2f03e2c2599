"""Pairs of two agencies are reviewed as patterns: which patterns are uncertain, and what an answer changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from linkage.candidates.pairs import Strata
from linkage.cluster.persons import probability_of
from linkage.compare.plan import Comparison
from linkage.model.patterns import count_patterns
from linkage.review.answers import Answers, PatternAnswer

if TYPE_CHECKING:
    from linkage.quality import Run

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

SMALLEST_COUNT = 10
"""Counts below this are not shown: a rare pattern could point at a person."""
UNCERTAIN = (0.05, 0.95)
"""Probabilities between which a pattern is uncertain."""
MOST_PATTERNS = 200
"""Patterns that are listed at most, the ones with most uncertainty first."""
JUDGED = float(np.log(999.0))
"""Least log odds of a pair whose pattern was judged the same, and with a minus the most of one judged different: one
error in a thousand. Not certainty, so that the other records of a cluster can still speak."""


@dataclass(frozen=True)
class Seen:
    """Patterns of candidates: their stratum and comparison vector, the model's log odds, and how many pairs have them.

    ``linked``: how many of its ``pairs`` are linked. Rows need not be distinct.
    """

    stratum: Ints
    levels: Levels
    log_odds: Floats
    pairs: Ints
    linked: Ints


def patterns_of_run(run: "Run") -> list[dict[str, Any]]:
    """Return the uncertain patterns of a finished run, by the model alone: earlier answers do not hide a pattern."""
    patterns, pairs = run.seen.patterns, run.seen.pairs
    uncertain = _uncertain(run.odds)
    doubtful = np.flatnonzero(uncertain[run.seen.row_of])
    together = run.cluster[pairs.left[doubtful]] == run.cluster[pairs.right[doubtful]]
    linked = np.bincount(run.seen.row_of[doubtful[together]], minlength=len(patterns))
    kept = uncertain & (run.seen.count > 0)
    seen = Seen(patterns.stratum[kept], patterns.levels[kept], run.odds[kept], run.seen.count[kept], linked[kept])
    return uncertain_patterns(seen, run.plan, run.strata)


def _uncertain(log_odds: Floats) -> Flags:
    probability = probability_of(log_odds)
    found: Flags = (probability >= UNCERTAIN[0]) & (probability <= UNCERTAIN[1])
    return found


def uncertain_patterns(seen: Seen, plan: Sequence[Comparison], strata: Strata) -> list[dict[str, Any]]:
    """Return the patterns across sources whose probability is uncertain, those with most uncertainty first.

    Rows are JSON-able: ``source_a``, ``source_b``, ``levels`` (comparison to level in words, missing ones left out),
    ``probability``, and ``pairs``, ``linked`` and ``apart``: how many pairs have the pattern, how many of them are
    linked now (an answer "different" would part at most these) and how many are not ("same" would link at most these).
    Counts below ``SMALLEST_COUNT``, and what would tell them, are None.
    """
    across = np.array([one != other for one, other in strata.names], dtype=bool)
    wanted = across[seen.stratum] & _uncertain(seen.log_odds)
    counted = count_patterns(
        seen.stratum[wanted], wanted[wanted], seen.levels[wanted], seen.pairs[wanted].astype(float)
    )
    linked = np.bincount(counted.row_of, weights=seen.linked[wanted], minlength=len(counted))
    sure = np.zeros(len(counted))
    sure[counted.row_of] = probability_of(seen.log_odds[wanted])
    value = entropy(sure) * counted.weight
    order = np.argsort(-value, kind="stable")[:MOST_PATTERNS]
    return [
        {
            "source_a": strata.names[int(counted.stratum[row])][0],
            "source_b": strata.names[int(counted.stratum[row])][1],
            "levels": in_words(counted.levels[row], plan),
            "probability": round(float(sure[row]), 4),
            **_shown_counts(int(counted.weight[row]), int(linked[row])),
        }
        for row in order
    ]


def entropy(probability: Floats) -> Floats:
    """Return the entropy, in bits, of a yes or no with this probability (Shannon 1948)."""
    inside = np.clip(probability, 1e-12, 1 - 1e-12)
    bits: Floats = -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside))
    return bits


def _shown_counts(pairs: int, linked: int) -> dict[str, int | None]:
    """The counts of one pattern, masked; where one part is small neither is given, for the other would tell it."""
    parts = {"linked": linked, "apart": pairs - linked}
    small = any(0 < count < SMALLEST_COUNT for count in parts.values())
    return {
        "pairs": pairs if pairs >= SMALLEST_COUNT else None,
        **{name: None if small else count for name, count in parts.items()},
    }


def in_words(levels: npt.NDArray[np.int8], plan: Sequence[Comparison]) -> dict[str, str]:
    """Return comparison to level name of one pattern, without the comparisons that were missing."""
    return {
        comparison.name: comparison.levels[int(level) - 1].name
        for comparison, level in zip(plan, levels, strict=True)
        if level
    }


def pattern_adjustment(
    levels: Levels, stratum: Ints, log_odds: Floats, answers: Answers, plan: Sequence[Comparison], strata: Strata
) -> Floats:
    """Return what to add to each pair's ``log_odds`` because of the answers on patterns; 0 where there is none.

    Afterwards a pair of a pattern judged the same has log odds of at least ``JUDGED``, one judged different at most
    minus that: the first is linked on its own, the second never is. A pattern whose levels the run does not know (the
    comparisons have changed since) adjusts nothing. The last answer on a pattern counts.
    """
    out = np.zeros(len(levels))
    for answer in answers.patterns:
        pattern = _pattern(answer, plan)
        if pattern is None:
            continue
        ends = {answer.source_a, answer.source_b}
        number = next((place for place, names in enumerate(strata.names) if set(names) == ends and len(ends) > 1), None)
        if number is not None:
            hit = (stratum == number) & (levels == pattern).all(axis=1)
            bound = np.maximum(log_odds, JUDGED) if answer.same else np.minimum(log_odds, -JUDGED)
            out[hit] = (bound - log_odds)[hit]
    return out


def _pattern(answer: PatternAnswer, plan: Sequence[Comparison]) -> npt.NDArray[np.int8] | None:
    """The level numbers an answer speaks of; None where one is not known to the run."""
    known = {comparison.name: [level.name for level in comparison.levels] for comparison in plan}
    if any(name not in known or level not in known[name] for name, level in answer.levels.items()):
        return None
    return np.array(
        [known[name].index(answer.levels[name]) + 1 if name in answer.levels else 0 for name in known], dtype=np.int8
    )
