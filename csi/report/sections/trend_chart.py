"""Charts of scores over the waves: of every group, of our own in each line, of one line."""

from __future__ import annotations

import math

from csi.report.charts.trend import TrendChart, TrendLine, TrendPanel
from csi.report.document import Figure, format_number
from csi.report.reading import Reading
from csi.report.rows import Code
from csi.report.sections.comparable import waves_alike_note
from csi.report.wave_rows import trend_of, trend_points
from csi.report.wording import WaveName, Wording


def line_trend(reading: Reading, words: Wording, line: Code) -> tuple[Figure, ...]:
    """Return the index of every group in one line over the waves."""
    panel = _panel(reading, words, {reading.line or "": line})
    return (_figure(reading, words, (panel,), "line_trend", columns=1),) if panel else ()


def trend_chart(reading: Reading, words: Wording) -> tuple[Figure, ...]:
    """Return the index of every group over the waves, beside our own in every line."""
    panels = [_panel(reading, words, {})]
    if reading.line and reading.own is not None:
        panels.append(_own_panel(reading, words))
    shown = tuple(panel for panel in panels if panel)
    columns = 2 if len(shown) > 1 else 1
    return (_figure(reading, words, shown, "trend", columns=columns),) if shown else ()


def _panel(reading: Reading, words: Wording, where: dict[str, Code]) -> TrendPanel | None:
    """Draw every group, all together or inside one line."""
    within = (*where, *((reading.group,) if reading.group else ()))
    found = trend_of(reading.results, within)
    if found is None:
        return None
    lines = []
    for number, group in enumerate(reading.groups or (None,)):
        place = where | ({reading.group: group} if reading.group and group is not None else {})
        points = trend_points(found, reading.index, place)
        if points and any(math.isfinite(point.value) for point in points):
            label = "" if group is None else words.level(reading.group, group)
            lines.append(TrendLine(label=label, series=number, points=points))
    if not has_trend(lines):
        return None
    title = (
        words("all.lines") if not where else words.level(reading.line, where[reading.line or ""])
    )
    return TrendPanel(
        title=title, lines=tuple(lines), series=max(len(reading.groups), 1), breaks=_opened(lines)
    )


def _own_panel(reading: Reading, words: Wording) -> TrendPanel | None:
    """Draw our own index in every line."""
    found = trend_of(reading.results, (reading.line or "", reading.group or ""))
    own = reading.own
    if found is None or own is None:
        return None
    lines = []
    for number, line in enumerate(reading.lines):
        points = trend_points(found, reading.index, reading.where(line, own))
        if points and any(math.isfinite(point.value) for point in points):
            lines.append(
                TrendLine(label=words.level(reading.line, line), series=number, points=points)
            )
    if not has_trend(lines):
        return None
    title = words("trend.own_lines", own=words.level(reading.group, own))
    return TrendPanel(
        title=title, lines=tuple(lines), series=len(reading.lines), breaks=_opened(lines)
    )


def has_trend(lines: list[TrendLine]) -> bool:
    """Tell whether any group has more than one point to join."""
    return any(sum(math.isfinite(p.value) for p in line.points) > 1 for line in lines)


def _opened(lines: list[TrendLine]) -> tuple[int, ...]:
    """Return where a new segment opens."""
    return tuple(
        i
        for i in range(1, len(lines[0].points) if lines else 0)
        if any(line.points[i].segment > line.points[i - 1].segment for line in lines)
    )


def _figure(
    reading: Reading, words: Wording, panels: tuple[TrendPanel, ...], name: str, *, columns: int
) -> Figure:
    waves = tuple(words.value(WaveName(wave)) for wave in reading.results.trend[0].waves)
    alt = words("trend.joint").join(
        words(
            "trend.alt_row",
            label=f"{panel.title} {line.label}".strip(),
            first=format_number(line.points[0].value),
            last=format_number(line.points[-1].value),
        )
        for panel in panels
        for line in panel.lines
    )
    return Figure(
        name=name,
        chart=TrendChart(
            panels=panels,
            waves=waves,
            axis=words("axis.index", index=words.construct(reading.index)),
            columns=columns,
            panel_height=46.0 if columns == 1 else 58.0,
        ),
        caption=words("trend.chart", index=words.construct(reading.index)),
        alt=words("trend.alt", first=waves[0], last=waves[-1], rows=alt),
        notes=(
            words("note.base_waves"),
            words("note.unit_index"),
            words("note.interval_bars"),
            words("note.weights_pooled"),
            *waves_alike_note(reading, words, [reading.index]),
            *((words("note.broken"),) if any(panel.breaks for panel in panels) else ()),
        ),
    )
