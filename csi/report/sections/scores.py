"""Index scores: the table of groups (by line), the forest chart, every tested difference."""

from __future__ import annotations

import math

from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.document import (
    NO_NUMBER,
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Interval,
    Number,
    Paragraph,
    PValue,
    Range,
    Table,
    format_interval,
    format_number,
)
from csi.report.reading import Reading
from csi.report.rows import Code, Difference, ScoreRow, score_rows
from csi.report.sections.comparable import (
    alike_note,
    comparable_cell,
    comparable_notes,
    corrected_rows,
)
from csi.report.sections.gap_parts import gap_parts
from csi.report.sections.parts import (
    group_header,
    highest_and_lowest,
    range_header,
    range_scale,
    score_cell,
    score_notes,
    verdict_cell,
)
from csi.report.wording import Wording


def scores(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the index section; empty for a study without groups."""
    if not reading.groups:
        return ()
    tests = (*(t for line in reading.lines for t in reading.group_tests(line)),
             *reading.group_tests(), *reading.line_tests())  # fmt: skip
    table = _by_line(reading, words) if reading.line else _by_group(reading, words)
    blocks: list[Block] = [
        Heading(words("scores.title")),
        Paragraph(words("scores.intro", index=words.construct(reading.index))),
        table,
        _forest(reading, words),
    ]
    shown = tuple(t for t in tests if t.shown)
    if shown:
        blocks.append(_differences(reading, words, shown, len(tests) - len(shown)))
    return (*blocks, *gap_parts(reading, words))


def _by_line(reading: Reading, words: Wording) -> Table:
    """Lines down, groups across, totals at both ends."""
    rows: list[tuple[Cell, ...]] = []
    seen: list[ScoreRow | None] = []
    for line in (*reading.lines, None):
        name = words("all.lines") if line is None else words.level(reading.line, line)
        scored = [reading.score(reading.where(line, group)) for group in reading.groups]
        total = reading.score(reading.where(line))
        seen += [*scored, total]
        cells = [
            score_cell(row, reading.letters(group, line))
            for group, row in zip(reading.groups, scored, strict=True)
        ]
        rows.append((name, *cells, score_cell(total)))
    return Table(
        caption=words("scores.table"),
        columns=(
            Column(words.item_name(reading.line, "column.line"), width=0.9),
            *(Column(group_header(reading, words, g), width=1.2) for g in reading.groups),
            Column(words("all.groups"), width=1.2),
        ),
        rows=tuple(rows),
        strong=frozenset({len(rows) - 1}),
        notes=(
            *score_notes(words, seen, letters=True, scope="note.letters_line"),
            *alike_note(reading, words, [reading.index]),
        ),
    )


def _by_group(reading: Reading, words: Wording) -> Table:
    """Set groups down, with the equal-weight check beside the index."""
    equal = _equal_weights(reading)
    scored = [(g, reading.score(reading.where(group=g))) for g in reading.groups]
    scale = range_scale(row for _, row in scored)
    rows: list[tuple[Cell, ...]] = []
    for group, row in [*scored, (None, reading.overall)]:
        if row is None:
            continue
        name = words("all.groups") if group is None else group_header(reading, words, group)
        letters = "" if group is None else reading.letters(group)
        key = () if group is None else (group,)
        rows.append(
            (
                name,
                score_cell(row, letters),
                Range(row.estimate, row.low, row.high, "accent") if row.shown else "",
                Number(equal.get(key, math.nan) if row.shown else math.nan),
                Number(row.std_error, 2),
                Number(row.n_eff, 0),
            )
        )
    return Table(
        caption=words("scores.table"),
        columns=(
            Column(words.item_name(reading.group, "column.group"), width=1.6),
            Column(words("column.index"), width=1.5),
            Column(range_header(scale), width=1.8, scale=scale),
            Column(words("column.equal"), "right"),
            Column(words("column.se"), "right"),
            Column(words("column.n_eff"), "right"),
        ),
        rows=tuple(rows),
        strong=frozenset({len(rows) - 1}),
        notes=(
            *score_notes(words, [row for _, row in scored], letters=True, ranged=scale),
            *alike_note(reading, words, [reading.index]),
        ),
    )


def _equal_weights(reading: Reading) -> dict[tuple[Code, ...], float]:
    found: dict[tuple[Code, ...], float] = {}
    for index in reading.results.indices.values():
        for (domain, term), row in score_rows(index.equal_tidy()).items():
            if term == reading.index:
                found[domain] = row.estimate
    return found


def _forest(reading: Reading, words: Wording) -> Figure:
    groups = []
    for line in (*reading.lines, None) if reading.line else (None,):
        rows = [
            interval_row(
                words, words.level(reading.group, g), i, reading.score(reading.where(line, g))
            )
            for i, g in enumerate(reading.groups)
        ]
        title = ""
        if reading.line:
            title = words("all.lines") if line is None else words.level(reading.line, line)
        groups.append(IntervalGroup(title=title, rows=tuple(rows)))
    overall = reading.overall
    high, low = highest_and_lowest(groups)
    return Figure(
        chart=IntervalChart(
            groups=tuple(groups),
            axis=words("axis.index", index=words.construct(reading.index)),
            series=len(reading.groups),
            reference=overall.estimate,
            reference_label=words("forest.all", value=Number(overall.estimate)),
            row_height=4.2 if reading.line else 6.0,
        ),
        name="forest",
        caption=words("forest.caption"),
        alt=words("forest.alt", high=high, low=low),
        notes=(
            words("note.base_right"),
            words("note.unit_index"),
            words("note.interval_bars"),
            words("note.hollow"),
            *alike_note(reading, words, [reading.index]),
        ),
    )


def interval_row(words: Wording, label: str, series: int, row: ScoreRow | None) -> IntervalRow:
    """Return a chart row of a score, or the reason why there is none."""
    if row is None or not row.shown:
        note = words("forest.small", n=row.n) if row else NO_NUMBER
        return IntervalRow(label=label, value=math.nan, low=math.nan, high=math.nan, series=series,
                           note=note)  # fmt: skip
    interval = format_interval(row.low, row.high)
    return IntervalRow(
        label=label,
        value=row.estimate,
        low=row.low,
        high=row.high,
        series=series,
        note=f"{format_number(row.estimate)}  {interval}  n = {row.n:,}",
        faint=row.flag == "low",
    )


def _differences(
    reading: Reading, words: Wording, tests: tuple[Difference, ...], untested: int
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for test in tests:
        scope = words("all.lines") if reading.line else words("all.groups")
        if test.within:
            scope = words.level(reading.line, test.within[0])
        elif test.across == reading.line:
            scope = words("all.groups")
        pair = f"{words.level(test.across, test.a)} \u2212 {words.level(test.across, test.b)}"
        rows.append(
            (
                scope,
                pair,
                Number(test.difference, bold=test.decided),
                Interval(test.low, test.high),
                PValue(test.p),
                verdict_cell(words, test.verdict),
                comparable_cell(words, test),
            )
        )
        rows += corrected_rows(words, test, blank=1)
    return Table(
        caption=words("differences.caption", count=len(tests)),
        columns=(
            Column(words("column.scope")),
            Column(words("column.difference"), width=2.0),
            Column(words("column.points"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.p_adjusted"), "right"),
            Column(words("column.verdict")),
            Column(words("column.comparable")),
        ),
        rows=tuple(rows),
        dense=len(rows) > 8,
        notes=(
            words("note.base_tests"),
            words("note.unit_points"),
            words("note.interval_unadjusted"),
            words("note.verdicts"),
            *comparable_notes(words, tests),
            *((words("note.untested", count=untested),) if untested else ()),
        ),
    )
