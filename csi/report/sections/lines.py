"""A page per business line: its constructs against the competitors, and where we fall short."""

from __future__ import annotations

from csi.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Heading,
    Interval,
    Number,
    PValue,
    Table,
)
from csi.report.findings import construct_differences, group_differences
from csi.report.reading import Reading
from csi.report.rows import Code, Difference, DriverRow, towards
from csi.report.sections.comparable import alike_note
from csi.report.sections.constructs import construct_table
from csi.report.sections.parts import driver_weight, verdict_cell
from csi.report.sections.trend_chart import line_trend
from csi.report.wording import Wording

_MOST = 6
"""Drivers in the table of short-boards, the strongest first."""


def lines(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return a page for every line with a group that may be shown.

    Of the others the index table has what there is: the bases, and everybody's score.
    """
    shown = [line for line in reading.lines if _has_scores(reading, line)]
    return tuple(block for line in shown for block in _page(reading, words, line))


def _has_scores(reading: Reading, line: Code) -> bool:
    rows = (reading.score(reading.where(line, group)) for group in reading.groups)
    return any(row is not None and row.shown for row in rows)


def _page(reading: Reading, words: Wording, line: Code) -> tuple[Block, ...]:
    found = (*group_differences(reading, line), *construct_differences(reading, line))
    return (
        Heading(
            words("lines.title", line=words.level(reading.line, line)),
            new_page=True,
        ),
        *((Bullets(tuple(words.sentence(phrase) for phrase in found)),) if found else ()),
        construct_table(reading, words, line),
        *line_trend(reading, words, line),
        *_short_boards(reading, words, line),
    )


def _short_boards(reading: Reading, words: Wording, line: Code) -> tuple[Table, ...]:
    """Set our score on each strong driver beside the best competitor's."""
    own = reading.own
    if own is None:
        return ()
    drivers = reading.drivers[:_MOST]
    best = [(driver, _best_rival(reading, line, own, driver.term)) for driver in drivers]
    rows = [
        _row(reading, words, line, driver, towards(own, test))
        for driver, test in best
        if test is not None
    ]
    if not rows:
        return ()
    shown = reading.results.drivers.shown
    return (
        Table(
            caption=words("lines.short_boards", own=words.level(reading.group, own)),
            columns=(
                Column(words("column.driver"), width=1.4),
                Column(words("column.importance" if shown == "importance" else "column.share"),
                       "right"),
                Column(words("column.our_score"), "right"),
                Column(words("column.best_rival"), width=1.2),
                Column(words("column.their_score"), "right"),
                Column(words("column.gap"), "right"),
                Column(words("column.interval"), "right"),
                Column(words("column.p_adjusted"), "right"),
                Column(words("column.verdict")),
            ),
            rows=tuple(rows),
            dense=True,
            notes=(
                words("note.base_tests"),
                words(f"note.unit_short_boards_{shown}"),
                words("note.interval_unadjusted"),
                words("note.best_rival"),
                words("note.verdicts"),
                *alike_note(reading, words, [driver.term for driver in drivers]),
            ),
        ),
    )  # fmt: skip


def _best_rival(reading: Reading, line: Code, own: Code, term: str) -> Difference | None:
    """Return our test against the competitor with the best score, by the polarity of the term."""
    tests = [t for t in reading.group_tests(line, term) if own in (t.a, t.b) and t.tested]
    sign = -1.0 if reading.lower_is_better(term) else 1.0
    return min(tests, key=lambda t: sign * towards(own, t).difference, default=None)


def _row(
    reading: Reading, words: Wording, line: Code, driver: DriverRow, test: Difference
) -> tuple[Cell, ...]:
    mine = reading.score(reading.where(line, test.a), driver.term)
    theirs = reading.score(reading.where(line, test.b), driver.term)
    assert mine is not None
    assert theirs is not None
    return (
        words.construct(driver.term),
        driver_weight(reading, driver),
        Number(mine.estimate),
        words.level(reading.group, test.b),
        Number(theirs.estimate),
        Number(test.difference, bold=test.decided),
        Interval(test.low, test.high),
        PValue(test.p),
        verdict_cell(words, test.verdict),
    )
