"""Reasons by frequency: what customers state, what complaints are about, and look-alikes."""

from __future__ import annotations

import math

from csi.report.dissatisfied.charts.pareto import ParetoChart, ParetoRow
from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import notes, share_cell
from csi.report.dissatisfied.words import Words, percent
from csi.report.document import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Paragraph,
    Table,
    format_number,
)

_VITAL = 80.0
_REASON = "reason"


def causes(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the causes of complaints and low ratings on the channels."""
    if not reading.has("causes"):
        return ()
    rows, n = _shares(reading, words, "causes")
    return (
        Heading(words("causes.title"), level=2),
        pareto(
            words,
            rows,
            words("causes.chart"),
            "causes",
            notes(words, "causes_unit", "bars_logit", n=n),
        ),
    )


def stated(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the reasons that the dissatisfied respondents stated."""
    if not reading.has("stated"):
        return ()
    rows, n = _shares(reading, words, "stated")
    return (
        Heading(words("stated.title"), level=2),
        Paragraph(words("stated.intro", n=n)),
        pareto(
            words,
            rows,
            words("stated.chart"),
            "stated",
            notes(words, "stated_unit", "bars_logit", n=n),
        ),
    )


def look_alikes(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the reasons of those who said so and are most like the predicted."""
    if not reading.has("look_alikes"):
        return ()
    facts = reading.facts("look_alikes")
    table = reading.table("look_alikes")
    rows: list[tuple[Cell, ...]] = [
        (
            words.level(_REASON, reason),
            share_cell(reading.row("look_alikes", group="said so", reason=reason)),
            share_cell(reading.row("look_alikes", group="look-alikes", reason=reason)),
        )
        for reason in dict.fromkeys(table["reason"])
    ]
    better = facts["agreement"] > facts["by_chance"]
    return (
        Heading(words("look_alikes.title"), level=2),
        Paragraph(
            words(
                "look_alikes.intro",
                customers=int(facts["customers"]),
                neighbours=int(facts["neighbours"]),
                near=percent(facts["near"], 0),
            )
        ),
        Table(
            caption=words("look_alikes.table"),
            columns=(
                Column(words("column.reason"), width=1.0),
                Column(words("column.said_so"), "right"),
                Column(words("column.look_alikes"), "right"),
            ),
            rows=tuple(rows),
            notes=notes(words, "look_alikes_base", "interval_logit"),
            dense=True,
        ),
        Paragraph(
            words(
                "look_alikes.better" if better else "look_alikes.no_better",
                agreement=percent(facts["agreement"], 0),
                by_chance=percent(facts["by_chance"], 0),
            )
        ),
    )


def pareto(
    words: Words,
    rows: list[tuple[str, float, float, float]],
    caption: str,
    key: str,
    below: tuple[str, ...],
) -> Figure:
    """Return a Pareto chart of ``(label, share, low, high)`` in per cent, highest first."""
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


def _shares(
    reading: Reading, words: Words, name: str
) -> tuple[list[tuple[str, float, float, float]], int]:
    table = reading.table(name)
    own = table[table["term"] == "share"].sort_values("rank")
    rows = [
        (
            words.level(_REASON, row["reason"]),
            100.0 * row["estimate"],
            100.0 * row["conf_low"],
            100.0 * row["conf_high"],
        )
        for row in own.to_dict("records")
    ]
    return rows, int(own["n"].iloc[0])
