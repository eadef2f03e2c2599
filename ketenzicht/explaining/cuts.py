"""How each source pair was cut: the threshold that a run used and the rule that set it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ketenzicht.explaining.language import is_number

Row = Mapping[str, Any]
Rule = Literal["label_free", "set", "floor"]

_ROUNDING = 1e-3
"""Thresholds are stored with four decimals, as a probability and as log odds."""


@dataclass(frozen=True)
class CutLine:
    """The cut of a source pair. ``probability``: above it records were linked; ``rule``: what set it.

    ``label_free``: where known strangers alone would cut, as a probability; None where nothing tells, or where the cut
    did not stand its tests, and ``unusable`` then says which.
    """

    row: Row
    probability: float | None
    bits: float | None
    rule: Rule | None
    label_free: float | None
    unusable: str | None


def cut_line(row: Row, settings: Row) -> CutLine:
    """Return how a source pair (a row of the summary) was cut; ``settings``: those of the linkage.

    A threshold above the one found first was raised to hold the floor on precision.
    """
    cut = row.get("cut") or {}
    used, start = row.get("threshold"), _start(cut, settings)
    strangers = _by_strangers(cut)
    rule: Rule | None = None
    if is_number(used) and is_number(start):
        first: Rule = "label_free" if cut.get("rule") == "label_free" else "set"
        rule = "floor" if used > start + _ROUNDING else first
    bits = math.log2(used / (1 - used)) if is_number(used) and 0 < used < 1 else None
    told_of_strangers = "f1" not in cut and cut.get("usable") is False
    return CutLine(row, used, bits, rule, strangers, cut.get("reason") if told_of_strangers else None)


def _start(cut: Row, settings: Row) -> float | None:
    """The threshold before the floor, as a probability."""
    if cut.get("rule") == "label_free":
        return _probability(cut.get("threshold"))
    found = (settings.get("clusters") or {}).get("probability")
    return found if is_number(found) else None


def _by_strangers(cut: Row) -> float | None:
    """The label-free cut as a probability; a cut with an F1 is the other one, which is told and never used."""
    return _probability(cut.get("threshold")) if "f1" not in cut and cut.get("usable") else None


def _probability(log_odds: float | None) -> float | None:
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds)))) if is_number(log_odds) else None
