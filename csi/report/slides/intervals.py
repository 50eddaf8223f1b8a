"""Forest charts as PowerPoint's own: one column per score, a marker and its interval."""

from __future__ import annotations

import math
import re
from typing import Any

from csi.report.charts.intervals import IntervalChart, IntervalRow
from csi.report.slides.chart_parts import (
    add_error_bars,
    colour_of,
    dress,
    name_axis,
    round_limits,
    safe_label,
    set_marker,
    set_scale,
)
from csi.report.slides.deck import POINT, Box, Deck
from csi.report.theme import MARKERS

_BASE = re.compile(r"n\s*=\s*[\d,]+")


def add_intervals(slide: Any, chart: IntervalChart, room: Box, deck: Deck) -> Any:
    """Add a forest chart, upright: names below, a series per group, the scores as labels.

    A line chart without lines keeps its error bars in every program, and behind it is one table:
    a row per score, a column per group.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION

    rows = [row for group in chart.groups for row in group.rows]
    data = CategoryChartData(number_format="0.0")
    _name_rows(data, chart)
    numbers = sorted({row.series for row in rows})
    for number in numbers:
        name = next(row.label for row in rows if row.series == number)
        values = [r.value if r.series == number and math.isfinite(r.value) else None for r in rows]
        data.add_series(safe_label(name if len(numbers) > 1 else chart.axis), values)
    if math.isfinite(chart.reference):
        data.add_series(safe_label(chart.reference_label), [chart.reference] * len(rows))
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS, room.left, room.top, room.width, room.height, data
    )
    made = frame.chart
    dress(made, deck, size=10)
    drawn = list(made.plots[0].series)
    colours = deck.theme.colours(chart.series)
    for series, number in zip(drawn, numbers, strict=False):
        _draw(series, rows, number, colours[number], deck)
    if math.isfinite(chart.reference):
        _draw_reference(drawn[-1], deck)
    made.has_legend = len(numbers) > 1 or math.isfinite(chart.reference)
    if made.has_legend:
        made.legend.position = XL_LEGEND_POSITION.TOP
        made.legend.include_in_layout = False
    ends = [v for r in rows for v in (r.value, r.low, r.high)]
    set_scale(made.value_axis, round_limits([*ends, chart.reference], zero=chart.from_zero))
    name_axis(made.value_axis, chart.axis, deck)
    return frame


def _name_rows(data: Any, chart: IntervalChart) -> None:
    """Name the columns by group and row, each with its base."""
    grouped = len(chart.groups) > 1 and all(group.title for group in chart.groups)
    for group in chart.groups:
        inside = data.add_category(safe_label(group.title)) if grouped else None
        for row in group.rows:
            base = _BASE.search(row.note)
            label = safe_label(f"{row.label}\n{base[0]}" if base else row.label)
            if inside is None:
                data.add_category(label)
            else:
                inside.add_sub_category(label)


def _draw(series: Any, rows: list[IntervalRow], number: int, colour: str, deck: Deck) -> None:
    """Draw the markers of one group with intervals and scores; small bases are hollow."""
    from pptx.enum.chart import XL_LABEL_POSITION

    series.smooth = False
    series.format.line.fill.background()
    set_marker(series, MARKERS[number % len(MARKERS)], 9, colour)
    own = [row if row.series == number and math.isfinite(row.value) else None for row in rows]
    for place, row in enumerate(own):
        if row and row.faint:
            fill = series.points[place].marker.format.fill
            fill.solid()
            fill.fore_color.rgb = colour_of("#FFFFFF")
    labels = series.data_labels
    labels.show_value = True
    labels.position = XL_LABEL_POSITION.RIGHT
    labels.number_format, labels.number_format_is_linked = "0.0", False
    labels.font.size = 10 * POINT
    labels.font.bold = True
    labels.font.color.rgb = colour_of(colour)
    add_error_bars(series, "y", [r.value - r.low if r else math.nan for r in own],
                   [r.high - r.value if r else math.nan for r in own], colour, width=2)  # fmt: skip


def _draw_reference(series: Any, deck: Deck) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE

    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = colour_of(deck.theme.quiet)
    series.format.line.width = POINT
    series.format.line.dash_style = MSO_LINE.DASH
