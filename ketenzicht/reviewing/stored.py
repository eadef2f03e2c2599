"""Everything a run takes into account of review: answers that were taken, and judgements on patterns.

Every signature is checked again each time, so that what was altered after it was taken never reaches a run.
"""

import hashlib
import json
from collections.abc import Iterable

from ketenzicht import keys
from ketenzicht.errors import DataRefused
from ketenzicht.keys import UnitReviewKeys
from ketenzicht.reviewing import decisions, exchange, judging, rounds
from ketenzicht.settings import Project
from ketenzicht.workspace import Workspace
from linkage.review import Answer, Answers, AnswersContradict, check_consistent


def load(project: Project, workspace: Workspace, sources: Iterable[str]) -> Answers:
    """The answers on these sources that were taken, and the judgements on patterns; none where nobody reviewed.

    Raises ``DataRefused`` or ``KetenzichtError`` where a file is not what was signed, and ``DataRefused`` where answers
    contradict each other.
    """
    names = sorted(sources)
    taken = {source: accepted(workspace, source) for source in names}
    judged = workspace.pattern_decisions
    if not any(taken.values()) and not judged.exists():
        return Answers()
    secrets = keys.load_unit_review(workspace, project.pipeline.sources)
    pairs = tuple(
        answer
        for source in names
        for number in taken[source]
        for answer in opened(project, workspace, secrets, source, number).answers
    )
    answers = Answers(pairs, decisions.read(judged, secrets.signing_key).answers()).of(names)
    consistent(answers)
    return answers


def accepted(workspace: Workspace, source: str) -> list[int]:
    """The rounds of a source whose answers were taken."""
    return [
        number for number in rounds.numbers(workspace, source) if workspace.accepted_answers(source, number).exists()
    ]


def opened(project: Project, workspace: Workspace, secrets: UnitReviewKeys, source: str, number: int) -> judging.Judged:
    """The answers of one round that were taken, verified anew."""
    asked = rounds.read(workspace, source, number)
    path = workspace.accepted_answers(source, number)
    package = exchange.open_answers(project, secrets, source, asked.request, path)
    return judging.judge(path.name, asked, package.tables["answers"])


def consistent(answers: Answers) -> None:
    """Pass where the answers can all be true; ``DataRefused`` naming rounds and pairs where not."""
    try:
        check_consistent(answers)
    except AnswersContradict as error:
        raise DataRefused(str(error)) from None


def digest(answers: Answers) -> str:
    """SHA-256 over what the answers say, whatever their order and origin."""
    pairs = sorted([*sorted([list(one.left), list(one.right)]), one.same] for one in answers.pairs)
    patterns = sorted([one.source_a, one.source_b, sorted(one.levels.items()), one.same] for one in answers.patterns)
    return hashlib.sha256(json.dumps([pairs, patterns]).encode()).hexdigest()


def of_round(source: str, answers: Iterable[Answer], others: Iterable[Answer]) -> Answers:
    """One round's answers with those of the source's other rounds, for a check before they are taken."""
    return Answers((*answers, *others)).of([source])
