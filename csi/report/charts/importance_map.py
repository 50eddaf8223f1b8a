"""Importance-performance map: every driver with both intervals, labels that touch nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from csi.report.charts.placement import Rect, place, ring
from csi.report.charts.scale import Scale, limits
from csi.report.figures import Canvas

_LEFT, _RIGHT, _TOP, _BOTTOM = 13.0, 3.0, 3.0, 11.0
_SIZE = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPoint:
    """A driver: importance in index points per point, performance 0-100, with intervals."""

    label: str
    importance: float
    importance_low: float
    importance_high: float
    performance: float
    performance_low: float
    performance_high: float
    priority: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportanceMap:
    """Drivers on performance (x) and importance (y), cut at their means.

    Attributes
    ----------
    quadrants : tuple of str
        Names of: important and weak, important and strong, less important and weak, less
        important and strong.
    """

    points: tuple[MapPoint, ...]
    x_axis: str
    y_axis: str
    quadrants: tuple[str, str, str, str]
    width: float = 170.0
    height: float = 92.0

    def draw(self, canvas: Canvas) -> None:
        """Draw the map."""
        x, y = self._scales()
        frame = Rect(x.start, y.end, x.end, y.start)
        cut_x, cut_y = x(self._mean("performance")), y(self._mean("importance"))
        self._ground(canvas, frame, cut_x, cut_y)
        corners = self._name_quadrants(canvas, frame)
        self._axes(canvas, x, y, frame)
        for point in self.points:
            self._whiskers(canvas, x, y, point)
        for point in self.points:
            fill = canvas.theme.bad if point.priority else canvas.theme.accent
            shape = "diamond" if point.priority else "circle"
            canvas.marker(x(point.performance), y(point.importance), shape, size=2.8, fill=fill)
        self._labels(canvas, x, y, frame, corners, cut_x, cut_y)

    def _scales(self) -> tuple[Scale, Scale]:
        across = [v for p in self.points for v in
                  (p.performance, p.performance_low, p.performance_high)]  # fmt: skip
        up = [v for p in self.points for v in
              (p.importance, p.importance_low, p.importance_high)]  # fmt: skip
        x = Scale(*limits(across, floor=0, ceiling=100, pad=0.1), _LEFT, self.width - _RIGHT)
        y = Scale(*limits([*up, 0.0], pad=0.1), self.height - _BOTTOM, _TOP)
        return x, y

    def _mean(self, what: str) -> float:
        return math.fsum(getattr(point, what) for point in self.points) / len(self.points)

    def _ground(self, canvas: Canvas, frame: Rect, cut_x: float, cut_y: float) -> None:
        theme = canvas.theme
        canvas.box(frame.x0, frame.y0, cut_x - frame.x0, cut_y - frame.y0, fill=theme.bad,
                   opacity=0.07)  # fmt: skip
        canvas.box(frame.x0, frame.y0, frame.x1 - frame.x0, frame.y1 - frame.y0, edge=theme.rule)
        for ends in (
            [(cut_x, frame.y0), (cut_x, frame.y1)],
            [(frame.x0, cut_y), (frame.x1, cut_y)],
        ):
            canvas.line(ends, colour=theme.quiet, width=0.25, dashes=(4, 2.5))

    def _name_quadrants(self, canvas: Canvas, frame: Rect) -> list[Rect]:
        """Write the quadrant names in the four corners; return what they cover."""
        taken = []
        for number, name in enumerate(self.quadrants):
            right, low = number % 2 == 1, number >= 2
            width = canvas.text_width(name, 7.5, bold=True)
            left = frame.x1 - 2 - width if right else frame.x0 + 2
            middle = frame.y1 - 3 if low else frame.y0 + 3
            colour = canvas.theme.bad if number == 0 else canvas.theme.quiet
            canvas.text(left, middle, name, size=7.5, bold=True, colour=colour)
            taken.append(Rect(left, middle - 1.8, left + width, middle + 1.8))
        return taken

    def _axes(self, canvas: Canvas, x: Scale, y: Scale, frame: Rect) -> None:
        quiet = canvas.theme.quiet
        for tick in x.ticks():
            canvas.line([(x(tick), frame.y1), (x(tick), frame.y1 + 1)], colour=quiet, width=0.2)
            canvas.text(x(tick), frame.y1 + 3, x.tick_label(tick), size=7, align="center",
                        colour=quiet)  # fmt: skip
        for tick in y.ticks():
            canvas.line([(frame.x0 - 1, y(tick)), (frame.x0, y(tick))], colour=quiet, width=0.2)
            canvas.text(frame.x0 - 1.8, y(tick), y.tick_label(tick), size=7, align="right",
                        colour=quiet)  # fmt: skip
        canvas.text((frame.x0 + frame.x1) / 2, self.height - 2.5, self.x_axis, size=7.5,
                    align="center", colour=quiet)  # fmt: skip
        canvas.text(2.2, (frame.y0 + frame.y1) / 2, self.y_axis, size=7.5, align="center",
                    colour=quiet, angle=90)  # fmt: skip

    def _whiskers(self, canvas: Canvas, x: Scale, y: Scale, point: MapPoint) -> None:
        colour = canvas.theme.bad if point.priority else canvas.theme.accent
        for a, b in _whisker_ends(x, y, point):
            canvas.line([a, b], colour=colour, width=0.4, opacity=0.5)

    def _labels(
        self, canvas: Canvas, x: Scale, y: Scale, frame: Rect, corners: list[Rect],
        cut_x: float, cut_y: float,
    ) -> None:  # fmt: skip
        texts = [canvas.wrap(point.label, 40, _SIZE, most=2) for point in self.points]
        spots = [(x(p.performance), y(p.importance)) for p in self.points]
        candidates = []
        for (px, py), lines in zip(spots, texts, strict=True):
            wide = max(canvas.text_width(line, _SIZE) for line in lines) + 0.6
            candidates.append(ring(px, py, wide, 3.5 * len(lines), (2.2, 3.6, 5.5, 8.0, 11.0)))
        segments = [ends for point in self.points for ends in _whisker_ends(x, y, point)]
        segments += [((cut_x, frame.y0), (cut_x, frame.y1)), ((frame.x0, cut_y), (frame.x1, cut_y))]
        dots = [Rect(px - 1.6, py - 1.6, px + 1.6, py + 1.6) for px, py in spots]

        def penalty(i: int, rect: Rect) -> float:
            px, py = spots[i]
            far = math.hypot((rect.x0 + rect.x1) / 2 - px, (rect.y0 + rect.y1) / 2 - py)
            covered = sum(rect.overlap(other) for other in (*dots, *corners))
            crossed = sum(rect.crossed_by(a, b) for a, b in segments)
            return 100 * rect.outside(frame) + 40 * covered + 4 * crossed + 0.5 * far

        for i, k in enumerate(place(candidates, penalty)):
            rect = candidates[i][k]
            self._leader(canvas, spots[i], rect)
            middle = (rect.y0 + rect.y1) / 2
            canvas.lines(rect.x0 + 0.3, middle, texts[i], size=_SIZE)

    def _leader(self, canvas: Canvas, spot: tuple[float, float], rect: Rect) -> None:
        """Tie a label that had to move away to its point."""
        x = min(max(spot[0], rect.x0), rect.x1)
        y = min(max(spot[1], rect.y0), rect.y1)
        if math.hypot(x - spot[0], y - spot[1]) > 3.4:
            canvas.line([spot, (x, y)], colour=canvas.theme.quiet, width=0.15)


def _whisker_ends(
    x: Scale, y: Scale, point: MapPoint
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    px, py = x(point.performance), y(point.importance)
    ends = []
    if math.isfinite(point.performance_low):
        ends.append(((x(point.performance_low), py), (x(point.performance_high), py)))
    if math.isfinite(point.importance_low):
        ends.append(((px, y(point.importance_low)), (px, y(point.importance_high))))
    return ends
