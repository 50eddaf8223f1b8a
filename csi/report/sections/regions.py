"""Regions: raw and for like customers, ranks that the tests leave open, other sources beside."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from csi.comparison import Regions
from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.document import (
    NO_NUMBER,
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Heading,
    Interval,
    Number,
    Table,
    base_mark,
    format_interval,
    format_number,
)
from csi.report.element_findings import regional
from csi.report.reading import Reading
from csi.report.rows import base_rules, plain
from csi.report.sections.comparable import alike_note
from csi.report.sections.parts import highest_and_lowest, rank_span
from csi.report.wording import Wording

_Record = Mapping[Any, Any]


def regions(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the section on regions; nothing where the study asks for none."""
    found = reading.results.regions
    if found is None:
        return ()
    told = regional(reading)
    return (
        Heading(words("regions.title")),
        *((Bullets(tuple(words.sentence(phrase) for phrase in told)),) if told else ()),
        _table(reading, words, found),
        _chart(reading, words, found),
        *_sources(reading, words, found),
    )


def _rows(found: Regions) -> list[tuple[object, dict[str, _Record]]]:
    """Return the three measures of each region, the best adjusted score first."""
    by_region: dict[object, dict[str, _Record]] = {}
    for row in found.tidy().to_dict("records"):
        by_region.setdefault(row[found.region], {})[str(row["measure"])] = row
    return sorted(by_region.items(), key=lambda pair: _rank(pair[1]["adjusted"]))


def _rank(row: _Record) -> float:
    rank = float(row["rank"])
    return math.inf if math.isnan(rank) else rank


def _table(reading: Reading, words: Wording, found: Regions) -> Table:
    rows: list[tuple[Cell, ...]] = []
    flags = set()
    for code, measures in _rows(found):
        adjusted, hidden = measures["adjusted"], measures["adjusted"]["flag"] == "suppressed"
        flags.add(str(adjusted["flag"]))
        rows.append(
            (
                words.level(found.region, plain(code)),
                NO_NUMBER
                if hidden
                else rank_span(int(adjusted["rank_low"]), int(adjusted["rank_high"])),
                NO_NUMBER if hidden else str(int(adjusted["tier"])),
                _number(adjusted, bold=True),
                _interval(adjusted),
                _number(measures["raw"]),
                _number(measures.get("shrunk", adjusted)),
                Number(int(measures["raw"]["n"]), 0),
            )
        )
    suppress, mark = base_rules()
    mix = tuple(_mix_name(reading, words, item) for item in found.mix)
    return Table(
        caption=words("regions.table", index=words.construct(found.term)),
        columns=(
            Column(words.item_name(found.region, "column.region"), width=1),
            Column(words("column.rank_interval"), "center"),
            Column(words("column.tier"), "center"),
            Column(words("column.adjusted"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.raw"), "right"),
            Column(words("column.shrunk"), "right"),
            Column(words("column.n"), "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_shown"),
            words("note.unit_index"),
            words("note.interval"),
            words("note.adjusted", mix=mix) if mix else words("note.adjusted_none"),
            words("note.shrunk"),
            words("note.tiers"),
            *alike_note(reading, words, [found.term], item=found.region),
            *((words("note.low", limit=mark),) if "low" in flags else ()),
            *((words("note.suppressed", limit=suppress),) if "suppressed" in flags else ()),
        ),
    )  # fmt: skip


def _mix_name(reading: Reading, words: Wording, item: str) -> str:
    if item in (reading.line, reading.group):
        return words.item_name(item, "column.line" if item == reading.line else "column.group")
    return words.item_name(item, "") if words.named(item) else words.item_text(item)


def _number(row: _Record, *, bold: bool = False) -> Number:
    hidden = row["flag"] == "suppressed"
    value = math.nan if hidden else float(row["estimate"])
    return Number(value, bold=bold, mark=base_mark(str(row["flag"])))


def _interval(row: _Record) -> Interval:
    if row["flag"] == "suppressed":
        return Interval(math.nan, math.nan)
    return Interval(float(row["conf_low"]), float(row["conf_high"]))


def _chart(reading: Reading, words: Wording, found: Regions) -> Figure:
    rows = []
    for code, measures in _rows(found):
        row = measures["adjusted"]
        hidden = row["flag"] == "suppressed"
        value, low, high = (
            math.nan if hidden else float(row[c]) for c in ("estimate", "conf_low", "conf_high")
        )
        rows.append(
            IntervalRow(
                label=words.level(found.region, plain(code)),
                value=value,
                low=low,
                high=high,
                note=f"{format_number(value)}  {format_interval(low, high)}",
                faint=row["flag"] == "low",
            )
        )
    group = IntervalGroup(title="", rows=tuple(rows))
    best, worst = highest_and_lowest([group])
    return Figure(
        name="regions",
        chart=IntervalChart(
            groups=(group,),
            axis=words("axis.index", index=words.construct(found.term)),
            reference=found.shrunk.mean,
            reference_label=format_number(found.shrunk.mean),
            row_height=4.6,
        ),
        caption=words("regions.chart"),
        alt=words("forest.alt", high=best, low=worst),
        notes=(
            words("note.base_table"),
            words("note.unit_score"),
            words("note.interval_bars"),
            words("note.hollow"),
        ),
    )


def _sources(reading: Reading, words: Wording, found: Regions) -> tuple[Table, ...]:
    """Set other sources beside the scores; they are never averaged in."""
    table = found.side_by_side()
    if table.empty:
        return ()
    rows: list[tuple[Cell, ...]] = [
        (
            words.level(found.region, plain(row[found.region])),
            str(row["source"]),
            Number(float(row["value"])),
            str(row["unit"]),
            Number(float(row["base"]), 0),
            str(row["base_unit"]),
            Interval(float(row["low"]), float(row["high"])),
        )
        for row in table.to_dict("records")
    ]
    return (
        Table(
            caption=words("regions.sources"),
            columns=(
                Column(words.item_name(found.region, "column.region"), width=1),
                Column(words("column.source"), width=1),
                Column(words("column.value"), "right"),
                Column(words("column.unit"), width=1),
                Column(words("column.base"), "right"),
                Column(words("column.base_unit"), width=1),
                Column(words("column.interval"), "right"),
            ),
            rows=tuple(rows),
            dense=True,
            notes=(words("note.sources"),),
        ),
    )
