"""Quality elements among those who use them, how many that are, and where we fall short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from csi.elements import Elements, ShortBoards
from csi.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Flagged,
    Heading,
    Interval,
    Number,
    Paragraph,
    PValue,
    Score,
    Table,
    Tone,
)
from csi.report.element_findings import short_boards
from csi.report.reading import Reading
from csi.report.rows import Code, base_rules, plain
from csi.report.sections.parts import group_header
from csi.report.wording import Wording

_TONES: dict[str, Tone] = {"short board": "bad", "behind": "bad", "ahead": "good"}
_HIDDEN = ("base too small",)


def elements(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return the section on quality elements; nothing where the questionnaire declares none."""
    found = _by_group(reading)
    if found is None:
        return ()
    told = short_boards(reading)
    return (
        Heading(words("elements.title")),
        Paragraph(words("elements.intro")),
        *((Bullets(tuple(words.sentence(phrase) for phrase in told)),) if told else ()),
        _levels(reading, words, found, "dissatisfied", "elements.dissatisfied"),
        _levels(reading, words, found, "score", "elements.scores"),
        *_board_tables(reading, words),
    )


def channels(reading: Reading, words: Wording) -> tuple[Block, ...]:
    """Return how many customers meet each channel."""
    found = _by_group(reading)
    if found is None or not _asked_some(reading):
        return ()
    return (
        Heading(words("channels.title")),
        Paragraph(words("channels.intro")),
        _levels(reading, words, found, "contact", "channels.table"),
    )


def _by_group(reading: Reading) -> Elements | None:
    by = (reading.group,) if reading.group else ()
    return reading.results.elements.get(by)


def _asked_some(reading: Reading) -> list[str]:
    """Return the elements that not everybody rates."""
    model = reading.questionnaire.model
    names = list(model.elements) if model else []
    return [n for n in names if reading.questionnaire.element_condition(n) is not None]


def _levels(reading: Reading, words: Wording, found: Elements, measure: str, caption: str) -> Table:
    """Set elements down and groups across; everybody in the last column."""
    groups = (*reading.groups, None)
    cells = {group: dict(_cells(reading, group, found, measure)) for group in groups}
    names = list(dict.fromkeys(name for own in cells.values() for name in own))
    if measure == "contact":
        names = [name for name in names if name in _asked_some(reading)]
    rows: list[tuple[Cell, ...]] = [
        (
            reading.questionnaire.element_label(name, words.language),
            *(cells[group].get(name, "") for group in groups),
        )
        for name in names
    ]
    flags = {cell.flag for row in rows for cell in row if isinstance(cell, Score)}
    suppress, mark = base_rules()
    return Table(
        caption=words(caption),
        columns=(
            Column(words("column.element"), width=1.2),
            *(Column(group_header(reading, words, g), width=1.2) for g in reading.groups),
            Column(words("all.groups"), width=1.2),
        ),
        rows=tuple(rows),
        notes=(
            words("note.base_contact" if measure == "contact" else "note.base_users"),
            words(f"note.unit_{measure}"),
            words("note.interval_shares" if measure != "score" else "note.interval"),
            words("note.no_tests"),
            words("note.alike_none"),
            *((words("note.low", limit=mark),) if "low" in flags else ()),
            *((words("note.suppressed", limit=suppress),) if "suppressed" in flags else ()),
        ),
    )


def _cells(
    reading: Reading, group: Code | None, found: Elements, measure: str
) -> Iterator[tuple[str, Score]]:
    by = () if group is None else (reading.group,)
    table = (found if group is not None else reading.results.elements[()]).tidy()
    table = table[table["measure"] == measure]
    factor = 1.0 if measure == "score" else 100.0
    for row in table.to_dict("records"):
        if by and plain(row[by[0]]) != group:
            continue
        hidden = row["flag"] == "suppressed"
        value, low, high = (
            float("nan") if hidden else factor * float(row[c])
            for c in ("estimate", "conf_low", "conf_high")
        )
        yield str(row["term"]), Score(value, low, high, int(row["n"]), "", str(row["flag"]))


def _board_tables(reading: Reading, words: Wording) -> tuple[Table, ...]:
    """Tabulate our elements beside the best competitor's: over all lines, then line by line."""
    if reading.own is None:
        return ()
    tables: list[Table] = []
    for board in reading.results.short_boards:
        if board.importance in ("importance_all", "importance_users") and _is_about_elements(
            reading, board
        ):
            tables += _board(reading, words, board)
    return tuple(tables)


def _is_about_elements(reading: Reading, board: ShortBoards) -> bool:
    model = reading.questionnaire.model
    return model is not None and set(board.table["term"]) <= set(model.elements)


def _board(reading: Reading, words: Wording, board: ShortBoards) -> tuple[Table, ...]:
    lined = bool(board.within)
    records = board.tidy().to_dict("records")
    if lined:  # the whole list is long: a page shows what was found
        records = [row for row in records if row["verdict"] in _TONES]
    if not records:
        return ()
    rows = [_board_row(reading, words, row, lined=lined) for row in records]
    table = Table(
        caption=words("elements.boards_line" if lined else "elements.boards",
                      own=words.level(reading.group, reading.own or 0)),
        columns=(
            *((Column(words.item_name(reading.line, "column.line"), width=0.8),) if lined else ()),
            Column(words("column.element"), width=1.3),
            Column(words("column.importance"), "right"),
            Column(words("column.our_score"), "right"),
            Column(words("column.best_rival"), width=1),
            Column(words("column.their_score"), "right"),
            Column(words("column.gap"), "right"),
            Column(words("column.interval"), "right"),
            Column(words("column.p_adjusted"), "right"),
            Column(words("column.verdict"), width=0.9),
        ),
        rows=tuple(rows),
        dense=True,
        notes=(
            words("note.base_users"),
            words("note.unit_boards"),
            words("note.interval_unadjusted_boards", tests=board.n_tests),
            words("note.alike_none"),
            words("note.boards"),
        ),
    )  # fmt: skip
    return (table,)


def _board_row(
    reading: Reading, words: Wording, row: Mapping[Any, Any], *, lined: bool
) -> tuple[Cell, ...]:
    verdict = str(row["verdict"])
    hidden = verdict in _HIDDEN
    nan = float("nan")
    best = plain(row["best"]) if not hidden else ""
    gap, low, high = (
        nan if hidden else float(row[c]) for c in ("estimate", "conf_low", "conf_high")
    )
    return (
        *((words.level(reading.line, plain(row[reading.line])),) if lined else ()),
        reading.questionnaire.element_label(str(row["term"]), words.language),
        Number(float(row["importance"]), 2),
        Number(nan if hidden else float(row["performance"])),
        words.level(reading.group, best) if not hidden else "–",
        Number(nan if hidden else float(row["best_performance"])),
        Number(gap, bold=verdict in _TONES),
        Interval(low, high),
        PValue(float(row["p_adjusted"])),
        Flagged(words(f"verdict.{verdict.replace(' ', '_')}"), _TONES.get(verdict, "quiet")),
    )
