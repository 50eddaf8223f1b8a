"""The dissatisfied beside the others, and the grid of segments."""

from __future__ import annotations

import pandas as pd

from csi.report.dissatisfied.reading import Reading, as_row
from csi.report.dissatisfied.sections.parts import notes, number_cell, share_cell
from csi.report.dissatisfied.words import Words, percent
from csi.report.document import (
    NO_NUMBER,
    Block,
    Cell,
    Column,
    Flagged,
    Heading,
    Number,
    Paragraph,
    Table,
)

_ALL = "all"


def who(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return in which levels the dissatisfied are more or less frequent than the others."""
    if not reading.has("who"):
        return ()
    table = reading.table("who")
    rows: list[tuple[Cell, ...]] = []
    before = ""
    for column, level in dict.fromkeys(zip(table["column"], table["level"], strict=True)):
        where = {"column": column, "level": level}
        index = reading.row("who", **where, term="index")
        more, less = index.low > 100.0, index.high < 100.0
        sign = Flagged("▲", "bad") if more else Flagged("▼", "good") if less else ""
        rows.append(
            (
                "" if column == before else words.column(str(column)),
                words.band(str(column), str(level)),
                percent(reading.row("who", **where, term="share").estimate),
                percent(reading.row("who", **where, term="share_others").estimate),
                number_cell(index, 0),
                sign,
            )
        )
        before = column
    n = reading.row("who", column=table["column"].iloc[0], term="share").n
    return (
        Heading(words("who.title"), level=2),
        Paragraph(words("who.intro")),
        Table(
            caption=words("who.table"),
            columns=(
                Column(words("column.characteristic"), width=0.8),
                Column(words("column.level"), width=0.8),
                Column(words("column.of_dissatisfied"), "right"),
                Column(words("column.of_others"), "right"),
                Column(words("column.index100"), "right"),
                Column("", "center"),
            ),
            rows=tuple(rows),
            notes=notes(words, "who_base", "interval", "who_marks", n=n),
            dense=True,
        ),
    )


def grid(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the grid of the first two axes, and how many cells of finer grids have a base."""
    if not reading.has("grid"):
        return ()
    table = reading.table("grid")
    axes = list(table.columns[: table.columns.get_loc("term")])
    return (
        Heading(words("grid.title"), level=2),
        Paragraph(words("grid.intro")),
        _cells(table, axes[:2], axes[2:], words),
        _bases(reading, words),
    )


def _cells(table: pd.DataFrame, kept: list[str], dropped: list[str], words: Words) -> Table:
    own = table[(table[kept] != _ALL).all(axis=1) & (table[dropped] == _ALL).all(axis=1)]
    names = words.study.profile.axes
    titles = [names[axis].to(words.language) if axis in names else axis for axis in kept]
    columns = {axis.title: axis.column for axis in words.study.profile.grid}
    rows: list[tuple[Cell, ...]] = []
    for key, cell in own.groupby(kept, sort=False):
        of = {row["term"]: as_row(row) for row in cell.to_dict("records")}
        levels = [words.band(columns.get(a, a), str(v)) for a, v in zip(kept, key, strict=True)]
        mean = of["mean"]
        rows.append(
            (
                *levels,
                percent(of["share_of_customers"].estimate),
                number_cell(mean, 1),
                share_cell(of["dissatisfied"]),
                Number(mean.n, 0),
                {"low": "†", "suppressed": NO_NUMBER}.get(mean.flag, ""),
            )
        )
    return Table(
        caption=words("grid.table"),
        columns=(
            *(Column(title, width=1.0) for title in titles),
            Column(words("column.of_customers"), "right"),
            Column(words("column.mean_score"), "right"),
            Column(words("column.base_rate"), "right"),
            Column(words("column.n"), "right"),
            Column(""),
        ),
        rows=tuple(rows),
        notes=notes(words, "grid_base", "interval", "small"),
        dense=True,
    )


def _bases(reading: Reading, words: Words) -> Table:
    names = words.study.profile.axes
    rows: list[tuple[Cell, ...]] = []
    for row in reading.table("grid_bases").to_dict("records"):
        kept = str(row["axes"]).split(" × ")
        title = " × ".join(names[a].to(words.language) if a in names else a for a in kept)
        numbers = (Number(row[name], 0) for name in ("cells", "shown", "low", "suppressed"))
        rows.append((title, *numbers, percent(row["customers_shown"])))
    heads = ("cells", "cells_shown", "cells_low", "cells_hidden", "customers_shown")
    return Table(
        caption=words("grid.bases"),
        columns=(
            Column(words("column.grid"), width=1.0),
            *(Column(words(f"column.{name}"), "right") for name in heads),
        ),
        rows=tuple(rows),
        notes=notes(words, "cells_unit", "no_interval"),
        dense=True,
    )
