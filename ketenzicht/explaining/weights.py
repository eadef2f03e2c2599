"""Match weights, m and u of one group of source pairs: a row per level, three panels side by side."""

import math
from collections.abc import Mapping
from typing import Any

from ketenzicht.explaining.drawing import Drawing, Scale, fitted
from ketenzicht.explaining.language import Language

NAMES, LEVELS, WEIGHT, RATE, GAP, ROW, TOP = 160.0, 142.0, 290.0, 140.0, 56.0, 19.0, 44.0


def weight_of(m: float, u: float) -> float | None:
    """log2(m/u), the match weight of Fellegi and Sunter (1969) in bits; None where a level never occurs."""
    return math.log2(m / u) if m > 0 and u > 0 else None


def weights(language: Language, name: str, title: str, group: Mapping[str, Any], reach: float) -> Drawing:
    """Draw a group's parameters; ``reach`` is the largest weight either way, the same for all groups."""
    comparisons = group.get("comparisons") or {}
    rows = sum(len(levels) for levels in comparisons.values()) + 0.5 * len(comparisons)
    left = NAMES + LEVELS
    scale = Scale(-reach, reach, left, left + WEIGHT)
    rates = [
        Scale(0.0, 1.0, left + WEIGHT + GAP + n * (RATE + GAP), left + WEIGHT + GAP + n * (RATE + GAP) + RATE)
        for n in (0, 1)
    ]
    bottom = TOP + ROW * rows
    drawing = Drawing(name, title, language.say("weights.described"), rates[1].end + 52, bottom + 26)
    _frame(drawing, language, scale, rates, bottom)
    y = TOP
    for comparison, levels in comparisons.items():
        drawing.label("end strong", NAMES, y + 13, fitted(language.word("comparisons", comparison), NAMES))
        for level, found in levels.items():
            drawing.label("end soft", left - 10, y + 13, fitted(language.word("levels", level), LEVELS - 10))
            _row(drawing, language, found, scale, rates, y)
            y += ROW
        drawing.stroke("grid", (0, y + ROW / 4), (drawing.width, y + ROW / 4))
        y += ROW / 2
    return drawing


def _frame(drawing: Drawing, language: Language, scale: Scale, rates: list[Scale], bottom: float) -> None:
    """Headings, axes and grid of the three panels."""
    drawing.label("start strong", scale.start, 16, language.say("weights.panel_weight"))
    for tick in scale.ticks(6):
        drawing.stroke("grid", (scale(tick), TOP - 4), (scale(tick), bottom))
        drawing.label("soft small", scale(tick), bottom + 18, language.decimal(tick, 0))
    drawing.stroke("axis", (scale(0), TOP - 4), (scale(0), bottom))
    for rate, panel in zip(rates, ("panel_m", "panel_u"), strict=True):
        drawing.label("start strong", rate.start, 16, language.say(f"weights.{panel}"))
        for tick in (0.0, 0.5, 1.0):
            drawing.stroke("grid", (rate(tick), TOP - 4), (rate(tick), bottom))
            drawing.label(
                "soft small", rate(tick), bottom + 18, language.percent(tick).replace(".0", "").replace(",0", "")
            )


def _row(
    drawing: Drawing, language: Language, found: Mapping[str, float], scale: Scale, rates: list[Scale], y: float
) -> None:
    m, u = float(found.get("m") or 0.0), float(found.get("u") or 0.0)
    bits = weight_of(m, u)
    if bits is not None:
        start, end = sorted((scale(0), scale(bits)))
        drawing.box("fill" if bits >= 0 else "lost", start, y + 2, end - start, ROW - 5)
        place = (end + 5, "start") if bits >= 0 else (start - 5, "end")
        drawing.label(f"{place[1]} small", place[0], y + 13, language.signed(bits))
    for rate, value, kind in zip(rates, (m, u), ("fill", "grey"), strict=True):
        drawing.box(kind, rate.start, y + 2, rate(value) - rate.start, ROW - 5)
        drawing.label("start small", rate(value) + 5, y + 13, language.rate(value))
