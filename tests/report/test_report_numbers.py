"""Every number of the tidy tables is in the book: in its row, its table, under its heading."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from not_shown import COLUMNS, TABLES, left_out
from promised import Promise, bodies, faults, unnoticed_changes
from promised_sections import promised_tables
from tagged_pdf import TaggedPdf, read_tags

from csi.report.book import StudyResults
from csi.report.document import Document, Heading, Number, Table
from csi.report.pdf import render_pdf
from csi.report.theme import Theme

STUDIES = ("operators", "withheld", "industries")
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def books(pdfs: dict[tuple[str, str], bytes]) -> dict[tuple[str, str], TaggedPdf]:
    return {key: read_tags(pdf) for key, pdf in pdfs.items()}


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_every_table_is_in_its_row(
    name: str,
    language: str,
    studies: dict[str, StudyResults],
    books: dict[tuple[str, str], TaggedPdf],
) -> None:
    results = studies[name]
    promise = Promise(results, language, results.tables())
    expected = promised_tables(promise)
    assert len(expected) >= 9
    assert not faults(expected, books[name, language])
    assert not left_out(promise)


def test_another_number_in_any_column_of_the_results_is_noticed(
    operators: StudyResults, books: dict[tuple[str, str], TaggedPdf]
) -> None:
    """Change one column of what is shown after the other: each time the book is wrong."""
    tables = operators.tables()
    first = Promise(operators, "en", tables)
    promised_tables(first)
    silent, tried = [], 0
    for name, rows in first.shown.rows.items():
        table = tables[name]
        numbers = [c for c in table.select_dtypes("number") if c not in operators.study.by]
        for column in sorted(first.shown.columns[name].intersection(numbers)):
            shown = table.index.isin(rows) & table[column].notna().to_numpy()
            if column in ("group_a", "group_b") or not shown.any():
                continue
            tried += 1
            changed = table.copy()
            changed[column] = changed[column].astype(float) + np.where(shown, 0.3, 0.0) * (
                1.0 if "p_" in column else 1000.0
            )
            promise = Promise(operators, "en", tables | {name: changed})
            if not faults(promised_tables(promise), books["operators", "en"]):
                silent.append(f"{name}: {column}")
    assert tried > 45
    assert not silent


def test_another_number_in_any_column_of_the_book_is_noticed(
    operators: StudyResults, books: dict[tuple[str, str], TaggedPdf]
) -> None:
    """Change the last digit of one cell after the other, in a row of every table."""
    expected = promised_tables(Promise(operators, "zh", operators.tables()))
    for promise, body in zip(expected, bodies(expected, books["operators", "zh"]), strict=True):
        assert body is not None
        assert list(unnoticed_changes(promise, body)) == []


def test_a_number_set_wrong_is_named_with_its_row(
    operators: StudyResults, documents: dict[tuple[str, str], Document]
) -> None:
    """Render the data tables with one number changed: its row is missing, and no other."""
    document = documents["operators", "en"]
    titles = [b.text if isinstance(b, Heading) and b.level == 1 else "" for b in document.blocks]
    blocks = list(document.blocks[titles.index("Data tables") :])
    place = next(i for i, b in enumerate(blocks) if isinstance(b, Table))
    table = blocks[place]
    assert isinstance(table, Table)
    cells = list(table.rows[0])
    column = next(i for i, cell in enumerate(cells) if isinstance(cell, Number))
    cells[column] = replace(cells[column], value=cells[column].value + 0.01)  # type: ignore[type-var,union-attr]
    blocks[place] = replace(table, rows=(tuple(cells), *table.rows[1:]))
    pdf = read_tags(render_pdf(replace(document, blocks=tuple(blocks)), Theme(name="Agency")))
    expected = promised_tables(Promise(operators, "en", operators.tables()))
    data = tuple(promise for promise in expected if promise.section == "Data tables")
    (fault,) = faults(data, pdf)
    assert "Index of every group: no row ('Alllines', 'Allrespondents'" in fault


def test_a_number_under_another_heading_is_not_enough(
    operators: StudyResults, books: dict[tuple[str, str], TaggedPdf]
) -> None:
    expected = promised_tables(Promise(operators, "en", operators.tables()))
    moved = tuple(replace(promise, section="Executive summary") for promise in expected)
    found = faults(moved, books["operators", "en"])
    assert sum("no such table" in fault for fault in found) == len(expected) - 1


def test_what_is_left_out_exists() -> None:
    """A reason for a column that no table has would hide a renamed one."""
    assert not set(COLUMNS) & set(TABLES)
    assert all(np.all([bool(reason) for reason in own.values()]) for own in COLUMNS.values())
