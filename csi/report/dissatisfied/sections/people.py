"""Who the likely dissatisfied are: tiers, reasons, segments."""

from __future__ import annotations

import math

from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import notes, share_cell
from csi.report.dissatisfied.sections.reasons import look_alikes, pareto, stated
from csi.report.dissatisfied.sections.segments import grid, who
from csi.report.dissatisfied.words import Words, percent, same_level
from csi.report.document import (
    Block,
    Cell,
    Column,
    Heading,
    Number,
    Paragraph,
    Table,
)

_MOST = 12
_LEAST_SHARE = 0.005


def people(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return tiers, reasons of the model and of the customers, profile and segments."""
    if not any(reading.has(name) for name in ("tiers", "stated", "who")):
        return ()
    return (
        Heading(words("people.title")),
        *_tiers(reading, words),
        *_reasons(reading, words),
        *stated(reading, words),
        *look_alikes(reading, words),
        *who(reading, words),
        *_segments(reading, words),
        *grid(reading, words),
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
        pareto(
            words,
            [(name, share, math.nan, math.nan) for name, share in rows],
            caption,
            "reasons",
            notes(words, "reason_unit", "no_interval"),
        ),
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
