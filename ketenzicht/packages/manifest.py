"""What a package says of itself, in the signed manifest."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from linkage.settings import Frozen

Kind = Literal["linkage", "payload", "crosswalk", "questions", "answers"]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
KeyFingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Text = Annotated[str, Field(min_length=1, max_length=1000)]

# The table whose rows are the package's records, where a package has more than one table.
_MAIN_TABLE: Mapping[Kind, str] = {
    "linkage": "encodings",
    "payload": "registrations",
    "crosswalk": "crosswalk",
    "questions": "questions",
    "answers": "answers",
}


class Content(Frozen):
    """One table: SHA-256 of its Parquet file, and its rows."""

    sha256: Sha256
    rows: Annotated[int, Field(ge=0)]


class ManifestFields(Frozen):
    """What the sender states.

    ``source``: the agency, or ``linkage_unit`` for a crosswalk or for questions. ``run_id``: the run of a crosswalk, or
    the round of questions and answers. ``key_fingerprint`` and ``key_check``: of the linkage secret; required in a
    linkage package. ``validation``: counts only. ``created``: UTC, ISO 8601.
    """

    project: Name
    source: Name
    period: Text
    epoch: Text
    schema_hash: Text
    software_version: Text
    profile: Text
    purpose: Text
    legal_basis: Text
    legal_ground: Text
    created: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$")]
    key_fingerprint: KeyFingerprint | None = None
    key_check: Text | None = None
    validation: dict[Text, int] = Field(default_factory=dict)
    run_id: Text | None = None


class Manifest(ManifestFields):
    """The stated fields with what sealing found: kind, contents, their hash, record count and signer."""

    form: Literal[1] = 1
    kind: Kind
    record_count: Annotated[int, Field(ge=0)]
    contents: Annotated[dict[Name, Content], Field(min_length=1)]
    content_hash: Sha256
    signed_by: KeyFingerprint

    @model_validator(mode="after")
    def linkage_has_key_check(self) -> Self:
        """Without key check and fingerprint, a linkage package under a wrong key would link to nothing, silently."""
        if self.kind == "linkage" and (self.key_check is None or self.key_fingerprint is None):
            msg = "a linkage package needs key_check and key_fingerprint"
            raise ValueError(msg)
        return self

    def canonical(self) -> bytes:
        """The bytes that are signed: JSON with sorted keys, no spaces, ASCII."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def label(self) -> str:
        """The package's name where no file name is at hand."""
        return f"{self.source}-{self.period}.{self.kind}"


def canonical_json(value: Mapping[str, Any]) -> bytes:
    """One form for one value: JSON with sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")


def content_hash(contents: Mapping[str, Content]) -> str:
    """SHA-256 over the tables' names and hashes, by name: the same tables give the same hash, whenever sealed."""
    lines = "".join(f"{name} {contents[name].sha256}\n" for name in sorted(contents))
    return hashlib.sha256(lines.encode("ascii")).hexdigest()


def main_table(kind: Kind, names: Mapping[str, object]) -> str | None:
    """The table whose rows are the package's records: the only one, or the one its kind prescribes; None if absent."""
    if len(names) == 1:
        return next(iter(names))
    return _MAIN_TABLE[kind] if _MAIN_TABLE[kind] in names else None
