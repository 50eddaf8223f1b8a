from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from csi.report.book import StudyResults
from csi.report.reading import Reading
from csi.report.tables import render_workbook

TRAPS = ['=HYPERLINK("x")', "@SUM(1)", "+1", "http://x"]


def book(results: StudyResults, language: str = "en") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_workbook(results, language)))


def test_same_results_same_bytes(operators: StudyResults) -> None:
    assert render_workbook(operators, "en") == render_workbook(operators, "en")


def test_a_sheet_per_table(operators: StudyResults) -> None:
    names = book(operators).sheetnames
    assert names == ["Index table", *operators.tables()]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_index_sheet_holds_real_numbers(operators: StudyResults, language: str) -> None:
    sheet = book(operators, language).worksheets[0]
    reading = Reading(operators)
    for row, line in enumerate((*reading.lines, None), start=6):
        for place, group in enumerate(reading.groups):
            score = reading.score(reading.where(line, group))
            assert score is not None
            value = sheet.cell(row, 2 + 5 * place).value
            if score.shown:
                assert value == pytest.approx(score.estimate)
            else:
                assert value is None
            assert sheet.cell(row, 5 + 5 * place).value == score.n
            marks = sheet.cell(row, 6 + 5 * place).value or ""
            assert marks.startswith(reading.letters(group, line))


def test_tidy_numbers_are_numbers_and_missing_is_empty(operators: StudyResults) -> None:
    sheet = book(operators)["comparisons"]
    header = [cell.value for cell in sheet[1]]
    kinds = {type(cell.value) for cell in sheet.columns.__iter__() for cell in cell[1:]}
    assert kinds <= {int, float, str, type(None)}
    p = header.index("p_adjusted")
    frame = operators.tables()["comparisons"]
    for row, value in zip(sheet.iter_rows(min_row=2), frame["p_adjusted"], strict=True):
        assert row[p].value is None if value != value else row[p].value == pytest.approx(value)


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
    sheet = book(replace(withheld, drivers=drivers))["drivers"]
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value in TRAPS]
    assert {cell.value for cell in texts} == set(TRAPS)
    assert {cell.data_type for cell in texts} == {"s"}
