"""Construct scores: every construct of the model, group beside group."""

from __future__ import annotations

from csi.report.charts.intervals import IntervalChart, IntervalGroup
from csi.report.document import Block, Cell, Column, Figure, Heading, Paragraph, Table
from csi.report.reading import Reading
from csi.report.rows import Code, ScoreRow
from csi.report.sections.comparable import alike_note
from csi.report.sections.parts import (
    group_header,
    polarity_notes,
    score_cell,
    score_notes,
)
from csi.report.sections.scores import interval_row
from csi.report.wording import Wording


def constructs(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the construct section; empty for a study without groups."""
    if not reading.groups:
        return ()
    blocks: list[Block] = [
        Heading(words("constructs.title")),
        Paragraph(words("constructs.intro")),
        _chart(reading, words),
        construct_table(reading, words),
    ]
    return tuple(blocks)


def construct_table(reading: Reading, words: Wording, line: Code | None = None) -> Table:
    """Return every construct by group, in one line or over all of them."""
    rows: list[tuple[Cell, ...]] = []
    seen: list[ScoreRow | None] = []
    tested = False
    for construct in reading.constructs:
        scored = [reading.score(reading.where(line, g), construct) for g in reading.groups]
        total = reading.score(reading.where(line), construct)
        seen += [*scored, total]
        letters = [reading.letters(g, line, construct) for g in reading.groups]
        tested = tested or (
            construct != reading.index and bool(reading.group_tests(line, construct))
        )
        cells = [score_cell(row, marks) for row, marks in zip(scored, letters, strict=True)]
        rows.append((words.construct(construct), *cells, score_cell(total)))
    if line is None:
        caption = words("constructs.table" if reading.line else "constructs.table_flat")
    else:
        caption = words("constructs.table_line", line=words.level(reading.line, line))
    return Table(
        caption=caption,
        columns=(
            Column(words("column.construct"), width=1.1),
            *(Column(group_header(reading, words, g), width=1.2) for g in reading.groups),
            Column(words("all.groups"), width=1.2),
        ),
        rows=tuple(rows),
        notes=(
            *score_notes(
                words,
                seen,
                letters=True,
                scope="note.letters_construct" if tested else "note.letters_index_only",
            ),
            *polarity_notes(reading, words),
            *alike_note(reading, words, reading.constructs),
        ),
    )


def _chart(reading: Reading, words: Wording) -> Figure:
    groups = tuple(
        IntervalGroup(
            title=words.construct(construct),
            rows=tuple(
                interval_row(
                    words,
                    words.level(reading.group, group),
                    i,
                    reading.score(reading.where(group=group), construct),
                )
                for i, group in enumerate(reading.groups)
            ),
        )
        for construct in reading.constructs
    )
    many = sum(len(group.rows) for group in groups) > 24
    return Figure(
        chart=IntervalChart(
            groups=groups,
            axis=words("axis.score"),
            series=len(reading.groups),
            row_height=3.5 if many else 4.2,
        ),
        name="constructs",
        caption=words("constructs.chart"),
        alt=words("constructs.alt"),
        notes=(
            words("note.base_right"),
            words("note.unit_index"),
            words("note.interval_bars"),
            words("note.hollow"),
            *polarity_notes(reading, words),
        ),
    )
