"""From candidates to what the match model is estimated from: comparison vectors, counted over the whole cross space."""

import numpy as np
import numpy.typing as npt

from linkage.candidates import Pairs, further_neighbours, sample_of_others
from linkage.compare import compare
from linkage.model import MatchModel, count_patterns, fit_model, most_matches
from linkage.review.constraints import known_classes, with_answered_pairs
from linkage.task import Observed, Task

Levels = npt.NDArray[np.int8]


def observe(task: Task, candidates: Pairs, search: str | None) -> Observed:
    """Compare the candidates, pairs that reviewers judged among them, and a weighted sample of all other pairs.

    The others may be matches too: two records that share only a sex can be of one person. Taking them for strangers
    would say so of matches that leave no trace, and expect too few. Judged pairs enter as what they were judged to be.
    ``search``: the column of the search filter, None where there is none.
    """
    records, parts = task.records, task.parts
    pairs = with_answered_pairs(candidates, records, task.answers)
    size = task.settings.model.sample_pairs
    others, weight = sample_of_others(records, pairs, parts, size, task.seed, search, task.threads)
    levels = compare(records, pairs, task.plan, task.threads)
    stratum = np.concatenate([parts.of(records, pairs), parts.of(records, others)])
    known = np.concatenate([known_classes(pairs, records, task.answers), np.zeros(len(others), dtype=np.int8)])
    patterns = count_patterns(
        stratum,
        parts.can_match[stratum] & (known >= 0),
        np.concatenate([levels, compare(records, others, task.plan, task.threads)]),
        np.concatenate([np.ones(len(pairs)), weight]),
        known > 0,
    )
    return Observed(pairs, patterns.row_of[: len(pairs)].astype(np.int32), patterns)


def estimate(task: Task, seen: Observed) -> MatchModel:
    """Fit the match model; strangers that look alike get a class where sources without duplicates can teach it."""
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
    return fit_model(seen.patterns, task.plan, bounds, model, lookalikes=wanted)


def further_candidates(task: Task, search: str | None, seen: Observed, model: MatchModel) -> Pairs | None:
    """Return the candidates with more neighbours for persons with many records; None where nobody needs more.

    ``search``: the column of the search filter, None where there is none.
    """
    records, parts, settings = task.records, task.parts, task.settings.candidates
    if search is None or all(records.deduplicated):
        return None
    likely = parts.can_match[seen.stratum] & (seen.log_odds(model) > task.threshold)
    more = further_neighbours(records, search, seen.pairs.where(likely), settings, task.threads)
    return None if more is None else seen.pairs.union(more)
