"""Scores over the waves: small panels on one scale, lines broken where comparing ends."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from csi.report.charts.scale import Scale, limits
from csi.report.figures import Canvas
from csi.report.theme import MARKERS

_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 9.0, 25.0, 7.5, 7.0, 5.0
_LABEL_STEP = 3.0
_DODGE = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One score; NaN where there is none. Points of one segment are joined."""

    value: float
    low: float
    high: float
    segment: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """One group over the waves; ``series`` is its colour and marker."""

    label: str
    series: int
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPanel:
    """The lines of one scope.

    Attributes
    ----------
    breaks : tuple of int
        Positions of waves that open a new segment: nothing is joined across.
    """

    title: str
    lines: tuple[TrendLine, ...]
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """Panels of lines on one scale.

    Attributes
    ----------
    waves : tuple of str
        Names under the axis, in the order of time.
    series : int
        Number of groups that share colours.
    columns : int
        Panels side by side.
    """

    panels: tuple[TrendPanel, ...]
    waves: tuple[str, ...]
    axis: str
    series: int = 1
    columns: int = 2
    width: float = 170.0
    panel_height: float = 52.0

    @property
    def height(self) -> float:
        """Height in millimetres."""
        return math.ceil(len(self.panels) / self.columns) * self.panel_height + 4.0

    def draw(self, canvas: Canvas) -> None:
        """Draw the chart."""
        low, high = limits(self._ends(), pad=0.08)
        wide = (self.width - _GAP * (self.columns - 1)) / self.columns
        for number, panel in enumerate(self.panels):
            left = (number % self.columns) * (wide + _GAP)
            top = (number // self.columns) * self.panel_height
            scale = Scale(low, high, top + self.panel_height - _BOTTOM, top + _TOP)
            self._panel(canvas, panel, scale, left, top, wide)
        canvas.text(self.width / 2, self.height - 2.0, self.axis, size=7, align="center",
                    colour=canvas.theme.quiet)  # fmt: skip

    def _ends(self) -> Iterator[float]:
        for panel in self.panels:
            for line in panel.lines:
                for point in line.points:
                    yield from (point.value, point.low, point.high)

    def _panel(
        self, canvas: Canvas, panel: TrendPanel, y: Scale, left: float, top: float, wide: float
    ) -> None:
        start, end = left + _LEFT, left + wide - _RIGHT
        step = (end - start) / max(len(self.waves) - 1, 1)
        places = [start + i * step for i in range(len(self.waves))]
        canvas.text(left, top + 3.0, panel.title, size=8, bold=True, colour=canvas.theme.primary)
        self._grid(canvas, y, start, end, places, top)
        for position in panel.breaks:
            self._break(canvas, (places[position - 1] + places[position]) / 2, y)
        for line in panel.lines:
            self._line(canvas, line, y, places)
        self._labels(canvas, panel, y, end)

    def _grid(
        self, canvas: Canvas, y: Scale, start: float, end: float, places: list[float], top: float
    ) -> None:
        quiet = canvas.theme.quiet
        for tick in y.ticks(5):
            canvas.line([(start - 2, y(tick)), (end + 2, y(tick))], width=0.15)
            canvas.text(start - 3, y(tick), y.tick_label(tick, 5), size=6.5, align="right",
                        colour=quiet)  # fmt: skip
        for place, wave in zip(places, self.waves, strict=True):
            canvas.text(place, top + self.panel_height - _BOTTOM + 3.2, wave, size=6.2,
                        align="center", colour=quiet)  # fmt: skip

    def _break(self, canvas: Canvas, x: float, y: Scale) -> None:
        """Mark where no line may pass."""
        for shift in (-0.5, 0.5):
            canvas.line([(x + shift, y.start), (x + shift, y.end)], colour=canvas.theme.bad,
                        width=0.25, dashes=(2, 1.5))  # fmt: skip

    def _line(self, canvas: Canvas, line: TrendLine, y: Scale, places: list[float]) -> None:
        colour = canvas.theme.colours(self.series)[line.series]
        shift = (line.series - (self.series - 1) / 2) * _DODGE if self.series > 1 else 0.0
        spots = [(x + shift, p) for x, p in zip(places, line.points, strict=True)]
        for (x0, a), (x1, b) in itertools.pairwise(spots):
            if math.isfinite(a.value + b.value) and a.segment == b.segment:
                canvas.line([(x0, y(a.value)), (x1, y(b.value))], colour=colour, width=0.45,
                            round_cap=True)  # fmt: skip
        for x, point in spots:
            if not math.isfinite(point.value):
                continue
            if math.isfinite(point.low):
                canvas.line([(x, y(point.low)), (x, y(point.high))], colour=colour, width=0.3,
                            opacity=0.55)  # fmt: skip
            shape = MARKERS[line.series % len(MARKERS)]
            canvas.marker(x, y(point.value), shape, size=1.9, fill=colour)

    def _labels(self, canvas: Canvas, panel: TrendPanel, y: Scale, end: float) -> None:
        """Name the lines at their last points, moved apart where they would touch."""
        last = [(line, line.points[-1]) for line in panel.lines]
        shown = sorted(
            ((y(p.value), line, p.value) for line, p in last if math.isfinite(p.value)),
            key=lambda entry: entry[0],
        )
        spots: list[float] = []
        for at, _, _ in shown:
            spots.append(max(at, spots[-1] + _LABEL_STEP) if spots else at)
        over = max(0.0, spots[-1] - y.start) if spots else 0.0
        for at, (_, line, value) in zip(spots, shown, strict=True):
            colour = canvas.theme.colours(self.series)[line.series]
            text = canvas.wrap(f"{value:.1f} {line.label}", _RIGHT - 4, 7, most=1)[0]
            canvas.text(end + 4, at - over, text, size=7, colour=colour, bold=line.series == 0)
