"""Importance maps as PowerPoint's own scatter charts, looking as in the PDF."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from csi.report.charts.importance_map import ImportanceMap, MapPoint
from csi.report.charts.placement import Rect, place
from csi.report.slides.chart_parts import (
    colour_of,
    dress,
    name_axis,
    round_limits,
    safe_label,
    set_scale,
)
from csi.report.slides.deck import POINT, Box, Deck
from csi.report.slides.fitting import text_width

_SIZE = 11.0
_SIDES = ("ABOVE", "BELOW", "RIGHT", "LEFT")
_UNNAMED = "\u200b"
Ends = tuple[float, float]


def add_map(slide: Any, chart: ImportanceMap, room: Box, deck: Deck) -> Any:
    """Add an importance map: drivers with both intervals, cut at their means.

    Each driver is one series of six points, a cross: the driver and the ends of its intervals. The
    means are such a cross too. All series have six points, since LibreOffice drops shorter ones.
    """
    from pptx.chart.data import XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    points = chart.points
    across = round_limits([v for p in points for v in
                           (p.performance, p.performance_low, p.performance_high)])  # fmt: skip
    up = round_limits([v for p in points for v in
                       (p.importance, p.importance_low, p.importance_high)], zero=True)  # fmt: skip
    middle = (math.fsum(p.performance for p in points) / len(points),
              math.fsum(p.importance for p in points) / len(points))  # fmt: skip
    data = XyChartData(number_format="0.00")
    for point in points:
        _add(data, point.label, _cross(
            (point.performance, point.importance),
            (point.performance_low, point.performance_high),
            (point.importance_low, point.importance_high),
        ))  # fmt: skip
    _add(data, _UNNAMED, _cross(middle, across[:2], up[:2]))
    corners = [(across[n % 2], up[1 - n // 2]) for n in range(4)]
    _add(data, _UNNAMED, [*corners, corners[-1], corners[-1]])
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER, room.left, room.top, room.width, room.height, data
    )
    made = frame.chart
    dress(made, deck)
    *drawn, means, named = list(made.plots[0].series)
    sides = _label_sides(points, across, up, room)
    for series, point, side in zip(drawn, points, sides, strict=True):
        _dress_driver(series, point, side, deck)
    _dress_means(means, deck)
    _name_quadrants(named, chart.quadrants, deck)
    set_scale(made.category_axis, across)
    set_scale(made.value_axis, up)
    made.value_axis.has_major_gridlines = False
    name_axis(made.category_axis, chart.x_axis, deck)
    name_axis(made.value_axis, chart.y_axis, deck)
    return frame


def _add(data: Any, name: str, points: Sequence[Ends]) -> None:
    series = data.add_series(safe_label(name))
    for x, y in points:
        series.add_data_point(x, y)


def _cross(middle: Ends, across: Ends, up: Ends) -> list[Ends]:
    """Return a path through both intervals; where there is none it stays in the middle."""
    x, y = middle
    xs = [v if math.isfinite(v) else x for v in across]
    ys = [v if math.isfinite(v) else y for v in up]
    return [middle, (xs[0], y), (xs[1], y), middle, (x, ys[0]), (x, ys[1])]


def _dress_driver(series: Any, point: MapPoint, side: str, deck: Deck) -> None:
    """Draw the intervals as thin lines, the driver itself as a marker with its name."""
    from pptx.enum.chart import XL_MARKER_STYLE

    colour = deck.theme.bad if point.priority else deck.theme.accent
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = colour_of(colour)
    series.format.line.width = POINT
    own = series.points[0]
    own.marker.style = XL_MARKER_STYLE.DIAMOND if point.priority else XL_MARKER_STYLE.CIRCLE
    own.marker.size = 10
    own.marker.format.fill.solid()
    own.marker.format.fill.fore_color.rgb = colour_of(colour)
    _label(series, 0, point.label, side, deck)


def _dress_means(series: Any, deck: Deck) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE

    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = colour_of(deck.theme.quiet)
    series.format.line.width = POINT
    series.format.line.dash_style = MSO_LINE.DASH


def _name_quadrants(series: Any, names: Sequence[str], deck: Deck) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.fill.background()
    for number, name in enumerate(names):
        colour = deck.theme.bad if number == 0 else deck.theme.quiet
        _label(series, number, name, ("RIGHT", "LEFT")[number % 2], deck, bold=True, colour=colour)


def _label(
    series: Any, number: int, text: str, side: str, deck: Deck, *, bold: bool = False,
    colour: str = "",
) -> None:  # fmt: skip
    from pptx.enum.chart import XL_LABEL_POSITION

    label = series.points[number].data_label
    label.position = getattr(XL_LABEL_POSITION, side)
    label.text_frame._txBody.bodyPr.set("wrap", "none")
    deck.write(label.text_frame, [text], size=_SIZE, bold=bold, colour=colour)


def _label_sides(
    points: Sequence[MapPoint], across: Sequence[float], up: Sequence[float], room: Box
) -> list[str]:
    """Choose right, left, above or below for each name, so that they cover least."""
    width, height = room.width / POINT * 0.92, room.height / POINT * 0.85
    spots = [
        (width * (p.performance - across[0]) / (across[1] - across[0]),
         height * (up[1] - p.importance) / (up[1] - up[0]))
        for p in points
    ]  # fmt: skip
    candidates = []
    for (x, y), point in zip(spots, points, strict=True):
        wide = text_width(point.label, _SIZE)
        candidates.append([
            Rect(x - wide / 2, y - 22, x + wide / 2, y - 7),
            Rect(x - wide / 2, y + 7, x + wide / 2, y + 22),
            Rect(x + 7, y - 8, x + 7 + wide, y + 8),
            Rect(x - 7 - wide, y - 8, x - 7, y + 8),
        ])  # fmt: skip
    dots = [Rect(x - 6, y - 6, x + 6, y + 6) for x, y in spots]
    frame = Rect(0, 0, width, height)

    def penalty(number: int, rect: Rect) -> float:
        covered = sum(rect.overlap(dot) for dot in dots)
        return 20 * rect.outside(frame) + 40 * covered + candidates[number].index(rect)

    return [_SIDES[k] for k in place(candidates, penalty)]
