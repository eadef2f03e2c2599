"""The linkage of a run, from encoded packages to a crosswalk, on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.candidates import CandidateLists, Pairs, candidate_lists, strata
from linkage.compare import Comparison, Layout, compare, comparisons, layout
from linkage.cross_check import cross_check
from linkage.decision import Decision, decide
from linkage.draws import draw_table
from linkage.errors import LinkageError
from linkage.gathering import gather
from linkage.model import MatchModel
from linkage.observing import SECOND_LOOK, estimate, further_candidates, observe
from linkage.profiles import profile
from linkage.progress import Progress, silent, told
from linkage.quality import Run, summary
from linkage.records import Records
from linkage.review import Answers
from linkage.settings import EncodingSettings, FieldKind, LinkageSettings
from linkage.tables import candidate_table, crosswalk, links, record_table
from linkage.task import Observed, Task
from linkage.two_scorers import two_scorers
from linkage.uncertainty import Uncertainty, uncertainty
from linkage.workers import Threads, Workers

STAGES = ("gather", "candidates", "compare", "estimate", "cluster", "draw", "report")
"""The stages that every linkage tells of, in order. A second look at persons with many records has stages besides."""
NO_ANSWERS = Answers()


@dataclass(frozen=True)
class Linkage:
    """What a run of linkage yields.

    ``crosswalk``: source, record_id, cluster, link_method, link_probability, a row per record. ``links``: the pairs of
    records of one cluster with their probability. ``candidates``: left and right row numbers of ``records``, which
    holds source, record_id and the fields present. ``draws``: draw, source, record_id and cluster, a row where a draw
    from the posterior puts a record into another cluster than the crosswalk does. ``summary``: JSON-able, without a
    value or an id.
    """

    crosswalk: pa.Table
    links: pa.Table
    candidates: pa.Table
    records: pa.Table
    draws: pa.Table
    summary: dict[str, Any]


def link(  # noqa: PLR0913 - what is linked, and how the run is made
    packages: Mapping[str, pa.Table],
    *,
    encoding: EncodingSettings,
    settings: LinkageSettings,
    deduplicated: Mapping[str, bool],
    seed: int,
    threads: int,
    answers: Answers = NO_ANSWERS,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Linkage:
    """Link the encoded records of all sources (source name to encoded table) into persons.

    ``deduplicated``: whether a source holds each person once. ``answers``: what reviewers said of pairs and patterns;
    those on records that are not here any more count for nothing. ``workers``: do what is cut into parts, the
    ``threads`` where None. ``progress``: told of the ``STAGES``. The result is the same for any number of threads, any
    workers, and any order of packages and of records. Raises ``LinkageError`` where there is no source.
    """
    if not packages:
        msg = "no package to link. Cure: deliver at least one source."
        raise LinkageError(msg)
    with told(progress, "gather", sum(package.num_rows for package in packages.values()), "records"):
        fields = layout(encoding, _delivered(packages))
        records = gather(packages, deduplicated, fields.shared_dictionaries)
    rarity = len(records) > settings.model.rarity_records
    plan = comparisons(fields, profile(encoding.profile), rarity=rarity)
    own = workers or Threads(threads)
    task = Task(records, strata(records), plan, settings, seed, threads, answers.of(records.sources), own, progress)
    lists = candidate_lists(records, fields, settings.candidates, threads, own, settings.workers.partition, progress)
    seen = observe(task, lists.all, fields.search, lists.roads)
    model = estimate(task, seen)
    further = further_candidates(task, fields.search, seen, model)
    if further is not None:
        seen = observe(task, further, fields.search, lists.roads, SECOND_LOOK)
        model = estimate(task, seen, SECOND_LOOK)
    with told(progress, "cluster", len(seen.pairs), "pairs"):
        decision = decide(task, seen, model)
    with told(progress, "draw", settings.clusters.draws, "draws"):
        doubt = uncertainty(task, seen, model, decision)
    with told(progress, "report", len(records), "records"):
        return _result(task, fields, seen, model, decision, doubt, lists)


def _delivered(packages: Mapping[str, pa.Table]) -> set[str]:
    """Columns that hold a value in some package."""
    return {
        name
        for table in packages.values()
        for name in table.column_names
        if table.column(name).null_count < table.num_rows
    }


def _result(
    task: Task,
    fields: Layout,
    seen: Observed,
    model: MatchModel,
    decision: Decision,
    doubt: Uncertainty,
    lists: CandidateLists,
) -> Linkage:
    """The tables, and what the run says of itself."""
    records, parts = task.records, task.parts
    linked = decision.scored.where(decision.clusters.linked)
    probability = doubt.of_links(decision.clusters.link_probability)
    run = Run(
        records=records,
        strata=parts,
        seen=seen,
        times_found=np.maximum(lists.times_found(seen.pairs), 1),
        plan=task.plan,
        model=model,
        threshold=decision.cuts,
        scored=decision.scored,
        linked=decision.clusters.linked,
        link_probability=probability,
        cluster=decision.clusters.cluster,
        doubt=doubt,
        rules=decision.rules,
    )
    check = cross_check(seen.patterns, seen.count, task.plan, parts.can_match, task.seed)
    return Linkage(
        crosswalk=crosswalk(records, doubt.placed(decision.clusters), _identified(records, linked, task.plan)),
        links=links(records, linked, probability),
        candidates=candidate_table(seen.pairs),
        records=record_table(records, {field.field: field.all for field in fields.fields}),
        draws=draw_table(records, doubt.draws),
        summary=summary(run, task.settings, check, two_scorers(task, seen, model)),
    )


def _identified(records: Records, linked: Pairs, plan: Sequence[Comparison]) -> npt.NDArray[np.bool_]:
    """Whether each record agrees on an identifier with another record of its cluster; a shared number is none."""
    found = np.zeros(len(records), dtype=bool)
    identifiers = [comparison for comparison in plan if comparison.field.kind is FieldKind.IDENTIFIER]
    levels = compare(records, linked, identifiers) if identifiers else np.zeros((len(linked), 0), dtype=np.int8)
    for column, comparison in enumerate(identifiers):
        agree = levels[:, column] == comparison.number("equal")
        found[linked.left[agree]] = True
        found[linked.right[agree]] = True
    return found
