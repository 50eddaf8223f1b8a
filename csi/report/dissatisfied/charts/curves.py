"""Two charts with a curve: reliability of probabilities, and lift by length of the list."""

from __future__ import annotations

import math
from dataclasses import dataclass

from csi.report.charts.scale import Scale
from csi.report.dissatisfied.charts.axes import draw_frame
from csi.report.figures import Canvas

_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 4.0, 4.0, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A point with its interval."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityChart:
    """Observed against predicted per cent; on the diagonal, predictions are right."""

    points: tuple[CurvePoint, ...]
    x_axis: str
    y_axis: str
    diagonal: str
    width: float = 112.0
    height: float = 66.0

    def draw(self, canvas: Canvas) -> None:
        """Draw the chart."""
        top = 1.06 * max(max(p.high, p.x) for p in self.points)
        x = Scale(0.0, top, _LEFT, self.width - _RIGHT)
        y = Scale(0.0, top, self.height - _BOTTOM, _TOP)
        draw_frame(canvas, x, y, self.x_axis, self.y_axis)
        quiet, accent = canvas.theme.quiet, canvas.theme.accent
        canvas.line([(x(0), y(0)), (x(top), y(top))], colour=quiet, width=0.25, dashes=(3, 2))
        canvas.text(x(0.62 * top), y(0.52 * top), self.diagonal, size=6.8, colour=quiet)
        for point in self.points:
            if math.isfinite(point.low):
                canvas.line([(x(point.x), y(point.low)), (x(point.x), y(point.high))],
                            colour=accent, width=0.5, round_cap=True)  # fmt: skip
            canvas.marker(x(point.x), y(point.y), "circle", size=2.3, fill=accent)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftChart:
    """Lift by the share that is called, with its interval, the most possible, and chance.

    Attributes
    ----------
    points : tuple of CurvePoint
        ``x`` in per cent of the customers.
    ceiling : tuple of (float, float)
        The most that any ranking could reach.
    """

    points: tuple[CurvePoint, ...]
    ceiling: tuple[tuple[float, float], ...]
    x_axis: str
    y_axis: str
    ceiling_label: str
    random_label: str
    curve_label: str
    width: float = 170.0
    height: float = 78.0

    def draw(self, canvas: Canvas) -> None:
        """Draw the chart."""
        most = 1.08 * max(v for _, v in self.ceiling)
        x = Scale(0.0, max(p.x for p in self.points), _LEFT, self.width - _RIGHT)
        y = Scale(0.0, most, self.height - _BOTTOM, _TOP)
        draw_frame(canvas, x, y, self.x_axis, self.y_axis)
        theme = canvas.theme
        canvas.line([(x(a), y(b)) for a, b in self.ceiling], colour=theme.quiet, width=0.35,
                    dashes=(3, 2))  # fmt: skip
        canvas.line([(x(0), y(1.0)), (x.end, y(1.0))], colour=theme.quiet, width=0.3,
                    dashes=(1, 1.5))  # fmt: skip
        canvas.text(x.start + 2.0, y(1.0) + 2.2, self.random_label, size=6.8, colour=theme.quiet)
        band = [(x(p.x), y(p.low)) for p in self.points]
        band += [(x(p.x), y(p.high)) for p in reversed(self.points)]
        canvas.polygon(band, fill=theme.accent, opacity=0.18)
        canvas.line([(x(p.x), y(p.y)) for p in self.points], colour=theme.accent, width=0.6)
        for point in self.points:
            canvas.marker(x(point.x), y(point.y), "circle", size=2.0, fill=theme.accent)
        a, b = self.ceiling[len(self.ceiling) // 2]
        canvas.text(x(a) + 2.5, y(b) - 1.5, self.ceiling_label, size=6.8, colour=theme.quiet)
        middle = self.points[len(self.points) // 2]
        canvas.text(x(middle.x) + 1.5, y(middle.high) - 3.0, self.curve_label, size=7.4,
                    bold=True, colour=theme.accent)  # fmt: skip
