"""How well the model ranks and predicts, on answers that it did not see."""

from __future__ import annotations

from csi.report.dissatisfied.charts.curves import CurvePoint, LiftChart, ReliabilityChart
from csi.report.dissatisfied.reading import LIST, Reading, as_row
from csi.report.dissatisfied.sections.parts import claim, notes, number_cell, share_cell
from csi.report.dissatisfied.sections.summary import three_times
from csi.report.dissatisfied.words import Words, interval, percent
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
    format_number,
)

LEARNERS = ("naive", "tan", "scorecard", "boosting")


def model(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the comparison of learners, reliability, lift, and what a list would hold."""
    if not reading.has("performance"):
        return ()
    lift = reading.performance("lift", LIST)
    return (
        Heading(words("model.title")),
        Paragraph(words("model.intro", n=reading.base_rate.n)),
        _comparison(reading, words),
        Paragraph(_gap_text(reading, words)),
        Heading(words("reliability.title"), level=2),
        Paragraph(
            words(
                "reliability.intro",
                error=format_number(100 * reading.fact("fit", "calibration_error"), 1),
            )
        ),
        _reliability(reading, words),
        Heading(words("lift.title"), level=2),
        Paragraph(_lift_text(reading, words)),
        _lists(reading, words),
        _lift(reading, words),
        Callout(title=words("calls.title"), text=_calls(reading, words), tone="bad"),
        claim(
            words,
            f"claim.three.{three_times(lift)}",
            lift=format_number(lift.estimate, 2),
            interval=interval(lift, decimals=2),
            base=percent(reading.base_rate.estimate),
            ceiling=format_number(1.0 / reading.base_rate.estimate, 1),
        ),
    )


def _comparison(reading: Reading, words: Words) -> Table:
    present = set(reading.table("performance")["learner"])
    learners = [name for name in LEARNERS if name in present]
    rows: list[tuple[Cell, ...]] = [
        (
            words.learner(name),
            number_cell(reading.performance("auc", learner=name), 3),
            Number(reading.performance("brier", learner=name).estimate, 4),
            number_cell(reading.performance("lift", LIST, name), 2),
            share_cell(reading.performance("wrong_calls", LIST, name), 0),
            number_cell(reading.performance("calibration_slope", learner=name), 2),
        )
        for name in learners
    ]
    strong = frozenset({learners.index(reading.learner)} if reading.learner in learners else ())
    return Table(
        caption=words("model.table"),
        columns=(
            Column(words("column.learner"), width=1.0),
            Column("AUC", "right"),
            Column("Brier", "right"),
            Column(words("column.lift10"), "right"),
            Column(words("column.wrong10"), "right"),
            Column(words("column.slope"), "right"),
        ),
        rows=tuple(rows),
        notes=notes(words, "held_out", "interval", "chosen_row", "auc", n=reading.base_rate.n),
        strong=strong,
    )


def _gap_text(reading: Reading, words: Words) -> str:
    gap = reading.fact("fit", "yardstick_gap")
    if gap != gap:
        return words("gap.none")
    key = "gap.price" if gap > 0.0005 else "gap.nothing"
    return words(key, gap=format_number(abs(gap), 3), learner=words.learner(reading.learner))


def _reliability(reading: Reading, words: Words) -> Figure:
    points = []
    for record in reading.table("reliability").to_dict("records"):
        row = as_row(record).scaled(100.0)
        points.append(
            CurvePoint(
                x=100.0 * record["predicted"],
                y=row.estimate,
                low=max(row.low, 0.0),
                high=min(row.high, 100.0),
            )
        )
    texts = "; ".join(
        f"{format_number(p.x)} → {format_number(p.y)} [{format_number(p.low)}, "
        f"{format_number(p.high)}]"
        for p in points
    )
    return Figure(
        chart=ReliabilityChart(
            points=tuple(points),
            x_axis=words("axis.predicted"),
            y_axis=words("axis.observed"),
            diagonal=words("axis.diagonal"),
        ),
        caption=words("reliability.chart"),
        alt=words("reliability.alt", rows=texts),
        notes=notes(words, "tenths", "bars", n=reading.base_rate.n),
    )


def _lift_text(reading: Reading, words: Words) -> str:
    return words(
        "lift.intro",
        base=percent(reading.base_rate.estimate),
        ceiling=format_number(1.0 / reading.base_rate.estimate, 1),
    )


def _lift(reading: Reading, words: Words) -> Figure:
    table = reading.table("performance")
    own = table[(table["learner"] == reading.learner) & (table["term"] == "lift")]
    points = tuple(
        CurvePoint(x=100 * r["share"], y=r["estimate"], low=r["conf_low"], high=r["conf_high"])
        for r in own.sort_values("share").to_dict("records")
    )
    base = reading.base_rate.estimate
    first, last = points[0].x / 100.0, points[-1].x / 100.0
    steps = [first + k * (last - first) / 60 for k in range(61)]
    ceiling = tuple((100.0 * share, min(1.0 / base, 1.0 / share)) for share in steps)
    texts = "; ".join(
        f"{format_number(p.x, 0)} %: {format_number(p.y, 2)} [{format_number(p.low, 2)}, "
        f"{format_number(p.high, 2)}]"
        for p in points
    )
    return Figure(
        chart=LiftChart(
            points=points,
            ceiling=ceiling,
            x_axis=words("axis.called"),
            y_axis=words("axis.lift"),
            ceiling_label=words("axis.ceiling", ceiling=format_number(1.0 / base, 1)),
            random_label=words("axis.random"),
            curve_label=words.learner(reading.learner),
        ),
        caption=words("lift.chart"),
        alt=words("lift.alt", rows=texts),
        notes=notes(words, "lift_unit", "band", n=reading.base_rate.n),
    )


def _lists(reading: Reading, words: Words) -> Table:
    table = reading.table("performance")
    own = table[(table["learner"] == reading.learner) & (table["term"] == "lift")]
    rows: list[tuple[Cell, ...]] = []
    for record in own.sort_values("share").to_dict("records"):
        share = float(record["share"])
        rows.append(
            (
                f"{format_number(100 * share, 0)} %",
                share_cell(reading.performance("precision", share)),
                share_cell(reading.performance("wrong_calls", share)),
                share_cell(reading.performance("recall", share)),
                number_cell(as_row(record), 2),
                Number(float(record["ceiling"]), 1),
            )
        )
    return Table(
        caption=words("lift.table"),
        columns=(
            Column(words("column.list")),
            Column(words("column.precision"), "right", width=1.0),
            Column(words("column.wrong"), "right", width=1.0),
            Column(words("column.recall"), "right", width=1.0),
            Column(words("column.lift"), "right", width=1.0),
            Column(words("column.ceiling"), "right"),
        ),
        rows=tuple(rows),
        notes=notes(words, "held_out", "interval", "list_terms", n=reading.base_rate.n),
        dense=True,
    )


def _calls(reading: Reading, words: Words) -> str:
    precision = reading.performance("precision", LIST)
    return words(
        "calls.text",
        lift=format_number(reading.performance("lift", LIST).estimate, 2),
        found=round(100 * precision.estimate),
        others=100 - round(100 * precision.estimate),
        base=percent(reading.base_rate.estimate),
    )
