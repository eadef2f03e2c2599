"""One entry of the journal, and the head that names the newest.

Each entry holds the hash of the one before, so that none can be changed, removed or moved without breaking the chain
(Haber and Stornetta 1991, "How to time-stamp a digital document"). The fields are those of the logging duty of article
32a Wpg and NEN 7513: action, actor, reason, recipient, time, counts.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, ValidationError

from ketenzicht.errors import KetenzichtError
from linkage.settings import Frozen

GENESIS = "0" * 64
LONGEST_TEXT = 500

Label = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", max_length=80)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]
Detail = Annotated[str, Field(max_length=LONGEST_TEXT)] | bool | int | Number


class Head(Frozen):
    """The newest entry of a journal: its number (0: none) and hash."""

    sequence: Annotated[int, Field(ge=0)] = 0
    hash: Hash = GENESIS

    def line(self) -> bytes:
        """The head as its file holds it."""
        return _canonical(self.model_dump(mode="json"))


class Entry(Frozen):
    """One entry. ``previous`` is the hash of the entry before it, ``hash`` that of all other fields of this one."""

    sequence: Annotated[int, Field(ge=1)]
    time: AwareDatetime
    action: Label
    actor: Words
    reason: Words
    recipient: Words
    counts: Annotated[dict[Label, int], Field(max_length=200)]
    content_hash: Hash | None
    source: Words | None
    run_id: Words | None
    details: Annotated[dict[Label, Detail], Field(max_length=200)]
    previous: Hash
    hash: Hash = GENESIS

    def hashed(self) -> "Entry":
        """This entry with its own hash filled in."""
        return self.model_copy(update={"hash": self.expected_hash()})

    def expected_hash(self) -> str:
        """SHA-256 over the canonical JSON of every field but ``hash``."""
        return hashlib.sha256(_canonical(self.model_dump(mode="json", exclude={"hash"}))).hexdigest()

    def line(self) -> bytes:
        """The entry as it stands in the file: canonical JSON and a line feed."""
        return _canonical(self.model_dump(mode="json"))

    def head(self) -> Head:
        """This entry as the newest of its journal."""
        return Head(sequence=self.sequence, hash=self.hash)


def new_entry(fields: Mapping[str, Any]) -> Entry:
    """An entry with its hash; ``KetenzichtError`` naming the fields that break their limits, never their text."""
    try:
        return Entry.model_validate(fields).hashed()
    except ValidationError as error:
        # Labels are code's own words, but a wrong one may hold anything: only the field is named.
        names = ", ".join(sorted({str(item["loc"][0]) for item in error.errors()}))
        msg = f"journal: {names} not allowed. Cure: labels in lower case, texts of 1 to 500 characters, whole counts."
        raise KetenzichtError(msg) from None


def parse_entry(line: bytes) -> Entry | None:
    """The entry on a line; None where the line is none."""
    try:
        return Entry.model_validate_json(line)
    except ValidationError:
        return None


def head_file(path: Path) -> Path:
    """The file beside a journal that holds its head."""
    return path.with_name(f"{path.name}.head")


def read_head(path: Path) -> Head | None:
    """The head noted beside a journal; None where there is none or it is not readable."""
    try:
        return Head.model_validate_json(head_file(path).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
