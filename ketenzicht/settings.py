"""A project is its config directory: TOML files read into frozen models, with errors that name file, key and cure."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator

from ketenzicht.errors import ConfigurationError
from ketenzicht.periods import Period
from linkage.settings import EncodingSettings, Frozen, LinkageSettings

T = TypeVar("T", bound=Frozen)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class CsvFormat(Frozen):
    """Delimited text with a header line."""

    type: Literal["csv"]
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    encoding: Literal["utf-8", "cp1252", "ascii"] = "utf-8"
    trim: bool = True


class XlsxFormat(Frozen):
    """One sheet of an Excel workbook, header in the first row."""

    type: Literal["xlsx"]
    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    sheet: str


class JsonLinesFormat(Frozen):
    """One JSON object a line; nested keys are named by dots (``persoon.achternaam``)."""

    type: Literal["jsonl"]
    columns: Annotated[tuple[str, ...], Field(min_length=1)]


class FixedWidthFormat(Frozen):
    """Fixed-width ASCII without header: column name to width, in order."""

    type: Literal["fixed_width"]
    widths: Annotated[dict[str, Annotated[int, Field(ge=1)]], Field(min_length=1)]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names in file order."""
        return tuple(self.widths)


class ParquetFormat(Frozen):
    """A Parquet file; every listed column is read as text."""

    type: Literal["parquet"]
    columns: Annotated[tuple[str, ...], Field(min_length=1)]


SourceFormat = Annotated[
    CsvFormat | XlsxFormat | JsonLinesFormat | FixedWidthFormat | ParquetFormat, Field(discriminator="type")
]


class Cell(Frozen):
    """Where a value comes from and how it is read.

    ``prefix``: column with the name prefix (voorvoegsel). ``date``: form of a date, such as ``DD-MM-YYYY`` (parts may
    be 00). ``codes``: name of a code list in codes.toml. ``split``: separator of a multi-valued cell. ``missing``:
    values that mean "unknown". ``pattern``: keep the value only where the whole of it matches. ``dummy_days``:
    day-months (``01-01`` is 1 January, day first) that a source writes when the day is unknown: day and month are
    dropped.
    """

    column: str
    prefix: str | None = None
    date: str | None = None
    codes: str | None = None
    split: str | None = None
    missing: tuple[str, ...] = ()
    pattern: str | None = None
    dummy_days: tuple[str, ...] = ()


class EventSettings(Frozen):
    """One kind of event that rows of a source stand for.

    ``activity``: a fixed activity name, or a cell whose code list gives it. ``where``: columns and the values that a
    row must hold for the event to exist.
    """

    activity: str | Cell
    start: Cell
    end: Cell | None = None
    where: Mapping[str, tuple[str, ...]] = {}
    detail: Cell | None = None
    region: Cell | None = None
    reason: Cell | None = None


class RegistrationSettings(Frozen):
    """How a row becomes a registration in the payload; every key but ``registered`` may be left out."""

    registered: Cell
    role: str | Cell = "client"
    sex: Cell | None = None
    birth_year: Cell | None = None
    nationality: Cell | None = None
    residence_status: Cell | None = None
    forms: Cell | None = None
    reporter: Cell | None = None
    dossier_type: Cell | None = None
    region_report: Cell | None = None
    region_exploitation: Cell | None = None
    region_shelter: Cell | None = None
    municipality: Cell | None = None


class PayloadSettings(Frozen):
    """What of a row, besides identifiers, travels to the warehouse."""

    registration: RegistrationSettings
    events: tuple[EventSettings, ...] = ()


class DeliverySettings(Frozen):
    """When a source delivers, and what a run does when it has not."""

    every: Literal["year", "half-year", "quarter", "month", "once"] = "once"
    due_within_days: Annotated[int, Field(ge=0)] = 21
    when_missing: Literal["wait", "continue", "stop"] = "stop"


class SourceSettings(Frozen):
    """``sources/NAME.toml``: one agency's delivery."""

    name: Name
    title: str
    owner: str
    legal_ground: Annotated[str, Field(min_length=1)]
    identifier_legal_ground: str | None = None
    file: str
    native_id: Annotated[tuple[str, ...], Field(min_length=1)]
    native_id_fallback: tuple[str, ...] = ()
    native_id_missing: tuple[str, ...] = ()
    row_key: Annotated[tuple[str, ...], Field(min_length=1)]
    deduplicated: bool
    suite: str | None = None
    period_column: Cell | None = None
    warn_above: Share = 0.01
    refuse_above: Share = 0.05
    delivery: DeliverySettings = DeliverySettings()
    format: SourceFormat
    identifiers: Annotated[dict[Name, tuple[Cell, ...]], Field(min_length=1)]
    payload: PayloadSettings | None = None


class TruthSettings(Frozen):
    """Where the truth is known: a file (source, native_id, person), or a pattern whose group 1 is the person."""

    file: str | None = None
    person_pattern: str | None = None

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
    minimum_cell: Annotated[int, Field(ge=1)] = 10
    round_to: Annotated[int, Field(ge=1)] = 5


class PipelineSettings(Frozen):
    """``pipeline.toml``: purpose, legal basis, allow-list and the run's settings."""

    project: Name
    title: str = ""
    purpose: Annotated[str, Field(min_length=10)]
    legal_basis: Annotated[str, Field(min_length=3)]
    sources: Annotated[tuple[Name, ...], Field(min_length=1)]
    period: str
    epoch: str = "1"
    seed: int
    extraction_date: date | None = None
    victim_roles: tuple[str, ...] = ("victim",)
    keep_only_victims: bool = True
    truth: TruthSettings | None = None
    release: ReleaseSettings = ReleaseSettings()

    @field_validator("period")
    @classmethod
    def period_is_known(cls, value: str) -> str:
        """The run's period is one the tool can read."""
        Period.parse(value)
        return value


class Project(Frozen):
    """Everything a config directory says."""

    directory: Path
    pipeline: PipelineSettings
    encoding: EncodingSettings
    linkage: LinkageSettings
    sources: dict[str, SourceSettings]
    codes: dict[str, dict[str, str]]

    @cached_property
    def period(self) -> Period:
        """The period the run covers."""
        return Period.parse(self.pipeline.period)

    def source(self, name: str) -> SourceSettings:
        """Settings of one allowed source.

        Raises ``ConfigurationError`` for a source that is not on the allow-list.
        """
        if name not in self.sources:
            allowed = ", ".join(self.sources)
            msg = (
                f"{self.directory / 'pipeline.toml'}: source {name!r} is not on the allow-list ({allowed}). "
                "Cure: add it to `sources` with a legal ground, or use a listed source."
            )
            raise ConfigurationError(msg)
        return self.sources[name]


def read_project(directory: Path) -> Project:
    """Read and check a config directory.

    Raises ``ConfigurationError`` naming file, key and cure for a missing file, an unknown or missing key, a value of
    the wrong kind, or names that do not fit together.
    """
    pipeline = _read(directory / "pipeline.toml", PipelineSettings)
    encoding = _read(directory / "encoding.toml", EncodingSettings)
    linkage = _read(directory / "linkage.toml", LinkageSettings)
    sources = {name: _read(directory / "sources" / f"{name}.toml", SourceSettings) for name in pipeline.sources}
    codes_file = directory / "codes.toml"
    codes = _read_toml(codes_file) if codes_file.exists() else {}
    for name, source in sources.items():
        _check_source(directory / "sources" / f"{name}.toml", name, source, encoding, codes)
    return Project(
        directory=directory, pipeline=pipeline, encoding=encoding, linkage=linkage, sources=sources, codes=codes
    )


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        msg = f"{path}: file is missing. Cure: create it; docs/reference/configuration.md lists the keys."
        raise ConfigurationError(msg)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: not valid TOML ({error}). Cure: mend the syntax at that place."
        raise ConfigurationError(msg) from error


def _read(path: Path, model: type[T]) -> T:
    raw = _read_toml(path)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        lines = [f"{path}: {_explain(item)}" for item in error.errors()]
        raise ConfigurationError("\n".join(lines)) from None


def _explain(item: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in item["loc"]) or "(whole file)"
    match item["type"]:
        case "missing":
            return f"key {key} is missing. Cure: add it; docs/reference/configuration.md says what it means."
        case "extra_forbidden":
            return f"key {key} is not known. Cure: remove it or mend its spelling (docs/reference/configuration.md)."
        case _:
            return f"key {key}: {item['msg']}. Cure: correct the value (docs/reference/configuration.md)."


def _check_source(
    path: Path,
    name: str,
    source: SourceSettings,
    encoding: EncodingSettings,
    codes: Mapping[str, Mapping[str, str]],
) -> None:
    """Names in one place must exist in the other: file and name, fields, columns, code lists."""
    problems = []
    if source.name != name:
        problems.append(f"key name says {source.name!r}. Cure: make it {name!r}, as the file is called.")
    for field in source.identifiers:
        if field not in encoding.fields:
            problems.append(f"key identifiers.{field}: no such field in encoding.toml. Cure: add it there.")
    columns = set(source.format.columns)
    for column in (*source.native_id, *source.native_id_fallback, *source.row_key):
        if column not in columns:
            problems.append(f"column {column!r} is not in format.columns. Cure: use a column of the file.")
    for where, cell in _cells(source):
        problems.extend(_check_cell(where, cell, columns, codes))
    if problems:
        raise ConfigurationError("\n".join(f"{path}: {problem}" for problem in problems))


def _check_cell(
    where: str, cell: Cell, columns: set[str], codes: Mapping[str, Mapping[str, str]]
) -> list[str]:
    problems = [
        f"key {where}: column {column!r} is not in format.columns. Cure: use a column of the file."
        for column in (cell.column, cell.prefix)
        if column is not None and column not in columns
    ]
    if cell.codes is not None and cell.codes not in codes:
        problems.append(f"key {where}: code list {cell.codes!r} is not in codes.toml. Cure: add the list there.")
    return problems


def _cells(source: SourceSettings) -> list[tuple[str, Cell]]:
    """Every cell of a source with the key it stands under."""
    found = [(f"identifiers.{field}", cell) for field, cells in source.identifiers.items() for cell in cells]
    if source.period_column is not None:
        found.append(("period_column", source.period_column))
    if source.payload is not None:
        parts: list[tuple[str, Frozen]] = [("payload.registration", source.payload.registration)]
        parts += [(f"payload.events.{number}", event) for number, event in enumerate(source.payload.events)]
        found += [
            (f"{where}.{key}", value)
            for where, part in parts
            for key, value in part
            if isinstance(value, Cell)
        ]
    return found
