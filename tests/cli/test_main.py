"""Exit codes and messages: 0 done, 1 the input is wrong, 2 the command was not understood."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

import csi
from csi.cli import studies
from csi.cli.main import COMMANDS, GROUPS
from csi.errors import ResponseWarning, StudyError
from tests.cli.conftest import Done

Cli = Callable[..., Done]


def test_help_names_every_command(cli: Cli) -> None:
    done = cli("--help")
    assert done.code == 0
    for name, _ in COMMANDS:
        assert re.search(rf"^. {name} ", done.out, re.MULTILINE)


def test_no_words_is_help(cli: Cli) -> None:
    assert "Usage: csi" in cli().out


def test_version(cli: Cli) -> None:
    done = cli("--version")
    assert (done.code, done.out) == (0, f"csi {csi.__version__}\n")


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_has_help_with_an_example(cli: Cli, name: str) -> None:
    done = cli(name, "--help")
    assert done.code == 0
    assert f" csi {name} " in done.out.split("Arguments")[0].split("Usage")[1].split("\n", 1)[1]


def test_every_command_is_in_the_readme(project: Path) -> None:
    text = (project / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `csi ([a-z]+)", text, re.MULTILINE))
    assert listed == {n for n, _ in (*COMMANDS, *GROUPS)}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("fit", "a.sav", "--colour", "red"), "No such option: --colour"),
        (("fit", "a.sav"), "Name the questionnaire of a.sav: --questionnaire FILE."),
        (("fit", "a.yaml", "--psu", "x"), "A study file says this itself: leave out --psu."),
        (("index", "a.sav", "--wave", "x"), "Only a study file has waves: leave out --wave."),
        (("index", "a.yaml", "--format", "pdf"), "Invalid value for '--format'"),
        (("report", "study.yaml"), "Missing option '--out'"),
        (("compare", "a.yaml", "--margin", "-1"), "Invalid value for '--margin'"),
    ],
)
def test_wrong_usage_is_2(cli: Cli, words: tuple[str, ...], message: str) -> None:
    done = cli(*words)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("run", "nope.yaml"),
        ("check", "nope.yaml"),
        ("fit", "nope.yaml"),
        ("index", "nope.yaml"),
        ("drivers", "nope.yaml"),
        ("compare", "nope.yaml"),
        ("report", "nope.yaml", "--out", "x.pdf"),
        ("import", "a.sav", "--questionnaire", "nope.yaml", "--out", "x.csv"),
    ],
)
def test_a_missing_file_is_1(
    cli: Cli, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = cli(*words)
    assert (done.code, done.out) == (1, "")
    assert done.err == "csi: nope.yaml: There is no such file.\n"
    assert list(tmp_path.iterdir()) == []


def test_several_faults_are_counted(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text("waves: []\n")
    done = cli("check", path)
    assert done.code == 1
    lines = done.err.splitlines()
    assert lines[0] == f"csi: {len(lines) - 1} faults:"
    assert f"{path}:1: The study has no `id`." in lines


def test_traceback_is_for_developers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from csi.cli.main import run

    monkeypatch.setattr(sys, "argv", ["csi", "--traceback", "check", "nope.yaml"])
    with pytest.raises(csi.CsiError, match="There is no such file"):
        run()


def test_a_file_that_cannot_be_written_is_1(cli: Cli, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            studies.csi, "run_study", raising(PermissionError(13, "Permission denied", "out.pdf"))
        )
        done = cli("run", "study.yaml")
    assert (done.code, done.err) == (1, "csi: out.pdf: Permission denied.\n")


def test_ctrl_c_is_130_without_a_traceback(cli: Cli) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies.csi, "run_study", raising(KeyboardInterrupt()))
        done = cli("run", "study.yaml")
    assert done.code == 130
    assert "Traceback" not in done.err


def test_a_fault_of_csi_itself_keeps_its_traceback(cli: Cli) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies.csi, "run_study", raising(ZeroDivisionError("a bug")))
        with pytest.raises(ZeroDivisionError, match="a bug"):
            cli("run", "study.yaml")


def test_own_warnings_are_notes_and_others_are_silent(cli: Cli) -> None:
    def warn(*_: object, **__: object) -> None:
        warnings.warn("Two answers were cut.", ResponseWarning, stacklevel=1)
        warnings.warn("Someone else's business.", DeprecationWarning, stacklevel=1)
        raise StudyError("Stop.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies.csi, "run_study", warn)
        patch.setattr(sys, "warnoptions", [])
        done = cli("run", "study.yaml")
    assert done.err == "note: Two answers were cut.\ncsi: Stop.\n"


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows do not break this way")
def test_a_reader_that_leaves_is_no_error(project: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m csi --help | true"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail
