"""What reviewers answered: about pairs of records of one source, and about patterns of comparison across sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.errors import LinkageError
from linkage.records import Records

Ints = npt.NDArray[np.int64]
Record = tuple[str, str]
"""A source and one of its record ids."""


class AnswersContradict(LinkageError):
    """Answers cannot all be true."""


@dataclass(frozen=True)
class Answer:
    """Whether two records are one person, as a reviewer judged.

    ``origin`` says where the answer comes from (source, round, pair number), for messages; it holds no id.
    """

    left: Record
    right: Record
    same: bool
    origin: str = "an answer"


@dataclass(frozen=True)
class PatternAnswer:
    """Whether pairs of two sources with one comparison vector are one person.

    ``levels``: comparison to the name of its level; a comparison that is not named was missing in the pattern.
    """

    source_a: str
    source_b: str
    levels: Mapping[str, str]
    same: bool
    origin: str = "an answer"


@dataclass(frozen=True)
class Answers:
    """All answers a run takes into account; unsure ones are not among them."""

    pairs: tuple[Answer, ...] = ()
    patterns: tuple[PatternAnswer, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any answer."""
        return bool(self.pairs or self.patterns)

    def of(self, sources: Sequence[str]) -> "Answers":
        """Return the answers that concern nothing but these sources."""
        known = set(sources)
        return Answers(
            tuple(answer for answer in self.pairs if {answer.left[0], answer.right[0]} <= known),
            tuple(answer for answer in self.patterns if {answer.source_a, answer.source_b} <= known),
        )


def check_consistent(answers: Answers) -> None:
    """Pass where the answers on pairs can all be true.

    Two records that a chain of "same" joins must not be judged different. Raises ``AnswersContradict`` naming the
    answers (by origin) of such a chain; an id is never named.
    """
    joined = _joined(answers.pairs)
    for answer in answers.pairs:
        if answer.same:
            continue
        chain = _chain(joined, answer.left, answer.right)
        if chain is not None:
            told = ", ".join(dict.fromkeys(link.origin for link in chain)) or "the two records are one"
            msg = (
                f"answers contradict each other: {answer.origin} says different, but {told} says same of the same "
                "records. Cure: let the agency judge these pairs again."
            )
            raise AnswersContradict(msg)


def _joined(answers: Sequence[Answer]) -> dict[Record, list[tuple[Record, Answer]]]:
    """Each record's neighbours by "same"."""
    joined: dict[Record, list[tuple[Record, Answer]]] = {}
    for answer in answers:
        if answer.same:
            joined.setdefault(answer.left, []).append((answer.right, answer))
            joined.setdefault(answer.right, []).append((answer.left, answer))
    return joined


def _chain(joined: Mapping[Record, list[tuple[Record, Answer]]], first: Record, last: Record) -> list[Answer] | None:
    """The shortest chain of answers from one record to another; None where there is none."""
    found: dict[Record, list[Answer]] = {first: []}
    queue = [first]
    for record in queue:
        for other, answer in joined.get(record, []):
            if other not in found:
                found[other] = [*found[record], answer]
                queue.append(other)
    return found.get(last)


def rows_of(records: Records, answers: Answers) -> tuple[Ints, Ints, npt.NDArray[np.bool_]]:
    """Return left rows, right rows (left smaller) and whether they are one person, of the pairs both in ``records``.

    Pairs are sorted and each is there once. Raises ``AnswersContradict`` as ``check_consistent``, and where two records
    of a source that holds each person once were judged the same.
    """
    check_consistent(answers)
    _check_duplicates_allowed(records, answers)
    place = _places(records, {record for answer in answers.pairs for record in (answer.left, answer.right)})
    found: dict[tuple[int, int], bool] = {}
    for answer in answers.pairs:
        ends = sorted(place[record] for record in (answer.left, answer.right) if record in place)
        if len(ends) == 2 and ends[0] != ends[1]:  # noqa: PLR2004 - a pair
            found[ends[0], ends[1]] = answer.same
    pairs = sorted(found)
    rows = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return rows[:, 0], rows[:, 1], np.array([found[pair] for pair in pairs], dtype=bool)


def _check_duplicates_allowed(records: Records, answers: Answers) -> None:
    once = {name for name, alone in zip(records.sources, records.deduplicated, strict=True) if alone}
    for answer in answers.pairs:
        if answer.same and answer.left[0] == answer.right[0] and answer.left[0] in once:
            msg = (
                f"{answer.origin} says same, but {answer.left[0]} is said to hold each person once. Cure: correct "
                "`deduplicated` of that source, or let the agency judge the pair again."
            )
            raise AnswersContradict(msg)


def _places(records: Records, wanted: set[Record]) -> dict[Record, int]:
    """Row number of each wanted record that the run holds."""
    place: dict[Record, int] = {}
    for number, source in enumerate(records.sources):
        ids = {record_id for name, record_id in wanted if name == source}
        if ids:
            first, last = int(records.starts[number]), int(records.starts[number + 1])
            own = enumerate(records.record_ids[first:last].tolist(), start=first)
            place.update({(source, record_id): row for row, record_id in own if record_id in ids})
    return place
