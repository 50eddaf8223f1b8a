"""What a study run says about wrong input: one clear message, exit code 1, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Done
from tests.small_study import QUESTIONNAIRE, answers

Cli = Callable[..., Done]

STUDY = """\
id: s
title: {en: Study, zh: 研究}
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv}
by: [operator]
languages: [en]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    answers().to_csv(tmp_path / "a.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(cli: Cli, folder: Path, *words: str) -> str:
    """Run a command that must fail cleanly, and return its message."""
    before = sorted(folder.rglob("*"))
    done = cli(*words, "--quiet")
    assert done.code == 1
    assert done.out == ""
    assert "Traceback" not in done.err
    assert sorted(folder.rglob("*")) == before
    return done.err


def changed(folder: Path, **columns: object) -> None:
    answers().assign(**columns).to_csv(folder / "a.csv", index=False)


def test_missing_responses_file(cli: Cli, folder: Path) -> None:
    (folder / "a.csv").unlink()
    message = refused(cli, folder, "run", "study.yaml")
    assert message == (
        "csi: study.yaml:5: Wave `w1`: there is no file `a.csv`. Paths start at the folder of the "
        "study file.\n"
    )


def test_a_picture_named_sav(cli: Cli, folder: Path) -> None:
    (folder / "a.sav").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (folder / "study.yaml").write_text(STUDY.replace("a.csv", "a.sav"), encoding="utf-8")
    message = refused(cli, folder, "run", "study.yaml")
    assert "a.sav: This is a PNG picture, not a file of answers." in message


def test_unknown_item_in_the_model(cli: Cli, folder: Path) -> None:
    broken = QUESTIONNAIRE.replace("sat2 + sat3", "sat2 + sat4")
    (folder / "q.yaml").write_text(broken, encoding="utf-8")
    message = refused(cli, folder, "run", "study.yaml")
    assert "`Satisfaction` is measured by `sat4`, which is not an item." in message
    assert "Did you mean `sat" in message


def test_a_scale_with_gaps(cli: Cli, folder: Path) -> None:
    broken = QUESTIONNAIRE.replace("min: 1, max: 10", "min: 10, max: 1")
    (folder / "q.yaml").write_text(broken, encoding="utf-8")
    message = refused(cli, folder, "run", "study.yaml")
    assert "Scale `ten` runs from 10 to 1. `min` must be less than `max`." in message


def test_a_group_of_twelve_has_no_model_of_its_own(cli: Cli, folder: Path) -> None:
    wide = answers().assign(**{f"x{k}": answers()["sat1"] + k for k in range(3)})
    rng = np.random.default_rng(1)
    for k in range(12):
        wide[f"y{k}"] = rng.integers(1, 11, len(wide))
    wide.to_csv(folder / "a.csv", index=False)
    (folder / "m.lav").write_text("F =~ " + " + ".join(f"y{k}" for k in range(12)))
    message = refused(cli, folder, "fit", "a.csv", "--model", "m.lav", "--by", "operator")
    assert message == (
        "csi: Group operator = 1: Only 12 of 12 respondents answered all 12 items of the model; a "
        "covariance matrix needs more respondents than items. Pool the groups (one model, scores "
        "by group), use fewer items, or collect more interviews.\n"
    )


def test_a_constant_item(cli: Cli, folder: Path) -> None:
    changed(folder, sat2=7)
    message = refused(cli, folder, "run", "study.yaml")
    assert "`sat2` is constant: all 80 answers are" in message
    assert "It cannot measure a construct; remove it from the model." in message


def test_an_item_without_answers(cli: Cli, folder: Path) -> None:
    changed(folder, sat2=98)
    message = refused(cli, folder, "run", "study.yaml")
    assert "`sat2` has no answer among the 80 respondents of the model." in message


def test_an_undeclared_code(cli: Cli, folder: Path) -> None:
    changed(folder, sat2=[77, *answers()["sat2"][1:]])
    message = refused(cli, folder, "run", "study.yaml")
    assert "sat2" in message
    assert "77" in message


def test_a_text_score(cli: Cli, folder: Path) -> None:
    changed(folder, sat2=["10, 9", *answers()["sat2"][1:].astype(str)])
    message = refused(cli, folder, "run", "study.yaml")
    assert "sat2" in message
    assert "10, 9" in message


def test_an_unknown_group(cli: Cli, folder: Path) -> None:
    message = refused(cli, folder, "index", "study.yaml", "--by", "operater")
    assert "operater" in message
    assert "Did you mean `operator`?" in message


def test_an_output_that_cannot_be_made(cli: Cli, folder: Path) -> None:
    (folder / "taken").write_text("a file")
    message = refused(cli, folder, "index", "study.yaml", "--out", "taken/index.csv")
    assert "taken" in message


def test_a_study_file_that_is_not_there(cli: Cli, folder: Path) -> None:
    assert "nowhere.yaml" in refused(cli, folder, "run", "nowhere.yaml")


def test_all_faults_of_a_study_file_at_once(cli: Cli, folder: Path) -> None:
    (folder / "study.yaml").write_text(
        "id: s\ntitel: x\nquestionnaire: nope.yaml\nwaves: []\nby: 3\n", encoding="utf-8"
    )
    message = refused(cli, folder, "run", "study.yaml")
    assert len([line for line in message.splitlines() if line.startswith("study.yaml:")]) >= 4
    assert "Did you mean `title`?" in message
