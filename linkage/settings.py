"""Settings of encoding and linkage: frozen models that the project's TOML files are read into."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """A settings table: unknown keys are refused, values cannot change after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class LinkageSettings(Frozen):
    """``linkage.toml``: candidates, comparisons, model and clusters."""
