"""Write the report on dissatisfied customers: PDF, or a workbook of its tables."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from csi.report.dissatisfied.composing import compose_dissatisfied
from csi.report.dissatisfied.results import DissatisfiedResults
from csi.report.dissatisfied.words import Words
from csi.report.theme import read_theme
from csi.report.workbook.looks import Looks
from csi.report.workbook.tidy import write_tidy
from csi.report.writing import check_ending
from csi.storage import whole_file

_ENDINGS = (".pdf", ".xlsx")


def write_dissatisfied_report(
    results: DissatisfiedResults, path: str | Path, *, language: str = "en"
) -> Path:
    """Write the report of a study of the dissatisfied.

    Parameters
    ----------
    results : DissatisfiedResults
    path : str or Path
        Ending in ``.pdf`` (the report) or ``.xlsx`` (its tables, one sheet each).
    language : {"en", "zh"}

    Returns
    -------
    Path
        The file, complete: a failed report leaves no half of one.

    Raises
    ------
    ReportError
        An unknown ending or language, a faulty branding.

    Examples
    --------
    >>> write_dissatisfied_report(results, "out/report_zh.pdf", language="zh")  # doctest: +SKIP
    """
    target = Path(path)
    ending = check_ending(target, _ENDINGS)
    with whole_file(target) as temporary:
        if ending == ".xlsx":
            temporary.write_bytes(_workbook(results, language))
        else:
            from csi.report.pdf import render_pdf

            theme = read_theme(results.study.branding)
            document = compose_dissatisfied(results, language, theme)
            temporary.write_bytes(render_pdf(document, theme))
    return target


def _workbook(results: DissatisfiedResults, language: str) -> bytes:
    """Return every table as a sheet; the first says what the data are."""
    import xlsxwriter

    words = Words(results.study, language)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        title = results.study.title.to(words.language)
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        first = book.add_worksheet("about")
        lines = [title, results.study.period.to(words.language)]
        if results.study.synthetic:
            lines.append(words("synthetic.remark"))
        for row, line in enumerate(lines):
            first.write_string(row, 0, line)
        looks = Looks(book, read_theme(results.study.branding), words.language)
        mark = words("synthetic.remark") if results.study.synthetic else ""
        for name, table in results.tables.items():
            write_tidy(book, name[:31], table, looks, name=name, foot=title, mark=mark)
    return buffer.getvalue()
