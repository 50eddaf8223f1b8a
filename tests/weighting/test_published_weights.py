"""Weights that other programs printed: SAS CALMAR, and Kalton and Flores-Cervantes (2003)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.weighting import Exponential, Linear, Logit, calibrate, weight_responses

PRINTED_9 = 6e-9
"""CALMAR's weights of about 60, printed with nine decimals or eleven digits; its own misfit of the
margins is up to 2e-9 of them."""

NUMERIC = ["Y1", "Y11", "Y12", "Y13", "Y4", "Y41", "Y42", "Y43", "X"]
DISTANCES = {"lin": Linear(), "raking": Exponential(), "logit": Logit(low=0.2, high=1.3)}


@pytest.fixture(scope="module")
def employees(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "calmar" / "employees15_with_calmar.csv")


@pytest.fixture(scope="module")
def sample(shared_data: Path) -> pd.DataFrame:
    return pd.read_csv(shared_data / "calmar" / "sample1000_with_calmar.csv")


def calmar_problem(
    folder: Path, sample: pd.DataFrame, suffix: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return auxiliaries and targets; the second file gives shares of 50,000 for levels."""
    name = "margins_2_pct" if suffix else "margins_1"
    table = pd.read_csv(folder / "calmar" / f"{name}.csv").set_index("var")
    columns = [sample[v].to_numpy() for v in NUMERIC]
    targets = [table.loc[v, "mar1"] for v in NUMERIC]
    for variable in ("Y2", "Y3"):
        for level in range(1, int(table.loc[variable, "n"]) + 1):
            columns.append((sample[variable] == level).to_numpy(dtype=float))
            targets.append(table.loc[variable, f"mar{level}"] * (50_000 if suffix else 1))
    return np.column_stack(columns), np.array(targets)


@pytest.mark.parametrize("suffix", ["", "_2"])
@pytest.mark.parametrize("method", DISTANCES)
def test_thousand_weights_equal_calmar(
    shared_data: Path, sample: pd.DataFrame, method: str, suffix: str
) -> None:
    X, targets = calmar_problem(shared_data, sample, suffix)
    base = sample["weight"].to_numpy()
    fitted = calibrate(X, base, targets, distance=DISTANCES[method], tolerance=1e-12)
    assert fitted.converged
    np.testing.assert_allclose(
        fitted.weights, sample[f"weight_cal_{method}{suffix}"], rtol=PRINTED_9
    )


def test_scaled_distances_equal_calmar(shared_data: Path, sample: pd.DataFrame) -> None:
    """CALMAR stopped at a misfit of 5e-8 here: its levels add up to 14,999.9995... not 15,000."""
    X, targets = calmar_problem(shared_data, sample, "")
    fitted = calibrate(
        X,
        sample["weight"].to_numpy(),
        targets,
        distance=Linear(),
        scale=sample["qTest"].to_numpy(),
        tolerance=1e-12,
    )
    np.testing.assert_allclose(fitted.weights, sample["weight_cal_lin_qtest"], rtol=1e-6)


@pytest.mark.parametrize(
    ("column", "distance"),
    [("wLinear", Linear()), ("wRaking", Exponential()), ("wLogit", Logit(low=0.4, high=2.2))],
)
def test_fifteen_weights_equal_calmar(
    employees: pd.DataFrame, column: str, distance: Linear | Exponential | Logit
) -> None:
    levels = {"category": (1, 2, 3), "sex": (1, 2), "department": (1, 2)}
    X = np.column_stack(
        [employees[v] == level for v, values in levels.items() for level in values]
        + [employees["salary"]]
    ).astype(float)
    targets = np.array([80, 90, 60, 140, 90, 100, 130, 470_000.0])
    fitted = calibrate(X, employees["weight"].to_numpy(dtype=float), targets, distance=distance)
    assert fitted.converged
    assert np.abs(fitted.weights - employees[column]).max() < 0.5e-4 + 1e-9


def test_weights_of_kalton_and_flores_cervantes(shared_data: Path) -> None:
    cells = pd.read_csv(shared_data / "api" / "kalton_cells.csv")
    printed = pd.read_csv(shared_data / "api" / "kalton_published_weights.csv").set_index("method")
    frame = cells.loc[cells.index.repeat(cells["n_sample"])].reset_index(drop=True)
    crossed = {(a, b): n for a, b, n in cells[["a", "b", "n_pop"]].itertuples(index=False)}
    one_way = {v: cells.groupby(v)["n_pop"].sum().to_dict() for v in ("a", "b")}
    for method, row, margins in (
        ("poststratify", "poststratify(A)", {("a", "b"): crossed}),
        ("rake", "rake(B)", one_way),
        ("linear", "linear(C)", one_way),
    ):
        weights = weight_responses(frame, margins=margins, method=method).weights
        by_cell = frame.assign(w=weights).groupby(["a", "b"])["w"].first()
        expected = [printed.loc[row, f"a{a}b{b}"] for a, b in by_cell.index]
        assert np.abs(by_cell.to_numpy() - expected).max() < 0.00501
