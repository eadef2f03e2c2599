"""Judgements of the linkage unit's own reviewer on patterns across sources, signed by the linkage unit.

A pattern is what was compared and how well it agreed, in words; it holds no id, no value and no count below ten.
"""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AwareDatetime, Field, ValidationError

from ketenzicht.errors import DataRefused, KetenzichtError
from ketenzicht.keys import signer_fingerprint
from ketenzicht.packages.manifest import canonical_json
from ketenzicht.reviewing import worksheet
from ketenzicht.workspace import atomic_write
from linkage.review import PatternAnswer
from linkage.settings import Frozen

HEADER = (
    "pattern",
    "source_a",
    "source_b",
    "agreement",
    "probability",
    "pairs",
    "linked_now",
    "not_linked_now",
    "judged_before",
    "answer",
)
FEW = "<10"


class Decision(Frozen):
    """One judgement: the pattern, the answer, who gave it when and why, and the run in which the pattern was seen."""

    source_a: str
    source_b: str
    levels: dict[str, str]
    answer: Literal["same", "different", "unsure"]
    by: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]
    moment: AwareDatetime
    run_id: str

    @property
    def pattern(self) -> tuple[Any, ...]:
        """The pattern that was judged."""
        return self.source_a, self.source_b, *sorted(self.levels.items())


class Decisions(Frozen):
    """All judgements in the order given; a later one on a pattern replaces an earlier one, and unsure withdraws it."""

    decisions: tuple[Decision, ...] = ()

    def last(self) -> dict[tuple[Any, ...], Decision]:
        """The last judgement on each pattern."""
        return {decision.pattern: decision for decision in self.decisions}

    def answers(self) -> tuple[PatternAnswer, ...]:
        """The judgements in force that are not unsure."""
        return tuple(
            PatternAnswer(one.source_a, one.source_b, one.levels, one.answer == "same", "a judgement on a pattern")
            for one in self.last().values()
            if one.answer != "unsure"
        )


class _Signed(Decisions):
    signed_by: str
    signature: str


def worksheet_of(patterns: Sequence[Mapping[str, Any]], before: Decisions) -> bytes:
    """The worksheet of a run's uncertain patterns (``linkage.review.patterns.uncertain_patterns``), answers empty."""
    rows = [[*cells(number, row, before), ""] for number, row in enumerate(patterns, start=1)]
    return worksheet.text(HEADER, rows)


def cells(number: int, row: Mapping[str, Any], before: Decisions) -> list[object]:
    """One pattern for people: its agreement in words; masked counts as ``<10``, those that would tell one as ``-``."""
    few = row["pairs"] is None
    counts = [FEW if few else row["pairs"], *("-" if row[name] is None else row[name] for name in ("linked", "apart"))]
    judged = before.last().get((row["source_a"], row["source_b"], *sorted(row["levels"].items())))
    words = [row["source_a"], row["source_b"], in_words(row["levels"]), row["probability"]]
    return [number, *words, *counts, judged.answer if judged else ""]


def in_words(levels: Mapping[str, str]) -> str:
    """A pattern's levels on one line."""
    return "; ".join(f"{comparison}: {level}" for comparison, level in levels.items()) or "nothing comparable"


def read_worksheet(path: Path, patterns: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], str]]:
    """The patterns that were answered, each with its answer; rows without an answer are passed over.

    Raises ``DataRefused`` naming file, row, column, rule and cure where a row is not the run's pattern of that number,
    an answer is none, or nothing was answered.
    """
    found: dict[int, str] = {}
    known = {str(number): row for number, row in enumerate(patterns, start=1)}
    for row, said in worksheet.rows(path, HEADER):
        if not said[-1]:
            continue
        pattern = known.get(said[0])
        if pattern is None or said[1:4] != [pattern["source_a"], pattern["source_b"], in_words(pattern["levels"])]:
            cure = "run `ketenzicht review patterns` for this run, and fill in a fresh worksheet"
            raise worksheet.refused(path, row, "pattern", "not the pattern of this number in the run", cure)
        if int(said[0]) in found:
            raise worksheet.refused(path, row, "pattern", "this pattern is there twice", "keep one row of it")
        found[int(said[0])] = worksheet.answer(path, row, said[-1])
    if not found:
        msg = f"{path.name}: no pattern is answered. Cure: fill in same, different or unsure where you can judge."
        raise DataRefused(msg)
    return [(patterns[number - 1], said) for number, said in sorted(found.items())]


def read(path: Path, key: Ed25519PrivateKey) -> Decisions:
    """The judgements given so far; none where there is no file. ``KetenzichtError`` where they are not as signed."""
    try:
        signed = _Signed.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Decisions()
    except ValidationError:
        raise _altered(path) from None
    plain = Decisions(decisions=signed.decisions)
    try:
        key.public_key().verify(base64.b64decode(signed.signature), _signed_bytes(plain))
    except (InvalidSignature, ValueError):
        raise _altered(path) from None
    return plain


def write(path: Path, decisions: Decisions, key: Ed25519PrivateKey) -> None:
    """Replace the judgements, signed."""
    signature = base64.b64encode(key.sign(_signed_bytes(decisions))).decode()
    signed = _Signed(decisions=decisions.decisions, signed_by=signer_fingerprint(key), signature=signature)
    atomic_write(path, signed.model_dump_json(indent=1).encode())


def _signed_bytes(decisions: Decisions) -> bytes:
    # The label keeps a signature on judgements from serving as one on anything else the linkage unit signs.
    return b"ketenzicht/review/decisions/1\n" + canonical_json(decisions.model_dump(mode="json"))


def _altered(path: Path) -> KetenzichtError:
    return KetenzichtError(
        f"{path}: not what the linkage unit signed. Cure: restore it from backup; the journal tells who judged when."
    )
