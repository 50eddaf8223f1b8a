"""Drivers: what goes with the index and where we stand on it, or why that cannot be said."""

from __future__ import annotations

import math

from csi.report.book import explain_verdict
from csi.report.charts.importance_map import ImportanceMap, MapPoint
from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.document import (
    Block,
    Callout,
    Cell,
    Column,
    Figure,
    Flagged,
    Heading,
    Interval,
    Number,
    Paragraph,
    Table,
    format_interval,
    format_number,
)
from csi.report.findings import priorities
from csi.report.reading import Reading
from csi.report.rows import DriverRow
from csi.report.sections.parts import highest_and_lowest, rank_span
from csi.report.wording import Wording


def drivers(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the driver section: the map, or the shares where the paths are withheld."""
    rows = reading.drivers
    outcome = words.construct(reading.results.drivers.outcome)
    if reading.results.drivers.shown == "importance":
        opening: tuple[Block, ...] = (
            Paragraph(words("drivers.intro", outcome=outcome)),
            _map(reading, words, rows),
        )
    else:
        opening = (
            Callout(
                title=words("drivers.withheld_title"),
                text=words("drivers.withheld_text"),
                items=explain_verdict(reading.results.fit, reading.questionnaire, words.language),
                tone="bad",
            ),
            Paragraph(words("drivers.share_intro", outcome=outcome)),
            _shares(reading, words, rows),
        )
    return (Heading(words("drivers.title")), *opening, _table(reading, words, rows))


def diagnosis_sentence(words: Wording, finding: object) -> str:
    """Return one finding of the diagnosis in plain words."""
    code = str(getattr(finding, "code", ""))
    key = f"diagnosis.{code}" if words.known(f"diagnosis.{code}") else "diagnosis.other"
    return words(
        key,
        code=code.replace("_", " "),
        subject=_subject(words, str(getattr(finding, "subject", ""))),
        value=compact(float(getattr(finding, "value", math.nan))),
        limit=compact(float(getattr(finding, "threshold", math.nan))),
    )


def compact(value: float) -> str:
    """Write a number of unknown size with three significant digits."""
    if math.isinf(value):
        return "\u221e"
    if value != 0 and abs(value) < 0.001:
        return "< 0.001" if value > 0 else "> \u22120.001"
    if abs(value) >= 100:
        return format_number(value, 0)
    return format_number(value, 2 if abs(value) < 10 else 1)


def _subject(words: Wording, subject: str) -> str:
    """Name the constructs of ``Image, Quality`` or of the path ``Quality ~ Image``."""
    if " ~ " in subject:
        outcome, cause = subject.split(" ~ ")
        return f"{words.construct(cause)} → {words.construct(outcome)}"
    return words.join([words.construct(part) for part in subject.split(", ")])


def _map(reading: Reading, words: Wording, rows: tuple[DriverRow, ...]) -> Figure:
    first = {row.term for row in priorities(rows)}
    points = tuple(
        MapPoint(
            label=words.construct(row.term),
            importance=row.weight,
            importance_low=row.weight_low,
            importance_high=row.weight_high,
            performance=row.performance,
            performance_low=row.performance_low,
            performance_high=row.performance_high,
            priority=row.term in first,
        )
        for row in rows
    )
    strongest = max(points, key=lambda p: p.importance)
    weakest = min(points, key=lambda p: p.performance)
    return Figure(
        chart=ImportanceMap(
            points=points,
            x_axis=words("axis.performance"),
            y_axis=words("axis.importance", index=words.construct(reading.results.drivers.outcome)),
            quadrants=(
                words("quadrant.improve"),
                words("quadrant.strength"),
                words("quadrant.low"),
                words("quadrant.keep"),
            ),
        ),
        name="importance_map",
        caption=words("drivers.map"),
        alt=words(
            "drivers.map_alt",
            strongest=f"{strongest.label} {format_number(strongest.importance, 2)}",
            weakest=f"{weakest.label} {format_number(weakest.performance)}",
        ),
        notes=(
            words("note.base_all", n=reading.results.n),
            words("note.unit_importance"),
            words("note.interval_bars"),
            words("note.map_lines"),
        ),
    )


def _shares(reading: Reading, words: Wording, rows: tuple[DriverRow, ...]) -> Figure:
    bars = tuple(
        IntervalRow(
            label=words.construct(row.term),
            value=100 * row.weight,
            low=100 * row.weight_low,
            high=100 * row.weight_high,
            note=f"{format_number(100 * row.weight)} %  "
            f"{format_interval(100 * row.weight_low, 100 * row.weight_high)}",
        )
        for row in rows
    )
    group = IntervalGroup(title="", rows=bars)
    high, low = highest_and_lowest([group])
    return Figure(
        chart=IntervalChart(
            groups=(group,),
            axis=words("axis.share", outcome=words.construct(reading.results.drivers.outcome)),
            row_height=6.4,
            from_zero=True,
        ),
        name="driver_shares",
        caption=words("drivers.shares"),
        alt=words("drivers.shares_alt", high=high, low=low),
        notes=(
            words("note.base_all", n=reading.results.n),
            words("note.unit_share", r2=Number(100 * reading.results.drivers.r_squared, 0)),
            words("note.interval_bars"),
        ),
    )


def _table(reading: Reading, words: Wording, rows: tuple[DriverRow, ...]) -> Table:
    by_importance = reading.results.drivers.shown == "importance"
    scale, decimals = (1.0, 2) if by_importance else (100.0, 1)
    body: list[tuple[Cell, ...]] = []
    for row in rows:
        cells: list[Cell] = [
            str(row.rank),
            rank_span(row.rank_low, row.rank_high),
            words.construct(row.term),
            Number(scale * row.weight, decimals, bold=True),
            Interval(scale * row.weight_low, scale * row.weight_high, decimals),
            Number(row.performance, bold=True),
            Interval(row.performance_low, row.performance_high),
        ]
        if by_importance:
            cells.append(Number(100 * row.share))
        body.append((*cells, _reading_cell(words, row, rows)))
    return Table(
        caption=words(f"drivers.table_{reading.results.drivers.shown}"),
        columns=(
            Column(words("column.rank"), "center"),
            Column(words("column.rank_interval"), "center"),
            Column(words("column.driver"), width=2.2),
            Column(words("column.importance" if by_importance else "column.share"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.performance"), "right"),
            Column(words("column.interval"), "right"),
            *((Column(words("column.lmg"), "right"),) if by_importance else ()),
            Column(words("column.reading"), width=1.4),
        ),
        rows=tuple(body),
        dense=True,
        notes=(
            words("note.base_all", n=reading.results.n),
            words("note.unit_importance") if by_importance
            else words("note.unit_share", r2=Number(100 * reading.results.drivers.r_squared, 0)),
            words("note.interval"),
            words("note.rank_interval"),
            *((words("note.lmg"),) if by_importance else ()),
            words("note.reading"),
        ),
    )  # fmt: skip


def _reading_cell(words: Wording, row: DriverRow, rows: tuple[DriverRow, ...]) -> Flagged:
    """Name the quadrant only where both intervals are clear of the means."""
    weight = math.fsum(r.weight for r in rows) / len(rows)
    performance = math.fsum(r.performance for r in rows) / len(rows)
    heavy, light = row.weight_low > weight, row.weight_high < weight
    strong, weak = row.performance_low > performance, row.performance_high < performance
    if heavy and weak:
        return Flagged(words("quadrant.improve"), "bad")
    if heavy and strong:
        return Flagged(words("quadrant.strength"), "good")
    if light and weak:
        return Flagged(words("quadrant.low"), "quiet")
    if light and strong:
        return Flagged(words("quadrant.keep"), "quiet")
    return Flagged(words("quadrant.unclear"), "quiet")
