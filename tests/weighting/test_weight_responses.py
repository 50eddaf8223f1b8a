"""Properties of calibrated weights, for any sample."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from csi.errors import WeightingError
from csi.inference import estimate_means, make_design
from csi.weighting import (
    Exponential,
    Linear,
    Logit,
    calibrate,
    diagnose_weights,
    poststratify,
    rake,
    trim_weights,
    weight_responses,
)

seeds = st.integers(0, 10**6)


def sample(seed: int, n: int = 120) -> tuple[pd.DataFrame, dict]:
    """Return respondents who fill every cell, and margins from shifted weights."""
    rng = np.random.default_rng(seed)
    full = pd.DataFrame(list(product(range(3), range(2), range(4))), columns=["a", "b", "c"])
    rest = pd.DataFrame(
        {"a": rng.integers(0, 3, n), "b": rng.integers(0, 2, n), "c": rng.integers(0, 4, n)}
    )
    frame = pd.concat([full, rest], ignore_index=True)
    frame["w"] = rng.gamma(3.0, 1.0, len(frame))
    frame["y"] = frame["a"] + frame["b"] + rng.normal(size=len(frame))
    truth = frame["w"] * np.exp(0.4 * rng.normal(size=4)[frame["c"]] + 0.3 * frame["a"])
    margins = {v: truth.groupby(frame[v]).sum().to_dict() for v in ("a", "b", "c")}
    return frame, margins


@given(seeds, st.sampled_from(["rake", "linear", "logit", "truncated", "capped"]))
@settings(max_examples=40, deadline=None)
def test_weights_hit_the_margins(seed: int, method: str) -> None:
    frame, margins = sample(seed)
    options: dict = {"method": method}
    if method in ("logit", "truncated"):
        options["bounds"] = (0.1, 8.0)
    if method == "capped":
        options = {"method": "rake", "trim": 6.0}
    try:
        weighted = weight_responses(make_design(frame, weights="w"), margins=margins, **options)
    except WeightingError:
        assume(method != "linear")  # it may need weights below zero, which are refused
        raise
    for variable, totals in margins.items():
        achieved = pd.Series(weighted.weights).groupby(frame[variable]).sum()
        np.testing.assert_allclose(achieved, list(totals.values()), rtol=1e-9)
    if method == "capped":
        assert weighted.weights.max() <= 6.0 * weighted.weights.mean() * (1 + 1e-12)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_row_order_and_the_scale_of_base_weights_are_irrelevant(seed: int) -> None:
    frame, margins = sample(seed)
    weights = weight_responses(make_design(frame, weights="w"), margins=margins).weights
    shuffled = frame.sample(frac=1.0, random_state=seed % 997).assign(w=lambda f: f["w"] * 1e-4)
    again = weight_responses(make_design(shuffled, weights="w"), margins=margins).weights
    np.testing.assert_allclose(again, weights[shuffled.index], rtol=1e-9)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_proportional_fitting_equals_exponential_calibration(seed: int) -> None:
    frame, margins = sample(seed)
    codes = [frame[v].to_numpy() for v in margins]
    totals = [np.array(list(m.values())) for m in margins.values()]
    base = frame["w"].to_numpy()
    fitted = rake(codes, base, totals, tolerance=1e-12)
    X = np.hstack([np.eye(len(t))[c] for c, t in zip(codes, totals, strict=True)])
    newton = calibrate(X, base, np.concatenate(totals), distance=Exponential(), tolerance=1e-12)
    np.testing.assert_allclose(newton.weights, fitted.weights, rtol=1e-9)


def test_one_margin_raked_is_post_stratified() -> None:
    cells, base = np.array([0, 0, 1, 2]), np.array([1.0, 3.0, 2.0, 5.0])
    totals = np.array([8.0, 6.0, 10.0])
    np.testing.assert_array_equal(poststratify(cells, base, totals).weights, [2, 6, 6, 10])
    np.testing.assert_array_equal(rake([cells], base, [totals]).weights, [2, 6, 6, 10])


def test_a_crossed_margin_with_its_own_margins_is_redundant_not_wrong() -> None:
    frame, _ = sample(3)
    crossed = frame.assign(t=1.5 + frame["a"]).groupby(["a", "b"])["t"].sum()
    margins = {
        ("a", "b"): crossed.to_dict(),
        "a": crossed.groupby("a").sum().to_dict(),
        "b": crossed.groupby("b").sum().to_dict(),
    }
    alone = weight_responses(frame, margins={("a", "b"): margins["a", "b"]}, method="poststratify")
    for method in ("rake", "linear"):
        together = weight_responses(frame, margins=margins, method=method)
        np.testing.assert_allclose(together.weights, alone.weights, rtol=1e-9)
        errors = (estimate_means(d, ["y"]).std_errors() for d in (together, alone))
        np.testing.assert_allclose(*errors, rtol=1e-9)


def test_calibrated_variables_have_no_sampling_error() -> None:
    frame, margins = sample(5)
    frame["first"] = (frame["a"] == 0).astype(float)
    weighted = weight_responses(make_design(frame, weights="w"), margins=margins)
    share = estimate_means(weighted, ["first"])
    assert share.std_errors()[0] < 1e-9
    assert share.values[0] == pytest.approx(margins["a"][0] / sum(margins["a"].values()))


def test_bounds_hold_for_factors_on_scaled_base_weights() -> None:
    frame, margins = sample(7)
    base = frame["w"].to_numpy()
    scaled = base * sum(margins["a"].values()) / base.sum()
    for options in ({"method": "logit"}, {"method": "truncated"}, {"method": "rake"}):
        weighted = weight_responses(
            make_design(frame, weights="w"), margins=margins, bounds=(0.45, 1.9), **options
        )
        factor = weighted.weights / scaled
        assert factor.min() >= 0.45 - 1e-12
        assert factor.max() <= 1.9 + 1e-12


@pytest.mark.parametrize(
    "distance",
    [
        Linear(),
        Linear(low=0.4, high=1.6),
        Exponential(),
        Exponential(low=0.4, high=1.6),
        Logit(low=0.4, high=1.6),
    ],
)
def test_distances_are_derivatives_of_each_other(distance: Linear | Exponential | Logit) -> None:
    u = np.linspace(-1.35, 1.25, 14)
    step = 1e-6
    for value, derivative in (
        (distance.primitive, distance.factor),
        (distance.factor, distance.slope),
    ):
        numeric = (value(u + step) - value(u - step)) / (2 * step)
        np.testing.assert_allclose(numeric, derivative(u), atol=1e-8)
    assert distance.factor(np.zeros(1))[0] == pytest.approx(1.0)
    assert distance.slope(np.zeros(1))[0] == pytest.approx(1.0)


def test_slow_proportional_fitting_is_finished_by_newton_steps() -> None:
    """Two nearly identical margins: rounds of fitting would creep for thousands of rounds."""
    a = np.array([0] * 1000 + [1] * 1000)
    b = a.copy()
    b[0], b[-1] = 1, 0
    targets = [np.array([1000.0, 1000.0]), np.array([1001.0, 999.0])]
    fitted = rake([a, b], np.ones(2000), targets)
    assert fitted.converged
    assert fitted.iterations < 150
    assert fitted.misfit <= 1e-10


def test_total_rescales_the_weights_only() -> None:
    frame, margins = sample(9)
    design = make_design(frame, weights="w")
    one = weight_responses(design, margins=margins)
    mean_one = weight_responses(design, margins=margins, total=design.n)
    assert mean_one.weights.mean() == pytest.approx(1.0)
    pd.testing.assert_frame_equal(
        estimate_means(one, ["y"], by="a").tidy(),
        estimate_means(mean_one, ["y"], by="a").tidy(),
        rtol=1e-10,
    )
    table = diagnose_weights(mean_one, margins=margins).margins
    assert table["misfit"].abs().max() < 1e-9


def test_levels_may_be_texts_categories_floats_or_whole_numbers() -> None:
    frame, margins = sample(11)
    plain = weight_responses(frame, margins=margins).weights
    for kind in ("float64", "Int64", "Int8"):
        again = weight_responses(frame.astype(dict.fromkeys("abc", kind)), margins=margins)
        np.testing.assert_array_equal(again.weights, plain)
    texts = {v: {f"level {k}": t for k, t in m.items()} for v, m in margins.items()}
    worded = frame.assign(**{v: "level " + frame[v].astype(str) for v in "abc"})
    np.testing.assert_allclose(weight_responses(worded, margins=texts).weights, plain, rtol=1e-12)
    grouped = worded.astype(dict.fromkeys("abc", "category"))
    np.testing.assert_allclose(weight_responses(grouped, margins=texts).weights, plain, rtol=1e-12)


def test_many_crossed_levels_are_collapsed() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"v{j}": rng.integers(0, 50, 2000) for j in range(5)})
    margins = {v: (frame[v].value_counts() * 1.0).to_dict() for v in frame}
    np.testing.assert_allclose(weight_responses(frame, margins=margins).weights, 1.0, rtol=1e-9)


def test_the_design_says_how_it_was_weighted() -> None:
    frame, margins = sample(13)
    weighted = weight_responses(frame, margins=margins, trim=(0.2, 5.0), bounds=(0.1, 9.0))
    assert weighted.description["calibration"] == (
        "rake: a, b, c; factors 0.1 to 9; weights 0.2 to 5 times their mean"
    )


@given(seeds, st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_margins_are_met_or_refused_never_missed(seed: int, kind: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({v: rng.integers(0, 4, 30) for v in "ab"})
    frame["w"] = rng.lognormal(0.0, 1.0, 30)
    margins = {}
    for v in "ab":
        levels = sorted(set(frame[v]))
        margins[v] = dict(zip(levels, 500 * rng.dirichlet(np.ones(len(levels))), strict=True))
    options: dict = (
        {},
        {"bounds": (0.2, 4.0)},
        {"method": "logit", "bounds": (0.2, 4.0)},
        {"trim": 3.0},
        {"method": "linear"},
    )[kind]
    design = make_design(frame, weights="w")
    said = ""
    try:
        weighted = weight_responses(design, margins=margins, **options)
    except WeightingError as error:
        said = str(error)
    if said:
        assert "target" in said or "weight" in said
    else:
        assert diagnose_weights(weighted, margins=margins).margins["misfit"].abs().max() < 1e-9
    if "trim" in options and not said:
        trimmed = trim_weights(design, trim=3.0, margins=margins).design.weights
        assert trimmed.max() <= 3.0 * trimmed.mean() * (1 + 1e-9)
