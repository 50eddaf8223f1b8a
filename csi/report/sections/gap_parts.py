"""Why we score otherwise than each competitor: other customers, or other answers of like ones."""

from __future__ import annotations

import math

from csi.report.document import Block, Cell, Column, Heading, Interval, Number, Table, base_mark
from csi.report.gap_rows import GapRow, gap_rows, owed_to_questions
from csi.report.reading import Reading
from csi.report.rows import base_rules
from csi.report.sections.comparable import alike_note
from csi.report.wording import Wording


def gap_parts(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the table of our gaps by part; nothing where they were not explained."""
    rows = gap_rows(reading)
    if not rows:
        return ()
    own = words.level(reading.group, rows[0].own)
    return (
        Heading(words("gaps.title"), level=2),
        _table(reading, words, rows, words("gaps.table", own=own)),
    )


def _table(reading: Reading, words: Wording, rows: tuple[GapRow, ...], caption: str) -> Table:
    unlike = [owed_to_questions(reading, row) for row in rows]
    low = any(_flag(reading, row) for row in rows)
    shown = any(not math.isnan(points) for points in unlike)
    interval = Column(words("column.interval"), "right")
    cells = tuple(
        words.item_name(cell, "column.line" if cell == reading.line else "column.group")
        for cell in reading.results.gap_parts[0].cells
    )
    return Table(
        caption=caption,
        columns=(
            Column(words("gaps.against"), width=1),
            Column(words("column.gap"), "right"),
            interval,
            Column(words("gaps.mix"), "right", width=0.8),
            interval,
            Column(words("gaps.level"), "right", width=0.8),
            interval,
            *((Column(words("gaps.unlike"), "right", width=0.8),) if shown else ()),
            Column(words("part.remainder"), "right"),
        ),
        rows=tuple(
            _row(reading, words, row, (Number(points),) if shown else ())
            for row, points in zip(rows, unlike, strict=True)
        ),
        dense=True,
        notes=(
            words("note.base_tests"),
            words("note.unit_gap_parts"),
            words("note.interval"),
            words("note.gap_parts", cells=cells),
            *alike_note(reading, words, [reading.index]),
            *((words("note.gap_unlike"),) if shown else ()),
            *((words("note.low", limit=base_rules()[1]),) if low else ()),
            words("note.no_tests"),
        ),
    )


def _row(
    reading: Reading, words: Wording, row: GapRow, unlike: tuple[Cell, ...]
) -> tuple[Cell, ...]:
    parts: list[Cell] = []
    mark = base_mark(_flag(reading, row))
    for name in ("total", "mix", "level"):
        part = row.parts[name]
        shown = Number(part.value, bold=name == "total", mark=mark if name == "total" else "")
        parts += [shown, Interval(part.low, part.high)]
    return (
        words.level(reading.group, row.rival),
        *parts,
        *unlike,
        Number(row.parts["remainder"].value + row.parts["weights"].value),
    )


def _flag(reading: Reading, row: GapRow) -> str:
    """Return "low" where one of the two bases is."""
    scores = (reading.score(reading.where(group=group)) for group in (row.own, row.rival))
    return "low" if any(score is not None and score.flag == "low" for score in scores) else ""
