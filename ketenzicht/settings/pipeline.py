"""``pipeline.toml``: purpose, legal basis, allow-list and the run's settings."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from ketenzicht.periods import Period
from ketenzicht.settings.source import Name
from linkage.settings import Frozen


class TruthSettings(Frozen):
    """Where the truth is known: a file, or a pattern in the native id. Exactly one of the two."""

    file: str | None = None
    """CSV with the columns source, native_id, person; a path from the config directory."""
    person_pattern: str | None = None
    """A regular expression on the native id whose first group is the person."""

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        """Exactly one way of knowing the truth."""
        if (self.file is None) == (self.person_pattern is None):
            msg = "give either file or person_pattern"
            raise ValueError(msg)
        return self


class ReleaseSettings(Frozen):
    """Who may approve a release, and the smallest cell that is shown."""

    approvers: tuple[str, ...] = ()
    """Names of those who may approve; the runner never may."""
    minimum_cell: Annotated[int, Field(ge=1)] = 10
    """Counts of persons below this are suppressed."""
    round_to: Annotated[int, Field(ge=1)] = 5
    """Other counts are rounded to a multiple of this."""


class PipelineSettings(Frozen):
    """``pipeline.toml``: purpose, legal basis, allow-list and the run's settings."""

    project: Name
    """The project's name; names the default workspace."""
    title: str = ""
    """The project's name for people."""
    purpose: Annotated[str, Field(min_length=10)]
    """What the linkage is for (doelbinding); carried into every manifest, the journal and the report."""
    legal_basis: Annotated[str, Field(min_length=3)]
    """On what law it rests."""
    sources: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The allow-list: a source that is not on it is refused. Each needs sources/NAME.toml."""
    period: str
    """The period a run covers: YYYY, YYYY-YYYY, YYYY-H1, YYYY-Q3 or YYYY-MM."""
    epoch: str = "1"
    """The key epoch; encodings of two epochs cannot be linked."""
    seed: int
    """Seed of everything random in linkage. Same input, settings, keys and seed: same bytes."""
    extraction_date: date | None = None
    """The day the registers were read; follow-up is censored there. Default: the period's last day."""
    victim_roles: tuple[str, ...] = ("victim",)
    """Roles that make a person a victim."""
    keep_only_victims: bool = True
    """Whether the warehouse stores only persons with a victim registration in some source; others are counted."""
    truth: TruthSettings | None = None
    """Where the truth is known, for evaluation only."""
    release: ReleaseSettings = ReleaseSettings()
    """Approval and disclosure control."""

    @field_validator("sources")
    @classmethod
    def no_domain_of_our_own(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """An agency called as another domain would have its key taken for that domain's."""
        if {"linkage_unit", "warehouse"} & set(value):
            msg = "linkage_unit and warehouse are names of domains; call the source otherwise"
            raise ValueError(msg)
        return value

    @field_validator("period")
    @classmethod
    def period_is_known(cls, value: str) -> str:
        """The run's period is one the tool can read."""
        Period.parse(value)
        return value
