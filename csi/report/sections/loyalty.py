"""Loyalty by what became of customers' problems: the complaint ladder."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from csi.elements import ComplaintLadder
from csi.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    Interval,
    Number,
    Paragraph,
    PValue,
    Score,
    Table,
)
from csi.report.element_findings import complaint
from csi.report.reading import Reading
from csi.report.rows import base_rules
from csi.report.sections.parts import verdict_cell
from csi.report.wording import Step, Wording


def loyalty(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the complaint ladder; nothing where the questionnaire declares none."""
    ladder = reading.results.complaint_ladder
    if ladder is None:
        return ()
    told = complaint(reading)
    return (
        Heading(words("loyalty.title")),
        Paragraph(words("loyalty.intro")),
        *((Bullets(tuple(words.sentence(phrase) for phrase in told)),) if told else ()),
        _steps(words, ladder),
        *_gaps(words, ladder),
    )


def _steps(words: Wording, ladder: ComplaintLadder) -> Table:
    records = ladder.tidy().to_dict("records")
    rows: list[tuple[Cell, ...]] = []
    flags = {str(row["flag"]) for row in records}
    for step in ladder.steps:
        own = [row for row in records if row["step"] == step]
        share = next((row for row in own if row["measure"] == "share"), None)
        scores = {str(row["term"]): row for row in own if row["measure"] == "score"}
        rows.append(
            (
                words.value(Step(step)),
                _cell(share, 100.0),
                *(_cell(scores.get(term), 1.0) for term in ladder.terms),
            )
        )
    suppress, mark = base_rules()
    return Table(
        caption=words("loyalty.steps"),
        columns=(
            Column(words("column.step"), width=1.6),
            Column(words("column.customers"), width=1.2),
            *(Column(words.construct(term), width=1.2) for term in ladder.terms),
        ),
        rows=tuple(rows),
        notes=(
            words("note.base_steps"),
            words("note.unit_steps"),
            words("note.alike_none"),
            words("note.interval"),
            *((words("note.low", limit=mark),) if "low" in flags else ()),
            *((words("note.suppressed", limit=suppress),) if "suppressed" in flags else ()),
        ),
    )


def _cell(row: Mapping[Any, Any] | None, factor: float) -> Cell:
    if row is None:
        return ""
    hidden = row["flag"] == "suppressed"
    value, low, high = (
        math.nan if hidden else factor * float(row[c])
        for c in ("estimate", "conf_low", "conf_high")
    )
    return Score(value, low, high, int(row["n"]), "", str(row["flag"]))


def _gaps(words: Wording, ladder: ComplaintLadder) -> tuple[Table, ...]:
    """Tabulate the tested differences; nothing where every step is too small."""
    rows: list[tuple[Cell, ...]] = []
    for row in ladder.gaps_tidy().to_dict("records"):
        verdict = str(row["verdict"])
        if verdict == "base too small":
            continue
        gap, low, high = (float(row[c]) for c in ("estimate", "conf_low", "conf_high"))
        rows.append(
            (
                words.construct(str(row["term"])),
                f"{words.value(Step(str(row['step_a'])))} \u2212 "
                f"{words.value(Step(str(row['step_b'])))}",
                Number(gap, bold=verdict in ("higher", "lower")),
                Interval(low, high),
                PValue(float(row["p_adjusted"])),
                verdict_cell(words, verdict),
            )
        )
    if not rows:
        return ()
    table = Table(
        caption=words("loyalty.gaps"),
        columns=(
            Column(words("column.construct")),
            Column(words("column.difference"), width=2),
            Column(words("column.points"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.p_adjusted"), "right"),
            Column(words("column.verdict")),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_tests"),
            words("note.unit_points"),
            words("note.interval_ladder", tests=len(rows)),
            words("note.alike_none"),
            words("note.verdicts"),
        ),
    )
    return (table,)
