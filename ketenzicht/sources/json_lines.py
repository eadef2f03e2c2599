"""One JSON object a line; nested keys are named by dots."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from ketenzicht.settings import JsonLinesFormat
from ketenzicht.sources.encoding import decode
from ketenzicht.sources.header import check_columns
from ketenzicht.sources.records import RecordBuffer, TextTable
from ketenzicht.sources.refusal import empty, refusal, truncated

# Deeper than any agreed layout, and shallow enough for every recursion.
_DEEPEST = 20


def read_json_lines(path: Path, content: bytes, form: JsonLinesFormat) -> TextTable:
    """The objects of a JSON Lines file, numbered by line; a key that a line leaves out is None there.

    Numbers keep the digits they were written with. Raises ``DataRefused`` for an empty or truncated file, a wrong
    encoding, a line that is no object, a key given twice, a list as value, keys that were not agreed, and agreed keys
    that no line has.
    """
    if not content.strip():
        raise empty(path)
    lines = decode(path, content, "utf-8").split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    # ``"persoon": null`` stands for every ``persoon.…`` being unknown, not for a column called ``persoon``.
    parents = {name[:at] for name in form.columns for at, letter in enumerate(name) if letter == "."}
    buffer = RecordBuffer(path, form.columns, "line")
    found: dict[str, list[int]] = {}
    for number, line in numbered:
        record: dict[str, str | None] = {}
        for name, value in _flat(_object(path, number, line, last=number == numbered[-1][0])):
            if value is None and name in parents:
                continue
            record[name] = _text(path, number, name if name in form.columns else None, value)
        for name in record:
            found.setdefault(name, []).append(number)
        buffer.add(number, [record.get(name) for name in form.columns])
    _check_keys(path, found, form, len(numbered))
    check_columns(path, list(found), form.columns, place=None)
    return buffer.table()


def _check_keys(path: Path, found: Mapping[str, list[int]], form: JsonLinesFormat, lines: int) -> None:
    """Pass unless a key that was not agreed stands in fewer than half of the lines.

    Such a key may be a value, as in an object of remarks by person, and is not repeated in the message.
    """
    for name, places in found.items():
        if name not in form.columns and 2 * len(places) < lines:
            cure = "leave the key out, or agree on it and change format.columns of the source"
            raise refusal(path, "a key that was not agreed", cure, place=f"line {places[0]}")


class _RepeatedKeyError(Exception):
    """A JSON object gives a key twice."""


def _object(path: Path, number: int, line: str, *, last: bool) -> dict[str, Any]:
    place = f"line {number}"
    cure = "write one complete JSON object on each line, each key once"
    rule = "not a JSON object"
    try:
        value = json.loads(
            line, object_pairs_hook=_unrepeated, parse_int=str, parse_float=str, parse_constant=_no_constant
        )
    except _RepeatedKeyError:
        rule = "duplicate columns: a key is given twice"
    except (ValueError, RecursionError):
        if last:
            raise truncated(path, "the last line is not complete JSON", place=place) from None
    else:
        if isinstance(value, dict) and _depth(value) <= _DEEPEST:
            return value
        rule = "not a JSON object, or nested too deeply"
    raise refusal(path, rule, cure, place=place)


def _depth(value: Mapping[str, Any]) -> int:
    """How many objects stand in each other, without recursion: the sender chooses the depth."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [inner for outer in level for inner in outer.values() if isinstance(inner, dict)]
    return depth


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _RepeatedKeyError
    return value


def _no_constant(_: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ValueError


def _flat(value: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    items: list[tuple[str, Any]] = []
    for key, inner in value.items():
        if isinstance(inner, dict):
            items.extend(_flat(inner, f"{before}{key}."))
        else:
            items.append((before + key, inner))
    return items


def _text(path: Path, number: int, column: str | None, value: str | bool | list[Any] | None) -> str | None:  # noqa: FBT001 - a JSON value may be a boolean
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    cure = "write one text; join several by the separator that the source's settings name"
    raise refusal(path, "a list where one value is expected", cure, place=f"line {number}", column=column)
