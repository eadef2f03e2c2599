"""The linkage of a run, from encoded packages to a crosswalk, on one page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.candidates import Pairs, Strata, candidates, further_neighbours, sample_of_others, strata
from linkage.cluster import Clusters, cluster, components, pairs_between, pairs_within
from linkage.compare import Comparison, Layout, compare, comparisons, layout
from linkage.cross_check import cross_check
from linkage.errors import LinkageError
from linkage.gathering import gather
from linkage.model import MatchModel, Patterns, count_patterns, fit_model, match_is_match, most_matches
from linkage.profiles import profile
from linkage.quality import Run, summary
from linkage.records import Records
from linkage.settings import EncodingSettings, FieldKind, LinkageSettings
from linkage.tables import candidate_table, crosswalk, links, record_table

Progress = Callable[[str, int, int], None]
STAGES = ("gather", "candidates", "compare", "estimate", "cluster", "report")
LARGEST_COMPONENT = 100
"""Components up to this many records have every pair scored before clustering; larger ones keep their candidates."""


@dataclass(frozen=True)
class Linkage:
    """What a run of linkage yields.

    ``crosswalk``: source, record_id, cluster, link_method, link_probability, a row per record. ``links``: the pairs of
    records of one cluster with their probability. ``candidates``: left and right row numbers of ``records``, which
    holds source, record_id and the fields present. ``summary``: JSON-able, without a value or an id.
    """

    crosswalk: pa.Table
    links: pa.Table
    candidates: pa.Table
    records: pa.Table
    summary: dict[str, Any]


def link(
    packages: Mapping[str, pa.Table],
    *,
    encoding: EncodingSettings,
    settings: LinkageSettings,
    deduplicated: Mapping[str, bool],
    seed: int,
    threads: int,
    progress: Progress | None = None,
) -> Linkage:
    """Link the encoded records of all sources (source name to encoded table) into persons.

    ``deduplicated``: whether a source holds each person once. The result is the same for any number of ``threads``,
    and for any order of packages and of records. Raises ``LinkageError`` where there is no source.
    """
    if not packages:
        msg = "no package to link. Cure: deliver at least one source."
        raise LinkageError(msg)
    step = _Steps(progress)
    fields = layout(encoding, _delivered(packages))
    records = gather(packages, deduplicated, fields.shared_dictionaries)
    step()
    pairs = candidates(records, fields, settings.candidates, threads)
    step()
    task = _Task(records, strata(records), comparisons(fields, profile(encoding.profile)), settings, seed, threads)
    seen = _observe(task, pairs)
    step()
    model = _estimate(task, seen.patterns)
    further = _further(task, fields, seen, model)
    if further is not None:
        seen = _observe(task, further)
        model = _estimate(task, seen.patterns)
    step()
    persons, scored = _persons(task, seen, model)
    step()
    result = _result(task, fields, seen, model, persons, scored)
    step()
    return result


class _Steps:
    """Tell how far a run has come, one stage at a time."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.done = 0

    def __call__(self) -> None:
        """Report the stage that has just ended."""
        self.done += 1
        if self.progress is not None:
            self.progress(STAGES[self.done - 1], self.done, len(STAGES))


@dataclass(frozen=True)
class _Task:
    """What all stages of one linkage have in common."""

    records: Records
    parts: Strata
    plan: tuple[Comparison, ...]
    settings: LinkageSettings
    seed: int
    threads: int

    @property
    def threshold(self) -> float:
        """Log odds above which records are linked."""
        probability = self.settings.clusters.probability
        return float(np.log(probability / (1 - probability)))


@dataclass(frozen=True)
class _Observed:
    """The candidates with their comparison vectors, and the pattern counts of the whole cross space."""

    pairs: Pairs
    levels: npt.NDArray[np.int8]
    patterns: Patterns


def _delivered(packages: Mapping[str, pa.Table]) -> set[str]:
    """Columns that hold a value in some package."""
    return {
        name
        for table in packages.values()
        for name in table.column_names
        if table.column(name).null_count < table.num_rows
    }


def _observe(task: _Task, pairs: Pairs) -> _Observed:
    """Compare the candidates and a weighted sample of all other pairs.

    The others may be matches too: two records that share only a sex can be of one person. Taking them for strangers
    would say so of matches that leave no trace, and expect too few.
    """
    records, parts = task.records, task.parts
    others, weight = sample_of_others(records, pairs, parts, task.settings.model.sample_pairs, task.seed)
    levels = compare(records, pairs, task.plan, task.threads)
    stratum = np.concatenate([parts.of(records, pairs), parts.of(records, others)])
    patterns = count_patterns(
        stratum,
        parts.can_match[stratum],
        np.concatenate([levels, compare(records, others, task.plan, task.threads)]),
        np.concatenate([np.ones(len(pairs)), weight]),
    )
    return _Observed(pairs, levels, patterns)


def _further(task: _Task, fields: Layout, seen: _Observed, model: MatchModel) -> Pairs | None:
    """The candidates with more neighbours for persons with many records; None where nobody needs more."""
    records, parts, settings = task.records, task.parts, task.settings.candidates
    if fields.search is None or all(records.deduplicated):
        return None
    stratum = parts.of(records, seen.pairs)
    likely = parts.can_match[stratum] & (model.log_odds(stratum, seen.levels) > task.threshold)
    more = further_neighbours(records, fields.search, seen.pairs.where(likely), settings, task.threads)
    return None if more is None else seen.pairs.union(more)


def _estimate(task: _Task, patterns: Patterns) -> MatchModel:
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
    return fit_model(patterns, task.plan, bounds, model, lookalikes=wanted)


def _persons(task: _Task, seen: _Observed, model: MatchModel) -> tuple[Clusters, Pairs]:
    """Cluster the records; within a component all pairs are scored, also those that were no candidates.

    Components too large for that (chains of lookalikes) are clustered on their candidates first, then again with every
    pair scored within those clusters and between those that a likely pair joins: a pair that is not scored counts
    against a merge, and would keep the records of one person apart. Returns the clusters and the scored pairs.
    """
    parts, pairs = task.parts, seen.pairs
    stratum = parts.of(task.records, pairs)
    odds = model.log_odds(stratum, seen.levels)
    linkable = parts.can_match[stratum] & (odds > task.threshold) & match_is_match(model, task.plan)
    labels = components(pairs.where(linkable))
    inside = pairs.where(labels[pairs.left] == labels[pairs.right])
    scored = inside.union(pairs_within(labels, LARGEST_COMPONENT))
    clusters, log_odds = _clusters(task, labels, scored, model)
    if np.bincount(labels, minlength=1).max() > LARGEST_COMPONENT:
        touching = scored.where((log_odds > task.threshold) & ~clusters.linked)
        scored = scored.union(pairs_within(clusters.cluster, LARGEST_COMPONENT))
        scored = scored.union(pairs_between(clusters.cluster, touching, LARGEST_COMPONENT))
        clusters, _ = _clusters(task, labels, scored, model)
    return clusters, scored


def _clusters(
    task: _Task, labels: npt.NDArray[np.int64], scored: Pairs, model: MatchModel
) -> tuple[Clusters, npt.NDArray[np.float64]]:
    """The clusters within the components ``labels``, and the log odds of the scored pairs they rest on."""
    records, parts = task.records, task.parts
    log_odds = model.log_odds(parts.of(records, scored), compare(records, scored, task.plan, task.threads))
    share = model.match_share[parts.can_match]
    unseen = float(np.log(np.maximum(share, 1e-12)).min(initial=0.0))
    return cluster(records, labels, scored, log_odds, threshold=task.threshold, unseen=unseen), log_odds


def _result(
    task: _Task, fields: Layout, seen: _Observed, model: MatchModel, persons: Clusters, scored: Pairs
) -> Linkage:
    """The tables, and what the run says of itself."""
    records, parts = task.records, task.parts
    run = Run(
        records=records,
        strata=parts,
        pairs=seen.pairs,
        levels=seen.levels,
        plan=task.plan,
        patterns=seen.patterns,
        model=model,
        threshold=task.threshold,
        scored=scored,
        linked=persons.linked,
        link_probability=persons.link_probability,
        cluster=persons.cluster,
    )
    check = cross_check(seen.levels, task.plan, parts.of(records, seen.pairs), parts.can_match, task.seed)
    linked = scored.where(persons.linked)
    return Linkage(
        crosswalk=crosswalk(records, persons, _identified(records, linked, fields)),
        links=links(records, linked, persons.link_probability),
        candidates=candidate_table(seen.pairs),
        records=record_table(records, {field.field: field.all for field in fields.fields}),
        summary=summary(run, task.settings, check),
    )


def _identified(records: Records, linked: Pairs, fields: Layout) -> npt.NDArray[np.bool_]:
    """Whether each record agrees on an identifier with another record of its cluster."""
    found = np.zeros(len(records), dtype=bool)
    for field in fields.of_kind(FieldKind.IDENTIFIER):
        codes = records.columns[field.members[0]]
        agree = (codes[linked.left] == codes[linked.right]) & (codes[linked.left] >= 0)
        found[linked.left[agree]] = True
        found[linked.right[agree]] = True
    return found
