"""Who the likely dissatisfied are: tiers, reasons, segments."""

from __future__ import annotations

import math

from csi.report.dissatisfied.charts.pareto import ParetoChart, ParetoRow
from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import notes, share_cell
from csi.report.dissatisfied.words import Words, percent, same_level
from csi.report.document import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Number,
    Paragraph,
    Table,
    format_number,
)

_MOST = 12
_LEAST_SHARE = 0.005
_VITAL = 80.0


def people(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return tiers, first reasons, stated reasons and segments of the whole base."""
    if not (reading.has("tiers") or reading.has("stated")):
        return ()
    return (
        Heading(words("people.title")),
        *_tiers(reading, words),
        *_reasons(reading, words),
        *_stated(reading, words),
        *_segments(reading, words),
    )


def _tiers(reading: Reading, words: Words) -> tuple[Block, ...]:
    if not reading.has("tiers"):
        return ()
    table = reading.table("tiers")
    total = float(table["expected"].sum())
    rows: list[tuple[Cell, ...]] = [
        (
            words.tier(str(row["tier"])),
            Number(row["subscribers"], 0),
            percent(row["share"]),
            percent(row["mean_probability"]),
            Number(row["expected"], 0),
            percent(row["expected"] / total),
        )
        for row in table.to_dict("records")
    ]
    heads = ("subscribers", "share_plain", "mean_probability", "expected", "of_expected")
    first = table.iloc[0]
    return (
        Paragraph(
            words(
                "people.intro",
                subscribers=int(table["subscribers"].sum()),
                tier=words.tier(str(first["tier"])),
                share=percent(first["share"]),
                of=percent(float(first["expected"]) / total),
            )
        ),
        Table(
            caption=words("people.tiers"),
            columns=(
                Column(words("column.tier"), width=1.0),
                *(Column(words(f"column.{name}"), "right") for name in heads),
            ),
            rows=tuple(rows),
            notes=notes(words, "tier_unit", "expected", "no_interval"),
        ),
    )


def _reasons(reading: Reading, words: Words) -> tuple[Block, ...]:
    if not reading.has("reasons"):
        return ()
    table = reading.table("reasons")
    first = str(table["tier"].iloc[0])
    named = (table["reason"] != "") & (table["share"] >= _LEAST_SHARE)
    own = table[(table["tier"] == first) & named].head(_MOST)
    rows = [(words.column(str(r["reason"])), 100 * r["share"]) for r in own.to_dict("records")]
    caption = words("reasons.chart", tier=words.tier(first))
    return (
        Heading(words("reasons.title"), level=2),
        Paragraph(words("reasons.intro")),
        _pareto(words, [(n, s, math.nan, math.nan) for n, s in rows], caption, "reasons",
                notes(words, "reason_unit", "no_interval")),
    )  # fmt: skip


def _stated(reading: Reading, words: Words) -> tuple[Block, ...]:
    if not reading.has("stated"):
        return ()
    table = reading.table("stated").sort_values("estimate", ascending=False, kind="stable")
    rows = [
        (
            words.level("reason", row["cause"]),
            100 * row["estimate"],
            100 * row["conf_low"],
            100 * row["conf_high"],
        )
        for row in table.to_dict("records")
    ]
    n = int(table["n"].iloc[0])
    return (
        Heading(words("stated.title"), level=2),
        Paragraph(words("stated.intro", n=n)),
        _pareto(words, rows, words("stated.chart"), "stated",
                notes(words, "stated_unit", "bars", n=n)),
    )  # fmt: skip


def _pareto(
    words: Words,
    rows: list[tuple[str, float, float, float]],
    caption: str,
    key: str,
    below: tuple[str, ...],
) -> Figure:
    bars, total, vital = [], 0.0, 0
    for label, share, low, high in rows:
        vital += total < _VITAL
        total += share
        low, high = (share, share) if math.isnan(low) else (max(low, 0.0), high)
        bars.append(ParetoRow(label=label, share=share, low=low, high=high, total=total))
    texts = "; ".join(f"{bar.label}: {format_number(bar.share)} %" for bar in bars)
    return Figure(
        chart=ParetoChart(
            rows=tuple(bars), axis=words(f"axis.{key}"), total=words("axis.total"), vital=vital
        ),
        caption=caption,
        alt=words("pareto.alt", rows=texts),
        notes=(*below, words("note.vital")),
    )


def _segments(reading: Reading, words: Words) -> tuple[Block, ...]:
    if not reading.has("profile"):
        return ()
    rows: list[tuple[Cell, ...]] = []
    before = ""
    for row in reading.table("profile").to_dict("records"):
        segment, level = str(row["segment"]), row["level"]
        base = _survey_rate(reading, segment, level)
        rows.append(
            (
                "" if segment == before else words.column(segment),
                words.level(str(row["segment"]), level),
                Number(row["subscribers"], 0),
                percent(row["first_tier"]),
                percent(row["mean_probability"]),
                base,
            )
        )
        before = segment
    return (
        Heading(words("segments.title"), level=2),
        Paragraph(words("segments.intro")),
        Table(
            caption=words("segments.table"),
            columns=(
                Column(words("column.domain"), width=0.8),
                Column(words("column.level"), width=1.0),
                Column(words("column.subscribers"), "right"),
                Column(words("column.first_tier"), "right"),
                Column(words("column.mean_probability"), "right"),
                Column(words("column.survey_rate"), "right"),
            ),
            rows=tuple(rows),
            notes=notes(words, "segment_unit", "interval", "small"),
            dense=True,
        ),
    )


def _survey_rate(reading: Reading, segment: str, level: object) -> str:
    if not reading.has("domains"):
        return ""
    table = reading.table("domains")
    own = table[table["domain"] == segment]
    own = own[[same_level(a, level) for a in own["level"]]]
    if len(own) == 0:
        return ""
    row = reading.row("domains", domain=segment, level=own["level"].iloc[0], term="base_rate")
    mark = "†" if row.flag == "low" else ""
    return f"{share_cell(row)}{mark}"
