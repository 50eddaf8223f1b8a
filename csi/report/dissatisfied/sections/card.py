"""The model itself, as a card of points that anybody can add up."""

from __future__ import annotations

from csi.dissatisfied.table_model import POINTS_PER_LOG_ODD, TableModel
from csi.report.charts.scale import limits
from csi.report.dissatisfied.reading import Reading
from csi.report.dissatisfied.sections.parts import notes
from csi.report.dissatisfied.words import Words
from csi.report.document import (
    Block,
    Callout,
    Cell,
    Column,
    Heading,
    Number,
    Paragraph,
    Range,
    Table,
    format_number,
)

SHOWN = 100.0
"""Shown points of one log-odd; scoring adds whole ten-thousandths."""

_MOST_CELLS = 160


def card(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the scorecard, or that the model is no card of one indicator a line."""
    model = reading.results.model
    if model is None:
        return ()
    title = Heading(words("card.title"))
    cells = sum(term.table.size for term in model.terms)
    if any(len(term.columns) > 1 for term in model.terms) or cells > _MOST_CELLS:
        return (title, Paragraph(words("card.joint", learner=words.learner(model.kind))))
    start = model.base_points * SHOWN / POINTS_PER_LOG_ODD
    return (
        title,
        Paragraph(words("card.intro", count=len(model.terms), start=format_number(start, 0))),
        _table(model, words),
        Callout(
            title=words("card.reading"),
            text=words("card.reading_text", **_example(model, words)),
            tone="quiet",
        ),
    )


def _table(model: TableModel, words: Words) -> Table:
    factor = SHOWN / POINTS_PER_LOG_ODD
    points = [table * factor for table in model.point_tables()]
    low, high = limits([float(v) for table in points for v in table.ravel()])
    scale = (min(low, 0.0), max(high, 0.0))
    rows: list[tuple[Cell, ...]] = []
    for term, table in zip(model.terms, points, strict=True):
        bins, name = model.bins[term.indicator], words.column(term.indicator)
        for code in range(bins.size + 1):
            share = model.shares[term.indicator][code]
            if code == bins.size and share == 0.0:
                continue
            value = float(table[code])
            ends = (min(value, 0.0), max(value, 0.0))
            rows.append(
                (
                    name,
                    words.bin(bins, code),
                    Number(100.0 * share),
                    Number(value, 0, bold=True),
                    Range(value, *ends, tone="bad" if value > 0 else "good"),
                )
            )
            name = ""
    return Table(
        caption=words("card.table"),
        columns=(
            Column(words("column.indicator"), width=1.0),
            Column(words("column.bin"), width=0.8),
            Column(words("column.share"), "right"),
            Column(words("column.points"), "right"),
            Column(words("column.for_against"), width=0.8, scale=scale),
        ),
        rows=tuple(rows),
        notes=notes(words, "card_unit", "card_share", "card_bar", "no_interval"),
        dense=True,
    )


def _example(model: TableModel, words: Words) -> dict[str, str]:
    """Add up the worst bin of the three strongest indicators."""
    import numpy as np

    factor = SHOWN / POINTS_PER_LOG_ODD
    tables = model.point_tables()
    strongest = sorted(range(len(tables)), key=lambda k: -int(tables[k].max()))[:3]
    parts, total = [], model.base_points
    for k in strongest:
        code = int(tables[k].argmax())
        total += int(tables[k][code])
        bins = model.bins[model.terms[k].indicator]
        points = format_number(float(tables[k][code]) * factor, 0)
        parts.append(f"{words.column(bins.column)} {words.bin(bins, code)}: +{points}")
    p = 1.0 / (1.0 + float(np.exp(-total / POINTS_PER_LOG_ODD)))
    return {
        "start": format_number(model.base_points * factor, 0),
        "parts": words.join(parts),
        "total": format_number(total * factor, 0),
        "probability": f"{format_number(100.0 * p, 1)} %",
    }
