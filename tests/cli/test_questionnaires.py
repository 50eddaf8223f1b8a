"""`csi check` says what is wrong or what is there; `csi export` and `diff` are for others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import csi
from tests.cli.conftest import Done
from tests.small_study import QUESTIONNAIRE, SMALLEST

Cli = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(SMALLEST, encoding="utf-8")
    (tmp_path / "a.csv").write_text("line,operator,sat1,sat2,sat3\n1,1,10,9,8\n2,2,1,,3\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_check_says_what_is_there(cli: Cli) -> None:
    done = cli("check", "q.yaml")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("q.yaml: q 1, 5 items in 2 blocks, about ")
    assert cli("check", "study.yaml").out == (
        "study.yaml: no faults. Study('s', waves=1, by=nothing)\n"
    )
    assert cli("check", "study.yaml", "--quiet").out == ""


def test_check_lets_warnings_pass_unless_strict(cli: Cli, folder: Path) -> None:
    fewer = QUESTIONNAIRE.replace(" + sat3", "").replace(
        "{id: sat3,", "{id: sat3, use: described alone,"
    )
    (folder / "q.yaml").write_text(fewer, encoding="utf-8")
    done = cli("check", "q.yaml")
    assert done.code == 0
    assert "1 warning:" in done.out
    done = cli("check", "q.yaml", "--strict")
    assert (done.code, done.out) == (1, "")
    assert "`Satisfaction` has two items" in done.err


def test_check_tells_faults_with_their_lines(cli: Cli, folder: Path) -> None:
    broken = QUESTIONNAIRE.replace("sat2 + sat3", "sat2 + sat4")
    (folder / "q.yaml").write_text(broken, encoding="utf-8")
    done = cli("check", "q.yaml")
    assert (done.code, done.out) == (1, "")
    line = broken.splitlines().index("    Satisfaction =~ sat1 + sat2 + sat4") + 1
    assert f"q.yaml:{line}: " in done.err
    assert "`sat4`" in done.err


def test_export_writes_a_codebook(cli: Cli, folder: Path) -> None:
    done = cli("export", "q.yaml", "new/codebook.xlsx")
    assert done == Done(0, "", "Written to new/codebook.xlsx\n")
    sheet = openpyxl.load_workbook(folder / "new" / "codebook.xlsx")["Items"]
    header, first, *_ = sheet.iter_rows(values_only=True)
    assert first[header.index("item")] == "line"
    assert first[header.index("text_zh")] == "业务？"


@pytest.mark.parametrize(("language", "label"), [("en", "Satisfied?"), ("zh", "满意吗？")])
def test_export_writes_an_spss_file_that_is_read_back(
    cli: Cli, folder: Path, language: str, label: str
) -> None:
    done = cli("export", "q.yaml", "answers.sav", "--language", language, "--quiet")
    assert done == Done(0, "", "")
    data = csi.read_spss(folder / "answers.sav")
    assert len(data.frame) == 0
    variable = data.dictionary.variables["sat1"]
    assert variable.label == label
    assert variable.is_missing(98.0)


@pytest.mark.parametrize(
    ("arguments", "sheets"),
    [
        (("form.xlsform.xlsx",), ["survey", "choices", "settings"]),
        (("form.xlsx", "--as", "xlsform"), ["survey", "choices", "settings"]),
        (("form.xlsform.xlsx", "--as", "codebook"), ["Items", "Codes", "Constructs"]),
    ],
)
def test_export_writes_a_form_for_field_apps(
    cli: Cli, folder: Path, arguments: tuple[str, ...], sheets: list[str]
) -> None:
    done = cli("export", "q.yaml", *arguments)
    assert done == Done(0, "", f"Written to {arguments[0]}\n")
    assert openpyxl.load_workbook(folder / arguments[0]).sheetnames == sheets


def test_export_names_the_kinds_of_file(cli: Cli, folder: Path) -> None:
    done = cli("export", "q.yaml", "form.docx")
    assert done == Done(
        1,
        "",
        "csi: form.docx: a questionnaire cannot be written as `.docx`. "
        "Allowed endings: .xlsx, .xlsform.xlsx, .pdf, .sav, .zsav.\n",
    )
    assert not (folder / "form.docx").exists()
    done = cli("export", "q.yaml", "form.sav", "--as", "xlsform")
    assert done == Done(
        1, "", "csi: form.sav: a `xlsform` is a workbook. Let the file end in .xlsx.\n"
    )


def test_adopt_makes_a_questionnaire_of_a_form(cli: Cli, folder: Path) -> None:
    cli("export", "q.yaml", "form.xlsform.xlsx")
    done = cli("adopt", "form.xlsform.xlsx", "--out", "new/q.yaml")
    assert done.code == 0
    assert done.err == "Written to new/q.yaml\n"
    assert done.out.startswith("q 1: 5 items in 2 blocks, 0 of them filtered.\n")
    assert "3 items serve nothing yet: write the model" in done.out
    text = (folder / "new" / "q.yaml").read_text(encoding="utf-8")
    assert text.startswith("# Adopted from form.xlsform.xlsx.")


def test_adopt_replaces_no_file_unless_told(cli: Cli, folder: Path) -> None:
    cli("export", "q.yaml", "form.xlsform.xlsx")
    before = (folder / "q.yaml").read_bytes()
    done = cli("adopt", "form.xlsform.xlsx", "--out", "q.yaml")
    assert done == Done(
        1, "", "csi: q.yaml: there is such a file. Name another, or give --force.\n"
    )
    assert (folder / "q.yaml").read_bytes() == before
    done = cli("adopt", "form.xlsform.xlsx", "--out", "q.yaml", "--force", "--quiet")
    assert done == Done(0, "", "")
    assert (folder / "q.yaml").read_bytes() != before


@pytest.mark.usefixtures("folder")
def test_adopt_refuses_what_is_no_form(cli: Cli) -> None:
    done = cli("adopt", "gone.lss", "--out", "new.yaml")
    assert done == Done(1, "", "csi: gone.lss: There is no such file.\n")


def test_diff_tells_what_breaks_a_trend(cli: Cli, folder: Path) -> None:
    newer = QUESTIONNAIRE.replace('"1"', '"2"', 1).replace("Satisfied?", "How satisfied?")
    (folder / "q2.yaml").write_text(newer, encoding="utf-8")
    done = cli("diff", "q.yaml", "q2.yaml")
    assert done == Done(
        0,
        "q 1 → q 2\n"
        "Breaks the trend (1):\n"
        "  sat1, wording: `Satisfied?` → `How satisfied?`\n"
        "Trends broken, items: sat1.\n"
        "Trends broken, constructs: Satisfaction.\n",
        "",
    )
    rows = json.loads(cli("diff", "q.yaml", "q2.yaml", "--format", "json").out)
    assert rows == [
        {
            "kind": "item",
            "subject": "sat1",
            "change": "wording",
            "before": "Satisfied?",
            "after": "How satisfied?",
            "effect": "break",
        }
    ]
    assert cli("diff", "q.yaml", "q2.yaml", "--out", "changes.csv") == Done(0, "", "")
    assert (folder / "changes.csv").is_file()
