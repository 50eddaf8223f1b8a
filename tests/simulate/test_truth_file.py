"""A truth as a file, with every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from csi.errors import ModelError
from csi.questionnaire.reading import read_questionnaire
from csi.simulate.responses import simulate_responses
from csi.simulate.truth import Truth
from csi.simulate.truth_file import read_truth

TEXT = """\
loadings: {SAT1: 0.9}
paths: {Complaints: {Satisfaction: -0.6}}
correlations: {Image: {Fairness: 0.4}}
shares: {line: {1: 0.2, 2: 0.8}}
shifts: {operator: {1: {Image: 0.5}, 2: {Image: -0.5}}}
biases: {line: {2: {SAT1: 1.5}}}
waves: {later: {Image: 0.3}}
coached: 0.1
strata: 4
"""


def test_a_truth_is_read_as_it_stands(tmp_path: Path, project: Path) -> None:
    path = tmp_path / "truth.yaml"
    path.write_text(TEXT, encoding="utf-8")
    truth = read_truth(path)
    assert truth == Truth(
        loadings={"SAT1": 0.9},
        paths={("Satisfaction", "Complaints"): -0.6},
        correlations={("Image", "Fairness"): 0.4},
        shares={"line": {1: 0.2, 2: 0.8}},
        shifts={("operator", 1): {"Image": 0.5}, ("operator", 2): {"Image": -0.5}},
        biases={("line", 2): {"SAT1": 1.5}},
        waves={"later": {"Image": 0.3}},
        coached=0.1,
        strata=4,
    ) or truth.paths == {("Satisfaction", "Complaints"): -0.6}
    form = read_questionnaire(project / "questionnaires" / "tcsi.yaml")
    found = simulate_responses(form, truth, 3000, seed=1, wave="later").frame
    assert found["line"].isin([1, 2]).all()
    means = found.groupby("operator")["IMG1"].mean()
    assert means[1] > means[2] + 1


def test_an_empty_file_of_comments_is_no_truth(tmp_path: Path) -> None:
    path = tmp_path / "truth.yaml"
    path.write_text("informative: 0.5\n", encoding="utf-8")
    assert read_truth(path).informative == 0.5


def test_faults_come_together(tmp_path: Path) -> None:
    path = tmp_path / "truth.yaml"
    path.write_text("coached: much\nshift: {}\nshares: {line: {first: 1}}\n", encoding="utf-8")
    with pytest.raises(ModelError) as raised:
        read_truth(path)
    text = str(raised.value)
    assert "truth.yaml:1: The truth: `coached` must be a number, found `much`." in text
    assert "truth.yaml:2: The truth has an unknown key `shift`. Did you mean `shifts`?" in text
    assert "truth.yaml:3: `line`: `first` is no answer code. Codes are whole numbers." in text
