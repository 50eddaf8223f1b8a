"""Answers written and read again are the same answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from csi.questionnaire.reading import read_questionnaire
from csi.responses.recoding import read_responses
from csi.responses.spss import read_spss
from csi.responses.writing import write_responses
from csi.simulate.responses import simulate_responses
from csi.simulate.truth import Truth


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".csv", ".xlsx"])
@pytest.mark.parametrize("name", ["telecom_province", "operators_reputation", "acsi"])
def test_answers_and_reasons_come_back(
    project: Path, tmp_path: Path, name: str, ending: str
) -> None:
    form = read_questionnaire(project / "questionnaires" / f"{name}.yaml")
    rated = next(item for item in form.items.values() if item.scale and item.missing)
    # A reason comes back only where the item has a code for it.
    doubts = {rated.id: 0.2} if "dont_know" in rated.missing.values() else {}
    truth = Truth(dont_know=doubts, no_answer={rated.id: 0.1})
    answers = simulate_responses(form, truth, 300, seed=4)
    path = tmp_path / f"answers{ending}"
    write_responses(answers, path)
    keep = [c for c in ("weight", "stratum", "psu") if c not in form.items]
    again = read_responses(path, form, keep=keep)
    assert again.synthetic
    assert set(again.frame) == set(answers.frame)
    columns = list(answers.frame)
    # Weights come back with the ten digits that a table keeps.
    np.testing.assert_allclose(
        again.frame[columns].to_numpy(float), answers.frame[columns].to_numpy(float), rtol=1e-8
    )
    assert (again.reasons[columns].to_numpy() == answers.reasons[columns].to_numpy()).all()


def test_spss_files_have_labels_in_the_language_and_the_mark(project: Path, tmp_path: Path) -> None:
    form = read_questionnaire(project / "questionnaires" / "tcsi.yaml")
    write_responses(simulate_responses(form, n=100, seed=1), tmp_path / "a.sav", language="zh")
    data = read_spss(tmp_path / "a.sav")
    assert data.dictionary.variables["line"].value_labels[1.0] == "2G移动电话"
    assert (data.frame["synthetic"] == 1).all()


def test_real_answers_get_no_mark(project: Path, tmp_path: Path) -> None:
    form = read_questionnaire(project / "questionnaires" / "tcsi.yaml")
    answers = replace(simulate_responses(form, n=100, seed=1), source="wave.sav")
    write_responses(answers, tmp_path / "a.sav")
    assert "synthetic" not in read_spss(tmp_path / "a.sav").frame
