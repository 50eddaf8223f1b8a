from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from csi.errors import ReportError
from csi.report.dissatisfied.results import DissatisfiedResults
from csi.report.dissatisfied.writing import write_dissatisfied_report


@pytest.mark.parametrize(("language", "mark"), [("en", "SYNTHETIC DATA"), ("zh", "模拟数据")])
def test_every_page_says_that_it_is_synthetic(
    results: DissatisfiedResults, tmp_path: Path, language: str, mark: str
) -> None:
    path = write_dissatisfied_report(results, tmp_path / "r.pdf", language=language)
    pages = PdfReader(io.BytesIO(path.read_bytes())).pages
    assert len(pages) > 8
    for page in pages:
        assert mark in page.extract_text().replace("\n", " ")


def test_the_same_results_give_the_same_bytes(results: DissatisfiedResults, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_dissatisfied_report(results, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_workbook_holds_every_table_with_real_numbers(
    results: DissatisfiedResults, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(write_dissatisfied_report(results, tmp_path / "t.xlsx"))
    assert book.sheetnames == ["about", *results.tables]
    assert "Synthetic data" in str(book["about"]["A3"].value)
    header = [cell.value for cell in book["tiers"][1]]
    assert isinstance(book["tiers"].cell(2, 1 + header.index("subscribers")).value, int)


def test_another_ending_is_refused(results: DissatisfiedResults, tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        write_dissatisfied_report(results, tmp_path / "r.docx")
    assert str(caught.value) == (
        "A report cannot be written as `r.docx`: its name must end in .pdf or .xlsx."
    )
