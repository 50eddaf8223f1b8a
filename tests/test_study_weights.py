"""A study's weights: margins and design columns, and a part of the respondents after weighting."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import ResponseError, StudyError
from csi.inference import Estimates, estimate_means, make_design, restrict_design
from csi.study import analyse_study
from csi.study_answers import design_wave, read_wave
from csi.study_file import read_study
from csi.weighting import weight_responses
from tests.small_study import QUESTIONNAIRE, STUDY, answers, write_study
from tests.tolerance import EXACT, R_DIGITS

ORACLES = Path(__file__).parent / "oracles"
ITEMS = ["s1", "s2", "s3"]

FORM = """\
id: simulated
version: "1"
title: {en: Simulated, zh: 模拟}
scales:
  ten: {min: 1, max: 10, ends: {en: [Low, High], zh: [低, 高]}}
blocks:
  - id: all
    title: {en: All, zh: 全部}
    items:
      - id: group
        type: single
        role: domain
        text: {en: Group?, zh: 组？}
        choices: {1: {en: A, zh: 甲}, 2: {en: B, zh: 乙}, 3: {en: C, zh: 丙}}
      - id: band
        type: single
        role: background
        text: {en: Band?, zh: 段？}
        choices: {1: {en: I, zh: 一}, 2: {en: J, zh: 二}, 3: {en: K, zh: 三}, 4: {en: L, zh: 四}}
"""


def oracle_study(folder: Path, where: str) -> Path:
    """Write the study that `oracles/restricted.R` computes."""
    oracle = json.loads((ORACLES / "restricted.json").read_text("utf-8"))
    frame = pd.read_csv(ORACLES / "simulated.csv")
    frame = frame.assign(
        group=frame["group"].map({"A": 1, "B": 2, "C": 3}), band=1 + frame["id"] % 4
    )
    frame.to_csv(folder / "answers.csv", index=False)
    items = [name for name in frame if name[0] in "qvs" and name[1:].isdigit()]
    lines = [
        f"      - {{id: {i}, scale: ten, use: t, text: {{en: {i}?, zh: {i}？}}}}\n" for i in items
    ]
    (folder / "q.yaml").write_text(FORM + "".join(lines), encoding="utf-8")
    group = {
        code: oracle["margins"]["group"][name] for code, name in ((1, "A"), (2, "B"), (3, "C"))
    }
    (folder / "study.yaml").write_text(
        f"""\
id: restricted
title: Part
questionnaire: q.yaml
waves:
  - id: w
    responses: answers.csv
    weight: weight
    strata: stratum
    psu: psu
    residuals: base
    margins:
      group: {json.dumps(group).replace('"', "")}
      band: {json.dumps(oracle["margins"]["band"]).replace('"', "")}
{where}
""",
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize(("where", "part"), [("", "everybody"), ("where: q1 >= 7", "part")])
def test_a_part_after_calibration_matches_r_survey(tmp_path: Path, where: str, part: str) -> None:
    oracle = json.loads((ORACLES / "restricted.json").read_text("utf-8"))[part]
    study = read_study(oracle_study(tmp_path, where))
    design = design_wave(study, read_wave(study))
    assert int((design.weights > 0).sum()) == oracle["n"]
    whole = estimate_means(design, ITEMS)
    close(whole, oracle)
    np.testing.assert_allclose(
        whole.covariance().ravel(), oracle["covariance"], rtol=10 * R_DIGITS, atol=0
    )
    by = estimate_means(design, ITEMS, by="group")
    for code, name in ((1, "A"), (2, "B"), (3, "C")):
        rows = (by.labels["group"] == code).to_numpy()
        own = oracle["by_group"][name]
        np.testing.assert_allclose(by.values[rows], list(own["mean"].values()), rtol=10 * R_DIGITS)
        np.testing.assert_allclose(
            by.std_errors()[rows], list(own["se"].values()), rtol=10 * R_DIGITS
        )


def close(found: Estimates, oracle: dict[str, dict[str, float]]) -> None:
    np.testing.assert_allclose(found.values, list(oracle["mean"].values()), rtol=10 * R_DIGITS)
    # R stops at 1e-13 of the totals, and a standard error doubles what is left.
    np.testing.assert_allclose(found.std_errors(), list(oracle["se"].values()), rtol=10 * R_DIGITS)


MARGINS = {"line": {1: 300.0, 2: 700.0}, "operator": {1: 400.0, 2: 600.0}}


def study_with(folder: Path, wave: str, more: str = "") -> Path:
    write_study(folder)
    text = STUDY.replace("{id: w1, responses: a.csv}", "{id: w1, responses: a.csv" + wave + "}")
    (folder / "study.yaml").write_text(text + more, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", ["inline", "yaml", "csv", "crossed"])
def test_margins_stand_in_the_study_or_in_a_file(tmp_path: Path, kind: str) -> None:
    text = "line: {1: 300, 2: 700}\noperator: {1: 400, 2: 600}\n"
    wave = ", margins: {line: {1: 300, 2: 700}, operator: {1: 400, 2: 600}}"
    if kind != "inline":
        wave = f", margins: m.{'csv' if kind == 'csv' else 'yaml'}"
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    rows = [(v, k, t) for v, own in MARGINS.items() for k, t in own.items()]
    table = pd.DataFrame(rows, columns=["variable", "level", "total"])
    table.to_csv(tmp_path / "m.csv", index=False)
    if kind == "crossed":
        cells = "line * operator: {1: {1: 100, 2: 200}, 2: {1: 300, 2: 400}}\n"
        (tmp_path / "m.yaml").write_text(cells, encoding="utf-8")
    study = read_study(study_with(tmp_path, wave))
    design = design_wave(study, read_wave(study))
    assert design.weights.sum() == pytest.approx(1000)
    lines = design.frame["line"].to_numpy()
    assert design.weights[lines == 1].sum() == pytest.approx(300)
    names = [path.name for path in study.files()]
    assert names == [
        "study.yaml",
        "q.yaml",
        "a.csv",
        *([] if kind == "inline" else [f"m.{names[-1][2:]}"]),
    ]


def test_everybody_is_weighted_before_a_part_is_looked_at(tmp_path: Path) -> None:
    wave = ", margins: {line: {1: 300, 2: 700}, operator: {1: 400, 2: 600}}"
    study = read_study(study_with(tmp_path, wave, 'where: "sat1 >= 7"\n'))
    responses = read_wave(study)
    design = design_wave(study, responses)
    everybody = weight_responses(make_design(responses), margins=MARGINS, residuals="calibrated")
    expected = restrict_design(everybody, (responses.frame["sat1"] >= 7).to_numpy())
    np.testing.assert_allclose(design.weights, expected.weights, rtol=EXACT)
    assert design.left_out is not None
    a, b = (estimate_means(d, ["sat2"]).std_errors() for d in (design, expected))
    np.testing.assert_allclose(a, b, rtol=EXACT)
    results = analyse_study(study)
    assert results.n == int((responses.frame["sat1"] >= 7).sum())


def test_design_columns_come_from_a_table_of_strata(tmp_path: Path) -> None:
    study_with(tmp_path, ", design: d.csv, weight: base, strata: cell, fpc: size")
    cells = pd.DataFrame(
        {
            "line": [1, 1, 2, 2],
            "operator": [1, 2, 1, 2],
            "cell": [11, 12, 21, 22],
            "base": [2.0, 3.0, 4.0, 5.0],
            "size": [500, 600, 700, 800],
        }
    )
    cells.to_csv(tmp_path / "d.csv", index=False)
    study = read_study(tmp_path)
    responses = read_wave(study)
    design = design_wave(study, responses)
    assert set(design.frame["cell"]) == {11, 12, 21, 22}
    two = (design.frame["line"] == 2) & (design.frame["operator"] == 1)
    assert set(design.weights[two]) == {4.0}
    assert "columns added: cell, base, size from d.csv (3 columns)" in responses.summary()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("line,base\n1,2\n", "d.csv: No row for 200 of 400 respondents: line = 2."),
        ("line,base\n1,2\n2,1\n2,3\n", "d.csv: line = 2 stand in more than one row."),
        (
            "base,size\n1,2\n",
            "d.csv: Its columns are base, size. It needs an item of the questionnaire, to find "
            "each respondent's row, and what that row adds.",
        ),
    ],
)
def test_tables_of_the_design_are_checked(tmp_path: Path, table: str, message: str) -> None:
    study_with(tmp_path, ", design: d.csv, weight: base")
    (tmp_path / "d.csv").write_text(table, encoding="utf-8")
    with pytest.raises(ResponseError) as raised:
        read_wave(read_study(tmp_path))
    assert str(raised.value) == message


def test_faults_of_the_wave_are_found_together(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("line: {1: many, 2: 700}\n", encoding="utf-8")
    study_with(
        tmp_path, ", margins: m.yaml, lonely: maybe, design: none.csv", "synthetic: perhaps\n"
    )
    with pytest.raises(StudyError) as raised:
        read_study(tmp_path)
    text = str(raised.value)
    assert "m.yaml:1: The margins, `line`: `1` must be a number, found `many`." in text
    assert "Wave `w1`: `lonely` cannot be `maybe`." in text
    assert "Wave `w1`: there is no file `none.csv`." in text
    assert "`synthetic` must be `true` or `false`, found `perhaps`." in text


def test_trimming_needs_margins(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="`trim` needs `margins`"):
        read_study(study_with(tmp_path, ", trim: 5"))


def test_answers_marked_synthetic_mark_the_results(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    table = answers(100).drop(columns=["val1", "val2", "val3"])
    table.assign(synthetic=1).to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    study = read_study(tmp_path)
    assert not study.synthetic
    assert read_wave(study).source == "synthetic, a.csv"
    table.assign(synthetic=0).to_csv(tmp_path / "a.csv", index=False)
    assert not read_wave(study).synthetic
