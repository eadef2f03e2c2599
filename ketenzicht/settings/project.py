"""A project is its config directory: TOML files read into frozen models, with errors that name file, key and cure."""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ketenzicht.errors import ConfigurationError
from ketenzicht.periods import Period
from ketenzicht.settings.pipeline import PipelineSettings
from ketenzicht.settings.source import Cell, SourceSettings
from linkage.settings import EncodingSettings, Frozen, LinkageSettings

T = TypeVar("T", bound=Frozen)


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
        raise ConfigurationError(msg) from None
    except OSError:
        msg = f"{path}: cannot be read. Cure: check that it is a file and who may read it."
        raise ConfigurationError(msg) from None


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
    problems += [
        f"key identifiers.{field}: no such field in encoding.toml. Cure: add it there."
        for field in source.identifiers
        if field not in encoding.fields
    ]
    columns = set(source.format.columns)
    problems += [
        f"column {column!r} is not in format.columns. Cure: use a column of the file."
        for column in (*source.native_id, *source.native_id_fallback, *source.row_key)
        if column not in columns
    ]
    for where, cell in _cells(source):
        problems.extend(_check_cell(where, cell, columns, codes))
    if problems:
        raise ConfigurationError("\n".join(f"{path}: {problem}" for problem in problems))


def _check_cell(where: str, cell: Cell, columns: set[str], codes: Mapping[str, Mapping[str, str]]) -> list[str]:
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
        found += [(f"{where}.{key}", value) for where, part in parts for key, value in part if isinstance(value, Cell)]
    return found
