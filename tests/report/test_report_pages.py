"""How the pages break: no heading at the foot of a page, no header of a table over nothing."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pypdf
import pytest

from csi.report.column_widths import PAGE, column_shares
from csi.report.document import Column, Document, Heading, Number, Paragraph, Score, Table
from csi.report.pdf import render_pdf
from csi.report.theme import Theme

FOOT = re.compile(r"\d+ / \d+")
Line = tuple[float, str]


def lines(page: pypdf.PageObject) -> list[Line]:
    """The text of a page between its running head and foot, from the top: height, words."""
    found: dict[float, list[str]] = {}

    def collect(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        height = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
        if text.strip():
            found.setdefault(round(height, 0), []).append(text.strip())

    page.extract_text(visitor_text=collect)
    mm = 72 / 25.4
    body = {y: "".join(words) for y, words in found.items() if 19 * mm < y < (297 - 21) * mm}
    return sorted(body.items(), reverse=True)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["operators", "withheld", "industries"])
def test_no_page_ends_with_a_heading(
    name: str,
    language: str,
    pdfs: dict[tuple[str, str], bytes],
    documents: dict[tuple[str, str], Document],
) -> None:
    headings = {squeezed(b.text) for b in documents[name, language].blocks if type(b) is Heading}
    pages = pypdf.PdfReader(io.BytesIO(pdfs[name, language])).pages[1:]
    last = [squeezed(lines(page)[-1][1]) for page in pages]
    assert [line for line in last if line in headings] == []


@pytest.mark.parametrize("before", range(20, 31))
def test_a_table_breaks_between_rows_that_keep_company(
    before: int, documents: dict[tuple[str, str], Document]
) -> None:
    """Wherever the page ends: three rows under the first header, three over the notes."""
    table = Table(
        caption="Long",
        columns=(Column("Name", width=1), Column("Value", "right")),
        rows=tuple((f"row {i}", Number(i)) for i in range(1, 41)),
        notes=("The last note.",),
        dense=True,
    )
    filler = (Heading("First"), *(Paragraph("A line.") for _ in range(before)))
    document = replace(documents["withheld", "en"], blocks=(*filler, table))
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(document, Theme()))).pages
    rows = [sum(text.startswith("row") for _, text in lines(page)) for page in pages]
    assert sum(rows) == 40
    assert all(count == 0 or count >= 3 for count in rows), rows
    assert "The last note." in lines(pages[-1])[-1][1]
    captioned = next(i for i, page in enumerate(pages) if "Long" in page.extract_text())
    assert rows[captioned] >= 3


def test_short_texts_keep_to_one_line_and_long_ones_wrap() -> None:
    columns = (Column("Line", width=1), Column("What differs", width=1), Column("n", "right"))
    row = ("3G/4G/5G mobile", "a long explanation that goes on " * 6, Number(1200, 0))
    line, reason, count = column_shares(table(columns, row))
    assert 22 < line < 32
    assert count == 0
    assert line + reason == pytest.approx(PAGE - 10, abs=3)


def test_what_is_left_goes_by_the_declared_widths() -> None:
    columns = (Column("A", width=1), Column("B", width=3))
    first, second = column_shares(table(columns, ("a", "b")))
    assert first + second == pytest.approx(PAGE)
    assert 2.5 < second / first < 3


def test_groups_side_by_side_are_alike() -> None:
    columns = (Column("C", width=1), Column("Short", width=1), Column("A longer name", width=1))
    score = Score(70.1, 68.0, 72.2, 1200)
    _, first, second = column_shares(table(columns, ("Image", score, score)))
    assert first == second


def test_more_than_the_page_holds_is_shared() -> None:
    columns = tuple(Column(f"Column {i}", width=1) for i in range(4))
    shares = column_shares(table(columns, ("long words " * 9,) * 4))
    assert shares == pytest.approx([PAGE / 4] * 4)


def test_a_chinese_text_is_twice_as_wide() -> None:
    columns = (Column("A", width=1), Column("B", width=1))
    hanzi, latin = column_shares(table(columns, ("满" * 30, "n" * 30)))
    assert hanzi > 1.4 * latin


def table(columns: tuple[Column, ...], *rows: tuple[object, ...]) -> Table:
    return Table(caption="", columns=columns, rows=rows, notes=())  # type: ignore[arg-type]
