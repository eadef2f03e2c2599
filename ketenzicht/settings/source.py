"""``sources/NAME.toml``: what a source delivers, and how its rows become identifiers and payload."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ketenzicht.settings.formats import SourceFormat
from linkage.settings import Frozen

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Cell(Frozen):
    """Where a value comes from and how it is read."""

    column: str
    """The column of the file."""
    prefix: str | None = None
    """The column that holds the prefix of the name (voorvoegsel)."""
    date: str | None = None
    """The value is a date in this form, such as ``DD-MM-YYYY`` or ``YYYYMMDD``; parts may be 00 for unknown."""
    codes: str | None = None
    """The value is a code; the name of its list in codes.toml."""
    split: str | None = None
    """The cell holds several values, with this text between them."""
    missing: tuple[str, ...] = ()
    """Values that mean "unknown"; upper and lower case do not matter."""
    pattern: str | None = None
    """A regular expression; the value is kept only where the whole of it matches."""
    dummy_days: tuple[str, ...] = ()
    """Days, as ``DD-MM``, that the source writes when the day is unknown: day and month are dropped."""

    @field_validator("pattern")
    @classmethod
    def pattern_is_one(cls, value: str | None) -> str | None:
        """Found now, and not at the first value."""
        try:
            re.compile(value or "")
        except re.error:
            raise ValueError("not a regular expression") from None
        return value


class EventSettings(Frozen):
    """One kind of event that rows of a source stand for. A row without a start has no such event."""

    activity: str | Cell
    """The activity, or the cell whose code list gives it."""
    start: Cell
    """First day."""
    end: Cell | None = None
    """Last day; empty where the event goes on."""
    where: Mapping[str, tuple[str, ...]] = {}
    """Columns, and the values one of which a row must hold for the event to exist."""
    detail: Cell | None = None
    """Kind of help, shelter or dossier."""
    region: Cell | None = None
    """Where it took place."""
    reason: Cell | None = None
    """Why it ended."""


class RegistrationSettings(Frozen):
    """How a row becomes a registration in the payload."""

    registered: Cell
    """The day of registration."""
    role: str | Cell = "client"
    """victim, suspect, witness, involved or client; or the cell whose code list gives it."""
    sex: Cell | None = None
    """M, V or O."""
    birth_year: Cell | None = None
    """A date of birth, of which only the year leaves the agency."""
    nationality: Cell | None = None
    """ISO 3166-1 alpha-2 by a code list."""
    residence_status: Cell | None = None
    """Ground of residence at registration."""
    forms: Cell | None = None
    """Forms of exploitation; several are allowed."""
    reporter: Cell | None = None
    """Who reported to the source."""
    dossier_type: Cell | None = None
    """Type of dossier at this registration."""
    region_report: Cell | None = None
    """Region of the report."""
    region_exploitation: Cell | None = None
    """Region where the exploitation took place."""
    region_shelter: Cell | None = None
    """Region of the shelter."""
    municipality: Cell | None = None
    """Responsible municipality (CBS code)."""


class PayloadSettings(Frozen):
    """What of a row, besides identifiers, travels to the warehouse."""

    registration: RegistrationSettings
    """How a row becomes a registration."""
    events: tuple[EventSettings, ...] = ()
    """The events a row stands for."""


class DeliverySettings(Frozen):
    """When a source delivers, and what a run does when it has not."""

    every: Literal["year", "half-year", "quarter", "month", "once"] = "once"
    """How often the source delivers."""
    due_within_days: Annotated[int, Field(ge=0)] = 21
    """Days after the period's end by which the delivery is due."""
    when_missing: Literal["wait", "continue", "stop"] = "stop"
    """What a run does without the delivery: wait for it, go on without the source, or stop."""


class SourceSettings(Frozen):
    """``sources/NAME.toml``: one agency's delivery."""

    name: Name
    """The source's name, as its file is called."""
    title: str
    """The source's name for people."""
    owner: str
    """Who answers for the data."""
    legal_ground: Annotated[str, Field(min_length=1)]
    """On what ground this source may deliver for the project's purpose; carried into every manifest."""
    identifier_legal_ground: str | None = None
    """On what ground personal numbers (BSN, V-number) are used for linkage."""
    file: str
    """The delivery's file name in the folder of deliveries; a path from the config directory where no folder is given;
    or ``package:MODULE/PATH`` for a file inside an installed Python package."""
    native_id: Annotated[tuple[str, ...], Field(min_length=1)]
    """The columns of the agency's own person number. Rows that share it are one record."""
    native_id_fallback: tuple[str, ...] = ()
    """The columns that stand in where the person number is missing."""
    native_id_missing: tuple[str, ...] = ()
    """Values of the person number that mean it is missing."""
    row_key: Annotated[tuple[str, ...], Field(min_length=1)]
    """The columns that together occur once in a delivery."""
    deduplicated: bool
    """true where the source holds each person once; false where one person may have several person numbers."""
    suite: str | None = None
    """The Great Expectations suite in expectations/; without one, ids must be present and row keys unique."""
    period_column: Cell | None = None
    """The date that must lie in the delivery's period."""
    warn_above: Share = 0.01
    """Share of quarantined rows above which the delivery is sealed with exit code 5."""
    refuse_above: Share = 0.05
    """Share of quarantined rows above which the delivery is refused with exit code 3."""
    delivery: DeliverySettings = DeliverySettings()
    """Delivery calendar."""
    format: SourceFormat
    """The file's format."""
    identifiers: Annotated[dict[Name, tuple[Cell, ...]], Field(min_length=1)]
    """Field of encoding.toml to the cells its values come from; several cells make a name set."""
    payload: PayloadSettings | None = None
    """What travels to the warehouse; without it the source is linked only."""
