"""Shapes of a chart: numbers in, coordinates out; one template turns any drawing into accessible SVG."""

import math
from dataclasses import dataclass, field
from typing import ClassVar

Point = tuple[float, float]


CHARACTER = 6.8
"""Width of a character of the charts' text, about, in user units."""


def fitted(text: str, room: float) -> str:
    """The text, cut off with an ellipsis where it is wider than ``room``; tables under charts have it whole."""
    most = int(room / CHARACTER)
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"


def _short(value: float) -> float:
    return round(value, 1)


@dataclass(frozen=True)
class Shape:
    """One element of a drawing; ``kind`` holds the names of its styles."""

    form: ClassVar[str]
    kind: str


@dataclass(frozen=True)
class Box(Shape):
    """A rectangle."""

    form = "box"
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Stroke(Shape):
    """A straight line."""

    form = "stroke"
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Dot(Shape):
    """A circle."""

    form = "dot"
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Label(Shape):
    """A line of text at (x, y), its baseline."""

    form = "label"
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Curve(Shape):
    """A line through points."""

    form = "curve"
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{_short(x)},{_short(y)}" for x, y in self.points)


@dataclass
class Drawing:
    """A chart in user units. ``name`` is unique on its page; ``title`` and ``text`` say in words what it shows."""

    name: str
    title: str
    text: str
    width: float
    height: float
    shapes: list[Shape] = field(default_factory=list)

    def box(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """Add a rectangle."""
        self.shapes.append(Box(kind, _short(x), _short(y), _short(width), _short(height)))

    def stroke(self, kind: str, start: Point, end: Point) -> None:
        """Add a line."""
        self.shapes.append(Stroke(kind, *map(_short, (*start, *end))))

    def dot(self, kind: str, x: float, y: float, radius: float = 4.0) -> None:
        """Add a circle."""
        self.shapes.append(Dot(kind, _short(x), _short(y), _short(radius)))

    def label(self, kind: str, x: float, y: float, text: str) -> None:
        """Add text."""
        self.shapes.append(Label(kind, _short(x), _short(y), text))

    def curve(self, kind: str, points: list[Point]) -> None:
        """Add a line through points; fewer than two are no line."""
        if len(points) > 1:
            self.shapes.append(Curve(kind, tuple(points)))


@dataclass(frozen=True)
class Scale:
    """A straight axis: from ``low`` to ``high`` in the data, from ``start`` to ``end`` in the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Place of a value; values beyond an end of the axis are put at that end."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def ticks(self, about: int = 6) -> list[float]:
        """Round values along the axis, about so many: steps of 1, 2 or 5 times a power of ten."""
        rough = max(self.high - self.low, 1e-9) / max(about, 1)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(size * power for size in (1.0, 2.0, 5.0, 10.0) if size * power >= rough * 0.999)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 9) for number in range(first, last + 1)]
