"""The two languages of the pages: their texts and how they write numbers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

LANGUAGES = ("en", "nl")
MISSING = "-"
_TEXTS = Path(__file__).parent / "texts"
_MINUS = "\u2212"
_SMALLEST = 0.0001
_DICE = "dice_"


@dataclass(frozen=True)
class Language:
    """Texts and number formats of one language (``code`` "en" or "nl")."""

    code: str
    texts: Mapping[str, Any]

    def say(self, key: str, **values: object) -> str:
        """The text of ``page.name`` with its values filled in; ``KeyError`` where there is none."""
        part: Any = self.texts
        for name in key.split("."):
            part = part[name]
        return str(part).format(**values) if values else str(part)

    def word(self, kind: str, name: object) -> str:
        """A level, comparison, band or group as the language calls it, or its name with blanks."""
        part: Any = self.texts
        for step in kind.split("."):
            part = part.get(step, {})
        known = part.get(str(name))
        if not known and kind == "levels" and str(name).startswith(_DICE):
            return self.say("levels.dice", cut=self._local(str(name).removeprefix(_DICE)))
        if not known and kind == "comparisons" and str(name).rpartition(".")[2] in self.texts.get("parts", {}):
            field, _, part = str(name).rpartition(".")
            return self.say(f"parts.{part}", field=self.word(kind, field))
        return str(known) if known else _plain(str(name))

    def number(self, value: float | None) -> str:
        """A count with thousands separated; a dash where there is none."""
        return self._local(f"{value:,.0f}") if is_number(value) else MISSING

    def percent(self, share: float | None) -> str:
        """A share as a percentage with one decimal; a dash where there is none."""
        return self._local(f"{share:.1%}") if is_number(share) else MISSING

    def interval(self, low: float | None, high: float | None) -> str:
        """The two ends of an interval of shares; empty where there is none."""
        if not is_number(low) or not is_number(high):
            return ""
        return self._local(f"{100 * low:.1f}\u2013{100 * high:.1f}%")

    def decimal(self, value: float | None, places: int = 1) -> str:
        """A number with so many decimals; a dash where there is none."""
        return self._local(f"{value:.{places}f}".replace("-", _MINUS)) if is_number(value) else MISSING

    def signed(self, bits: float | None) -> str:
        """A weight with its sign and one decimal; a dash where there is none."""
        return self._local(f"{bits:+.1f}".replace("-", _MINUS)) if is_number(bits) else MISSING

    def probability(self, value: float | None) -> str:
        """A probability with four decimals; never 0 or 1, which no model can know."""
        if not is_number(value):
            return MISSING
        if value < _SMALLEST:
            return "<" + self._local(f"{_SMALLEST:.4f}")
        if value > 1 - _SMALLEST:
            return ">" + self._local(f"{1 - _SMALLEST:.4f}")
        return self._local(f"{value:.4f}")

    def rate(self, value: float | None) -> str:
        """An m- or u-probability with four decimals, in powers of ten where it would read as zero."""
        if not is_number(value):
            return MISSING
        return self._local(f"{value:.1e}" if 0 < value < _SMALLEST else f"{value:.4f}")

    def count(self, value: float | None, minimum: int) -> str:
        """A count, "<10" (for 10) where it is hidden (None) or is from 1 to 9."""
        if value is None or 0 < value < minimum:
            return f"<{minimum}"
        return self.number(value)

    def pair(self, row: Mapping[str, Any]) -> str:
        """The two sources of a row."""
        return f"{_plain(str(row['source_a']))} \u00d7 {_plain(str(row['source_b']))}"

    def written(self, figure: str) -> str:
        """A figure that was written in English, as the language writes it."""
        return self._local(figure).replace("-", _MINUS)

    def _local(self, text: str) -> str:
        """Dutch writes 1.234,5 where English writes 1,234.5."""
        return text.translate(str.maketrans(",.", ".,")) if self.code == "nl" else text


def _plain(name: str) -> str:
    return name.replace("_", " ")


def is_number(value: object) -> TypeGuard[float]:
    """Whether there is a number: what is missing may be null, or undefined in a template."""
    return isinstance(value, int | float)


@cache
def language(code: str) -> Language:
    """The language of that code; ``KeyError`` where the pages are not written in it."""
    if code not in LANGUAGES:
        raise KeyError(code)
    return Language(code, tomllib.loads((_TEXTS / f"{code}.toml").read_text(encoding="utf-8")))
