"""Suites: JSON files in Great Expectations' own form, with what a data steward must know in ``meta``."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from validation.errors import SuiteError
from validation.outcome import Action, Severity

Choice = TypeVar("Choice", bound=StrEnum)

_PERIOD = re.compile(r"^\$period:(?P<end>first|last)(?:\+(?P<days>\d+))?$")
_CODES = "$codes:"
_COLUMN_KEYS = ("column", "column_A", "column_B", "column_list")
_META_KEYS = {"rule", "severity", "owner", "reason", "cure", "action"}
_EXPECTATION_KEYS = {"type", "kwargs", "meta"}
_REFERENCE = "docs/reference/expectations.md"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One rule: Great Expectations' type and arguments, and what the rule means to people."""

    type: str
    kwargs: Mapping[str, Any]
    rule: str
    severity: Severity
    owner: str
    reason: str
    cure: str
    action: Action

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the rule looks at; empty for a rule on the delivery as a whole."""
        found: list[str] = []
        for key in _COLUMN_KEYS:
            value = self.kwargs.get(key, ())
            found.extend([value] if isinstance(value, str) else value)
        return tuple(found)

    def arguments(self, codes: Mapping[str, Collection[str]], period: tuple[date, date]) -> dict[str, Any]:
        """Arguments with every placeholder filled in; raises ``KeyError`` for a code list that is not there."""
        return {key: _fill(value, codes, period) for key, value in self.kwargs.items()}


@dataclass(frozen=True, slots=True)
class Suite:
    """The rules a delivery is held to; ``origin`` says where they were read (a path, or "built in")."""

    name: str
    origin: str
    expectations: tuple[Expectation, ...]


def read(path: Path) -> Suite:
    """Read a suite file and check all of it, down to the arguments of every expectation.

    Raises ``SuiteError`` naming file, key and cure for a missing file, bad JSON, a missing or unknown key, an unknown
    type of expectation or an argument it does not take.
    """
    raw = _load(path)
    name, listed = raw.get("name"), raw.get("expectations")
    if not isinstance(name, str) or not name:
        raise _error(path, "name", "is missing or not text", "name the suite after its source")
    if not isinstance(listed, list) or not listed:
        raise _error(path, "expectations", "is missing or empty", f"list at least one expectation ({_REFERENCE})")
    suite = Suite(name, str(path), tuple(_expectation(path, place, item) for place, item in enumerate(listed)))
    from validation import engine  # noqa: PLC0415 - Great Expectations takes seconds to import

    engine.check(suite)
    return suite


def minimal(native_id: Sequence[str], row_key: Sequence[str]) -> Suite:
    """The suite of a source that names none: rows there, native id and row key filled, row key unique."""
    filled = tuple(dict.fromkeys((*native_id, *row_key)))
    by_column = [
        _built("expect_column_values_to_not_be_null", {"column": column}, f"{column}_filled", "fill in the column")
        for column in filled
    ]
    some = _built(
        "expect_table_row_count_to_be_between",
        {"min_value": 1},
        "delivery_has_rows",
        "deliver the file again",
        "refuse",
    )
    unique = _unique(row_key)
    return Suite("minimal", "built in", (some, *by_column, unique))


def _unique(row_key: Sequence[str]) -> Expectation:
    cure = "remove the duplicate or mend the key"
    if len(row_key) == 1:
        return _built("expect_column_values_to_be_unique", {"column": row_key[0]}, "row_key_unique", cure)
    kwargs = {"column_list": list(row_key)}
    return _built("expect_compound_columns_to_be_unique", kwargs, "row_key_unique", cure)


def _built(kind: str, kwargs: Mapping[str, Any], rule: str, cure: str, action: str = "quarantine") -> Expectation:
    reason = "Records are told apart by their keys."
    return Expectation(kind, kwargs, rule, Severity.CRITICAL, "linkage unit", reason, cure, Action(action))


def _load(path: Path) -> dict[str, Any]:
    if not path.is_file():
        msg = f"{path}: suite file is missing. Cure: create it, or leave out `suite` in the source's settings."
        raise SuiteError(msg)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: not valid JSON ({error}). Cure: mend the syntax at that place."
        raise SuiteError(msg) from error
    if not isinstance(raw, dict):
        raise _error(
            path, "(whole file)", "is not an object", f"write an object with name and expectations ({_REFERENCE})"
        )
    return raw


def _expectation(path: Path, place: int, item: object) -> Expectation:
    key = f"expectations.{place}"
    if not isinstance(item, dict):
        raise _error(path, key, "is not an object", f"give it type, kwargs and meta ({_REFERENCE})")
    _require(path, key, item, _EXPECTATION_KEYS, optional={"id", "notes"})
    if not isinstance(item["kwargs"], dict) or not isinstance(item["meta"], dict):
        raise _error(path, f"{key}.kwargs and .meta", "must be objects", f"see {_REFERENCE}")
    meta = item["meta"]
    _require(path, f"{key}.meta", meta, _META_KEYS, optional=set())
    for name in sorted(_META_KEYS):
        if not isinstance(meta[name], str) or not meta[name].strip():
            raise _error(path, f"{key}.meta.{name}", "is empty or not text", f"write it out ({_REFERENCE})")
    return Expectation(
        type=str(item["type"]),
        kwargs=item["kwargs"],
        rule=meta["rule"],
        severity=_choice(path, f"{key}.meta.severity", meta["severity"], Severity),
        owner=meta["owner"],
        reason=meta["reason"],
        cure=meta["cure"],
        action=_choice(path, f"{key}.meta.action", meta["action"], Action),
    )


def _require(path: Path, key: str, found: Mapping[str, Any], wanted: set[str], optional: set[str]) -> None:
    for name in sorted(wanted - set(found)):
        raise _error(path, f"{key}.{name}", "is missing", f"add it ({_REFERENCE})")
    for name in sorted(set(found) - wanted - optional):
        raise _error(path, f"{key}.{name}", "is not known", f"remove it or mend its spelling ({_REFERENCE})")


def _choice(path: Path, key: str, value: str, kind: type[Choice]) -> Choice:
    try:
        return kind(value)
    except ValueError:
        raise _error(path, key, "is not one of the choices", f"use {', '.join(kind)}") from None


def _error(path: Path, key: str, problem: str, cure: str) -> SuiteError:
    return SuiteError(f"{path}: key {key} {problem}. Cure: {cure}.")


def _fill(value: object, codes: Mapping[str, Collection[str]], period: tuple[date, date]) -> object:
    """Replace ``$codes:NAME`` by the list's codes and ``$period:first``, ``$period:last+30`` by an ISO date."""
    match value:
        case dict():
            return {key: _fill(item, codes, period) for key, item in value.items()}
        case list():
            return [_fill(item, codes, period) for item in value]
        case str() if value.startswith(_CODES):
            return sorted(codes[value.removeprefix(_CODES)])
        case str() if found := _PERIOD.match(value):
            end = period[0] if found["end"] == "first" else period[1]
            return (end + timedelta(days=int(found["days"] or 0))).isoformat()
        case _:
            return value
