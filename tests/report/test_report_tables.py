"""The workbook: every sheet in the report's language, tidy data that load as they are."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import Number, PValue, Score, Table
from csi.report.reading import Reading
from csi.report.tables import data_title, name_terms, render_workbook
from csi.report.theme import Theme
from csi.report.wording import Wording
from csi.report.workbook.looks import sheet_name

TRAPS = ['=HYPERLINK("x")', "@SUM(1)", "+1", "http://x"]
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def book(results: StudyResults, language: str = "en") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_workbook(results, language)))


def data_sheet(results: StudyResults, table: str, language: str = "en") -> str:
    return data_title(table, Wording(results.questionnaire, language))


def test_same_results_same_bytes(operators: StudyResults) -> None:
    assert render_workbook(operators, "en") == render_workbook(operators, "en")


@LANGUAGES
def test_the_sheets_are_named_in_the_language_of_the_report(
    operators: StudyResults, language: str
) -> None:
    words = Wording(operators.questionnaire, language)
    names = book(operators, language).sheetnames
    assert names[0] == words("book.contents")
    assert names[-1] == words("book.columns")
    expected = [data_sheet(operators, table, language) for table in operators.tables()]
    assert names[-1 - len(expected) : -1] == expected
    assert len({name.lower() for name in names}) == len(names)


@LANGUAGES
def test_the_contents_link_to_every_sheet(operators: StudyResults, language: str) -> None:
    workbook = book(operators, language)
    first = workbook.worksheets[0]
    links = [cell.hyperlink.location for row in first for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in workbook.sheetnames[1:]]


@LANGUAGES
def test_every_tidy_table_loads_without_cleaning(operators: StudyResults, language: str) -> None:
    data = render_workbook(operators, language)
    for name, table in operators.tables(language).items():
        sheet = data_sheet(operators, name, language)
        loaded = pd.read_excel(io.BytesIO(data), sheet_name=sheet)
        expected = name_terms(table, Wording(operators.questionnaire, language))
        assert list(loaded.columns) == list(expected.columns)
        assert len(loaded) == len(expected)
        for column in expected:
            if pd.api.types.is_bool_dtype(expected[column]):
                assert list(loaded[column]) == list(expected[column])
            elif pd.api.types.is_numeric_dtype(expected[column]):
                wanted = pd.to_numeric(expected[column]).astype(float)
                got = loaded[column].astype(float)
                pd.testing.assert_series_equal(got, wanted, check_names=False, rtol=1e-12)
            else:
                assert _texts(loaded[column]) == _texts(expected[column])


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in column]


def test_names_stand_beside_codes_in_the_language_of_the_report(operators: StudyResults) -> None:
    data = render_workbook(operators, "zh")
    loaded = pd.read_excel(io.BytesIO(data), sheet_name=data_sheet(operators, "index", "zh"))
    words = Wording(operators.questionnaire, "zh")
    assert set(loaded["term_label"]) == {words.construct(term) for term in loaded["term"]}
    labels = loaded[[f"{operators.study.by[0]}_label"]].dropna()
    assert all(any(ord(c) > 0x2E80 for c in text) for text in labels.iloc[:, 0])


@LANGUAGES
def test_formatted_tables_hold_the_numbers_of_the_report(
    operators: StudyResults, language: str
) -> None:
    """Each number of each table, in its order, as a number with the report's decimals."""
    document = compose(operators, language, Theme(), without=("data_tables",))
    workbook = book(operators, language)
    found = [
        cell.value
        for sheet in workbook.worksheets
        if not sheet.title.startswith(("data_", "数据_"))
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    ]
    rest = iter(found)
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert len(tables) > 6
    for cell in (cell for table in tables for row in table.rows for cell in row):
        for value in _values(cell):
            assert any(value == pytest.approx(other, rel=1e-12) for other in rest)


def _values(cell: object) -> list[float]:
    if isinstance(cell, Score):
        values = [cell.value, cell.low, cell.high, float(cell.n)]
    elif isinstance(cell, Number | PValue):
        values = [cell.value]
    else:
        values = []
    return [value for value in values if value == value]


def test_scores_on_small_bases_are_empty_and_marked(operators: StudyResults) -> None:
    reading = Reading(operators)
    words = Wording(operators.questionnaire, "en")
    sheet = book(operators)[words("scores.title")]
    rows = {row[0].value: row for row in sheet.iter_rows(max_row=20) if row[0].value}
    hidden = 0
    for line in reading.lines:
        row = rows[words.level(reading.line, line)]
        for place, group in enumerate(reading.groups):
            score = reading.score(reading.where(line, group))
            assert score is not None
            value, marks = row[1 + 5 * place].value, row[5 + 5 * place].value or ""
            assert row[4 + 5 * place].value == score.n
            assert marks.startswith(reading.letters(group, line))
            if score.shown:
                assert value == pytest.approx(score.estimate)
            else:
                hidden += 1
                assert value is None
                assert marks.endswith("\u2013")
    assert hidden


def test_numbers_are_shown_as_what_they_are(withheld: StudyResults) -> None:
    workbook = book(withheld)
    drivers = workbook["data_drivers"]
    head = [cell.value for cell in drivers[1]]
    formats = {
        row[head.index("measure")].value: row[head.index("estimate")].number_format
        for row in drivers.iter_rows(min_row=2)
    }
    assert formats["lmg_share"] == "0.0%"
    assert formats["performance"].startswith("#,##0.0")
    index = workbook["data_index"]
    head = [cell.value for cell in index[1]]
    assert index.cell(2, head.index("n") + 1).number_format == "#,##0"


@LANGUAGES
def test_sheets_are_ready_to_print_and_to_filter(operators: StudyResults, language: str) -> None:
    workbook = book(operators, language)
    for sheet in workbook.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.right.text.replace("&[Page]", "&P")
    for table in operators.tables():
        sheet = workbook[data_sheet(operators, table, language)]
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref


def test_made_up_answers_are_marked_on_every_sheet(operators: StudyResults) -> None:
    made_up = replace(operators, study=replace(operators.study, synthetic=True))
    mark = Wording(operators.questionnaire, "en")("mark.synthetic")
    workbook = book(made_up)
    for sheet in workbook.worksheets:
        assert mark in sheet.oddHeader.right.text
        if sheet.title.startswith("data_"):
            assert [cell.value for cell in sheet[1]][-1] == "synthetic"
            assert sheet.cell(2, sheet.max_column).value is True
        elif sheet.title != "Columns":
            assert mark in {cell.value for row in sheet.iter_rows(max_row=4) for cell in row}


@LANGUAGES
def test_every_table_has_a_name_in_the_language(operators: StudyResults, language: str) -> None:
    words = Wording(operators.questionnaire, language)
    for table in operators.tables():
        assert words.known(f"sheet.{table}"), f"csi/report/texts/*/workbook.py lacks sheet.{table}"
        assert words.known(f"about.{table}"), f"csi/report/texts/*/workbook.py lacks about.{table}"


def test_every_column_is_explained(operators: StudyResults) -> None:
    rows = list(book(operators).worksheets[-1].iter_rows(min_row=2, values_only=True))
    columns = {column for column, *_ in rows}
    assert {"estimate", "conf_low", "term_label", operators.study.by[0]} <= columns
    unexplained = [column for column, meaning in rows if column == meaning]
    assert not unexplained, "csi/report/texts/*/workbook.py lacks col.<these>"


def test_the_file_says_what_it_is(operators: StudyResults) -> None:
    workbook = book(operators, "zh")
    assert workbook.properties.title == operators.study.title.zh
    assert workbook.custom_doc_props["Language"].value == "zh-CN"


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("a/b:c*[d]?", [], "a-b-c--d--"),
        ("x" * 40, [], "x" * 31),
        ("x" * 40, ["X" * 31], "x" * 29 + " 2"),
        ("History", [], "History 2"),
        ("", [], "-"),
    ],
)
def test_names_of_sheets_that_excel_refuses_are_changed(
    title: str, taken: list[str], name: str
) -> None:
    assert sheet_name(title, taken) == name


def test_what_the_report_holds_back_is_held_back(
    operators: StudyResults, withheld: StudyResults
) -> None:
    index = operators.tables()["index"]
    hidden = index[index["flag"] == "suppressed"]
    assert len(hidden)
    assert hidden["estimate"].isna().all()
    tables = withheld.tables()
    parameters = tables["parameters"]
    assert (parameters["verdict"] == "withheld").all()
    paths = parameters[parameters["op"] == "~"]
    assert len(paths)
    assert paths[["estimate", "std_error", "p_value", "conf_low", "std_all"]].isna().all(axis=None)
    assert "importance" not in set(tables["drivers"]["measure"])


def test_text_is_never_a_formula(withheld: StudyResults) -> None:
    source = replace(withheld.drivers.lmg, labels=pd.DataFrame({"term": TRAPS}))
    assert len(TRAPS) == len(withheld.drivers.names)
    drivers = replace(withheld.drivers, lmg=source, lmg_share=source, performance=source)
    sheet = book(replace(withheld, drivers=drivers))["data_drivers"]
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value in TRAPS]
    assert {cell.value for cell in texts} == set(TRAPS)
    assert {cell.data_type for cell in texts} == {"s"}


def test_sections_that_a_study_leaves_out_have_no_sheets(operators: StudyResults) -> None:
    study = replace(operators.study, sections=("cover", "scores"))
    names = book(replace(operators, study=study)).sheetnames
    words = Wording(operators.questionnaire, "en")
    formatted = [name for name in names[1:-1] if not name.startswith("data_")]
    assert formatted == [words("scores.title")]
