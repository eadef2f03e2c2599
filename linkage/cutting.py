"""Where each source pair's links are cut before clustering, and by which rule."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.cut import Cut, ExpectedCut, Scored, expected_f_cut, label_free_cut
from linkage.model import MatchModel
from linkage.task import Observed, Task

Floats = npt.NDArray[np.float64]

MANY = 1_000_000
"""Candidates beyond which those that no cut could let in are left out before they are put in order."""
LOWEST = -6.0
"""Their log odds. The set probability, below which no cut lies, is at 0 or near it."""


@dataclass(frozen=True)
class Cuts:
    """``log_odds``: per source pair, what records must exceed to be linked; ``rules``: JSON-able, how it was found."""

    log_odds: Floats
    rules: tuple[dict[str, Any], ...]


def first_cuts(task: Task, seen: Observed, model: MatchModel) -> Cuts:
    """Return the label-free cut where two sources without duplicates give one that stands its tests, else the set one.

    Never below the set probability. Where one source lacks a field that the other has, strangers within the latter
    differ on it and score lower than strangers across, where it is not compared: false links then seem fewer than they
    are, and on two small registers the label-free cut fell to pairs that the model gives no chance at all.
    Where a source has duplicates nothing is known to be of strangers. There the cut of the largest expected F1 is told
    beside the set probability, and not used: it lies below one half wherever links are missed, and precision leads.
    """
    cuts = np.full(len(task.parts.names), task.threshold)
    rules: list[dict[str, Any]] = []
    for number in range(len(cuts)):
        names = task.parts.names[number]
        places = [task.records.sources.index(name) for name in names]
        if names[0] != names[1] and all(task.records.deduplicated[place] for place in places):
            found = _between(task, seen, model, number, places)
            higher = found.usable and found.threshold > task.threshold
            if higher:
                cuts[number] = found.threshold
            rules.append({"rule": "label_free" if higher else "probability", **_told(found)})
        elif task.parts.can_match[number]:
            rules.append({"rule": "probability", **_told(_expected(seen, model, number))})
        else:
            rules.append({"rule": "none"})
    return Cuts(cuts, tuple(rules))


def _between(task: Task, seen: Observed, model: MatchModel, number: int, places: list[int]) -> Cut:
    """The label-free cut of two sources, the pairs within each scored as if they were across."""
    patterns = seen.patterns
    shared = np.isin(np.arange(patterns.levels.shape[1]), list(model.comparable[model.group_of[number]]))
    as_if = np.full(len(patterns), number, dtype=np.int64)
    odds = model.log_odds(as_if, np.where(shared[None, :], patterns.levels, 0).astype(np.int8))

    def scored(own: int) -> Scored:
        chosen = patterns.stratum == own
        if len(seen.pairs) > MANY:
            chosen &= odds > LOWEST
        rows = np.flatnonzero(chosen[seen.row_of])
        return Scored(seen.pairs.left[rows], seen.pairs.right[rows], odds[seen.row_of[rows]])

    within = (
        scored(int(task.parts.number[places[0], places[0]])),
        scored(int(task.parts.number[places[1], places[1]])),
    )
    sizes = np.diff(task.records.starts)
    return label_free_cut(scored(number), within, (int(sizes[places[0]]), int(sizes[places[1]])), seed=task.seed)


def _expected(seen: Observed, model: MatchModel, number: int) -> ExpectedCut:
    """The cut of the largest expected F1, on all pairs of a source pair."""
    rows = seen.patterns.stratum == number
    odds = model.log_odds(seen.patterns.stratum[rows], seen.patterns.levels[rows])
    return expected_f_cut(1.0 / (1.0 + np.exp(-np.clip(odds, -500, 500))), seen.patterns.weight[rows])


def _told(cut: Cut | ExpectedCut) -> dict[str, Any]:
    """A cut for a report: finite numbers, four decimals."""
    named = asdict(cut)
    return {
        key: round(value, 4) if isinstance(value, float) and np.isfinite(value) else value
        for key, value in named.items()
    }
