"""Geometry of the small drawings on the report page: numbers in, coordinates out; the markup is the template's."""

import math
from collections.abc import Sequence
from typing import NamedTuple

COLUMN_WIDTH = 64
GAP = 20
PLOT_HEIGHT = 150
HEAD = 22
FOOT = 24

BAR_WIDTH = 120

WEIGHT_WIDTH = 160
LARGEST_WEIGHT = 16.0


class Column(NamedTuple):
    """One column of a chart: its box, what stands above and below it, and whether its count is hidden."""

    x: float
    y: float
    width: float
    height: float
    label: str
    text: str
    hidden: bool


class Chart(NamedTuple):
    """A column chart in user units, its baseline, and its columns from left to right."""

    width: float
    height: float
    baseline: float
    columns: tuple[Column, ...]


class Span(NamedTuple):
    """A horizontal bar: where it begins and how long it is."""

    x: float
    width: float


def column_chart(points: Sequence[tuple[str, int | str]]) -> Chart:
    """Columns with heights in proportion to the counts; a hidden count (text) is an empty place with its text."""
    largest = max((count for _, count in points if isinstance(count, int)), default=0)
    baseline = float(HEAD + PLOT_HEIGHT)
    columns = []
    for place, (label, count) in enumerate(points):
        share = count / largest if isinstance(count, int) and largest else 0.0
        x, height = GAP + place * (COLUMN_WIDTH + GAP), round(PLOT_HEIGHT * share, 1)
        text = f"{count:,}" if isinstance(count, int) else count
        columns.append(Column(x, baseline - height, COLUMN_WIDTH, height, label, text, not isinstance(count, int)))
    width = float(GAP + len(points) * (COLUMN_WIDTH + GAP))
    return Chart(width, baseline + FOOT, baseline, tuple(columns))


def share_span(low: float, high: float) -> Span:
    """The part of a bar of shares (0 to 1) that lies between two of them, in whichever order."""
    ends = sorted(BAR_WIDTH * max(0.0, min(1.0, share)) for share in (low, high))
    return Span(round(ends[0], 1), round(ends[1] - ends[0], 1))


def match_weight(m: float, u: float) -> float | None:
    """log2(m/u): evidence in bits for (above 0) or against a match; None where a level never occurs.

    Fellegi and Sunter (1969), in base 2.
    """
    return math.log2(m / u) if m > 0 and u > 0 else None


def weight_span(weight: float | None) -> Span:
    """A bar from the middle of the drawing: to the right for evidence for a match, to the left against it."""
    middle = WEIGHT_WIDTH / 2
    bounded = max(-LARGEST_WEIGHT, min(LARGEST_WEIGHT, weight or 0.0))
    length = round(abs(bounded) / LARGEST_WEIGHT * middle, 1)
    return Span(middle if bounded >= 0 else middle - length, length)
