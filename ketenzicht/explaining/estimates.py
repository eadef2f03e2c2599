"""Estimated precision and recall as dots with intervals: one row per source pair or group of persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ketenzicht.explaining.drawing import Drawing, Scale, fitted
from ketenzicht.explaining.language import Language, is_number

Row = Mapping[str, Any]

NAMES, PANEL, GAP, ROW, TOP = 210.0, 330.0, 60.0, 26.0, 46.0
MEASURES = ("precision", "recall")


@dataclass(frozen=True)
class Line:
    """One row of the chart: its name, its figures, and whether it stands for the whole or opens a group."""

    name: str
    figures: Row
    whole: bool = False
    heading: bool = False


def estimates(language: Language, name: str, title: str, lines: Sequence[Line]) -> Drawing:
    """Draw precision and recall side by side; the figures of the whole run on as a dashed line."""
    height = TOP + ROW * len(lines) + 34
    drawing = Drawing(name, title, language.say("estimates.described"), NAMES + 2 * PANEL + GAP + 60, height)
    low = _lowest(lines)
    for place, line in enumerate(lines):
        kind = "end strong" if line.whole else "start strong" if line.heading else "end"
        drawing.label(kind, 0 if line.heading else NAMES - 14, TOP + ROW * place + 5, fitted(line.name, NAMES))
    for number, measure in enumerate(MEASURES):
        left = NAMES + number * (PANEL + GAP)
        _panel(drawing, language, lines, measure, Scale(low, 1.0, left, left + PANEL))
    return drawing


def _lowest(lines: Sequence[Line]) -> float:
    """Left end of the axes: the tenth below everything shown, never above .8."""
    shown = [line.figures.get(f"{measure}{end}") for line in lines for measure in MEASURES for end in ("", "_low")]
    return max(0.0, min(0.8, int(10 * min((value for value in shown if is_number(value)), default=0.8)) / 10))


def _panel(drawing: Drawing, language: Language, lines: Sequence[Line], measure: str, scale: Scale) -> None:
    bottom = TOP + ROW * len(lines) - ROW / 2
    drawing.label("start strong", scale.start, 16, language.say(f"estimates.{measure}"))
    for tick in scale.ticks(4):
        drawing.stroke("grid", (scale(tick), TOP - ROW / 2), (scale(tick), bottom))
        drawing.label(
            "soft small", scale(tick), bottom + 18, language.percent(tick).replace(".0", "").replace(",0", "")
        )
    for line in lines:
        value = line.figures.get(measure)
        if line.whole and is_number(value):
            drawing.stroke("whole", (scale(value), TOP - ROW / 2), (scale(value), bottom))
    for place, line in enumerate(lines):
        if not line.heading:
            _row(drawing, language, line, measure, scale, TOP + ROW * place)


def _row(drawing: Drawing, language: Language, line: Line, measure: str, scale: Scale, y: float) -> None:
    value, low, high = (line.figures.get(f"{measure}{end}") for end in ("", "_low", "_high"))
    if not is_number(value):
        drawing.label("start soft small", scale.start + 6, y + 4, language.say("estimates.unknown"))
        return
    kind = "fill" if measure == "precision" else "lost"
    if is_number(low) and is_number(high):
        drawing.stroke(f"interval {kind}-line", (scale(low), y), (scale(high), y))
    drawing.dot(kind, scale(value), y, 6.0 if line.whole else 4.5)
    drawing.label("start small", scale.end + 8, y + 4, language.percent(value))
