"""`csi import` writes a table and a log; `csi quality` says what looks odd, and drops nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import csi
from tests.cli.conftest import Done
from tests.small_study import QUESTIONNAIRE

Cli = Callable[..., Done]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    (tmp_path / "a.csv").write_text(
        "line,operator,sat1,sat2,sat3,seconds\n1,1,10,9,8,61\n2,2,1,,3,75\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "json"])
def test_import_writes_a_table_and_a_log(cli: Cli, folder: Path, ending: str) -> None:
    out = folder / f"clean.{ending}"
    done = cli("import", "a.csv", "--questionnaire", "q.yaml", "--out", out, "--keep", "seconds")
    assert (done.code, done.out) == (0, "")
    assert f"Written to {out} and {folder / 'clean_changes.csv'}" in done.err
    read = {
        "csv": pd.read_csv,
        "parquet": pd.read_parquet,
        "xlsx": pd.read_excel,
        "json": pd.read_json,
    }
    table = read[ending](out)
    assert table["sat1"].tolist() == [10, 1]
    assert table["seconds"].tolist() == [61, 75]
    log = pd.read_csv(folder / "clean_changes.csv")
    assert list(log) == ["item", "change", "detail", "n"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_what_import_wrote_is_read_as_answers(cli: Cli, ending: str) -> None:
    once = ("--questionnaire", "q.yaml", "--out", f"once.{ending}", "--quiet")
    assert cli("import", "a.csv", *once) == Done(0, "", "")
    questionnaire = csi.read_questionnaire("q.yaml")
    first, again = (csi.read_responses(x, questionnaire) for x in ("a.csv", f"once.{ending}"))
    pd.testing.assert_frame_equal(first.frame, again.frame)


@pytest.mark.usefixtures("folder")
def test_import_is_silent_when_quiet(cli: Cli) -> None:
    done = cli("import", "a.csv", "--questionnaire", "q.yaml", "--out", "c.csv", "--quiet")
    assert done == Done(0, "", "")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("nope.sav", None, "nope.sav"),
        ("picture.sav", PNG, "picture.sav"),
        ("a.csv", b"sat1,sat2\n1,2\n", "sat3"),
        ("a.csv", b"line,operator,sat1,sat2,sat3\n1,1,good,2,3\n", "sat1"),
        ("a.csv", b"line,operator,sat1,sat2,sat3\n1,1,11,2,3\n", "sat1"),
        ("a.csv", b"", "a.csv"),
    ],
    ids=["missing", "PNG named .sav", "missing column", "text score", "unknown code", "empty"],
)
def test_import_of_wrong_answers_writes_nothing(
    cli: Cli, folder: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (folder / name).write_bytes(content)
    before = sorted(folder.iterdir())
    done = cli("import", name, "--questionnaire", "q.yaml", "--out", "clean.csv")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("csi: ")
    assert message in done.err
    assert "Traceback" not in done.err
    assert sorted(folder.iterdir()) == before


def test_quality_of_a_study(cli: Cli, small_study: Path) -> None:
    questionnaire = csi.read_questionnaire(small_study / "q.yaml")
    report = csi.check_responses(csi.read_responses(small_study / "a.csv", questionnaire))
    done = cli("quality", small_study, "--format", "csv")
    assert done.code == 0
    assert done.err == f"{report.summary()}\n"
    assert pd.read_csv(io.StringIO(done.out))["rule"].tolist() == report.tidy()["rule"].tolist()
    items = cli("quality", small_study, "--show", "items", "--format", "csv", "--quiet")
    assert items.err == ""
    assert pd.read_csv(io.StringIO(items.out))["item"].tolist() == report.items["item"].tolist()


def test_quality_by_interviewer_and_duration(cli: Cli, small_study: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(small_study / "a.csv")
    frame = frame.assign(who=frame.index % 4, seconds=600)
    frame.loc[7, "seconds"] = 60
    frame.to_csv(tmp_path / "a.csv", index=False)
    words = ("quality", tmp_path / "a.csv", "--questionnaire", small_study / "q.yaml")
    words += ("--interviewer", "who", "--duration", "seconds", "--format", "csv", "--quiet")
    rules = pd.read_csv(io.StringIO(cli(*words).out)).set_index("rule")
    assert rules.loc["fast", "n"] == 1
    by = pd.read_csv(io.StringIO(cli(*words, "--show", "interviewers").out))
    assert by["n"].tolist() == [100] * 4


def test_quality_by_a_column_that_is_not_there(cli: Cli, small_study: Path) -> None:
    done = cli("quality", small_study, "--duration", "seconds")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "csi: a.csv: There is no column `seconds`. "
        "Its columns: line, operator, sat1, sat2, sat3, val1, val2, val3.\n"
    )
