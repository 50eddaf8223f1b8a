from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from csi.errors import ReportError
from csi.report.book import StudyResults
from csi.report.writing import write_report


def test_the_ending_decides(operators: StudyResults, tmp_path: Path) -> None:
    pdf = write_report(operators, tmp_path / "new" / "report.pdf", language="zh")
    assert pdf.read_bytes().startswith(b"%PDF")
    xlsx = write_report(operators, tmp_path / "report.xlsx")
    assert xlsx.read_bytes().startswith(b"PK")
    assert {path.name for path in tmp_path.rglob("*")} == {"new", "report.pdf", "report.xlsx"}


def test_unknown_ending(operators: StudyResults, tmp_path: Path) -> None:
    message = "cannot be written as `report.docx`: its name must end in .pdf, .xlsx or .pptx"
    with pytest.raises(ReportError, match=message):
        write_report(operators, tmp_path / "report.docx")


def test_unwritable_folder(operators: StudyResults, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        ReportError, match=r"cannot be written: .*Choose a folder where you may write"
    ):
        write_report(operators, tmp_path / "file" / "report.pdf")


def test_a_folder_in_the_way(operators: StudyResults, tmp_path: Path) -> None:
    (tmp_path / "report.xlsx").mkdir()
    with pytest.raises(ReportError, match=r"The report `.*report.xlsx` cannot be written"):
        write_report(operators, tmp_path / "report.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


def test_unknown_language(operators: StudyResults, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="No report can be written in language `de`"):
        write_report(operators, tmp_path / "report.pdf", language="de")
    assert not list(tmp_path.iterdir())


def test_a_faulty_brand_stops_before_the_work(operators: StudyResults, tmp_path: Path) -> None:
    study = replace(operators.study, branding={"colour": {}})
    results = replace(operators, study=study)
    with pytest.raises(
        ReportError, match=r"branding.colour: unknown key. Did you mean `colours`\?"
    ):
        write_report(results, tmp_path / "report.pdf")


def test_importing_the_report_loads_no_engine() -> None:
    code = (
        "import sys, csi.report.writing, csi.report.pdf, csi.report.composing, csi.report.tables\n"
        "heavy = {'matplotlib', 'typst', 'xlsxwriter', 'fontTools', 'semopy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
