"""The configuration reference, written from the settings models themselves."""

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ketenzicht.settings import PipelineSettings, SourceSettings
from linkage.settings import EncodingSettings, FieldKind, LinkageSettings

_INTRODUCTION = """\
# Configuration

A project is a directory: `pipeline.toml`, `encoding.toml`, `linkage.toml`, `sources/NAME.toml` for every source on the
allow-list, `codes.toml` with the code lists that sources name, and `expectations/SUITE.json` with the Great
Expectations suites that sources name. A key that is not listed here is refused, and so is a missing key without a
default; the message names file, key and cure.

This page is written from the settings models by `python -m ketenzicht.reference docs/reference`; a test keeps it
current.
"""

_CODES = """
## codes.toml

One table a code list: what a source writes on the left, the canonical code on the right, an empty text for "unknown".
"""

_FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("pipeline.toml", PipelineSettings),
    ("sources/NAME.toml", SourceSettings),
    ("encoding.toml", EncodingSettings),
    ("linkage.toml", LinkageSettings),
)


def configuration() -> str:
    """The whole reference as Markdown."""
    parts = [_INTRODUCTION]
    seen: set[type[BaseModel]] = set()
    for file, model in _FILES:
        parts.append(f"\n## {file}\n\n{_table(model)}")
        parts.extend(_nested(model, seen))
    kinds = ", ".join(f"`{kind.value}`" for kind in FieldKind)
    parts.append(f"\nThe kinds of a field are {kinds}; see explanation/normalisation-and-encoding.md.\n")
    parts.append(_CODES)
    return "".join(parts)


def _nested(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    """A section for every settings table below a file, each once, in order of first use."""
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            if inner not in seen:
                seen.add(inner)
                first = " ".join((inner.__doc__ or "").split("\n\n", maxsplit=1)[0].split())
                yield f"\n### {inner.__name__}\n\n{first}\n\n{_table(inner)}"
                yield from _nested(inner, seen)


def _table(model: type[BaseModel]) -> str:
    lines = ["| key | form | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        meaning = " ".join((field.description or "").split()).replace("|", "\\|").replace("``", "`")
        lines.append(f"| `{name}` | {_form(field.annotation)} | {_default(field)} | {meaning} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    return "required" if field.is_required() else _value(field.default)


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, BaseModel):
        return "the defaults below"
    if value in ("", (), {}):
        return "empty"
    if isinstance(value, tuple):
        return ", ".join(f"`{part}`" for part in value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - a type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def _form(annotation: Any) -> str:  # noqa: ANN401 - a type expression has as many forms
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _form(parts[0])
    if origin is typing.Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(_form(part) for part in parts if part is not types.NoneType))
    if origin is tuple:
        return f"list of {_form(parts[0])}"
    if origin is not None and len(parts) == 2:  # noqa: PLR2004 - a mapping has a key and a value
        return f"table of {_form(parts[1])}"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))
