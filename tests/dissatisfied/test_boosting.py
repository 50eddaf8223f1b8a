"""Boosted main effects: the best split by brute force, the truth recovered, the scorecard."""

from __future__ import annotations

import numpy as np
import pytest

from csi.dissatisfied.boosting import MIN_ROWS, SHRINKAGE, boost_main_effects
from csi.dissatisfied.calibration import fit_calibration, fit_logistic, offset_for_rate
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.scorecard import fit_scorecard
from tests.dissatisfied.derivatives import assert_influences

SIZES = np.array([6, 4, 5])
ORDERED = np.array([True, False, True])


def make(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    codes = np.column_stack([rng.integers(0, size, n) for size in SIZES])
    curves = [
        np.array([-1.0, -1.0, 0.0, 0.5, 1.5, 0.3]),
        np.array([0.8, -0.8, 0.8, 0.0]),
        np.zeros(5),
    ]
    z = -1.5 + sum(curve[code] for curve, code in zip(curves, codes.T, strict=True))
    y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    return codes, y, rng.uniform(0.5, 1.5, n), z


def test_the_first_round_is_the_best_split_by_brute_force() -> None:
    codes, y, w, _ = make(3000, 1)
    w = w * len(w) / w.sum()
    model = boost_main_effects(codes, SIZES, ORDERED, y, w, rounds=1, rate=1.0)
    p = np.average(y, weights=w)
    gradient, information = w * (y - p), w * p * (1 - p)

    def gain(left: np.ndarray) -> float:
        sides = (left, ~left)
        if min(side.sum() for side in sides) < MIN_ROWS:
            return -np.inf
        return sum(gradient[s].sum() ** 2 / (information[s].sum() + SHRINKAGE) for s in sides)

    best, who = -np.inf, None
    for j, size in enumerate(SIZES):
        if ORDERED[j]:
            subsets = [set(range(k + 1)) for k in range(size - 2)]
        else:
            subsets = [
                {k for k in range(size - 1) if m >> k & 1} for m in range(1, 2 ** (size - 1))
            ]
        for subset in subsets:
            for null in (set(), {size - 1}):
                left = np.isin(codes[:, j], list(subset | null))
                if gain(left) > best:
                    best, who = gain(left), (j, left)
    assert who is not None
    j, left = who
    expected = np.where(
        left,
        gradient[left].sum() / (information[left].sum() + SHRINKAGE),
        gradient[~left].sum() / (information[~left].sum() + SHRINKAGE),
    )
    np.testing.assert_allclose(model.curves[j][codes[:, j]], expected, rtol=1e-10)
    assert all(not curve.any() for k, curve in enumerate(model.curves) if k != j)


def test_the_curves_are_recovered() -> None:
    codes, y, w, z = make(60_000, 2)
    model = boost_main_effects(codes, SIZES, ORDERED, y, w)
    fitted = model.log_odds(codes)
    assert np.sqrt(np.mean((fitted - z) ** 2)) < 0.06
    spreads = model.spreads(codes, w)
    assert spreads[2] < 0.05 < spreads[1] < spreads[0]
    assert spreads[0] == pytest.approx(np.std(model.curves[0][codes[:, 0]]), rel=0.02)


def test_a_scorecard_keeps_what_matters_in_few_bins() -> None:
    codes, y, w, z = make(60_000, 3)
    card = fit_scorecard(codes, SIZES, ORDERED, y, w, max_indicators=2, max_bins=3)
    assert card.chosen == (0, 1)
    assert [len(table) for table in card.tables] == [4, 3]
    assert card.groups[1].tolist() in ([0, 1, 0], [1, 0, 1])
    assert np.corrcoef(card.log_odds(codes), z)[0, 1] > 0.98


def test_levels_without_order_are_grouped_by_their_curve() -> None:
    codes, y, w, _ = make(30_000, 4)
    card = fit_scorecard(codes, SIZES, ORDERED, y, w, max_indicators=3, max_bins=2)
    j = card.chosen.index(1)
    assert card.groups[j][0] == card.groups[j][2] != card.groups[j][1]


def test_a_logistic_fit_has_a_zero_gradient_and_true_influences() -> None:
    rng = np.random.default_rng(5)
    X = np.column_stack([np.ones(400), rng.standard_normal((400, 2))])
    y = (rng.random(400) < 1 / (1 + np.exp(-X @ [-1.0, 0.7, 0.0]))).astype(float)
    w = rng.uniform(0.5, 2.0, 400)
    fit = fit_logistic(X, y, w)
    p = 1 / (1 + np.exp(-X @ fit.coefficients))
    np.testing.assert_allclose(X.T @ (w * (y - p)), 0.0, atol=1e-7)
    assert_influences(
        fit.influence, lambda v: fit_logistic(X, y, v).coefficients, w, range(5), 1e-4
    )


def test_logistic_regression_equals_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(6)
    X = np.column_stack([np.ones(500), rng.standard_normal((500, 2))])
    y = (rng.random(500) < 0.3).astype(float)
    theirs = sm.Logit(y, X).fit(disp=0, method="newton", tol=1e-12)
    np.testing.assert_allclose(
        fit_logistic(X, y, np.ones(500)).coefficients, theirs.params, atol=1e-7
    )


def test_separated_outcomes_are_refused() -> None:
    x = np.linspace(-1, 1, 50)
    X = np.column_stack([np.ones(50), x])
    with pytest.raises(
        DissatisfiedError, match="has no maximum: the outcome is the same for all, or the"
    ):
        fit_logistic(X, (x > 0).astype(float), np.ones(50))


def test_calibration_finds_the_slope_of_overconfident_scores() -> None:
    rng = np.random.default_rng(7)
    z = rng.standard_normal(50_000)
    y = (rng.random(50_000) < 1 / (1 + np.exp(-(z - 1.0)))).astype(float)
    offset, slope = fit_calibration(4.0 * z, y, np.ones(50_000))
    assert offset == pytest.approx(-1.0, abs=0.05)
    assert slope == pytest.approx(0.25, abs=0.01)
    assert fit_calibration(np.zeros(4), np.array([0, 0, 0, 1.0]), np.ones(4)) == (
        pytest.approx(np.log(1 / 3)),
        1.0,
    )


def test_an_offset_gives_the_asked_rate() -> None:
    z, w = np.linspace(-3, 2, 100), np.linspace(1, 2, 100)
    a = offset_for_rate(z, w, 0.07)
    assert np.average(1 / (1 + np.exp(-(a + z))), weights=w) == pytest.approx(0.07, abs=1e-12)
    with pytest.raises(DissatisfiedError, match=r"between 0 and 1; got 0\.0"):
        offset_for_rate(z, w, 0.0)
