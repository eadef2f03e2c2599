"""Settings of encoding and linkage: frozen models that the project's TOML files are read into."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Frozen(BaseModel):
    """A settings table: unknown keys are refused, values cannot change after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class FieldKind(StrEnum):
    """What a linkage field is; the kind decides its normalisation, its encodings and its comparison."""

    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    DATE = "date"
    CATEGORY = "category"
    POSTCODE = "postcode"
    TEXT = "text"
    IDENTIFIER = "identifier"


class FieldSettings(Frozen):
    """One linkage field.

    ``values`` is how many members of a name set are kept (own, partner, alias), or how many numbers of an identifier
    (an old one beside the new). ``in_search`` is whether the field helps to find candidates. ``language`` picks name
    rules ("nl": Dutch prefixes, ij/y, call names; "none": only case and diacritics).
    """

    kind: FieldKind
    values: Annotated[int, Field(ge=1, le=4)] = 1
    in_search: bool = True
    language: Literal["nl", "none"] = "nl"


class EncodingSettings(Frozen):
    """``encoding.toml``: the privacy profile and the fields that are encoded."""

    profile: Literal["research"] = "research"
    fields: Annotated[dict[str, FieldSettings], Field(min_length=1)]


class CandidateSettings(Frozen):
    """How candidate pairs are found."""

    neighbours: Annotated[int, Field(ge=1, le=100)] = 5
    """Nearest records kept per record and per source without duplicates."""
    neighbours_with_duplicates: Annotated[int, Field(ge=1, le=100)] = 20
    """Nearest records kept within a source that has duplicates; half of it from any other source to such a source."""
    most_neighbours: Annotated[int, Field(ge=1, le=1000)] = 100
    """Nearest records kept where a first look finds that a person has so many records that fewer would cut them off."""
    floor: Annotated[float, Field(ge=0, lt=1)] = 0.15
    """Least Dice coefficient of a neighbour, on the search encoding."""
    pairs_per_record: Annotated[int, Field(ge=1, le=1000)] = 10
    """Budget of one equality pass; its largest blocks are left out to keep it."""
    exhaustive_records: Annotated[int, Field(ge=0)] = 50_000
    """Records in all up to which every record is held against every other; beyond, within blocks that agree on a year
    of birth, a month and day, the sound of a name or an area."""
    largest_block: Annotated[int, Field(ge=2)] = 10_000
    """Records of a block from which it is divided further."""


class ModelSettings(Frozen):
    """How the match model is estimated."""

    max_iterations: Annotated[int, Field(ge=1)] = 1000
    """Iterations of expectation-maximisation after which a fit is reported as not converged."""
    tolerance: Annotated[float, Field(gt=0)] = 1e-5
    """A fit has converged when no m-probability, and no source pair's share of all matches, changes by more."""
    sample_pairs: Annotated[int, Field(ge=1000)] = 100_000
    """Pairs that are no candidates, drawn per source pair to represent the rest of the cross space."""
    lookalikes: Literal["auto", "on", "off"] = "off"
    """A class of its own for strangers who resemble each other on any field, learned from pairs known to be strangers,
    beside those who share names or an address. auto: where two or more sources are free of duplicates."""
    rarity_records: Annotated[int, Field(ge=0)] = 50_000
    """Records in all beyond which equal names are told apart by how rare they are; fewer tell too little of that."""
    prior_matches: Annotated[float, Field(ge=0)] = 50.0
    """Weight, in matches, of the m-probabilities that are expected before any data are seen."""


class ClusterSettings(Frozen):
    """When records become one person."""

    probability: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Clusters merge while the mean log odds of their pairs exceed those of this probability."""
    precision: Annotated[float, Field(ge=0, lt=1)] = 0.9
    """Least estimated precision of a source pair's links: one that falls short is cut higher. 0 lets every pair link at
    the probability above, which finds more and is wrong more often where little is shared."""
    draws: Annotated[int, Field(ge=1, le=255)] = 20
    """Draws of the whole linkage from its posterior, for figures that carry the doubt about who is who."""


class TlsSettings(Frozen):
    """PEM files by which the linkage unit and its scheduler know each other; the key is readable by its owner only."""

    authority: Path
    """Certificate of the authority that signed the certificates of scheduler, workers and linkage unit."""
    certificate: Path
    """Certificate of the linkage unit."""
    key: Path
    """Private key of that certificate."""


class WorkerSettings(Frozen):
    """Where the heavy steps run: on threads of this machine, or on a cluster. It changes speed, never a result."""

    scheduler: str | None = None
    """Address of a Dask scheduler, as tls://HOST:8786; none: threads of this machine. tcp:// only on this machine."""
    storage: str | None = None
    """Folder that this machine and all workers reach, as s3://BUCKET/FOLDER or file:///FOLDER; asked for with a
    scheduler. Encodings stand there during a run and are removed at its end."""
    partition: Annotated[int, Field(ge=1)] = 50_000
    """Records of one part of the work, in the search and in the comparison alike; a worker holds one part a thread."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a part that failed is tried again before the run ends."""
    patience: Annotated[int, Field(ge=1)] = 300
    """Seconds to wait for a scheduler that does not answer, or for a worker where there is none."""
    tls: TlsSettings | None = None
    """Certificates of the connection; asked for with tls://."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """What a scheduler asks for is there, and no encoding crosses a network in the open."""
        if self.scheduler is None:
            return self
        address, problem = urlsplit(self.scheduler), None
        if address.scheme not in {"tcp", "tls"}:
            problem = "scheduler is no tls:// address; write tls://HOST:PORT"
        elif address.scheme == "tcp" and address.hostname not in {"localhost", "127.0.0.1", "::1"}:
            problem = "tcp:// would send encodings unencrypted; use tls:// with [workers.tls]"
        elif (address.scheme == "tls") != (self.tls is not None):
            problem = "tls:// and [workers.tls] go together; give both or neither"
        elif self.storage is None or "://" not in self.storage:
            problem = "storage is missing or no URL; give a folder that all workers reach, as s3://BUCKET/FOLDER"
        if problem is not None:
            raise ValueError(problem)
        return self


class LinkageSettings(Frozen):
    """``linkage.toml``: candidates, model, clusters, workers. Comparisons follow from the kinds of the fields."""

    candidates: CandidateSettings = CandidateSettings()
    """How candidate pairs are found."""
    model: ModelSettings = ModelSettings()
    """How the match model is estimated."""
    clusters: ClusterSettings = ClusterSettings()
    """When records become one person."""
    workers: Annotated[WorkerSettings, Field(exclude=True)] = WorkerSettings()
    """Where the heavy steps run. Left out of a run's id and of its summary: it changes no result."""
