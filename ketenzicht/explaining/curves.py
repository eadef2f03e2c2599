"""Estimated precision and recall of a source pair's candidates against the threshold."""

from collections.abc import Mapping, Sequence
from typing import Any

from ketenzicht.explaining.drawing import Drawing, Point, Scale
from ketenzicht.explaining.language import Language, is_number

LEFT, PLOT, RIGHT, TOP, TALL, FOOT = 46.0, 422.0, 16.0, 12.0, 190.0, 40.0
CURVES = ("null_precision", "recall", "precision")
KINDS = {"precision": "fill-line", "recall": "lost-line", "null_precision": "strangers most"}


def curves(
    language: Language, name: str, row: Mapping[str, Any], linked: Mapping[str, Any], reach: Sequence[float]
) -> Drawing:
    """Draw the curves of ``row``, and as dots what the run estimates of its links (``linked``), after clustering.

    Recall is left out where the run says that it cannot be estimated.
    """
    title = language.say("thresholds.chart", pair=language.pair(row))
    text = language.say("thresholds.described")
    drawing = Drawing(name, title, text, LEFT + PLOT + RIGHT, TOP + TALL + FOOT)
    across, up = Scale(reach[0], reach[1], LEFT, LEFT + PLOT), Scale(0.0, 1.0, TOP + TALL, TOP)
    _frame(drawing, language, across, up)
    drawing.stroke("cut", (across(row["threshold"]), TOP), (across(row["threshold"]), TOP + TALL))
    for curve in CURVES:
        if curve != "recall" or is_number(linked.get("recall")):
            _draw(drawing, KINDS[curve], row, row[curve] or (), across, up)
    for measure, kind in (("precision", "fill"), ("recall", "lost")):
        if is_number(linked.get(measure)):
            drawing.dot(f"{kind} ring", across(row["threshold"]), up(linked[measure]), 5.0)
    return drawing


def _draw(
    drawing: Drawing, kind: str, row: Mapping[str, Any], values: Sequence[float | None], across: Scale, up: Scale
) -> None:
    """A line, broken where nothing is known."""
    line: list[Point] = []
    for place, value in enumerate(values):
        if is_number(value):
            line.append((across(row["start"] + row["step"] * place), up(value)))
        else:
            drawing.curve(f"curve {kind}", line)
            line = []
    drawing.curve(f"curve {kind}", line)


def _frame(drawing: Drawing, language: Language, across: Scale, up: Scale) -> None:
    for tick in (0.0, 0.25, 0.5, 0.75, 0.9, 1.0):
        drawing.stroke("grid", (across.start, up(tick)), (across.end, up(tick)))
        drawing.label("end soft small", across.start - 6, up(tick) + 4, f"{100 * tick:.0f}%")
    for tick in across.ticks(8):
        drawing.label("soft small", across(tick), up.start + 15, language.decimal(tick, 0))
    drawing.stroke("axis", (across.start, up.start), (across.end, up.start))
    drawing.label("soft small", (across.start + across.end) / 2, up.start + 32, language.say("thresholds.axis"))
