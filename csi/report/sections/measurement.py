"""Is the measurement sound: reliability of the constructs, loadings and weights of the items."""

from __future__ import annotations

import math

from csi.report.document import Block, Cell, Column, Heading, Number, Paragraph, Table
from csi.report.reading import Reading
from csi.report.rows import plain
from csi.report.sections.parts import polarity_notes
from csi.report.wording import Wording


def measurement(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the measurement section."""
    return (
        Heading(words("measurement.title")),
        Paragraph(words("measurement.intro")),
        _reliability(reading, words),
        _loadings(reading, words),
    )


def _reliability(reading: Reading, words: Wording) -> Table:
    rows: list[tuple[Cell, ...]] = []
    by = list(reading.results.fit.by)
    frame = reading.results.fit.reliability()
    assumed = False
    for row in frame.to_dict("records"):
        mark = "‡" if bool(row["assumed"]) else ""
        assumed = assumed or bool(mark)
        scope = tuple(words.level(item, plain(row[item])) for item in by)
        rows.append(
            (
                *scope,
                words.construct(str(row["construct"])) + mark,
                Number(float(row["n_items"]), 0),
                Number(float(row["alpha"]), 2),
                Number(float(row["omega"]), 2),
                Number(float(row["ave"]), 2),
            )
        )
    return Table(
        caption=words("measurement.reliability"),
        columns=(
            *(Column(words.item_name(item, "column.group")) for item in by),
            Column(words("column.construct"), width=1),
            Column(words("column.items"), "right"),
            Column(words("column.alpha"), "right"),
            Column(words("column.omega"), "right"),
            Column(words("column.ave"), "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_all", n=reading.results.n),
            words("note.unit_reliability"),
            words("note.no_interval"),
            *((words("note.assumed"),) if assumed else ()),
        ),
    )


def _loadings(reading: Reading, words: Wording) -> Table:
    """Standardised loadings of the (first) fit, with index weights and item scores."""
    _, frame = reading.fit_groups()[0]
    means = _indicator_means(reading)
    weights = _weights(reading)
    rows: list[tuple[Cell, ...]] = []
    before = ""
    for row in frame[frame["op"] == "=~"].to_dict("records"):
        construct, item = str(row["lhs"]), str(row["rhs"])
        mean, n = means.get((construct, item), (math.nan, 0))
        rows.append(
            (
                words.construct(construct) if construct != before else "",
                item,
                words.item_text(item),
                Number(float(row["std_all"]), 2),
                Number(weights.get((construct, item), math.nan), 2),
                Number(mean),
                Number(n, 0),
            )
        )
        before = construct
    return Table(
        caption=words("measurement.loadings"),
        columns=(
            Column(words("column.construct"), width=0.9),
            Column(words("column.item")),
            Column(words("column.wording"), width=3),
            Column(words("column.loading"), "right"),
            Column(words("column.weight"), "right"),
            Column(words("column.mean"), "right"),
            Column(words("column.n"), "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_item"),
            words("note.unit_loadings"),
            words("note.interval_data"),
            *polarity_notes(reading, words),
        ),
    )


def _indicator_means(reading: Reading) -> dict[tuple[str, str], tuple[float, int]]:
    frame = reading.results.indices[()].indicators_tidy()
    return {
        (str(row["construct"]), str(row["term"])): (float(row["estimate"]), int(row["n"]))
        for row in frame.to_dict("records")
    }


def _weights(reading: Reading) -> dict[tuple[str, str], float]:
    frame = reading.results.indices[()].weights_tidy()
    return {
        (str(row["construct"]), str(row["term"])): float(row["estimate"])
        for row in frame.to_dict("records")
    }
