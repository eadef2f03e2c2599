"""From candidates to what the match model is estimated from: comparison vectors, counted over the whole cross space."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from linkage.candidates import Blocking, Pairs, further_neighbours, sample_by_block, sample_of_others
from linkage.compare import Comparer, Comparison
from linkage.model import MatchModel, PatternCounter, fit_model, most_matches
from linkage.progress import told
from linkage.review.constraints import known_classes, with_answered_pairs
from linkage.task import Observed, Task

Levels = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int64]

SECOND_LOOK = " again"
"""Follows the names of stages in which further candidates are looked at."""


def observe(
    task: Task, candidates: Pairs, search: str | None, roads: Sequence[Blocking] = (), look: str = ""
) -> Observed:
    """Compare the candidates, pairs that reviewers judged among them, and a weighted sample of all other pairs.

    The others may be matches too: two records that share only a sex can be of one person. Taking them for strangers
    would say so of matches that leave no trace, and expect too few. Judged pairs enter as what they were judged to be.
    ``search``: the column of the search filter, None where there is none. ``roads``: the blockings of a large run, by
    which the others are drawn; none where the search was exhaustive. ``look``: follows the name of the stage told.
    """
    records, parts = task.records, task.parts
    pairs = with_answered_pairs(candidates, records, task.answers)
    known = known_classes(pairs, records, task.answers)
    counter = PatternCounter(len(parts.names), len(task.plan), most_levels(task.plan))
    with told(task.progress, f"compare{look}", len(pairs), "pairs") as stage:
        for rows, levels in compared(task, pairs):
            stratum, judged = parts.of(records, pairs.where(rows)), known[rows]
            counter.add(stratum, parts.can_match[stratum] & (judged >= 0), levels, None, judged > 0)
            stage.reached(rows.stop)
        size = task.settings.model.sample_pairs
        if roads and search is not None:
            others, weight = sample_by_block(records, pairs, parts, size, task.seed, search, roads, task.threads)
        else:
            others, weight = sample_of_others(records, pairs, parts, size, task.seed, search, task.threads)
        stage.grow(len(others))
        stratum = parts.of(records, others)
        counter.add(stratum, parts.can_match[stratum], task.comparer.levels(others, task.threads), weight)
        patterns = counter.patterns()
    return Observed(pairs, patterns.row_of[: len(pairs)].copy(), replace(patterns, row_of=patterns.row_of[:0]))


def compared(task: Task, pairs: Pairs) -> Iterator[tuple[slice, Levels]]:
    """Yield the comparison vectors of slices of the pairs, in order: those of as many records as a part may have."""
    size = task.settings.workers.partition
    starts = np.arange(0, len(task.records) + size, size)
    slices = [slice(*ends) for ends in pairwise(np.searchsorted(pairs.left, starts).tolist())]
    slices = [rows for rows in slices if rows.stop > rows.start]
    parts = [(pairs.left[rows], pairs.right[rows]) for rows in slices]
    yield from zip(slices, task.workers.run(levels_of_part, task.comparer, parts), strict=True)


def levels_of_part(comparer: Comparer, part: tuple[Rows, Rows]) -> Levels:
    """Return the comparison vectors of one part of the pairs: left and right row numbers."""
    left, right = part
    return comparer.levels(Pairs(left, right, 0))


def most_levels(plan: Sequence[Comparison]) -> int:
    """Return the most levels that a comparison of the plan has."""
    return max((len(comparison.levels) for comparison in plan), default=0)


def estimate(task: Task, seen: Observed, look: str = "") -> MatchModel:
    """Fit the match model; strangers that look alike get a class where sources without duplicates can teach it.

    ``look``: follows the name of the stage told.
    """
    records, model = task.records, task.settings.model
    sizes = np.diff(records.starts).tolist()
    place = {source: number for number, source in enumerate(records.sources)}
    pairs = [(place[a], place[b]) for a, b in task.parts.names]
    bounds = most_matches(
        [(sizes[a], sizes[b]) for a, b in pairs],
        [a == b for a, b in pairs],
        [(records.deduplicated[a], records.deduplicated[b]) for a, b in pairs],
        float(task.settings.candidates.neighbours_with_duplicates),
    )
    teachers = 2
    automatic = sum(records.deduplicated) >= teachers
    wanted = model.lookalikes == "on" or (model.lookalikes == "auto" and automatic)
    with told(task.progress, f"estimate{look}", len(seen.patterns), "patterns"):
        return fit_model(seen.patterns, task.plan, bounds, model, lookalikes=wanted)


def further_candidates(task: Task, search: str | None, seen: Observed, model: MatchModel) -> Pairs | None:
    """Return the candidates with more neighbours for persons with many records; None where nobody needs more.

    ``search``: the column of the search filter, None where there is none.
    """
    records, parts, settings = task.records, task.parts, task.settings.candidates
    if search is None or all(records.deduplicated):
        return None
    likely = parts.can_match[seen.stratum] & (seen.log_odds(model) > task.threshold)
    more = further_neighbours(records, search, seen.pairs.where(likely), settings, task.threads, task.progress)
    return None if more is None else seen.pairs.union(more)
