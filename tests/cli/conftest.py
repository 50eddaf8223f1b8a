"""Run the command line in this process, as a person would."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import rich.style  # noqa: F401 -- on its first import it takes a number from `random`

from csi.cli.main import run
from tests.small_study import write_study


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Return a function that runs ``csi`` with the given words."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def command(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["csi", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            run()
        printed = capsys.readouterr()
        return Done(int(left.value.code or 0), printed.out, printed.err)

    return command


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a study of 400 answers; tests leave it as it is."""
    return write_study(tmp_path_factory.mktemp("small_study"))
