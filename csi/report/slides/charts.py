"""Charts that stay editable in PowerPoint: bars, lines and points with their data behind them.

Intervals are drawn as stacked bars on an invisible one, since error bars do not survive in every
program: the border between the two shades is the estimate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from csi.report.charts.importance_map import ImportanceMap
from csi.report.charts.intervals import IntervalChart
from csi.report.charts.scale import limits, round_step
from csi.report.charts.trend import TrendChart, TrendPanel
from csi.report.charts.waterfall import WaterfallChart
from csi.report.figures import Chart
from csi.report.slides.deck import Box, Deck

_MOST_ROWS = 22
_MOST_PANELS = 4


def add_native_chart(
    slide: Any, chart: Chart, room: Box, deck: Deck, words: Mapping[str, str]
) -> tuple[Any, ...]:
    """Add a chart in PowerPoint's own form.

    Parameters
    ----------
    words : mapping
        ``low, score, high``: names of the data series.

    Returns
    -------
    tuple
        The shapes; empty for a chart that must be a picture.
    """
    if isinstance(chart, IntervalChart):
        rows = sum(len(group.rows) for group in chart.groups)
        return (_intervals(slide, chart, room, deck, words),) if rows <= _MOST_ROWS else ()
    if isinstance(chart, ImportanceMap):
        return (_map(slide, chart, room, deck),)
    if isinstance(chart, WaterfallChart):
        return (_waterfall(slide, chart, room, deck, words),)
    if isinstance(chart, TrendChart) and len(chart.panels) <= _MOST_PANELS:
        return _trends(slide, chart, room, deck)
    return ()


def _intervals(
    slide: Any, chart: IntervalChart, room: Box, deck: Deck, words: Mapping[str, str]
) -> Any:
    rows = [
        (f"{group.title}  {row.label}".strip(), row)
        for group in reversed(chart.groups)
        for row in reversed(group.rows)
    ]
    shown = [row if math.isfinite(row.low) else None for _, row in rows]
    bars = {
        words["low"]: [row.low if row else 0.0 for row in shown],
        words["score"]: [row.value - row.low if row else 0.0 for row in shown],
        words["high"]: [row.high - row.value if row else 0.0 for row in shown],
    }
    colours = deck.theme.colours(chart.series)
    shades = [colours[row.series] for _, row in rows]
    frame = _stacked(slide, [label for label, _ in rows], bars, room, deck, chart.axis)
    _paint(frame.chart, shades)
    if not chart.from_zero:
        low, high = limits([v for row in shown if row for v in (row.low, row.high)])
        axis = frame.chart.value_axis
        axis.minimum_scale, axis.maximum_scale = (
            5.0 * math.floor(low / 5),
            5.0 * math.ceil(high / 5),
        )
    return frame


def _waterfall(
    slide: Any, chart: WaterfallChart, room: Box, deck: Deck, words: Mapping[str, str]
) -> Any:
    labels, starts, sizes, shades = [chart.before[0]], [0.0], [chart.before[1]], []
    shades.append(deck.theme.primary)
    tones = {"good": deck.theme.good, "bad": deck.theme.bad}
    at = chart.before[1]
    for step in chart.steps:
        labels.append(f"{step.label}  {step.note}")
        starts.append(min(at, at + step.value))
        sizes.append(abs(step.value))
        shades.append(tones.get(step.tone, deck.theme.quiet))
        at += step.value
    labels.append(chart.after[0])
    starts.append(0.0)
    sizes.append(chart.after[1])
    shades.append(deck.theme.primary)
    for part in (labels, starts, sizes, shades):
        part.reverse()
    bars = {words["low"]: starts, words["score"]: sizes}
    frame = _stacked(slide, labels, bars, room, deck, chart.axis)
    _paint(frame.chart, shades)
    ends = [s for s in starts if s] + [s + z for s, z in zip(starts, sizes, strict=True)]
    low, high = limits(ends, pad=0.3)
    axis = frame.chart.value_axis
    axis.minimum_scale, axis.maximum_scale = math.floor(low), math.ceil(high)
    return frame


def _stacked(
    slide: Any, labels: list[str], bars: Mapping[str, list[float]], room: Box, deck: Deck,
    axis: str,
) -> Any:  # fmt: skip
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION

    data = CategoryChartData(number_format="0.0")
    data.categories = labels
    for name, values in bars.items():
        data.add_series(name, values)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_STACKED, room.left, room.top, room.width, room.height, data
    )
    chart = frame.chart
    _plain(chart, deck)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 60, 100
    plot.series[0].format.fill.background()
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _name_axis(chart.value_axis, axis, deck)
    return frame


def _paint(chart: Any, shades: list[str]) -> None:
    """Give each bar its colour, the half beyond the estimate a paler one."""
    from pptx.dml.color import RGBColor

    for number, series in enumerate(list(chart.plots[0].series)[1:]):
        for place, shade in enumerate(shades):
            fill = series.points[place].format.fill
            fill.solid()
            fill.fore_color.rgb = RGBColor.from_string(shade.lstrip("#"))
            fill.fore_color.brightness = 0.4 * number


def _map(slide: Any, chart: ImportanceMap, room: Box, deck: Deck) -> Any:
    from pptx.chart.data import XyChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE

    data = XyChartData(number_format="0.00")
    for point in chart.points:
        data.add_series(point.label).add_data_point(point.performance, point.importance)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.XY_SCATTER, room.left, room.top, room.width, room.height, data
    )
    _plain(frame.chart, deck)
    for series, point in zip(frame.chart.plots[0].series, chart.points, strict=True):
        colour = deck.theme.bad if point.priority else deck.theme.accent
        series.format.line.fill.background()
        series.marker.size = 11
        series.marker.style = XL_MARKER_STYLE.DIAMOND if point.priority else XL_MARKER_STYLE.CIRCLE
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = RGBColor.from_string(colour.lstrip("#"))
        label = series.points[0].data_label
        label.position = XL_LABEL_POSITION.RIGHT
        deck.write(label.text_frame, [point.label], size=10)
    across = [point.performance for point in chart.points]
    step = round_step((max(across) - min(across) or 1.0) / 4)
    frame.chart.category_axis.minimum_scale = step * math.floor(min(across) / step) - step
    frame.chart.category_axis.maximum_scale = step * math.ceil(max(across) / step) + step
    _name_axis(frame.chart.category_axis, chart.x_axis, deck)
    _name_axis(frame.chart.value_axis, chart.y_axis, deck)
    return frame


def _trends(slide: Any, chart: TrendChart, room: Box, deck: Deck) -> tuple[Any, ...]:
    """Add a line chart per panel, all on one scale."""
    ends = [p.value for x in chart.panels for line in x.lines for p in line.points]
    low, high = limits([v for v in ends if math.isfinite(v)], pad=0.15)
    columns = min(2, len(chart.panels))
    rows = -(-len(chart.panels) // columns)
    width, height = room.width // columns, room.height // rows
    shapes = []
    for number, panel in enumerate(chart.panels):
        box = Box(
            room.left + (number % columns) * width,
            room.top + (number // columns) * height,
            width - 60_000,
            height - 30_000,
        )
        shapes.append(_trend(slide, chart, panel, box, deck, (math.floor(low), math.ceil(high))))
    return tuple(shapes)


def _trend(
    slide: Any, chart: TrendChart, panel: TrendPanel, box: Box, deck: Deck,
    scale: tuple[int, int],
) -> Any:  # fmt: skip
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION

    data = CategoryChartData(number_format="0.0")
    data.categories = chart.waves
    shades = []
    for line in panel.lines:
        for segment in dict.fromkeys(point.segment for point in line.points):
            values = [
                p.value if p.segment == segment and math.isfinite(p.value) else None
                for p in line.points
            ]
            data.add_series(line.label if segment == line.points[0].segment
                            else f"{line.label} ({segment})", values)  # fmt: skip
            shades.append(deck.theme.colours(chart.series)[line.series])
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS, box.left, box.top, box.width, box.height, data
    )
    own = frame.chart
    _plain(own, deck)
    own.has_title = bool(panel.title)
    if panel.title:
        deck.write(own.chart_title.text_frame, [panel.title], size=11, bold=True)
    own.has_legend = True
    own.legend.position, own.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    for series, shade in zip(own.plots[0].series, shades, strict=True):
        series.smooth = False
        colour = RGBColor.from_string(shade.lstrip("#"))
        series.format.line.color.rgb = colour
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
    own.value_axis.minimum_scale, own.value_axis.maximum_scale = scale
    return frame


def _plain(chart: Any, deck: Deck) -> None:
    """Take away what a chart does not need, and set its type."""
    chart.has_legend = False
    chart.has_title = False
    chart.font.size = 10 * 12_700
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb(deck.theme.rule)


def _name_axis(axis: Any, text: str, deck: Deck) -> None:
    axis.has_title = True
    deck.write(axis.axis_title.text_frame, [text], size=9, colour=deck.theme.quiet)


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.lstrip("#"))
