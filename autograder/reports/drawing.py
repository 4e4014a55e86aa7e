"""Coordinates of the histogram; the template only writes them into SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.plain_text import points
from .class_figures import Bin

WIDTH, HEIGHT = 420.0, 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 10.0, 46.0, 22.0  # the two marks are above the bars, the scale below
_GAP = 2.0
_MOST_TICKS = 11
_LABEL_WIDTH = 70.0
_ROWS = (12.0, 27.0)


@dataclass(frozen=True)
class Bar:
    """One rectangle with its count; `title` is the same in words."""

    x: float
    y: float
    width: float
    height: float
    count: int
    title: str


@dataclass(frozen=True)
class Mark:
    """A vertical line with a label on its own height, so that two close marks stay readable."""

    x: float
    y: float
    anchor: str
    label: str
    kind: str


@dataclass(frozen=True)
class HistogramDrawing:
    """Everything of the histogram, in the units of its view box."""

    width: float
    height: float
    base: float
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    caption: str


def draw_histogram(bins: Sequence[Bin], mean: float | None, median: float | None) -> HistogramDrawing:
    """Return the drawing of a histogram that has at least one bar."""
    low, high = bins[0].low, bins[-1].high
    scale = (WIDTH - _LEFT - _RIGHT) / (high - low)
    base = HEIGHT - _BOTTOM
    tallest = max(entry.count for entry in bins) or 1
    bars = []
    for entry in bins:
        height = entry.count / tallest * (base - _TOP - 14)
        share = f"{points(entry.low)} to {'' if entry is bins[-1] else 'under '}{points(entry.high)} points"
        x, width = _LEFT + (entry.low - low) * scale + _GAP / 2, (entry.high - entry.low) * scale - _GAP
        bars.append(Bar(_r(x), _r(base - height), _r(width), _r(height), entry.count, f"{share}: {entry.count}"))
    edges = [entry.low for entry in bins] + [high]
    every = -(-len(edges) // _MOST_TICKS)
    return HistogramDrawing(
        width=WIDTH,
        height=HEIGHT,
        base=base,
        bars=tuple(bars),
        ticks=tuple((_r(_LEFT + (edge - low) * scale), points(edge)) for edge in edges[::every]),
        marks=_marks([("mean", mean), ("median", median)], low, scale),
        caption="Students by points: " + "; ".join(bar.title for bar in bars),
    )


def _marks(values: Sequence[tuple[str, float | None]], low: float, scale: float) -> tuple[Mark, ...]:
    """Return the marks from left to right: labels point away from each other and never cross the other's line.

    The line of the mark on the upper row passes the lower row, so the upper row is for the label that may lie across.
    """
    placed = sorted((_LEFT + (value - low) * scale, label, value) for label, value in values if value is not None)
    left_turns = bool(placed) and placed[0][0] < _LABEL_WIDTH
    marks = []
    for index, (x, label, value) in enumerate(placed):
        is_left = index == 0 and len(placed) > 1
        anchor = "end" if x > WIDTH - _LABEL_WIDTH or (is_left and not left_turns) else "start"
        row = 0 if is_left == left_turns else 1
        marks.append(Mark(_r(x), _ROWS[row], anchor, f"{label} {points(round(value, 1))}", label))
    return tuple(marks)


def _r(value: float) -> float:
    return round(value, 2)
