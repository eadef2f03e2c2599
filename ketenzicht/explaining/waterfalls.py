"""A pattern's way from prior to final weight, comparison by comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

from ketenzicht.explaining.drawing import Drawing, Scale, fitted
from ketenzicht.explaining.language import Language

NAMES, PLOT, VALUES, ROW, TOP = 205.0, 235.0, 44.0, 19.0, 10.0
SEEN = 0.05
"""Bits below which the step for comparisons that go together is left out."""


def bars(language: Language, pattern: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Name and weight of every step: the prior, the comparisons both records have, and what goes together."""
    found = [(language.say("patterns.prior"), float(pattern["prior"]))]
    for step in pattern["steps"]:
        comparison, level = language.word("comparisons", step["comparison"]), language.word("levels", step["level"])
        found.append((f"{comparison}: {level}", float(step["weight"])))
    if abs(pattern["together"]) >= SEEN:
        found.append((language.say("patterns.together"), float(pattern["together"])))
    return found


def reach(patterns: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Lowest and highest point that any of the waterfalls comes by."""
    points = [0.0]
    for pattern in patterns:
        total = 0.0
        for weight in (pattern["prior"], *(step["weight"] for step in pattern["steps"]), pattern["together"]):
            total += weight
            points.append(total)
    return min(points), max(points)


def waterfall(language: Language, name: str, pattern: Mapping[str, Any], low: float, high: float) -> Drawing:
    """Draw one pattern between ``low`` and ``high`` bits; the threshold is the dashed line."""
    steps = bars(language, pattern)
    bottom = TOP + ROW * (len(steps) + 1)
    scale = Scale(low, high, NAMES, NAMES + PLOT)
    title = language.say("patterns.chart", pair=language.pair(pattern), weight=language.signed(pattern["weight"]))
    text = "; ".join(f"{step} {language.signed(weight)}" for step, weight in steps)
    drawing = Drawing(name, title, text, NAMES + PLOT + VALUES, bottom + 22)
    for tick in scale.ticks(5):
        drawing.stroke("grid", (scale(tick), TOP), (scale(tick), bottom))
        drawing.label("soft small", scale(tick), bottom + 15, language.decimal(tick, 0))
    total = 0.0
    for place, (step, weight) in enumerate(steps):
        y = TOP + ROW * place
        start, end = sorted((scale(total), scale(total + weight)))
        kind = "grey" if place == 0 else "fill" if weight >= 0 else "lost"
        drawing.box(kind, start, y + 3, max(end - start, 1.0), ROW - 6)
        total += weight
        drawing.stroke("axis thin", (scale(total), y + 3), (scale(total), y + ROW + 3))
        drawing.label("end", NAMES - 8, y + 14, fitted(step, NAMES))
        drawing.label("end small", drawing.width, y + 14, language.signed(weight))
    _final(drawing, language, pattern, scale, bottom - ROW)
    drawing.stroke("cut", (scale(pattern["threshold"]), TOP), (scale(pattern["threshold"]), bottom))
    return drawing


def _final(drawing: Drawing, language: Language, pattern: Mapping[str, Any], scale: Scale, y: float) -> None:
    """The row of the sum."""
    drawing.dot("ink", scale(pattern["weight"]), y + ROW / 2, 4.5)
    drawing.label("end strong", NAMES - 8, y + 14, language.say("patterns.total"))
    drawing.label("end strong small", drawing.width, y + 14, language.signed(pattern["weight"]))
