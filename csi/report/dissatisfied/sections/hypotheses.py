"""Whom the hypotheses name, and how their satisfaction differs: raw and case-mix adjusted."""

from __future__ import annotations

from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.dissatisfied.reading import Reading, Row
from csi.report.dissatisfied.sections.parts import change_cell, claim, notes, verdict_cell
from csi.report.dissatisfied.words import Words, percent
from csi.report.document import (
    Block,
    Cell,
    Column,
    Figure,
    Flagged,
    Heading,
    Number,
    Paragraph,
    PValue,
    Table,
)

CLAIMED_GAPS = "12 % / 14 %"


def hypotheses(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Return the table of gaps and their chart."""
    if not reading.has("hypotheses"):
        return ()
    adjust = [words.column(name) for name in reading.study.hypotheses.adjust]
    key = "hypotheses.intro" if adjust else "hypotheses.intro_raw"
    silent = reading.study.hypotheses.silent
    return (
        Heading(words("hypotheses.title")),
        Paragraph(words(key, columns=adjust)),
        _table(reading, words),
        _named(reading, words),
        _chart(reading, words),
        *((claim(words, "claim.silent", claimed=CLAIMED_GAPS),) if silent else ()),
    )


def _cases(reading: Reading) -> list[tuple[str, str]]:
    table = reading.table("hypotheses")
    return list(dict.fromkeys(zip(table["hypothesis"], table["outcome"], strict=True)))


def _get(reading: Reading, case: tuple[str, str], term: str) -> Row:
    return reading.row("hypotheses", hypothesis=case[0], outcome=case[1], term=term)


def _measure(reading: Reading, words: Words, outcome: str) -> str:
    return words("measure.first" if outcome == reading.study.survey.outcome else "measure.second")


def _table(reading: Reading, words: Words) -> Table:
    table = reading.table("hypotheses")
    rows: list[tuple[Cell, ...]] = []
    for case in _cases(reading):
        gap, same = _get(reading, case, "gap"), _get(reading, case, "adjusted_gap")
        shown = same if same.n else gap
        term = "adjusted_gap" if same.n else "gap"
        inside = (table["hypothesis"] == case[0]) & (table["outcome"] == case[1])
        p = table[inside & (table["term"] == term)]["p_adjusted"]
        rows.append(
            (
                words.hypothesis(case[0]),
                _measure(reading, words, case[1]),
                change_cell(gap),
                change_cell(_get(reading, case, "gap_percent")),
                change_cell(same),
                change_cell(_get(reading, case, "adjusted_gap_percent")),
                PValue(float(p.iloc[0])),
                verdict_cell(words, shown.verdict),
            )
        )
    return Table(
        caption=words("hypotheses.table"),
        columns=(
            Column(words("column.hypothesis"), width=1.0),
            Column(words("column.measure")),
            Column(words("column.gap"), "right"),
            Column(words("column.gap_percent"), "right"),
            Column(words("column.adjusted"), "right"),
            Column(words("column.adjusted_percent"), "right"),
            Column(words("column.p_adjusted"), "right"),
            Column(words("column.verdict")),
        ),
        rows=tuple(rows),
        notes=notes(words, "gap_unit", "interval", "holm", "no_cause"),
        dense=True,
    )


def _named(reading: Reading, words: Words) -> Table:
    rows: list[tuple[Cell, ...]] = []
    first = reading.study.survey.outcome
    for case in _cases(reading):
        if case[1] != first:
            continue
        named, others = (
            _get(reading, case, f"dissatisfied_{side}") for side in ("named", "others")
        )
        rows.append(
            (
                words.hypothesis(case[0]),
                percent(_get(reading, case, "share_of_customers").estimate),
                percent(_get(reading, case, "share_of_dissatisfied").estimate),
                Number(_get(reading, case, "mean_named").estimate),
                Number(_get(reading, case, "mean_others").estimate),
                percent(named.estimate),
                percent(others.estimate),
                Number(named.n, 0),
                Flagged("†" if named.flag == "low" else "", "quiet"),
            )
        )
    heads = ("of_customers", "of_dissatisfied", "mean_named", "mean_others", "rate_named",
             "rate_others", "n_named")  # fmt: skip
    return Table(
        caption=words("hypotheses.named"),
        columns=(
            Column(words("column.hypothesis"), width=1.0),
            *(Column(words(f"column.{name}"), "right") for name in heads),
            Column(""),
        ),
        rows=tuple(rows),
        notes=notes(words, "named_unit", "interval_tables"),
        dense=True,
    )


def _chart(reading: Reading, words: Words) -> Figure:
    groups, texts = [], []
    for name in dict.fromkeys(case[0] for case in _cases(reading)):
        rows = []
        for case in (c for c in _cases(reading) if c[0] == name):
            for term, series in (("gap", 0), ("adjusted_gap", 1)):
                row = _get(reading, case, term)
                if not row.n:
                    continue
                label = f"{_measure(reading, words, case[1])}, {words(f'gap.{term}')}"
                rows.append(
                    IntervalRow(
                        label=label,
                        value=row.estimate,
                        low=row.low,
                        high=row.high,
                        series=series,
                        note=change_cell(row),
                        faint=row.flag == "low",
                    )
                )
                texts.append(f"{words.hypothesis(name)}, {label}: {change_cell(row)}")
        groups.append(IntervalGroup(title=words.hypothesis(name), rows=tuple(rows)))
    return Figure(
        chart=IntervalChart(
            groups=tuple(groups),
            axis=words("axis.gap"),
            series=2,
            reference=0.0,
            reference_label=words("axis.no_gap"),
            row_height=5.0,
        ),
        caption=words("hypotheses.chart"),
        alt=words("hypotheses.alt", rows="; ".join(texts)),
        notes=notes(words, "bars", "gap_base"),
    )
