"""Scores of a source pair on a logarithmic axis: candidates, expected matches, and strangers known to be such."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ketenzicht.explaining.drawing import Drawing, Scale
from ketenzicht.explaining.language import Language, is_number

LEFT, PLOT, RIGHT, TOP, TALL, FOOT = 52.0, 420.0, 12.0, 12.0, 190.0, 40.0


def span(rows: Sequence[Mapping[str, Any]]) -> tuple[float, float, float]:
    """Lowest and highest score and largest count of all source pairs, so that their charts can be compared."""
    low = min((row["start"] for row in rows), default=-10.0)
    high = max((row["start"] + row["step"] * len(row["candidates"]) for row in rows), default=10.0)
    counts = [count for row in rows for part in ("candidates", "strangers") for count in row[part] or () if count]
    return low, high, max(counts, default=10.0)


def histogram(
    language: Language, name: str, row: Mapping[str, Any], reach: tuple[float, float, float], minimum: int
) -> Drawing:
    """Draw one source pair; a hidden count stands as an open bar up to ``minimum``."""
    low, high, most = reach
    title = language.say("scores.chart", pair=language.pair(row))
    text = language.say("scores.described")
    drawing = Drawing(name, title, text, LEFT + PLOT + RIGHT, TOP + TALL + FOOT)
    across = Scale(low, high, LEFT, LEFT + PLOT)
    up = Scale(0.0, max(math.ceil(math.log10(max(most, 10.0))), 1), TOP + TALL, TOP)
    _frame(drawing, language, across, up, language.number(row["step"]))
    for place, (count, expected) in enumerate(zip(row["candidates"], row["expected"], strict=True)):
        x = across(row["start"] + row["step"] * place)
        width = across(row["start"] + row["step"] * (place + 1)) - x - 1
        if count is None:
            drawing.box("none", x, up(math.log10(minimum)), width, up(0) - up(math.log10(minimum)))
        elif count:
            _bar(drawing, "rest", x, width, up, count)
            _bar(drawing, "fill", x, width, up, expected or 0.0)
    _strangers(drawing, row, across, up, minimum)
    drawing.stroke("cut", (across(row["threshold"]), TOP), (across(row["threshold"]), TOP + TALL))
    return drawing


def _bar(drawing: Drawing, kind: str, x: float, width: float, up: Scale, count: float) -> None:
    """A bar of a count; less than one pair has no height on a logarithmic axis."""
    if count > 1:
        top = up(math.log10(count))
        drawing.box(kind, x, top, width, up(0) - top)


def _strangers(drawing: Drawing, row: Mapping[str, Any], across: Scale, up: Scale, minimum: int) -> None:
    """Known strangers as a step line; where their count is hidden, dashes at the most it can be."""
    edge = [across(row["start"] + row["step"] * place) for place in range(len(row["candidates"]) + 1)]
    line: list[tuple[float, float]] = []
    for place, count in enumerate(row["strangers"] or ()):
        if count is None:
            y = up(math.log10(max((minimum - 1) * row["scale"], 1.0)))
            drawing.stroke("strangers most", (edge[place], y), (edge[place + 1], y))
        if is_number(count) and count > 1:
            y = up(math.log10(count))
            line += [(edge[place], y), (edge[place + 1], y)]
        else:
            drawing.curve("strangers", line)
            line = []
    drawing.curve("strangers", line)


def _frame(drawing: Drawing, language: Language, across: Scale, up: Scale, step: str) -> None:
    for power in range(int(up.high) + 1):
        drawing.stroke("grid", (across.start, up(power)), (across.end, up(power)))
        drawing.label("end soft small", across.start - 6, up(power) + 4, language.number(10**power))
    for tick in across.ticks(6):
        drawing.label("soft small", across(tick), up.start + 15, language.decimal(tick, 0))
    drawing.stroke("axis", (across.start, up.start), (across.end, up.start))
    drawing.label("soft small", (across.start + across.end) / 2, up.start + 32, language.say("scores.axis", step=step))
