"""Sizes of clusters as bars, and their weakest bridges as circles by size and strength."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ketenzicht.explaining.drawing import Drawing, Scale
from ketenzicht.explaining.language import Language

NAMES, PLOT, VALUES, ROW, TOP = 90.0, 520.0, 80.0, 24.0, 8.0
COLUMN, TALL, LARGEST = 118.0, 56.0, 22.0
OPEN = 14.0
"""Width of the bar of a hidden count, which tells nothing of its size."""


def sizes(language: Language, name: str, counts: Mapping[str, int | None], minimum: int) -> Drawing:
    """Draw the number of persons by number of records; hidden counts are open bars."""
    most = max((count for count in counts.values() if count), default=10)
    scale = Scale(0.0, most, NAMES, NAMES + PLOT)
    height = TOP + ROW * len(counts) + 8
    drawing = Drawing(
        name,
        language.say("clusters.sizes_chart"),
        language.say("clusters.sizes_described"),
        NAMES + PLOT + VALUES,
        height,
    )
    for place, (size, count) in enumerate(counts.items()):
        y = TOP + ROW * place
        hidden = count is None or 0 < count < minimum
        length = max(scale(minimum if hidden else count or 0) - scale.start, OPEN if hidden else 1.0)
        drawing.label("end", NAMES - 10, y + 15, size)
        drawing.box("none" if hidden else "fill", scale.start, y + 3, length, ROW - 7)
        drawing.label("start", scale.start + length + 7, y + 15, language.count(count, minimum))
    return drawing


def matrix(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str], dict[tuple[str, str], int | None]]:
    """Sizes, bands of strength, and the number of clusters of each; sizes without any cluster are left out."""
    cells = {(str(row["size"]), str(row["band"])): row["clusters"] for row in rows}
    bands = list(dict.fromkeys(band for _, band in cells))
    known = dict.fromkeys(size for size, _ in cells)
    return [size for size in known if any(cells[size, band] != 0 for band in bands)], bands, cells


def bridges(language: Language, name: str, rows: Sequence[Mapping[str, Any]], minimum: int) -> Drawing:
    """Draw a circle per size and strength whose area grows with the number of clusters; dashed where it is hidden."""
    listed, bands, cells = matrix(rows)
    most = max((count for count in cells.values() if count), default=1)
    drawing = Drawing(
        name,
        language.say("clusters.bridges_chart"),
        language.say("clusters.bridges_described"),
        NAMES + COLUMN * len(bands),
        TOP + 26 + TALL * len(listed),
    )
    for column, band in enumerate(bands):
        drawing.label("strong", NAMES + COLUMN * (column + 0.5), TOP + 12, language.word("bands", band))
    for line, size in enumerate(listed):
        y = TOP + 26 + TALL * (line + 0.5)
        drawing.stroke("grid", (0, y - TALL / 2), (drawing.width, y - TALL / 2))
        drawing.label("end", NAMES - 14, y + 4, language.say("clusters.records", size=size))
        for column, band in enumerate(bands):
            _circle(drawing, language, cells[size, band], NAMES + COLUMN * (column + 0.5), y, most, minimum)
    return drawing


def _circle(
    drawing: Drawing, language: Language, count: int | None, x: float, y: float, most: int, minimum: int
) -> None:
    if count == 0:
        drawing.label("soft", x, y + 4, "\u00b7")
        return
    hidden = count is None or count < minimum
    radius = 4.0 if hidden else max(LARGEST * math.sqrt((count or 0) / most), 4.0)
    drawing.dot("none" if hidden else "rest", x, y, radius)
    beside = radius < LARGEST * 0.7
    drawing.label("start" if beside else "", x + radius + 5 if beside else x, y + 4, language.count(count, minimum))
