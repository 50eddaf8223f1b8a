"""Margins as people write them: YAML and tables, and every fault with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import SamplingError, WeightingError
from csi.inference import estimate_means, make_design
from csi.weighting import weight_responses
from csi.weighting.margin_files import read_margins_file

MARGINS = {
    "gender": {1: 40.0, 2: 60.0},
    ("line", "operator"): {(1, 1): 30.0, (1, 2): 20.0, (2, 1): 10.0, (2, 2): 40.0},
}


def test_yaml_nests_a_crossed_margin(tmp_path: Path) -> None:
    text = "gender: {1: 40, 2: 60}\nline * operator: {1: {1: 30, 2: 20}, 2: {1: 10, 2: 40}}\n"
    (tmp_path / "m.yaml").write_text(text + "bill: 5200.5\n", encoding="utf-8")
    assert read_margins_file(tmp_path / "m.yaml") == {**MARGINS, "bill": 5200.5}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_long_table_holds_all_margins(tmp_path: Path, ending: str) -> None:
    rows = [("gender", "1", 40), ("gender", "2", 60)]
    rows += [
        ("line × operator", f"{a} * {b}", t) for (a, b), t in MARGINS["line", "operator"].items()
    ]
    table = pd.DataFrame(rows, columns=["variable", "level", "total"])
    path = tmp_path / f"m.{ending}"
    writer = {"csv": table.to_csv, "xlsx": table.to_excel, "parquet": table.to_parquet}[ending]
    writer(path, index=False)
    assert read_margins_file(path) == MARGINS


def test_a_wide_table_is_one_crossed_margin(tmp_path: Path) -> None:
    rows = [(a, b, t) for (a, b), t in MARGINS["line", "operator"].items()]
    table = pd.DataFrame(rows, columns=["line", "operator", "population"])
    table.to_csv(tmp_path / "m.csv", index=False)
    key = ("line", "operator")
    assert read_margins_file(tmp_path / "m.csv") == {key: MARGINS[key]}


def test_levels_may_be_words(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("变量,total\n男,40\n女,60\n", encoding="gb18030")
    assert read_margins_file(tmp_path / "m.csv") == {"变量": {"男": 40.0, "女": 60.0}}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.yaml", "a: {1: x}\n", "{path}:1: The margins, `a`: `1` must be a number, found `x`."),
        (
            "m.yaml",
            "a * b: {1: 5}\n",
            "{path}:1: The margins, `a * b`: `1` must be a mapping, found `5`.",
        ),
        (
            "m.csv",
            "variable,level,total\na * b,1,5\n",
            "m.csv:2: `1` is not a level of `a * b`; write one level per variable.",
        ),
        (
            "m.csv",
            "line,total\n1,5\n1,many\n2,many\n",
            "m.csv:3: The level 1 stands twice. Keep one row.\n"
            "m.csv:4: The total 'many' is no number.",
        ),
        (
            "m.csv",
            "line,count\n1,5\n",
            "m.csv: margins need the columns `variable`, `level` and `total`, or variables and one "
            "column `total` or `population`; it has line, count.",
        ),
    ],
)
def test_faults_name_their_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(WeightingError) as raised:
        read_margins_file(tmp_path / name)
    assert str(raised.value) == message.replace("{path}", str(tmp_path / name))


def test_files_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("line,total\n1,5\n")
    with pytest.raises(SamplingError, match=r"There is no such file. Did you mean `m.csv`\?"):
        read_margins_file(tmp_path / "n.csv")
    (tmp_path / "m.docx").write_text("")
    with pytest.raises(SamplingError, match=r"a table cannot be read from `.docx`. Allowed"):
        read_margins_file(tmp_path / "m.docx")
    (tmp_path / "m.xlsx").write_text("no workbook")
    with pytest.raises(SamplingError, match=r"m.xlsx: cannot be read: "):
        read_margins_file(tmp_path / "m.xlsx")


def people() -> pd.DataFrame:
    frame = pd.DataFrame({"a": [1, 1, 1, 2, 2, 1, 2, 2], "b": [1, 2, 1, 2, 1, 2, 2, 1]})
    return frame.assign(y=[3.0, 5.0, 4.0, 8.0, 6.0, 5.5, 9.0, 7.0], w=[1, 1, 2, 1, 3, 1, 1, 1])


@pytest.mark.parametrize(
    ("method", "bounds"),
    [("rake", None), ("rake", (0.4, 2.5)), ("logit", (0.3, 3.0)), ("truncated", (0.3, 3.0))],
)
def test_calibrated_residuals_are_the_derivative_of_the_estimate(
    method: str, bounds: tuple[float, float] | None
) -> None:
    """Brute force: small steps in the base weight of one respondent after the other."""
    margins = {"a": {1: 45.0, 2: 55.0}, "b": {1: 60.0, 2: 40.0}}
    frame, step = people(), 1e-6

    def mean(weights: list[float]) -> float:
        design = make_design(frame.assign(w=weights), weights="w")
        fitted = weight_responses(
            design, margins=margins, method=method, bounds=bounds, tolerance=1e-13
        )
        return float(estimate_means(fitted, ["y"]).values[0])

    base = frame["w"].astype(float).tolist()
    design = weight_responses(
        make_design(frame, weights="w"),
        margins=margins,
        method=method,
        bounds=bounds,
        residuals="calibrated",
        tolerance=1e-13,
    )
    calibration = design.calibrations[0]
    influence = (frame["y"].to_numpy() - mean(base)) / design.weights.sum()
    rows = range(len(frame))
    slope = calibration.inverse @ calibration.cross(list(rows), influence[:, None])
    residual = influence - (calibration.rows(list(rows)) @ slope)[:, 0]
    d = np.array(base)
    influences = design.weights / d * residual
    # Base weights are scaled to the population first, so what all of them share is taken off.
    influences -= (d @ influences) / d.sum()
    for row in rows:
        up, down = list(base), list(base)
        up[row] += step
        down[row] -= step
        derivative = (mean(up) - mean(down)) / (2 * step)
        assert influences[row] == pytest.approx(derivative, abs=2e-8)


def test_the_variance_of_calibrated_residuals_counts_the_targets() -> None:
    frame = pd.concat([people()] * 5, ignore_index=True)
    margins = {"a": {1: 50.0, 2: 50.0}, "b": {1: 50.0, 2: 50.0}}
    equal = frame.assign(w=1.0)
    base, calibrated = (
        weight_responses(make_design(equal, weights="w"), margins=margins, residuals=way)
        for way in ("base", "calibrated")
    )
    assert calibrated.calibrations[0].rank == 3
    # The sample meets the margins already: both regressions are the same.
    for by in (None, "a"):
        wide = estimate_means(calibrated, ["y"], by=by).std_errors()
        narrow = estimate_means(base, ["y"], by=by).std_errors()
        np.testing.assert_allclose(wide**2 / narrow**2, 40 / 37, rtol=1e-9)
    full = estimate_means(calibrated, ["y"], by="a")
    np.testing.assert_allclose(np.diag(full.covariance()), full.std_errors() ** 2, rtol=1e-9)


def test_residuals_are_one_of_two() -> None:
    with pytest.raises(
        WeightingError, match="`residuals` must be one of base, calibrated; got 'x'"
    ):
        weight_responses(people(), margins={"a": {1: 1.0, 2: 1.0}}, residuals="x")
