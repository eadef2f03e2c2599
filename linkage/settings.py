"""Settings of encoding and linkage: frozen models that the project's TOML files are read into."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


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

    ``values`` is how many members of a name set are kept (own, partner, alias). ``in_search`` is whether the field
    helps to find candidates. ``language`` picks name rules ("nl": Dutch prefixes, ij/y; "none": only case and
    diacritics).
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
    """How candidate pairs are found.

    ``neighbours``: nearest records kept per record and per other deduplicated source. ``neighbours_with_duplicates``:
    the same where one person may have several records. ``floor``: least Dice coefficient of a neighbour.
    ``pairs_per_record``: budget of one equality pass; its largest blocks are left out to keep it.
    """

    neighbours: Annotated[int, Field(ge=1, le=100)] = 5
    neighbours_with_duplicates: Annotated[int, Field(ge=1, le=100)] = 20
    floor: Annotated[float, Field(ge=0, lt=1)] = 0.15
    pairs_per_record: Annotated[int, Field(ge=1, le=1000)] = 10


class ModelSettings(Frozen):
    """How the match model is estimated.

    ``sample_pairs``: non-candidate pairs drawn per source pair. ``lookalikes``: a class for unrelated records that
    resemble each other; ``auto`` uses it where two or more sources are free of duplicates, so that it can be learned
    from pairs known to be non-matches. ``prior_matches``: weight, in matches, of the starting values of m.
    """

    max_iterations: Annotated[int, Field(ge=1)] = 500
    tolerance: Annotated[float, Field(gt=0)] = 1e-6
    sample_pairs: Annotated[int, Field(ge=1000)] = 100_000
    lookalikes: Literal["auto", "on", "off"] = "auto"
    prior_matches: Annotated[float, Field(ge=0)] = 20.0


class ClusterSettings(Frozen):
    """When records become one person: ``probability`` is the least mean probability at which clusters merge."""

    probability: Annotated[float, Field(gt=0, lt=1)] = 0.5


class LinkageSettings(Frozen):
    """``linkage.toml``: candidates, model and clusters. Comparisons follow from the kinds of the fields."""

    candidates: CandidateSettings = CandidateSettings()
    model: ModelSettings = ModelSettings()
    clusters: ClusterSettings = ClusterSettings()
