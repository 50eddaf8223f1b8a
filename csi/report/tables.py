"""The numbers of a report as a workbook: its tables to paste from, and tidy data to go on with.

Every number is a number, never text. What the report holds back is held back here too: scores on
too small a base, and the paths of a model whose paths are withheld.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from csi.report.composing import compose
from csi.report.theme import read_theme
from csi.report.wording import Wording
from csi.report.workbook.contents import Entry, write_columns, write_contents
from csi.report.workbook.looks import FONTS, SIZE, Looks, sheet_name
from csi.report.workbook.plan import Section, sections_of
from csi.report.workbook.sections import write_section
from csi.report.workbook.tidy import write_tidy

if TYPE_CHECKING:
    from csi.report.book import StudyResults

_CREATED = datetime(2000, 1, 1)
_NAMED = ("term", "construct", "lhs", "rhs", "element", "item")
"""Columns of identifiers that get a column of names beside them."""


def render_workbook(results: StudyResults, language: str) -> bytes:
    """Return the workbook of a study as bytes, the same for the same results.

    The first sheet lists the others; then a sheet per section of the report with its tables, as
    they are in the PDF; then a tidy sheet per table, with the column names of the CSV files; at the
    end what each column means.

    Parameters
    ----------
    results : StudyResults
    language : {"en", "zh"}
        Of everything but the column names of the tidy sheets.
    """
    import xlsxwriter

    theme = read_theme(results.study.branding)
    words = Wording(results.questionnaire, language)
    document = compose(results, language, theme, without=("data_tables",))
    sections = sections_of(document)
    tables = {
        name: name_terms(table, words) for name, table in results.tables(words.language).items()
    }
    buffer = io.BytesIO()
    font = {"font_name": FONTS[words.language], "font_size": SIZE}
    options = {"in_memory": True, "default_format_properties": font}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({
            "title": document.title, "subject": document.period, "author": document.author or "csi",
            "comments": document.mark, "created": _CREATED,
        })  # fmt: skip
        book.set_custom_property("Language", {"zh": "zh-CN"}.get(words.language, "en-GB"))
        looks = Looks(book, theme, words.language)
        first, report, data, last = _entries(sections, tables, words)
        write_contents(book, first, document, words, looks, report=report, data=[*data, last])
        for entry, section in zip(report, sections, strict=True):
            write_section(book, entry.sheet, section, document, looks, back=first)
        for entry, (name, table) in zip(data, tables.items(), strict=True):
            write_tidy(book, entry.sheet, table, looks, name=name, foot=document.title,
                       mark=document.mark)  # fmt: skip
        columns = [str(column) for table in tables.values() for column in table.columns]
        columns += ["synthetic"] if document.mark else []
        write_columns(book, last.sheet, sorted(set(columns)), words, looks, foot=document.title,
                      mark=document.mark)  # fmt: skip
    return buffer.getvalue()


def name_terms(table: pd.DataFrame, words: Wording) -> pd.DataFrame:
    """Put beside each column of constructs, questions or elements a column of their names."""
    named = table.copy()
    for column in _NAMED:
        if column in table:
            names = {term: _name(str(term), words) for term in table[column].unique()}
            place = int(named.columns.get_loc(column)) + 1  # type: ignore[arg-type]
            named.insert(place, f"{column}_label", table[column].map(names))
    return named


def data_title(name: str, words: Wording) -> str:
    """Return what the sheet of a tidy table is called."""
    title = words(f"sheet.{name}") if words.known(f"sheet.{name}") else name
    return words("book.data_sheet", name=title)


def _name(term: str, words: Wording) -> str:
    """Return what a construct, an element or a question is called."""
    if not term or term == "nan":
        return ""
    name = words.construct(term)
    if name == term:
        name = words.questionnaire.element_label(term, words.language)
    return words.item_text(term) if name == term else name


def _entries(
    sections: tuple[Section, ...], tables: dict[str, pd.DataFrame], words: Wording
) -> tuple[str, list[Entry], list[Entry], Entry]:
    """Name every sheet and say what it holds."""
    first = words("book.contents")
    taken = [first]
    report, data = [], []
    for section in sections:
        taken.append(sheet_name(section.title, taken))
        report.append(Entry(taken[-1], "; ".join(section.captions) or section.title))
    for name, table in tables.items():
        taken.append(sheet_name(data_title(name, words), taken))
        about = words(f"about.{name}") if words.known(f"about.{name}") else name
        data.append(Entry(taken[-1], about, len(table)))
    last = sheet_name(words("book.columns"), taken)
    return first, report, data, Entry(last, words("book.meaning"))
