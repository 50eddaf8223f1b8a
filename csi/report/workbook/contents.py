"""The first sheet, with a link to every other, and the last, with the meaning of every column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from csi.report.document import Cover, Document
from csi.report.rows import base_rules
from csi.report.wording import Wording
from csi.report.workbook.looks import LINE, Looks, lines_in, set_page, text_width

_WIDE = 90.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents."""

    sheet: str
    holds: str
    rows: int | None = None


def write_contents(
    book: Any, name: str, document: Document, words: Wording, looks: Looks, *,
    report: Sequence[Entry], data: Sequence[Entry],
) -> None:  # fmt: skip
    """Write the first sheet: what was studied, every sheet with a link, how to read them."""
    sheet, theme = book.add_worksheet(name), looks.theme
    sheet.hide_gridlines(2)
    for place, width in enumerate((34, _WIDE, 9)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, document.title, looks(bold=True, font_size=18,
                                                   font_color=theme.primary))  # fmt: skip
    sheet.set_row(0, 28)
    row = 1
    if document.mark:
        sheet.write_string(row, 0, document.mark, looks(bold=True, font_color=theme.bad))
        row += 1
    row += 1
    covers = [block for block in document.blocks if isinstance(block, Cover)]
    for fact, value in covers[0].facts if covers else ():
        sheet.write_string(row, 0, fact, looks(font_color=theme.quiet))
        sheet.write_string(row, 1, value.replace("\n", "  "), looks())
        row += 1
    for title, entries in ((words("book.report"), report), (words("book.data"), data)):
        row = _write_entries(sheet, row + 1, title, entries, words, looks)
    row += 1
    sheet.write_string(row, 0, words("book.reading"), looks(bold=True, font_size=12,
                                                            font_color=theme.primary))  # fmt: skip
    for note in _reading(words):
        row += 1
        look = looks(text_wrap=True, valign="top")
        sheet.merge_range(row, 0, row, 2, "", look)
        sheet.write_string(row, 0, note, look)
        sheet.set_row(row, LINE * lines_in(note, _WIDE + 40))
    sheet.set_tab_color(theme.accent)
    set_page(sheet, foot=document.title, mark=document.mark, head_rows=None)
    sheet.activate()


def _write_entries(
    sheet: Any, row: int, title: str, entries: Sequence[Entry], words: Wording, looks: Looks
) -> int:
    theme = looks.theme
    sheet.write_string(row, 0, title, looks(bold=True, font_size=12, font_color=theme.primary))
    row += 1
    for place, key in enumerate(("book.sheet", "book.holds", "book.rows")):
        sheet.write_string(row, place, words(key), looks.head("right" if place == 2 else "left"))
    line = {"bottom": 1, "bottom_color": theme.rule, "valign": "top"}
    for entry in entries:
        row += 1
        link = looks(font_color=theme.accent, underline=1, **line)
        sheet.write_url(row, 0, f"internal:'{entry.sheet}'!A1", link, entry.sheet)
        sheet.write_string(row, 1, entry.holds, looks(text_wrap=True, **line))
        if entry.rows is None:
            sheet.write_blank(row, 2, None, looks(**line))
        else:
            sheet.write_number(row, 2, entry.rows, looks("#,##0", **line))
        sheet.set_row(row, LINE * lines_in(entry.holds, _WIDE) + 2)
    return row + 1


def _reading(words: Wording) -> list[str]:
    suppress, mark = base_rules()
    return [
        words("note.base_shown"),
        words("note.unit_index"),
        words("note.interval"),
        words("note.low", limit=mark),
        words("note.suppressed", limit=suppress),
        words("book.raw"),
    ]


def write_columns(
    book: Any, name: str, columns: Sequence[str], words: Wording, looks: Looks, *, foot: str,
    mark: str,
) -> None:  # fmt: skip
    """Write what each column of the tidy sheets means."""
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, max(text_width(c) for c in columns) + 3)
    sheet.set_column(1, 1, _WIDE)
    for place, key in enumerate(("book.column", "book.meaning")):
        sheet.write_string(0, place, words(key), looks.head())
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, column, looks())
        sheet.write_string(row, 1, _meaning(column, words), looks())
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(columns), 1)
    sheet.set_tab_color(looks.theme.rule)
    set_page(sheet, foot=foot, mark=mark, head_rows=(0, 0))


def _meaning(column: str, words: Wording) -> str:
    if words.known(f"col.{column}"):
        return words(f"col.{column}")
    if column.endswith("_label"):
        return words("book.label_of", column=column.removesuffix("_label"))
    if column in words.questionnaire.items:
        return words("book.code_of", column=column)
    return column
