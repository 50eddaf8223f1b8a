"""Which indicators go with satisfaction: the threshold, chance, and near-copies."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import claim, notes
from csi.report.dissatisfied.words import Words
from csi.report.document import (
    Block,
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

_MOST = 20
"""Indicators in the chart; the workbook has all."""


def indicators(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the effects of all indicators, what chance keeps, and the choice without copies."""
    if not reading.has("screening"):
        return ()
    facts, table = reading.facts("fit"), reading.table("screening")
    kept = [words.column(name) for name in facts.get("kept", ())]
    return (
        Heading(words("indicators.title")),
        Paragraph(words("indicators.intro", threshold=_threshold(reading))),
        Paragraph(
            words(
                "indicators.kept" if kept else "indicators.none",
                kept=len(kept),
                count=len(table),
                names=kept,
                threshold=_threshold(reading),
                chance=format_number(reading.fact("fit", "by_chance"), 1),
                high=format_number(reading.fact("fit", "by_chance_high"), 0),
            )
        ),
        claim(words, "claim.threshold"),
        _chart(reading, words),
        Paragraph(words("indicators.choice", chosen=len(facts.get("chosen", ())))),
        _choice(reading, words),
    )


def _threshold(reading: Reading) -> str:
    return format_number(reading.fact("fit", "threshold"), 0)


def _chart(reading: Reading, words: Words) -> Figure:
    table = reading.table("screening").sort_values("estimate", ascending=False, kind="stable")
    shown = table.head(_MOST)
    rows = tuple(_row(words, record) for record in shown.to_dict("records"))
    return Figure(
        chart=IntervalChart(
            groups=(IntervalGroup(title="", rows=rows),),
            axis=words("axis.effect"),
            series=2,
            reference=reading.fact("fit", "threshold"),
            reference_label=words("axis.threshold", threshold=_threshold(reading)),
            row_height=4.0,
        ),
        caption=words("indicators.chart"),
        alt=words("indicators.alt", rows="; ".join(f"{row.label}: {row.note}" for row in rows)),
        notes=notes(
            words,
            "effect_unit",
            "bars",
            "hollow_kept",
            *(("largest",) if len(table) > _MOST else ()),
            n=reading.base_rate.n,
            shown=len(shown),
            count=len(table),
        ),
    )


def _row(words: Words, record: Mapping[Any, Any]) -> IntervalRow:
    """Return a line of the chart; without two bins of enough respondents there is no effect."""
    low, high = float(record["conf_low"]), float(record["conf_high"])
    known = high > low
    note = f"{format_number(record['estimate'])}  {format_interval(low, high)}"
    return IntervalRow(
        label=words.column(str(record["term"])),
        value=record["estimate"] if known else math.nan,
        low=low,
        high=high,
        series=0 if record["kept"] else 1,
        note=note if known else words("indicators.too_few"),
        faint=not record["kept"],
    )


def _choice(reading: Reading, words: Words) -> Table:
    table = reading.table("screening")
    chosen = table[table["chosen"] > 0].sort_values("chosen")
    copies = table[(table["chosen"] == 0) & (table["conf_low"] > 0)]
    rows: list[tuple[Cell, ...]] = []
    for row in chosen.to_dict("records"):
        same = [words.column(str(t)) for t in copies[copies["repeats"] == row["term"]]["term"]]
        nearest = str(row["repeats"])
        rows.append(
            (
                str(int(row["chosen"])),
                words.column(str(row["term"])),
                Number(row["estimate"], bold=bool(row["kept"])),
                Interval(row["conf_low"], row["conf_high"]),
                Flagged(words("kept.yes"), "good") if row["kept"] else "",
                words.column(nearest) if nearest else "",
                ", ".join(same) if words.language == "en" else "、".join(same),
            )
        )
    return Table(
        caption=words("indicators.table"),
        columns=(
            Column(words("column.order"), "center"),
            Column(words("column.indicator"), width=1.0),
            Column(words("column.effect"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.kept", threshold=_threshold(reading)), "center"),
            Column(words("column.nearest"), width=0.9),
            Column(words("column.copies"), width=1.2),
        ),
        rows=tuple(rows),
        notes=notes(words, "effect_unit", "interval", "choice_rule", n=reading.base_rate.n),
        dense=True,
    )
