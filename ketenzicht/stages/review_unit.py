"""Review at the linkage unit: ask a source about its own records, take its answers, and say how far that is."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ketenzicht import keys, packages
from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError, DataRefused
from ketenzicht.periods import Period
from ketenzicht.reviewing import exchange, judging, rounds, stored
from ketenzicht.stages import linkage_unit
from ketenzicht.workspace import atomic_write
from linkage.errors import LinkageError
from linkage.progress import told

DECOYS = 0.3
"""Share of the questions that are decoys, unless said otherwise."""
LEAST_WELL = 0.8
"""Least share of decoys that must be judged well, unless said otherwise."""


def ask(
    context: Context, source: str, period: Period, *, pairs: int, decoys: float = DECOYS, out: Path | None = None
) -> dict[str, Any]:
    """Seal the next round of questions to a source; return counts and the package's path.

    Questions follow from this source's package, the settings and its own earlier rounds; no other package is opened. A
    round that was not answered yet is replaced. Raises ``ConfigurationError`` for a source without duplicates,
    ``DataRefused`` where its package is refused, its answers wait to be taken, or nothing is uncertain.
    """
    _check_has_duplicates(context, source)
    context.journal.check()
    number, before = _next_round(context, source)
    table, roles = _questions(context, source, period, (pairs, decoys), number, before)
    asked = rounds.AskedRound(
        source=source,
        period=str(period),
        number=number,
        request=rounds.request_name(source, number, table),
        pairs=tuple(rounds.AskedPair(**row, role=role) for row, role in zip(table.to_pylist(), roles, strict=True)),
    )
    rounds.write(context.workspace, asked)
    path = context.workspace.questions_package(source, number)
    sealed = exchange.seal_questions(
        context.project,
        keys.load_unit_review(context.workspace, context.project.pipeline.sources),
        source,
        table=table,
        period=str(period),
        request=asked.request,
        moment=context.clock(),
        path=out / path.name if out else path,
    )
    # The number of decoys is not noted: the agency may read the journal.
    _note(context, "review_ask", source, number, {"pairs": table.num_rows}, recipient=source, sealed=sealed.manifest)
    return {"source": source, "round": number, "pairs": table.num_rows, "questions": str(sealed.path)}


def _check_has_duplicates(context: Context, source: str) -> None:
    if context.project.source(source).deduplicated:
        msg = (
            f"{source}: each person is in it once, so no two of its records can be one person. Cure: ask a source "
            "with duplicates; pairs across sources are judged as patterns (`ketenzicht review patterns`)."
        )
        raise ConfigurationError(msg)


def _next_round(context: Context, source: str) -> tuple[int, list[tuple[str, str]]]:
    """The number of the round to ask, and the pairs of record ids that were asked in rounds before it."""
    asked = rounds.numbers(context.workspace, source)
    taken = stored.accepted(context.workspace, source)
    number = asked[-1] + 1 if asked and asked[-1] in taken else (asked or [1])[-1]
    if number in asked and context.workspace.received_answers(source, number).exists():
        msg = f"{source}: answers of round {number} wait. Cure: run `ketenzicht review take {source}` first."
        raise DataRefused(msg)
    earlier = [rounds.read(context.workspace, source, one) for one in asked if one != number]
    return number, [pair.ids for one in earlier for pair in one.pairs]


def _questions(
    context: Context,
    source: str,
    period: Period,
    wanted: tuple[int, float],
    number: int,
    before: list[tuple[str, str]],
) -> tuple[pa.Table, tuple[str, ...]]:
    """The questions and the role of each, from this source's package alone."""
    from linkage.review import asking  # noqa: PLC0415 - loads a compiler, which agencies do not need

    project = context.project
    package = linkage_unit.open_package(context, source, period)
    records = package.tables["encodings"]
    try:
        with told(context.progress, f"{source}: choose questions", records.num_rows, "records"):
            scores = asking.score_source(
                source,
                records,
                encoding=project.encoding,
                settings=project.linkage,
                seed=project.pipeline.seed,
                threads=context.threads,
            )
    except LinkageError as error:
        raise DataRefused(str(error)) from None
    pairs, decoys = wanted
    chosen = asking.questions(
        scores, before, pairs=pairs, decoys=decoys, round_number=number, seed=project.pipeline.seed
    )
    if not chosen.table.num_rows:
        msg = f"{source}: no pair of its records is uncertain that was not asked before. Cure: none needed."
        raise DataRefused(msg)
    return chosen.table, tuple(role.value for role in chosen.roles)


def take(context: Context, source: str, *, number: int | None = None, least_well: float = LEAST_WELL) -> dict[str, Any]:
    """Verify a source's answers and keep them for the next runs; return their counts.

    Raises ``DataRefused`` where they are not signed by the source for exactly these questions, not complete, older than
    those taken before, or contradict other answers, and where less than ``least_well`` of the decoys were judged well.
    Nothing is kept then.
    """
    context.project.source(source)
    context.journal.check()
    chosen = number or rounds.latest(context.workspace, source)
    asked = rounds.read(context.workspace, source, chosen)
    path = context.workspace.received_answers(source, chosen)
    secrets = keys.load_unit_review(context.workspace, context.project.pipeline.sources)
    package = exchange.open_answers(context.project, secrets, source, asked.request, path)
    judged = judging.judge(path.name, asked, package.tables["answers"])
    by = str(package.tables["statement"]["answered_by"][0].as_py())
    _check_decoys(context, asked, judged, least_well)
    _check_fits(context, secrets, asked, judged, package.manifest)
    atomic_write(context.workspace.accepted_answers(source, chosen), path.read_bytes())
    _note(
        context,
        "review_take",
        source,
        chosen,
        judged.counts(),
        recipient=linkage_unit.SENDER,
        sealed=package.manifest,
        by=by,
    )
    path.unlink()
    return {"source": source, "round": chosen, "answered_by": by, **judged.counts(), "decoys_share": judged.share}


def _check_decoys(context: Context, asked: rounds.AskedRound, judged: judging.Judged, least_well: float) -> None:
    if judged.share >= least_well:
        return
    _note(context, "review_refuse", asked.source, asked.number, judged.counts(), recipient=asked.source)
    msg = (
        f"{asked.source} round {asked.number}: {judged.decoys_well} of {judged.decoys} decoys were judged well, less "
        f"than the least share of {least_well:g}. Nothing was taken. Cure: let another steward of the agency judge the "
        "round anew from the register; unsure counts as not judged well."
    )
    raise DataRefused(msg)


def _check_fits(
    context: Context,
    secrets: keys.UnitReviewKeys,
    asked: rounds.AskedRound,
    judged: judging.Judged,
    manifest: packages.Manifest,
) -> None:
    """Pass where the answers are newer than those of this round taken before, and agree with the other rounds'."""
    place, source = context.workspace, asked.source
    taken = stored.accepted(place, source)
    if asked.number in taken:
        path = place.accepted_answers(source, asked.number)
        before = exchange.open_answers(context.project, secrets, source, asked.request, path)
        if datetime.fromisoformat(manifest.created) < datetime.fromisoformat(before.manifest.created):
            msg = f"{source} round {asked.number}: sealed before the answers that were taken. Cure: answer again."
            raise DataRefused(msg)
    others = [
        answer
        for number in taken
        if number != asked.number
        for answer in stored.opened(context.project, place, secrets, source, number).answers
    ]
    stored.consistent(stored.of_round(source, judged.answers, others))


def status(context: Context) -> list[dict[str, Any]]:
    """Every round of every source: pairs asked, and the counts of its answers once they were taken."""
    rows: list[dict[str, Any]] = []
    for source in context.project.pipeline.sources:
        taken = stored.accepted(context.workspace, source)
        for number in rounds.numbers(context.workspace, source):
            asked = rounds.read(context.workspace, source, number)
            row: dict[str, Any] = {"source": source, "round": number, "period": asked.period, "pairs": len(asked.pairs)}
            rows.append(row | _state(context, asked, answered=number in taken))
    return rows


def _state(context: Context, asked: rounds.AskedRound, *, answered: bool) -> dict[str, Any]:
    if not answered:
        waiting = context.workspace.received_answers(asked.source, asked.number).exists()
        return {"state": "answers wait to be taken" if waiting else "asked"}
    secrets = keys.load_unit_review(context.workspace, context.project.pipeline.sources)
    judged = stored.opened(context.project, context.workspace, secrets, asked.source, asked.number)
    return {"state": "taken", **judged.counts()}


def _note(
    context: Context,
    action: str,
    source: str,
    number: int,
    counts: dict[str, int],
    *,
    recipient: str,
    sealed: packages.Manifest | None = None,
    by: str | None = None,
) -> None:
    context.journal.append(
        action=action,
        actor=context.actor,
        reason=context.project.pipeline.purpose,
        recipient=recipient,
        counts=counts,
        content_hash=sealed.content_hash if sealed else None,
        source=source,
        details={"round": number, **({"answered_by": by} if by else {})},
    )
