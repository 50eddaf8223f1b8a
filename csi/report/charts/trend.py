"""Scores over the waves: small panels on one scale, lines broken where comparing ends."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from csi.report.charts.scale import Scale, limits
from csi.report.figures import Canvas
from csi.report.theme import MARKERS

_LEFT, _TOP, _BOTTOM, _GAP = 9.0, 7.5, 7.0, 5.0
_LABEL_SIZE, _WAVE_SIZE = 7.0, 6.2
_LABEL_SHARE = 0.42
"""Part of a panel that the names of its lines may take."""
_LABEL_STEP = 3.0
_DODGE = 1.1
_TICKS = 6


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
    series : int
        Number of groups that share colours, which is not that of the lines where a group is absent.
    breaks : tuple of int
        Positions of waves that open a new segment: nothing is joined across.
    """

    title: str
    lines: tuple[TrendLine, ...]
    series: int = 1
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """Panels of lines on one scale.

    Attributes
    ----------
    waves : tuple of str
        Names under the axis, in the order of time.
    columns : int
        Panels side by side.
    """

    panels: tuple[TrendPanel, ...]
    waves: tuple[str, ...]
    axis: str
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
        right = self._label_width(canvas, panel, wide)
        start, end = left + _LEFT, left + wide - right
        step = (end - start) / max(len(self.waves) - 1, 1)
        places = [start + i * step for i in range(len(self.waves))]
        canvas.text(left, top + 3.0, panel.title, size=8, bold=True, colour=canvas.theme.primary)
        self._grid(canvas, y, start, end, places, top)
        for position in panel.breaks:
            self._break(canvas, (places[position - 1] + places[position]) / 2, y)
        for line in panel.lines:
            self._line(canvas, panel, line, y, places)
        self._labels(canvas, panel, y, end, right)

    def _label_width(self, canvas: Canvas, panel: TrendPanel, wide: float) -> float:
        """Return the room at the right for the names of the lines, no more than they need."""
        widths = (canvas.text_width(_label(line), _LABEL_SIZE, bold=True) for line in panel.lines)
        return min(max(widths, default=0.0) + 5.0, wide * _LABEL_SHARE)

    def _grid(
        self, canvas: Canvas, y: Scale, start: float, end: float, places: list[float], top: float
    ) -> None:
        quiet = canvas.theme.quiet
        for tick in y.ticks(_TICKS):
            canvas.line([(start - 2, y(tick)), (end + 2, y(tick))], width=0.15)
            canvas.text(start - 3, y(tick), y.tick_label(tick, _TICKS), size=6.5, align="right",
                        colour=quiet)  # fmt: skip
        for place, name in zip(places, self._wave_names(canvas, places), strict=True):
            canvas.lines(place, top + self.panel_height - _BOTTOM + 3.2, name, size=_WAVE_SIZE,
                         align="center", colour=quiet)  # fmt: skip

    def _wave_names(self, canvas: Canvas, places: list[float]) -> list[tuple[str, ...]]:
        """Set the names of the waves in two lines each where they would touch in one."""
        room = places[1] - places[0] - 1.0 if len(places) > 1 else math.inf
        if all(canvas.text_width(wave, _WAVE_SIZE) <= room for wave in self.waves):
            return [(wave,) for wave in self.waves]
        return [_two_lines(wave) or canvas.wrap(wave, room, _WAVE_SIZE) for wave in self.waves]

    def _break(self, canvas: Canvas, x: float, y: Scale) -> None:
        """Mark where no line may pass."""
        for shift in (-0.5, 0.5):
            canvas.line([(x + shift, y.start), (x + shift, y.end)], colour=canvas.theme.bad,
                        width=0.25, dashes=(2, 1.5))  # fmt: skip

    def _line(
        self, canvas: Canvas, panel: TrendPanel, line: TrendLine, y: Scale, places: list[float]
    ) -> None:
        colour = canvas.theme.colours(panel.series)[line.series]
        shift = (line.series - (panel.series - 1) / 2) * _DODGE if panel.series > 1 else 0.0
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

    def _labels(
        self, canvas: Canvas, panel: TrendPanel, y: Scale, end: float, right: float
    ) -> None:
        """Name the lines at their last points, moved apart where they would touch."""
        last = [(line, line.points[-1]) for line in panel.lines]
        shown = sorted(
            ((y(p.value), line) for line, p in last if math.isfinite(p.value)),
            key=lambda entry: entry[0],
        )
        spots: list[float] = []
        for at, _ in shown:
            spots.append(max(at, spots[-1] + _LABEL_STEP) if spots else at)
        over = max(0.0, spots[-1] - y.start) if spots else 0.0
        for at, (_, line) in zip(spots, shown, strict=True):
            colour = canvas.theme.colours(panel.series)[line.series]
            text = canvas.wrap(_label(line), right - 4, _LABEL_SIZE, most=1)[0]
            canvas.text(end + 4, at - over, text, size=_LABEL_SIZE, colour=colour,
                        bold=line.series == 0)  # fmt: skip


def _label(line: TrendLine) -> str:
    return f"{line.points[-1].value:.1f} {line.label}"


def _two_lines(wave: str) -> tuple[str, ...]:
    """Break the name of a wave after its year, or at its last space; nothing where it has none."""
    year, mark, rest = wave.partition("\u5e74")
    if mark and rest:
        return year + mark, rest
    head, _, tail = wave.rpartition(" ")
    return (head, tail) if head else ()
