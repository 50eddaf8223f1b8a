"""Charts that stay editable in PowerPoint, with their data behind them."""

from __future__ import annotations

import math
from typing import Any

from csi.report.charts.importance_map import ImportanceMap
from csi.report.charts.intervals import IntervalChart
from csi.report.charts.trend import TrendChart, TrendPanel
from csi.report.charts.waterfall import WaterfallChart
from csi.report.figures import Chart
from csi.report.slides.chart_parts import (
    add_error_bars,
    colour_of,
    dress,
    round_limits,
    safe_label,
    set_marker,
    set_scale,
)
from csi.report.slides.deck import POINT, Box, Deck
from csi.report.slides.intervals import add_intervals
from csi.report.slides.scatter import add_map
from csi.report.theme import MARKERS

_COLUMN = 34.0
"""Points that a score of a forest chart needs at least."""

_MOST_PANELS = 4


def add_native_chart(slide: Any, chart: Chart, room: Box, deck: Deck) -> tuple[Any, ...]:
    """Add a chart in PowerPoint's own form.

    Returns
    -------
    tuple
        The shapes; empty for a chart that must be a picture.
    """
    width = room.width / POINT
    if isinstance(chart, IntervalChart):
        rows = sum(len(group.rows) for group in chart.groups)
        return (add_intervals(slide, chart, room, deck),) if rows * _COLUMN < width else ()
    if isinstance(chart, ImportanceMap):
        return (add_map(slide, chart, room, deck),)
    if isinstance(chart, WaterfallChart):
        return (_parts(slide, chart, room, deck),)
    if isinstance(chart, TrendChart) and len(chart.panels) <= _MOST_PANELS:
        return _trends(slide, chart, room, deck)
    return ()


def _parts(slide: Any, chart: WaterfallChart, room: Box, deck: Deck) -> Any:
    """Add the parts of a change as bars from zero: a bar from elsewhere would lie about size."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION

    tones = {"good": deck.theme.good, "bad": deck.theme.bad}
    bars = [(s.label, s.value, s.low, s.high, tones.get(s.tone, deck.theme.quiet), s.note)
            for s in chart.steps]  # fmt: skip
    total = chart.after[1] - chart.before[1]
    whole = f"{chart.after[0]} − {chart.before[0]}"
    bars.append((whole, total, math.nan, math.nan, deck.theme.primary, ""))
    bars.reverse()  # PowerPoint sets the first bar lowest.
    data = CategoryChartData(number_format="+0.0;\u22120.0;0.0")
    data.categories = [
        safe_label(f"{label}  {note}" if note else f"{label}  {value:+.1f}".replace("-", "\u2212"))
        for label, value, *_, note in bars
    ]
    data.add_series(safe_label(chart.axis), [bar[1] for bar in bars])
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, room.left, room.top, room.width, room.height, data
    )
    made = frame.chart
    dress(made, deck, size=12)
    made.has_title = True
    ends = "  →  ".join(f"{label} {note or f'{value:.1f}'}" for label, value, note in
                        (chart.before, chart.after))  # fmt: skip
    deck.write(made.chart_title.text_frame, [ends], size=14, bold=True, colour=deck.theme.primary)
    made.plots[0].gap_width = 60
    made.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    series = made.plots[0].series[0]
    series.invert_if_negative = False
    for number, bar in enumerate(bars):
        fill = series.points[number].format.fill
        fill.solid()
        fill.fore_color.rgb = colour_of(bar[4])
    add_error_bars(series, "", [b[1] - b[2] for b in bars], [b[3] - b[1] for b in bars],
                   deck.theme.ink, width=1.25)  # fmt: skip
    values = [v for bar in bars for v in bar[1:4] if isinstance(v, float)]
    set_scale(made.value_axis, round_limits(values, zero=True))
    return frame


def _trends(slide: Any, chart: TrendChart, room: Box, deck: Deck) -> tuple[Any, ...]:
    """Add a line chart per panel, all on one scale."""
    points = [p for panel in chart.panels for line in panel.lines for p in line.points]
    limits = round_limits([v for p in points for v in (p.value, p.low, p.high)])
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
        shapes.append(_trend(slide, chart, panel, box, deck, limits))
    return tuple(shapes)


def _trend(
    slide: Any, chart: TrendChart, panel: TrendPanel, box: Box, deck: Deck,
    limits: tuple[float, float, float],
) -> Any:  # fmt: skip
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION

    data = CategoryChartData(number_format="0.0")
    data.categories = [safe_label(wave) for wave in chart.waves]
    looks = []
    for line in panel.lines:
        for segment in dict.fromkeys(point.segment for point in line.points):
            points = [p if p.segment == segment else None for p in line.points]
            values = [p.value if p and math.isfinite(p.value) else None for p in points]
            first = segment == line.points[0].segment
            data.add_series(safe_label(line.label if first else f"{line.label} ({segment})"),
                            values)  # fmt: skip
            looks.append((line.series, points))
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS, box.left, box.top, box.width, box.height, data
    )
    made = frame.chart
    dress(made, deck)
    if panel.title and len(chart.panels) > 1:
        made.has_title = True
        deck.write(made.chart_title.text_frame, [panel.title], size=12, bold=True)
    made.has_legend = True
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    colours = deck.theme.colours(panel.series)
    for series, (number, points) in zip(made.plots[0].series, looks, strict=True):
        series.smooth = False
        series.format.line.color.rgb = colour_of(colours[number])
        series.format.line.width = 2 * POINT
        set_marker(series, MARKERS[number % len(MARKERS)], 8, colours[number])
        add_error_bars(series, "y", [p.value - p.low if p else math.nan for p in points],
                       [p.high - p.value if p else math.nan for p in points],
                       colours[number], width=1)  # fmt: skip
    set_scale(made.value_axis, limits)
    return frame
