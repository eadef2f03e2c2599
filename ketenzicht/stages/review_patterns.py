"""Review at the linkage unit of pairs across sources, which are judged as patterns: no record is looked at."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ketenzicht import keys
from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError
from ketenzicht.journal import LONGEST_TEXT
from ketenzicht.reviewing import decisions
from ketenzicht.stages.runs import read_summary
from ketenzicht.workspace import atomic_write


def patterns(context: Context, run_id: str) -> dict[str, Any]:
    """Write the worksheet of a run's uncertain patterns; return its path and the patterns."""
    rows = _uncertain(context, run_id)
    path = context.workspace.pattern_worksheet(run_id)
    atomic_write(path, decisions.worksheet_of(rows, _judged(context)))
    return {"run_id": run_id, "patterns": list(rows), "worksheet": str(path)}


def _judged(context: Context) -> decisions.Decisions:
    """The judgements so far; without any, no key is asked for."""
    path = context.workspace.pattern_decisions
    if not path.exists():
        return decisions.Decisions()
    key = keys.load_unit_review(context.workspace, context.project.pipeline.sources).signing_key
    return decisions.read(path, key)


def _uncertain(context: Context, run_id: str) -> Sequence[Mapping[str, Any]]:
    found = read_summary(context, run_id)["linkage"].get("uncertain_patterns")
    if found is None:
        msg = f"run {run_id}: it holds no patterns for review. Cure: link again with this version."
        raise ConfigurationError(msg)
    rows: Sequence[Mapping[str, Any]] = found
    return rows


def decide(context: Context, file: Path, *, run_id: str, by: str, reason: str) -> dict[str, Any]:
    """Add the judgements of a filled-in worksheet to those of the linkage unit, signed; return their counts.

    Raises ``ConfigurationError`` without a name or a reason, and ``DataRefused`` where the worksheet is not in order.
    """
    check_said("--by", by)
    check_said("--reason", reason)
    context.journal.check()
    judged = decisions.read_worksheet(file, _uncertain(context, run_id))
    key = keys.load_unit_review(context.workspace, context.project.pipeline.sources).signing_key
    moment = context.clock()
    added = tuple(
        decisions.Decision(
            source_a=pattern["source_a"],
            source_b=pattern["source_b"],
            levels=pattern["levels"],
            answer=said,
            by=by,
            reason=reason,
            moment=moment,
            run_id=run_id,
        )
        for pattern, said in judged
    )
    everything = decisions.Decisions(decisions=(*_judged(context).decisions, *added))
    decisions.write(context.workspace.pattern_decisions, everything, key)
    counts = {word: sum(one.answer == word for one in added) for word in ("same", "different", "unsure")}
    context.journal.append(
        action="review_decide",
        actor=context.actor,
        reason=reason,
        recipient="linkage_unit",
        counts=counts,
        run_id=run_id,
        details={"decided_by": by},
    )
    return {"run_id": run_id, "decided_by": by, **counts, "in_force": len(everything.answers())}


def in_force(context: Context) -> int:
    """How many judgements on patterns the next run takes into account."""
    return len(_judged(context).answers())


def check_said(option: str, text: str) -> None:
    """Pass where a name or a reason was given that the journal can hold; ``ConfigurationError`` otherwise."""
    if not 1 <= len(text.strip()) <= LONGEST_TEXT or not text.isprintable():
        msg = f"{option}: empty, too long, or not one line of text. Cure: give 1 to {LONGEST_TEXT} characters."
        raise ConfigurationError(msg)
