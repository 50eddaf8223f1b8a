"""The tables of a report as formatted sheets, one per section: every number stays a number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from csi.report.document import (
    Block,
    Bullets,
    Callout,
    Cell,
    Column,
    Document,
    Facts,
    Flagged,
    Heading,
    Interval,
    Number,
    Paragraph,
    PValue,
    Score,
    Table,
    Tiles,
)
from csi.report.workbook.looks import LINE, Looks, lines_in, set_page, text_width
from csi.report.workbook.plan import (
    LEAST,
    Section,
    digits_of,
    kind_of,
    pairs_of,
    parts_of,
    widths_of,
)

_P = '[<0.001]"< 0.001";0.000'
_MOST, _TEXT = 46.0, 110.0
"""Widths of a wide column, and of running text, in characters."""

_BESIDE_SCORES = 18.0
"""The widest column but the first on a sheet whose scores take five columns a group."""


def write_section(
    book: Any, name: str, section: Section, document: Document, looks: Looks, *, back: str
) -> None:
    """Write the sheet of a section.

    Parameters
    ----------
    back : str
        Name of the sheet with the contents, which every sheet links to.
    """
    _Sheet(book, name, document, looks).write(section, back)


class _Sheet:
    """Writes one section from the top; widths are known before the first row."""

    def __init__(self, book: Any, name: str, document: Document, looks: Looks) -> None:
        self.sheet = book.add_worksheet(name)
        self.document, self.looks = document, looks
        self.row = 0
        self.widths: list[float] = []
        self.grid = (0, 0, 0, False)
        self.most = _MOST
        self.lines = 1

    def write(self, section: Section, back: str) -> None:
        sheet, looks, theme = self.sheet, self.looks, self.looks.theme
        tables = [block for block in section.blocks if isinstance(block, Table)]
        cells = (cell for table in tables for row in table.rows for cell in row)
        self.most = _BESIDE_SCORES if any(isinstance(c, Score) for c in cells) else _MOST
        self._measure(section.blocks)
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, section.title, looks(bold=True, font_size=16,
                                                      font_color=theme.primary))  # fmt: skip
        sheet.set_row(0, 24)
        source = "  ·  ".join(filter(None, (self.document.title, self.document.period)))
        sheet.write_string(1, 0, source, looks(font_color=theme.quiet))
        if self.document.mark:
            sheet.write_string(2, 0, self.document.mark, looks(bold=True, font_color=theme.bad))
        link = looks(font_color=theme.accent, underline=1)
        sheet.write_url(3, 0, f"internal:'{back}'!A1", link, f"\u2190 {back}")
        self.row = 5
        for block in section.blocks:
            self._block(block)
        self._freeze(len(tables) == 1)
        sheet.set_tab_color(theme.primary)
        foot = "  ·  ".join(filter(None, (self.document.title, self.document.confidential)))
        set_page(sheet, foot=foot, mark=self.document.mark, head_rows=(0, 0))

    def _freeze(self, only: bool) -> None:
        """Keep the head of the one table in sight, with a filter; of several the first column."""
        top, end, columns, deep = self.grid
        self.sheet.freeze_panes(top if only and top < 12 else 0, 1)
        if only and not deep and end - top > 8:
            self.sheet.autofilter(top - 1, 0, end - 1, columns - 1)

    def _measure(self, blocks: Iterable[Block]) -> None:
        """Find the width of every column over all tables of the sheet."""
        for block in blocks:
            if isinstance(block, Table):
                place = 0
                for number, column in enumerate(block.columns):
                    cells = [row[number] for row in block.rows]
                    for width in widths_of(column, cells, self.document):
                        self._widen(place, width)
                        place += 1
            elif isinstance(block, Facts | Tiles):
                pairs = block.pairs if isinstance(block, Facts) else pairs_of(block)
                for name, _ in pairs:
                    self._widen(0, text_width(name) * 1.1 + 2)
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)

    def _widen(self, place: int, width: float) -> None:
        while len(self.widths) <= place:
            self.widths.append(LEAST)
        most = self.most if place else _MOST
        self.widths[place] = min(max(self.widths[place], width, LEAST), most)

    def _block(self, block: Block) -> None:
        looks, theme = self.looks, self.looks.theme
        if isinstance(block, Heading):
            size = 13 if block.level == 2 else 11
            self._line(block.text, looks(bold=True, font_size=size, font_color=theme.primary))
        elif isinstance(block, Paragraph):
            self._text(block.text, "")
            self.row += 1
        elif isinstance(block, Bullets):
            for text in block.items:
                self._text(f"•  {text}", "")
            self.row += 1
        elif isinstance(block, Callout):
            self._line(block.title, looks(bold=True, font_size=11, font_color=theme.primary))
            for text in filter(None, (block.text, *(f"•  {t}" for t in block.items))):
                self._text(text, "")
            self.row += 1
        elif isinstance(block, Facts | Tiles):
            for name, value in block.pairs if isinstance(block, Facts) else pairs_of(block):
                self.sheet.write_string(self.row, 0, name, looks(bold=True, valign="top"))
                self._text(value, "", first=1)
            self.row += 1
        elif isinstance(block, Table):
            self._table(block)

    def _line(self, text: str, look: Any) -> None:
        self.sheet.write_string(self.row, 0, text, look)
        self.row += 1

    def _text(self, text: str, colour: str, *, first: int = 0, size: float = 10) -> None:
        """Write running text over the width of the page, in a row as high as it needs."""
        last, width = first, 0.0
        while width < _TEXT:
            width += self.widths[last] if last < len(self.widths) else 8.43
            last += 1
        look = self.looks(text_wrap=True, valign="top", font_size=size,
                          font_color=colour or self.looks.theme.ink)  # fmt: skip
        self.sheet.merge_range(self.row, first, self.row, last - 1, "", look)
        self.sheet.write_string(self.row, first, text, look)
        self.sheet.set_row(self.row, LINE * lines_in(text, width))
        self.row += 1

    def _table(self, table: Table) -> None:
        looks, theme = self.looks, self.looks.theme
        if table.caption:
            look = looks(bold=True, font_size=11, font_color=theme.primary)
            self._line(table.caption, look)
        kinds = [kind_of([row[i] for row in table.rows]) for i in range(len(table.columns))]
        if any(column.header for column in table.columns):
            self._head(table, kinds)
        top, place = self.row, 0
        for number, row in enumerate(table.rows):
            place, self.lines = 0, 1
            strong = number in table.strong
            for column, cell, kind in zip(table.columns, row, kinds, strict=True):
                place = self._cell(place, column, cell, kind, strong)
            if self.lines > 1:
                self.sheet.set_row(self.row, LINE * self.lines)
            self.row += 1
        self.grid = (top, self.row, place, any(kinds))
        for note in table.notes:
            self._text(note, theme.quiet, size=9)
        self.row += 1

    def _head(self, table: Table, kinds: Sequence[str]) -> None:
        """Write the head: one row, or two where a column is several on the sheet."""
        words = self.document.words
        parts = [parts_of(kind, words) for kind in kinds]
        deep = any(parts)
        place = 0
        lines = 1
        for column, inside in zip(table.columns, parts, strict=True):
            indent = int(column.align == "left" and place > 0)
            look = (self.looks.head("center") if inside
                    else self.looks.head(column.align, indent=indent))  # fmt: skip
            if inside:
                last = place + len(inside) - 1
                self.sheet.merge_range(self.row, place, self.row, last, "", look)
                self.sheet.write_string(self.row, place, column.header, look)
                for offset, name in enumerate(inside):
                    self.sheet.write_string(self.row + 1, place + offset, name,
                                            self.looks.head("right"))  # fmt: skip
                place = last + 1
                continue
            if deep:
                self.sheet.merge_range(self.row, place, self.row + 1, place, "", look)
            self.sheet.write_string(self.row, place, column.header, look)
            if not deep:
                lines = max(lines, lines_in(column.header, self.widths[place]))
            place += 1
        self.sheet.set_row(self.row, LINE * lines + 3)
        self.row += 2 if deep else 1

    def _cell(self, place: int, column: Column, cell: Cell, kind: str, strong: bool) -> int:
        """Write one cell of the report and return the next column of the sheet."""
        if isinstance(cell, Score):
            return self._score(place, cell, strong)
        if kind == "score":
            self._string(place, str(cell), column, strong, "plain")
            return place + len(parts_of("score", self.document.words))
        if isinstance(cell, Interval):
            for offset, value in enumerate((cell.low, cell.high)):
                self._number(place + offset, value, digits_of(cell.decimals), strong)
            return place + 2
        if isinstance(cell, Number):
            mark = f'"{cell.mark}"' if cell.mark else ""
            digits = ";".join(part + mark for part in digits_of(cell.decimals).split(";"))
            self._number(place, cell.value, digits, strong or cell.bold)
        elif isinstance(cell, PValue):
            self._number(place, cell.value, _P, strong)
        elif isinstance(cell, Flagged):
            self._string(place, cell.text, column, strong, cell.tone)
        else:
            self._string(place, str(cell), column, strong, "plain")
        return place + (2 if kind == "interval" else 1)

    def _score(self, place: int, score: Score, strong: bool) -> int:
        values = ((score.value, "0.0", True), (score.low, "0.0", False), (score.high, "0.0", False),
                  (float(score.n), "#,##0", False))  # fmt: skip
        for offset, (value, digits, bold) in enumerate(values):
            self._number(place + offset, value, digits, strong or bold)
        marks = {"low": "\u2020", "suppressed": "\u2013"}.get(score.flag, "")
        look = self._look(strong, align="left", font_color=self.looks.theme.ink)
        self.sheet.write_string(self.row, place + 4, f"{score.letters} {marks}".strip(), look)
        return place + 5

    def _number(self, place: int, value: float, digits: str, bold: bool) -> None:
        look = self._look(bold, align="right", num_format=digits)
        if math.isfinite(value):
            self.sheet.write_number(self.row, place, value, look)
        else:
            self.sheet.write_blank(self.row, place, None, look)

    def _string(self, place: int, text: str, column: Column, bold: bool, tone: str) -> None:
        lines = lines_in(text, self.widths[place])
        self.lines = max(self.lines, lines)
        indent = int(column.align == "left" and place > 0)
        look = self._look(bold, align=column.align, font_color=self.looks.tone(tone),
                          text_wrap=lines > 1, indent=indent)  # fmt: skip
        self.sheet.write_string(self.row, place, text, look)

    def _look(self, bold: bool, **wanted: object) -> Any:
        return self.looks(bold=bold, bottom=1, bottom_color=self.looks.theme.rule, **wanted)
