"""The numbers of a report as a workbook: a formatted index sheet and one tidy sheet per table.

Every number is a number, never text. What the report holds back is held back here too: scores on
too small a base, and the paths of a model whose paths are withheld.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from csi.report.reading import Reading
from csi.report.rows import Code, ScoreRow, base_rules
from csi.report.wording import Wording

if TYPE_CHECKING:
    from csi.report.book import StudyResults

_CREATED = datetime(2000, 1, 1)
_FORMATS = {"n": "#,##0", "n_eff": "#,##0.0", "df": "0.0"}
_PRECISE = {"p_value", "p_adjusted", "p_scaled", "std_all", "std_all_se", "cfi", "tli", "rmsea",
            "rmsea_low", "rmsea_high", "srmr"}  # fmt: skip


def render_workbook(results: StudyResults, language: str) -> bytes:
    """Return the workbook of a study as bytes, the same for the same results.

    Parameters
    ----------
    results : StudyResults
    language : {"en", "zh"}
        Of the index sheet; the tidy sheets have the library's own column names.
    """
    import xlsxwriter

    words = Wording(results.questionnaire, language)
    reading = Reading(results)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        title = results.study.title.to(words.language)
        book.set_properties({"title": title, "created": _CREATED})
        _IndexSheet(book, reading, words).write()
        for name, table in results.tables().items():
            write_tidy(book, name, table)
    return buffer.getvalue()


def write_tidy(book: Any, name: str, table: pd.DataFrame) -> None:
    """Write one tidy table: a bold header that stays, a filter, and numbers as numbers."""
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "bg_color": "#12355B", "font_color": "#FFFFFF"})
    for column, header in enumerate(table.columns):
        text = str(header)
        sheet.write_string(0, column, text, head)
        numbers = book.add_format({"num_format": _FORMATS.get(text, _decimals(text))})
        values = table[header].tolist()
        for row, value in enumerate(values, start=1):
            _write_value(sheet, row, column, value, numbers)
        longest = max((len(str(v)) for v in values if isinstance(v, str)), default=0)
        sheet.set_column(column, column, min(max(len(text), longest, 9) + 2, 60))
    sheet.freeze_panes(1, 0)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _decimals(column: str) -> str:
    return "0.0000" if column in _PRECISE else "0.###"


def _write_value(sheet: Any, row: int, column: int, value: object, numbers: Any) -> None:
    if isinstance(value, bool | np.bool_):
        sheet.write_boolean(row, column, bool(value))
    elif isinstance(value, int | float | np.number):
        if math.isfinite(float(value)):
            sheet.write_number(row, column, float(value), numbers)
    elif value is not None and value is not pd.NA:
        sheet.write_string(row, column, str(value))


class _IndexSheet:
    """The index table of the report with real numbers: five columns per group."""

    def __init__(self, book: Any, reading: Reading, words: Wording) -> None:
        self.reading = reading
        self.words = words
        self.sheet = book.add_worksheet(words("word.index_sheet"))
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#12355B"})
        self.head = book.add_format(
            {"bold": True, "bg_color": "#12355B", "font_color": "#FFFFFF", "align": "center"}
        )
        self.bold = book.add_format({"bold": True})
        self.score = book.add_format({"num_format": "0.0", "bold": True})
        self.number = book.add_format({"num_format": "0.0"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.note = book.add_format({"font_color": "#5A6572", "italic": True})

    def write(self) -> None:
        """Write title, table and notes."""
        words, reading = self.words, self.reading
        study = reading.results.study
        self.sheet.write_string(0, 0, study.title.to(words.language), self.title)
        mark = words("mark.synthetic") if reading.results.synthetic else ""
        period = study.period.to(words.language)
        self.sheet.write_string(1, 0, "  ".join(filter(None, (period, mark))), self.note)
        columns = self._columns()
        for place, (header, _) in enumerate(columns):
            first = 1 + 5 * place
            self.sheet.merge_range(3, first, 3, first + 4, header, self.head)
            for offset, key in enumerate(("column.score", "column.low", "column.high", "column.n",
                                          "column.marks")):  # fmt: skip
                self.sheet.write_string(4, first + offset, words(key), self.head)
        row = 5
        for name, wheres in self._rows():
            self.sheet.write_string(row, 0, name, self.bold)
            for place, (score, letters) in enumerate(wheres):
                self._write_score(row, 1 + 5 * place, score, letters)
            row += 1
        self.sheet.set_column(0, 0, 28)
        self.sheet.freeze_panes(5, 1)
        self._write_notes(row + 1)

    def _columns(self) -> list[tuple[str, Code | None]]:
        words, reading = self.words, self.reading
        groups: list[tuple[str, Code | None]] = [
            (f"{words.level(reading.group, g)} ({reading.letter(g)})", g) for g in reading.groups
        ]
        return [*groups, (words("all.groups"), None)]

    def _rows(self) -> list[tuple[str, list[tuple[ScoreRow | None, str]]]]:
        """Lines, or constructs where the study has no lines."""
        reading, words = self.reading, self.words
        groups = [group for _, group in self._columns()]
        if not reading.line:
            return [
                (words.construct(c), [self._cell(None, group, c) for group in groups])
                for c in reading.constructs
            ]
        return [
            (
                words("all.lines") if line is None else words.level(reading.line, line),
                [self._cell(line, group, reading.index) for group in groups],
            )
            for line in (*reading.lines, None)
        ]

    def _cell(
        self, line: Code | None, group: Code | None, construct: str
    ) -> tuple[ScoreRow | None, str]:
        score = self.reading.score(self.reading.where(line, group), construct)
        letters = "" if group is None else self.reading.letters(group, line, construct)
        return score, letters

    def _write_score(self, row: int, column: int, score: ScoreRow | None, letters: str) -> None:
        if score is None:
            return
        values: Mapping[int, tuple[float, Any]] = {
            0: (score.estimate, self.score),
            1: (score.low, self.number),
            2: (score.high, self.number),
            3: (score.n, self.whole),
        }
        for offset, (value, style) in values.items():
            if math.isfinite(value):
                self.sheet.write_number(row, column + offset, value, style)
        marks = {"low": "\u2020", "suppressed": "\u2013"}.get(score.flag, "")
        self.sheet.write_string(row, column + 4, f"{letters} {marks}".strip())

    def _write_notes(self, row: int) -> None:
        suppress, mark = base_rules()
        words = self.words
        scope = "note.letters_line" if self.reading.line else "note.letters_construct"
        notes = [
            words("note.base_shown"),
            words("note.unit_index"),
            words("note.interval"),
            words("note.low", limit=mark),
            words("note.suppressed", limit=suppress),
        ]
        if self.reading.groups:
            notes.insert(3, words(scope))
        for offset, note in enumerate(notes):
            self.sheet.write_string(row + offset, 0, note, self.note)
