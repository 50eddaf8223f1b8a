"""Full data tables: every number of the report, and the ones behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from csi.report.document import (
    Block,
    Cell,
    Column,
    Flagged,
    Heading,
    Interval,
    Number,
    PValue,
    Table,
)
from csi.report.reading import Reading
from csi.report.rows import Domain, ScoreRow, plain, score_rows
from csi.report.sections.comparable import (
    alike_note,
    comparable_cell,
    comparable_notes,
    corrected_rows,
)
from csi.report.sections.data_waves import index_by_wave, parts_of_changes
from csi.report.sections.parts import polarity_notes, verdict_cell
from csi.report.wording import Wording


def data_tables(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the data tables."""
    return (
        Heading(words("data.title")),
        _index(reading, words),
        *index_by_wave(reading, words),
        *parts_of_changes(reading, words),
        *_construct_table(reading, words),
        _indicators(reading, words),
        *_tests(reading, words),
        _parameters(reading, words),
    )


def _index(reading: Reading, words: Wording) -> Table:
    """Tabulate the index of every domain, with the equal-weight check."""
    rows = _domain_rows(reading, words, [reading.index])
    return _score_table(reading, words, words("data.index"), rows, construct=False)


def _construct_table(reading: Reading, words: Wording) -> tuple[Table, ...]:
    others = [c for c in reading.constructs if c != reading.index]
    if not others:
        return ()
    rows = _domain_rows(reading, words, others)
    return (_score_table(reading, words, words("data.constructs"), rows, construct=True),)


def _domain_rows(
    reading: Reading, words: Wording, constructs: Iterable[str]
) -> list[tuple[str, str, str, ScoreRow, float]]:
    tables = [
        (items, score_rows(index.tidy()), score_rows(index.equal_tidy()))
        for items, index in reading.results.indices.items()
    ]
    rows = []
    for construct in constructs:
        for items, scores, equal in tables:
            for (domain, term), row in scores.items():
                if term == construct:
                    line, group = _names(reading, words, items, domain)
                    check = equal[domain, term].estimate if (domain, term) in equal else math.nan
                    rows.append((words.construct(term), line, group, row, check))
    return rows


def _names(
    reading: Reading, words: Wording, items: tuple[str, ...], domain: Domain
) -> tuple[str, str]:
    named = {item: words.level(item, code) for item, code in zip(items, domain, strict=True)}
    line = named.get(reading.line or "", words("all.lines"))
    return line, named.get(reading.group or "", words("all.groups"))


def _score_table(
    reading: Reading,
    words: Wording,
    caption: str,
    found: list[tuple[str, str, str, ScoreRow, float]],
    *,
    construct: bool,
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    terms = [c for c in reading.constructs if c != reading.index] if construct else [reading.index]
    for name, line, group, row, check in found:
        rows.append(
            (
                *((name,) if construct else ()),
                *((line,) if reading.line else ()),
                group,
                Number(row.estimate, 2),
                Number(row.std_error, 2),
                Interval(row.low, row.high, 2),
                Number(row.n, 0),
                Number(row.n_eff, 0),
                Number(check if row.shown else math.nan, 2),
                Flagged(words(f"flag.{row.flag}") if row.flag else "", "quiet"),
            )
        )
    return Table(
        caption=caption,
        columns=(
            *((Column(words("column.construct"), width=1.2),) if construct else ()),
            *(
                (Column(words.item_name(reading.line, "column.line"), width=0.8),)
                if reading.line
                else ()
            ),
            Column(words.item_name(reading.group, "column.group"), width=1),
            Column(words("column.score"), "right"),
            Column(words("column.se"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.n"), "right"),
            Column(words("column.n_eff"), "right"),
            Column(words("column.equal"), "right"),
            Column(words("column.mark"), "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(words("note.base_shown"), words("note.unit_index"), words("note.interval"),
               words("note.flags"), *(polarity_notes(reading, words) if construct else ()),
               *alike_note(reading, words, terms)),
    )  # fmt: skip


def _indicators(reading: Reading, words: Wording) -> Table:
    frame = reading.results.indices[()].indicators_tidy()
    rows: list[tuple[Cell, ...]] = [
        (
            words.construct(str(row["construct"])),
            str(row["term"]),
            words.item_text(str(row["term"])),
            Number(float(row["estimate"]), 2),
            Number(float(row["std_error"]), 2),
            Interval(float(row["conf_low"]), float(row["conf_high"]), 2),
            Number(int(row["n"]), 0),
        )
        for row in frame.to_dict("records")
    ]
    return Table(
        caption=words("data.indicators"),
        columns=(
            Column(words("column.construct"), width=1),
            Column(words("column.item")),
            Column(words("column.wording"), width=2.6),
            Column(words("column.mean"), "right"),
            Column(words("column.se"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.n"), "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_item"),
            words("note.unit_items"),
            words("note.interval"),
            *polarity_notes(reading, words),
        ),
    )


def _tests(reading: Reading, words: Wording) -> tuple[Table, ...]:
    shown = [test for test in reading.tests if test.shown]
    if not shown:
        return ()
    untested = len(reading.tests) - len(shown)
    rows: list[tuple[Cell, ...]] = []
    for test in shown:
        scope = words.level(reading.line, test.within[0]) if test.within else words("all.short")
        rows.append(
            (
                words.construct(test.term),
                scope,
                f"{words.level(test.across, test.a)} \u2212 {words.level(test.across, test.b)}",
                Number(test.difference, 2),
                Interval(test.low, test.high, 2),
                PValue(test.p),
                verdict_cell(words, test.verdict),
                comparable_cell(words, test),
            )
        )
        rows += corrected_rows(words, test, blank=2, decimals=2)
    table = Table(
        caption=words("data.tests", count=len(shown)),
        columns=(
            Column(words("column.construct"), width=1.1),
            Column(words("column.scope")),
            Column(words("column.difference"), width=1.5),
            Column(words("column.points"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.p_adjusted"), "right"),
            Column(words("column.verdict")),
            Column(words("column.comparable")),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(words("note.base_tests"), words("note.unit_points"),
               words("note.interval_unadjusted"), words("note.verdicts"),
               *comparable_notes(words, shown), *polarity_notes(reading, words),
               *((words("note.untested", count=untested),) if untested else ())),
    )  # fmt: skip
    return (table,)


def _parameters(reading: Reading, words: Wording) -> Table:
    """Tabulate the parameters of the model; without paths where they are withheld."""
    by = list(reading.results.fit.by)
    frame = reading.parameters
    frame = frame[frame["op"].isin(["=~"] if reading.withheld else ["=~", "~", "~~"])]
    rows: list[tuple[Cell, ...]] = []
    for row in frame.to_dict("records"):
        left, right = words.construct(str(row["lhs"])), words.construct(str(row["rhs"]))
        std, se = float(row["std_all"]), float(row["std_error"])
        rows.append(
            (
                *(words.level(item, plain(row[item])) for item in by),
                f"{left} {row['op']} {right}",
                Number(float(row["estimate"]), 3),
                Number(se, 3),
                Interval(float(row["conf_low"]), float(row["conf_high"]), 3),
                PValue(float(row["p_value"])),
                Number(std, 3),
            )
        )
    return Table(
        caption=words("data.parameters_withheld" if reading.withheld else "data.parameters"),
        columns=(
            *(Column(words.item_name(item, "column.group")) for item in by),
            Column(words("column.parameter"), width=1),
            Column(words("column.estimate"), "right"),
            Column(words("column.se"), "right"),
            Column(words("column.interval"), "right"),
            Column("p", "right"),
            Column(words("column.std"), "right"),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(words("note.base_all", n=reading.results.n), words("note.unit_parameters"),
               words("note.interval"), words("note.operators")),
    )  # fmt: skip
