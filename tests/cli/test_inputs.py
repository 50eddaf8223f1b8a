"""`csi check` says what is wrong or what is there; `csi import` writes a table and a log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Done
from tests.small_study import QUESTIONNAIRE, SMALLEST

Cli = Callable[..., Done]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(SMALLEST, encoding="utf-8")
    (tmp_path / "a.csv").write_text(
        "line,operator,sat1,sat2,sat3,seconds\n1,1,10,9,8,61\n2,2,1,,3,75\n"
    )
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
