"""Review at an agency: questions become a worksheet of its own numbers, and its steward's answers leave signed."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

from ketenzicht import keys, packages
from ketenzicht.context import Context
from ketenzicht.errors import ConfigurationError, DataRefused
from ketenzicht.reviewing import exchange, worksheet
from ketenzicht.stages.review_patterns import check_said
from ketenzicht.workspace import atomic_write

_QUESTIONS = re.compile(r"(.+)-(\d{3,})\.questions\.age")


def show(context: Context, source: str, number: int | None = None) -> dict[str, Any]:
    """Open the questions of a round and write the worksheet with the agency's own numbers; return its path.

    Raises ``DataRefused`` where the linkage unit did not sign the questions, or a record in them is not the agency's.
    """
    context.project.source(source)
    context.journal.check()
    chosen = number or _latest(context, source)
    questions = _open(context, source, chosen)
    path = context.workspace.review_worksheet(source, chosen)
    _keep_answers(path)
    atomic_write(path, worksheet.write(_native_pairs(context, source, questions)))
    _note(context, "review_show", source, chosen, questions.manifest)
    return {"source": source, "round": chosen, "pairs": questions.manifest.record_count, "worksheet": str(path)}


def _latest(context: Context, source: str) -> int:
    folder = context.workspace.questions_package(source, 1).parent
    found = (_QUESTIONS.fullmatch(path.name) for path in folder.glob("*.questions.age"))
    numbers = [int(match[2]) for match in found if match and match[1] == source]
    if not numbers:
        msg = f"{folder}: no questions. Cure: wait for the linkage unit's package, and put it there."
        raise ConfigurationError(msg)
    return max(numbers)


def _open(context: Context, source: str, number: int) -> packages.OpenedPackage:
    secrets = keys.load_agency_review(context.workspace, source)
    return exchange.open_questions(context.project, secrets, context.workspace.questions_package(source, number))


def _keep_answers(path: Path) -> None:
    """Refuse to overwrite a worksheet in which somebody has begun to answer."""
    if path.exists() and any(cells[-1] for _, cells in worksheet.rows(path, worksheet.HEADER)):
        msg = f"{path}: holds answers already. Cure: send them with `ketenzicht review answer`, or move the file away."
        raise ConfigurationError(msg)


def _native_pairs(context: Context, source: str, questions: packages.OpenedPackage) -> list[worksheet.Pair]:
    """The pairs that are asked, by the agency's own numbers."""
    native = _key_file(context.workspace.key_file(source), source)
    asked = questions.tables["questions"]
    pairs = list(zip(asked["record_id_a"].to_pylist(), asked["record_id_b"].to_pylist(), strict=True))
    unknown = sum(one not in native or other not in native for one, other in pairs)
    if unknown:
        msg = (
            f"{source}: {unknown} of {len(pairs)} pairs hold a record that is not in the agency's key file. Cure: run "
            f"`ketenzicht encode {source}` for {questions.manifest.period} again; if they are none of the agency's "
            "records, answer nothing and report it."
        )
        raise DataRefused(msg)
    return [(native[one], native[other]) for one, other in pairs]


def _key_file(path: Path, source: str) -> dict[str, str]:
    """Record id to the agency's own number."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        return dict(zip(table["record_id"], table["native_id"], strict=True))
    except (OSError, ValueError, KeyError):  # what pandas says may hold what stands in the file
        msg = f"{path}: key file is missing or damaged. Cure: run `ketenzicht encode {source}` for the period again."
        raise ConfigurationError(msg) from None


def answer(
    context: Context, source: str, file: Path, *, by: str, number: int | None = None, out: Path | None = None
) -> dict[str, Any]:
    """Check a filled-in worksheet and seal its answers to the linkage unit; return counts and the package's path.

    Raises ``DataRefused`` naming row, column, rule and cure where the worksheet is not in order, and
    ``ConfigurationError`` without the name of who judged.
    """
    context.project.source(source)
    check_said("--by", by)
    context.journal.check()
    chosen = number or _latest(context, source)
    questions = _open(context, source, chosen)
    answers = worksheet.read(file, _native_pairs(context, source, questions))
    path = context.workspace.received_answers(source, chosen)
    sealed = exchange.seal_answers(
        context.project,
        keys.load_agency_review(context.workspace, source),
        questions=questions,
        answers=answers,
        by=by,
        moment=context.clock(),
        path=out / path.name if out else path,
    )
    _note(context, "review_answer", source, chosen, sealed.manifest, by=by)
    counts = {word: answers.count(word) for word in ("same", "different", "unsure")}
    return {"source": source, "round": chosen, "answered_by": by, **counts, "answers": str(sealed.path)}


def _note(
    context: Context, action: str, source: str, number: int, sealed: packages.Manifest, *, by: str | None = None
) -> None:
    context.journal.append(
        action=action,
        actor=context.actor,
        reason=context.project.pipeline.purpose,
        recipient="linkage_unit" if by else source,
        counts={"pairs": sealed.record_count},
        content_hash=sealed.content_hash,
        source=source,
        details={"round": number, **({"answered_by": by} if by else {})},
    )
