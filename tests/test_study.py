"""The whole flow: what a run writes, that it writes it alike, and nothing when it fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csi.study
from csi.errors import ReportError, StudyError
from csi.study import analyse_study, run_study
from csi.study_file import read_study
from csi.study_schema import Study
from tests.processes import contents
from tests.small_study import STUDY, write_study
from tests.tolerance import EXACT

TABLES = {
    "index",
    "indicators",
    "parameters",
    "fit",
    "gap_parts",
    "units",
    "invariance",
    "reliability",
    "drivers",
    "comparisons",
    "weights",
    "short_boards",
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def out(study: Path) -> Path:
    run_study(study / "study.yaml")
    return study / "out"


def test_a_run_writes_everything(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == {
        "small_en.pdf",
        "small_zh.pdf",
        "small.xlsx",
        "tables",
    }
    written = {path.name for path in (out / "tables").iterdir()}
    assert written == {f"{name}.csv" for name in TABLES} | {"provenance.json"}


def test_groups_have_codes_and_labels(out: Path) -> None:
    index = pd.read_csv(out / "tables" / "index.csv")
    assert set(index["operator_label"].dropna()) == {"A", "B"}
    assert set(index["operator"].dropna()) == {1, 2}
    assert list(index.columns).index("operator_label") == list(index.columns).index("operator") + 1


def test_a_second_run_writes_the_same_bytes(study: Path, out: Path, tmp_path: Path) -> None:
    run_study(study / "study.yaml", out=tmp_path / "again")
    assert contents(tmp_path / "again") == contents(out)


def test_a_failure_in_the_middle_leaves_the_old_results(
    study: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(out)
    entries = {path.name for path in study.iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise ReportError("no paper")

    monkeypatch.setattr(csi.study, "write_report", fail)
    with pytest.raises(ReportError, match="no paper"):
        run_study(study / "study.yaml")
    assert contents(out) == before
    assert {path.name for path in study.iterdir()} == entries


def test_a_wave_that_is_not_there(study: Path) -> None:
    with pytest.raises(StudyError) as error:
        run_study(study / "study.yaml", wave="w2")
    assert str(error.value) == "study.yaml has no wave `w2`. Its waves: `w1`."


def test_progress_rises_to_one(study: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, float]] = []
    run_study(study / "study.yaml", out=tmp_path, progress=lambda *step: steps.append(step))
    names, shares = zip(*steps, strict=True)
    assert names[:3] == ("answers", "model", "index")
    assert names[-3:] == ("report (en)", "report (zh)", "done")
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1.0


@pytest.fixture(scope="module")
def half(study: Path) -> Study:
    """Return the study of line 1 alone, with a weight."""
    frame = pd.read_csv(study / "a.csv")
    frame.assign(w=1 + frame.index % 3).to_csv(study / "weighted.csv", index=False)
    text = STUDY.replace("a.csv}", "weighted.csv, weight: w}") + 'where: "line = 1"\n'
    path = study / "half.yaml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def test_respondents_left_out_stay_in_the_design(half: Study) -> None:
    results = analyse_study(half)
    assert results.design.stages[0].units_per_stratum.tolist() == [400]
    assert results.n == len(results.responses.frame) == results.design.n == 200
    assert (results.design.frame["line"] == 1).all()
    assert results.summary().startswith("Study: 200 respondents\n")
    index = results.indices["line", "operator"].tidy()
    assert set(index["line"]) == {1}


def test_a_study_of_some_estimates_as_a_domain_of_everybody(half: Study) -> None:
    """The mean of a part of a sample, by R's ``subset(design, ...)``: everybody counts in n."""
    results = analyse_study(half)
    table = results.indices[()].indicators_tidy().set_index("term")
    frame = pd.read_csv(half.folder / "weighted.csv")
    inside, w = (frame["line"] == 1).to_numpy(), frame["w"].to_numpy(float)
    scores = (frame["sat1"].to_numpy(float) - 1.0) / 9.0 * 100.0
    mean = np.average(scores[inside], weights=w[inside])
    influence = np.where(inside, w * (scores - mean), 0.0) / w[inside].sum()
    variance = 400 / 399 * ((influence - influence.mean()) ** 2).sum()
    assert table.loc["sat1", "estimate"] == pytest.approx(mean, rel=EXACT)
    assert table.loc["sat1", "std_error"] == pytest.approx(np.sqrt(variance), rel=EXACT)


def test_a_condition_that_holds_for_nobody(study: Path, half: Study) -> None:
    path = study / "nobody.yaml"
    path.write_text(STUDY + 'where: "line = 2 and line = 1"\n', encoding="utf-8")
    with pytest.raises(StudyError) as error:
        analyse_study(read_study(path))
    assert str(error.value) == (
        "nobody.yaml: `where: line = 2 and line = 1` holds for none of the 400 respondents. "
        "Compare it with the codes in weighted.csv."
    ).replace("weighted", "a")
