"""From `csi new` to a report with the README alone: its commands, run as they are printed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pypdf
import pytest

from tests.processes import python

SECTION = "## From a blank page to a report"


def commands(text: str) -> list[list[str]]:
    """Return the words of every command in the first block of shell commands."""
    (block, *_) = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [shlex.split(line, comments=True) for line in block.splitlines() if line.strip()]


def run_all(
    cli: Callable[..., object], monkeypatch: pytest.MonkeyPatch, lines: list[list[str]]
) -> None:
    for program, *words in lines:
        if program == "cd":
            monkeypatch.chdir(words[0])
            continue
        assert program == "csi"
        done = cli(*words)
        assert done.code == 0, (words, done.err)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {"folder": tmp_path_factory.mktemp("blank_page")}


def test_every_command_of_the_readme_runs(
    project: Path,
    finished: dict[str, Path],
    cli: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert SECTION in readme
    monkeypatch.chdir(finished["folder"])
    lines = commands(readme.split(SECTION)[1])
    assert len(lines) == 12
    assert {words[1] for words in lines if words[0] == "csi"} >= {
        *("new", "plan", "draw", "simulate", "fieldwork", "import", "weight", "run")
    }
    run_all(cli, monkeypatch, lines)
    study = finished["folder"] / "my_study"
    index = pd.read_csv(study / "out" / "tables" / "index.csv", encoding="utf-8-sig")
    assert index["estimate"].between(50, 90).all()
    assert (study / "out" / "my_study_zh.pdf").stat().st_size > 100_000
    weights = pd.read_csv(study / "weights.csv", encoding="utf-8-sig")
    cells = pd.read_csv(study / "cells.csv", encoding="utf-8-sig")
    assert weights["weight"].sum() == pytest.approx(cells["population"].sum(), rel=1e-9)
    # A key of ten digits came back from the file of the field as it went out.
    drawn = pd.read_csv(study / "sample" / "main.csv", encoding="utf-8-sig")["case_id"]
    assert weights["case_id"].isin(drawn).sum() > 20


@pytest.mark.parametrize(
    ("language", "mark"), [("en", "SYNTHETIC DATA: nobody was asked"), ("zh", "模拟数据")]
)
def test_every_page_says_that_the_data_are_made_up(
    finished: dict[str, Path], language: str, mark: str
) -> None:
    out = finished["folder"] / "my_study" / "out"
    pages = pypdf.PdfReader(out / f"my_study_{language}.pdf").pages
    assert len(pages) > 10
    for page in pages:
        assert mark in page.extract_text()


def test_the_mark_does_not_rest_on_the_study_file_alone(finished: dict[str, Path]) -> None:
    import csi

    study = finished["folder"] / "my_study"
    form = csi.read_questionnaire(study / "questionnaire.yaml")
    assert csi.read_responses(study / "field" / "answers.sav", form).synthetic
    frame = pd.read_parquet(study / "subscribers.parquet")
    assert frame["synthetic"].all()


def test_the_script_runs(finished: dict[str, Path]) -> None:
    study = finished["folder"] / "my_study"
    done = python(study / "quarterly.py", cwd=study)
    assert done.returncode == 0, done.stderr
    assert (study / "out" / "quarterly_en.pdf").is_file()


def test_the_commands_of_the_folder_run_for_a_questionnaire_without_a_plan(
    tmp_path: Path, cli: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("new", "other", "--questionnaire", "ecsi_mobile").code == 0
    monkeypatch.chdir("other")
    lines = commands(Path("README.md").read_text("utf-8"))
    run_all(cli, monkeypatch, [words for words in lines if words[1] not in ("run", "export")])


@pytest.mark.parametrize("name", ["acsi", "operators_reputation", "telecom_province", "tcsi"])
def test_every_questionnaire_starts_a_study(
    name: str, tmp_path: Path, cli: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("new", "s", "--questionnaire", name, "--quiet").code == 0
    assert cli("check", "s/questionnaire.yaml", "-q").code == 0
    truth = ("--truth", "s/truth.yaml")
    done = cli(
        "simulate", "s/questionnaire.yaml", "--n", 200, "--seed", 1, *truth, "--out", "a.csv"
    )
    assert done.code == 0, done.err
    missing = cli("check", "s/study.yaml")
    assert missing.code == 1
    assert "there is no file" in missing.err


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, cli: Callable[..., object]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = cli("new", tmp_path)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"csi: {tmp_path}: The folder is not empty. Name a new one.\n"
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_questionnaire_is_named_with_the_nearest(
    tmp_path: Path, cli: Callable[..., object]
) -> None:
    done = cli("new", tmp_path / "s", "--questionnaire", "tsci")
    assert done.code == 1
    assert done.err == (
        "csi: No questionnaire called `tsci` comes with csi. Did you mean `tcsi`?\n"
    )
    assert not (tmp_path / "s").exists()
