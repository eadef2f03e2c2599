"""Findings and reasons of a run, which the linkage unit writes in English, in the language of a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ketenzicht.explaining.language import Language

_REASONS = {
    "untraceable": re.compile(r"only (?P<share>\d+)% of the pairs share enough fields"),
    "wide": re.compile(r"it may lie anywhere from (?P<low>[\d.]+) to (?P<high>[\d.]+)"),
    "nothing_expected": re.compile(r"no match is expected"),
}
_FIGURES = {
    "scorers_disagree": re.compile(r"finds (?P<times>\S+) times as many matches"),
    "parameters_drifted": re.compile(
        r"(?P<verdict>\w+) change since the run of (?P<since>\S+): level (?P<level>\S+) "
        r"went from (?P<before>\S+) to (?P<now>\S+) bits"
    ),
}
"""What the English sentences hold that no translation may lose."""


@dataclass(frozen=True)
class Told:
    """A text and whether it stands in English because there is no translation of it."""

    text: str
    english: bool


@dataclass(frozen=True)
class ToldFinding:
    """A finding in the language of a page: its name, where it holds and what it means."""

    name: Told
    where: str
    message: Told


def reason(tongue: Language, text: str) -> Told:
    """Return why a recall is not given; in English where the page's language has no words for it."""
    for name, shape in _REASONS.items():
        found = shape.search(text)
        words = tongue.texts["reasons"].get(name)
        if found and words:
            return Told(words.format(**_localised(tongue, found)), english=False)
    return Told(text, english=tongue.code != "en")


def finding(tongue: Language, row: Mapping[str, Any]) -> ToldFinding:
    """Return a finding (code, where, message); a sentence with figures keeps them, or stays in English."""
    code = str(row.get("code", ""))
    name = tongue.texts["finding_names"].get(code)
    return ToldFinding(
        Told(name or code.replace("_", " "), english=not name and tongue.code != "en"),
        _where(tongue, str(row.get("where", ""))),
        _message(tongue, code, str(row.get("message", ""))),
    )


def _message(tongue: Language, code: str, text: str) -> Told:
    words = tongue.texts["findings"].get(code)
    untold = Told(text, english=tongue.code != "en")
    if not words:
        return untold
    if "{reason}" in words:
        why = reason(tongue, text)
        return Told(words.format(reason=why.text), english=False) if not why.english else untold
    if code not in _FIGURES:
        return Told(words, english=False)
    found = _FIGURES[code].search(text)
    return Told(words.format(**_localised(tongue, found)), english=False) if found else untold


def _where(tongue: Language, text: str) -> str:
    """``field: a x b, a x c`` in the page's words: the comparison named, the sources with a multiplication sign."""
    comparison, colon, pairs = text.rpartition(": ")
    sources = pairs.replace(" x ", " \u00d7 ").replace("_", " ")
    if not colon:
        return str(tongue.texts["places"].get(text, sources))
    return f"{tongue.word('comparisons', comparison)}: {sources}"


def _localised(tongue: Language, found: re.Match[str]) -> dict[str, str]:
    """The figures of a sentence as the language writes them; a level and a verdict by their names."""
    figures = {"low", "high", "times", "before", "now"}
    kinds = {"level": "levels", "verdict": "verdicts"}
    return {
        name: tongue.written(value) if name in figures else tongue.word(kinds[name], value) if name in kinds else value
        for name, value in found.groupdict().items()
    }
