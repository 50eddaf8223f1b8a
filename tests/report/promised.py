"""What a book must show of the tidy tables, and whether it does, row by row and cell by cell.

Promises are made from `StudyResults.tables()` alone, not from the sections' own reading of the
results, so that a number that a section takes from a wrong row, column or table is found. A row of
the book must say every cell of a promised row, label and numbers, in a table with that caption
under that heading; a table has no other rows. What a book leaves to the workbook: `not_shown.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd
from tagged_pdf import Tag, TaggedPdf, data_rows

from csi.report.book import StudyResults
from csi.report.document import PValue, format_interval, format_number
from csi.report.rows import plain
from csi.report.wording import Wording

_DIGIT = re.compile(r"\d(?=\D*$)")
_NUMBERED = re.compile(r"^(Table|表)\d+")

Cell = str | None
"""What a cell must say, without its white space; None where words stand that are no number."""


class Row:
    """A row of a tidy table that remembers which of its columns were read."""

    def __init__(self, number: int, values: dict[str, object], read: set[str]) -> None:
        self.number, self._values, self._read = number, values, read

    def __getitem__(self, column: str) -> object:
        self._read.add(column)
        return self._values[column]

    def get(self, column: str) -> object:
        return self[column] if column in self._values else None

    def number_in(self, column: str) -> float:
        value = self[column]
        return math.nan if pd.isna(value) else float(value)  # type: ignore[arg-type]

    def code(self, column: str) -> int | str | None:
        """Return the code of a group; None where the item does not divide the row."""
        value = self.get(column)
        return None if value is None or pd.isna(value) else plain(value)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A table of the book: where it stands, what its rows say, and of which tidy rows.

    `fold` says how many cells make one of our rows, where the book sets several side by side.
    """

    section: str
    caption: str
    rows: tuple[tuple[Cell, ...], ...]
    fold: int = 0


@dataclass
class Shown:
    """Tidy rows and columns that some section shows."""

    rows: dict[str, set[int]] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)


class Promise:
    """Everything that a book promises to show.

    Parameters
    ----------
    results : StudyResults
    language : {"en", "zh"}
    tables : mapping of str to DataFrame
        ``results.tables()``, or a copy in which a number was changed.
    """

    def __init__(
        self, results: StudyResults, language: str, tables: dict[str, pd.DataFrame]
    ) -> None:
        self.results, self.tables = results, tables
        self.words = Wording(
            results.questionnaire, language, {wave.id: wave.label for wave in results.study.waves}
        )
        by = results.study.by
        self.line = by[0] if len(by) == 2 else ""
        self.group = by[-1] if by else ""
        self.index = results.index_construct
        self.own = None if results.study.own is None else plain(results.study.own)
        self.shown = Shown()
        self._rows: dict[str, list[Row]] = {}
        for name, table in tables.items():
            read = self.shown.columns.setdefault(name, set())
            records = table.to_dict("records")
            self._rows[name] = [
                Row(number, {str(k): v for k, v in values.items()}, read)
                for number, values in enumerate(records)
            ]

    def records(self, name: str, **where: object) -> Iterator[Row]:
        """Yield the rows of a tidy table that have these values; reading a column shows it."""
        for row in self._rows.get(name, ()):
            if all(row.get(column) == value for column, value in where.items()):
                yield row

    def show(self, name: str, row: Row) -> Row:
        """Count a row as shown."""
        self.shown.rows.setdefault(name, set()).add(row.number)
        return row

    def place(self, row: Row) -> tuple[int | str | None, int | str | None]:
        """Return line and group of a row; None stands for all."""
        return row.code(self.line), row.code(self.group)

    def line_label(self, code: int | str | None) -> str:
        return self.words("all.lines") if code is None else self.words.level(self.line, code)

    def group_label(self, code: int | str | None) -> str:
        return self.words("all.groups") if code is None else self.words.level(self.group, code)

    def scope(self, row: Row) -> tuple[str, ...]:
        """Return the one or two cells that name a row's line and group."""
        line, group = self.place(row)
        first = (self.line_label(line),) if self.line else ()
        return (*first, self.group_label(group))

    @property
    def groups(self) -> list[int | str]:
        """Groups in the order of the columns: ours first, then as the questionnaire has them."""
        if not self.group:
            return []
        found = {self.place(row)[1] for row in self.records("index")} - {None}
        order = [plain(c) for c in self.results.questionnaire.items[self.group].choices]
        codes: list[int | str] = [code for code in order if code in found]
        return sorted(codes, key=lambda code: code != self.own)


Body = list[tuple[str, ...]]
"""The rows of a table of the book, its cells without white space."""


def faults(expected: tuple[Expected, ...], pdf: TaggedPdf) -> list[str]:
    """Return what a book does not say as promised: missing tables, rows and numbers."""
    return [
        fault
        for promise, body in zip(expected, bodies(expected, pdf), strict=True)
        for fault in faults_of(promise, body)
    ]


def bodies(expected: tuple[Expected, ...], pdf: TaggedPdf) -> list[Body | None]:
    """Return the rows that stand where each table was promised; None where there is no table."""
    sections = {title: _tables(tags) for title, tags in pdf.sections().items()}
    found: list[Body | None] = []
    for promise in expected:
        first, last = pdf.pages_of(promise.section)
        inside = [
            body
            for caption, pages, body in sections.get(promise.section, [])
            if caption == squeezed(promise.caption) and first <= pages[0] <= pages[-1] <= last
        ]
        written = [part for body in inside for row in body for part in _folded(row, promise.fold)]
        found.append(written if inside else None)
    return found


def faults_of(promise: Expected, body: Body | None) -> list[str]:
    """Return what one table does not say as promised."""
    place = f"{promise.section}, {promise.caption}"
    if body is None:
        return [f"{place}: no such table"]
    found = [
        f"{place}: no row {row}"
        for row in _squeezed_rows(promise)
        if row not in body and not any(_says(cells, row) for cells in body)
    ]
    if len(body) != len(promise.rows):
        found.append(f"{place}: {len(body)} rows for {len(promise.rows)}")
    return found


def _squeezed_rows(promise: Expected) -> list[tuple[Cell, ...]]:
    return [tuple(None if c is None else squeezed(c) for c in row) for row in promise.rows]


def unnoticed_changes(promise: Expected, body: Body) -> Iterator[str]:
    """Yield each cell of a row whose last digit may change without a fault."""
    row = max(body, key=lambda cells: sum(bool(_DIGIT.search(cell)) for cell in cells))
    wanted = next(own for own in _squeezed_rows(promise) if _says(row, own))
    for place, cell in enumerate(row):
        if _DIGIT.search(cell) and wanted[place] is not None:
            last = _DIGIT.sub(lambda found: str((int(found.group()) + 1) % 10), cell)
            other = (*row[:place], last, *row[place + 1 :])
            if not faults_of(promise, [other if own is row else own for own in body]):
                yield cell


def squeezed(text: str) -> str:
    """Return a text without white space, which lines break at."""
    return re.sub(r"\s", "", text)


def _tables(tags: list[Tag]) -> list[tuple[str, tuple[int, ...], Body]]:
    """Return caption, pages and rows of every table; the caption without "Table 7"."""
    tables = [table for tag in tags for table in tag.every("Table")]
    return [(_NUMBERED.sub("", _caption(table)), table.pages, _body(table)) for table in tables]


def _caption(table: Tag) -> str:
    return next((squeezed(kid.text) for kid in table.kids if kid.kind == "Caption"), "")


def _body(table: Tag) -> Body:
    return [tuple(squeezed(cell.text) for cell in row) for row in data_rows(table)]


def _folded(row: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    yield from (row[i : i + size] for i in range(0, len(row), size)) if size else (row,)


def _says(written: tuple[str, ...], wanted: tuple[Cell, ...]) -> bool:
    return len(written) == len(wanted) and all(
        b is None or a == b or (b.startswith("~") and re.fullmatch(b[1:], a) is not None)
        for a, b in zip(written, wanted, strict=True)
    )


def num(row: Row, column: str, decimals: int = 1, factor: float = 1.0) -> str:
    return format_number(factor * row.number_in(column), decimals)


def interval(row: Row, decimals: int = 1, factor: float = 1.0, of: str = "conf") -> str:
    low, high = row.number_in(f"{of}_low"), row.number_in(f"{of}_high")
    return format_interval(factor * low, factor * high, decimals)


def p_value(row: Row, column: str) -> str:
    return str(PValue(row.number_in(column)))


def score(row: Row | None, factor: float = 1.0) -> str:
    """Return a pattern: the score, its marks and letters, interval and base."""
    if row is None:
        return ""
    base = f"n={row.number_in('n'):,.0f}"
    if row["flag"] == "suppressed":
        return f"–{base}"
    mark = "†" if row["flag"] == "low" else ""
    text = squeezed(num(row, "estimate", 1, factor) + mark)
    return f"~{re.escape(text)}[A-Z]*{re.escape(squeezed(interval(row, 1, factor)) + base)}"


def span(row: Row) -> str:
    low, high = row.number_in("rank_low"), row.number_in("rank_high")
    return f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"


def verdict(promise: Promise, row: Row) -> str:
    return promise.words(f"verdict.{str(row['verdict']).replace(' ', '_')}")


def pair_label(promise: Promise, row: Row) -> str:
    a, b = row.code("group_a"), row.code("group_b")
    assert a is not None
    assert b is not None
    across = str(row["across"])
    return f"{promise.words.level(across, a)} − {promise.words.level(across, b)}"


def marked(row: Row) -> str:
    return num(row, "estimate") + ("†" if row["flag"] == "low" else "")


def place_label(promise: Promise, line: int | str | None, group: int | str | None) -> str | None:
    if line is not None and group is not None:
        return _both(promise, line, group)
    if line is not None:
        return promise.line_label(line)
    return promise.words("scope.everybody") if group is None else promise.group_label(group)


def _both(promise: Promise, line: int | str, group: int | str) -> str:
    a, b = (re.escape(squeezed(t)) for t in (promise.line_label(line), promise.group_label(group)))
    return f"~(?=.*{a})(?=.*{b}).*"


def comparable(promise: Promise, row: Row) -> str:
    """Return the word that says whether the questions behind a difference measure alike."""
    name = str(row["comparability"]).replace(" ", "_") or "unknown"
    return promise.words(f"comparable.{name}")


def partial(row: Row) -> bool:
    """Tell whether unlike questions make a known part of a difference."""
    known = not math.isnan(row.number_in("corrected"))
    return row["comparability"] == "partially comparable" and known


def corrected(
    promise: Promise, row: Row, blank: tuple[str, ...], decimals: int = 1
) -> list[tuple[Cell, ...]]:
    """Return the row below a difference that unlike questions are a part of."""
    if not partial(row):
        return []
    numbers = num(row, "corrected", decimals), interval(row, decimals, of="corrected")
    return [(*blank, promise.words("differences.without"), *numbers, "", "", "")]
