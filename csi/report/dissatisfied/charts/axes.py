"""Axes with a grid, shared by the charts."""

from __future__ import annotations

from csi.report.charts.scale import Scale
from csi.report.figures import Canvas


def draw_frame(canvas: Canvas, x: Scale, y: Scale, x_axis: str, y_axis: str) -> None:
    """Draw grid, ticks and the names of both axes; ``y`` counts upwards."""
    theme = canvas.theme
    for tick in y.ticks():
        canvas.line([(x.start, y(tick)), (x.end, y(tick))], width=0.15)
        canvas.text(x.start - 1.5, y(tick), y.tick_label(tick), size=7, align="right",
                    colour=theme.quiet)  # fmt: skip
    for tick in x.ticks():
        canvas.line([(x(tick), y.start), (x(tick), y.start + 1.0)], width=0.2, colour=theme.quiet)
        canvas.text(x(tick), y.start + 3.0, x.tick_label(tick), size=7, align="center",
                    colour=theme.quiet)  # fmt: skip
    canvas.line([(x.start, y.start), (x.end, y.start)], width=0.25, colour=theme.quiet)
    canvas.text((x.start + x.end) / 2, y.start + 7.2, x_axis, size=7.2, align="center",
                colour=theme.quiet)  # fmt: skip
    canvas.text(3.0, (y.start + y.end) / 2, y_axis, size=7.2, align="center", angle=90,
                colour=theme.quiet)  # fmt: skip
