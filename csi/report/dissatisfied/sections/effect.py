"""What came of it: the randomised effect, and what a change without a hold-out would claim."""

from __future__ import annotations

import math

from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.dissatisfied.reading import Reading, Row
from csi.report.dissatisfied.sections.parts import (
    change_cell,
    claim,
    notes,
    number_cell,
    share_cell,
)
from csi.report.dissatisfied.sections.summary import effect_row
from csi.report.dissatisfied.words import Words, percent
from csi.report.document import (
    Block,
    Callout,
    Cell,
    Column,
    Figure,
    Heading,
    Number,
    Paragraph,
    Table,
    format_interval,
    format_number,
)

CLAIMED_TAKE_UP = "24 %"
_DIFFERENCES = (
    ("effect", "mean_care", "mean_hold_out", 1.0),
    ("effect_on_dissatisfied", "dissatisfied_care", "dissatisfied_hold_out", 100.0),
    ("response_gap", "response_care", "response_hold_out", 100.0),
)
_CHANGES = ("mean_before", "mean_after", "naive_change", "expected_change", "corrected_change")


def effect(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the evaluation."""
    if not reading.has("effect"):
        return ()
    return (
        Heading(words("effect.title")),
        *_randomised(reading, words),
        *_before_after(reading, words),
        *_take_up(reading, words),
    )


def _randomised(reading: Reading, words: Words) -> tuple[Block, ...]:
    if not effect_row(reading, "effect").n:
        return ()
    rows: list[tuple[Cell, ...]] = []
    for term, care, held, factor in _DIFFERENCES:
        a, b, difference = (effect_row(reading, t).scaled(factor) for t in (care, held, term))
        rows.append(
            (
                words(f"term.{term}"),
                number_cell(a, 1),
                Number(a.n, 0),
                number_cell(b, 1),
                Number(b.n, 0),
                change_cell(difference),
            )
        )
    return (
        Paragraph(words("effect.intro")),
        Table(
            caption=words("effect.table"),
            columns=(
                Column(words("column.measure"), width=1.0),
                Column(words("column.in_care"), "right"),
                Column(words("column.n"), "right"),
                Column(words("column.held_out"), "right"),
                Column(words("column.n"), "right"),
                Column(words("column.difference"), "right"),
            ),
            rows=tuple(rows),
            notes=notes(words, "effect_units", "interval", "itt"),
            strong=frozenset({0}),
        ),
        *_response_gap(reading, words),
    )


def _response_gap(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Warn where one arm answers more than the other: who answers may differ, too."""
    gap = effect_row(reading, "response_gap").scaled(100.0)
    if not (gap.low > 0 or gap.high < 0):
        return ()
    text = words("effect.response_gap", gap=change_cell(gap))
    return (Callout(title=words("effect.response_title"), text=text, tone="bad"),)


def _before_after(reading: Reading, words: Words) -> tuple[Block, ...]:
    naive = effect_row(reading, "naive_change")
    if not naive.n:
        return ()
    expected = effect_row(reading, "expected_change")
    randomised = bool(effect_row(reading, "effect").n)
    rows: list[tuple[Cell, ...]] = [
        (words(f"term.{term}"), change_cell(row) if "change" in term else number_cell(row, 1))
        for term in _CHANGES
        if (row := effect_row(reading, term)).n
    ]
    return (
        Heading(words("naive.title"), level=2),
        Paragraph(words("naive.intro", n=naive.n)),
        Table(
            caption=words("naive.table"),
            columns=(
                Column(words("column.measure"), width=1.0),
                Column(words("column.points_interval"), "right", width=0.7),
            ),
            rows=tuple(rows),
            notes=notes(words, "change_unit", "interval", "regression", n=naive.n,
                        reliability=format_number(reading.fact("effect", "reliability"), 2)),
            strong=frozenset({len(rows) - 1}),
        ),
        _chart(reading, words),
        Callout(
            title=words("naive.warning"),
            text=words(
                "naive.beside" if randomised else "naive.alone",
                naive=change_cell(naive),
                expected=change_cell(expected),
            ),
            tone="bad",
        ),
    )  # fmt: skip


def _chart(reading: Reading, words: Words) -> Figure:
    terms = ("naive_change", "expected_change", "corrected_change", "effect_on_takers", "effect")
    rows = [
        IntervalRow(
            label=words(f"term.{term}"),
            value=row.estimate,
            low=row.low,
            high=row.high,
            series=1 if term.startswith("effect") else 0,
            note=change_cell(row),
            faint=term == "naive_change",
        )
        for term in terms
        if (row := effect_row(reading, term)).n
    ]
    return Figure(
        chart=IntervalChart(
            groups=(IntervalGroup(title="", rows=tuple(rows)),),
            axis=words("axis.points"),
            series=2,
            reference=0.0,
            reference_label=words("axis.no_change"),
            row_height=6.4,
        ),
        caption=words("naive.chart"),
        alt=words("naive.alt", rows="; ".join(f"{row.label}: {row.note}" for row in rows)),
        notes=notes(words, "bars", "hollow_naive", "change_bases"),
    )


def _take_up(reading: Reading, words: Words) -> tuple[Block, ...]:
    take_up, takers = effect_row(reading, "take_up"), effect_row(reading, "effect_on_takers")
    cost = effect_row(reading, "cost_per_point")
    blocks: list[Block] = []
    if take_up.n:
        blocks += [
            Heading(words("take_up.title"), level=2),
            Paragraph(
                words(
                    "take_up.text",
                    share=share_cell(take_up),
                    n=take_up.n,
                    takers=change_cell(takers) if takers.n else "–",
                )
            ),
        ]
    if cost.n:
        blocks.append(Paragraph(_cost_text(reading, words, cost)))
    if take_up.n:
        found = percent(take_up.estimate)
        blocks.append(claim(words, "claim.take_up", claimed=CLAIMED_TAKE_UP, found=found))
    return tuple(blocks)


def _cost_text(reading: Reading, words: Words, cost: Row) -> str:
    currency = reading.study.actions.currency if reading.study.actions else ""
    if not math.isfinite(cost.estimate):
        return words("cost.none")
    high = format_number(cost.high, 1) if math.isfinite(cost.high) else "∞"
    bounds = (
        format_interval(cost.low, cost.high, 1)
        if math.isfinite(cost.high)
        else f"[{format_number(cost.low, 1)}, {high}]"
    )
    return words(
        "cost.text", cost=format_number(cost.estimate, 1), interval=bounds, currency=currency
    )
