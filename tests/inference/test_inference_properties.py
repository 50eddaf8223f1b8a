"""What must hold for any data and any design."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csi.errors import DesignError
from csi.inference import (
    Calibration,
    SurveyDesign,
    estimate_means,
    estimate_ratios,
    estimate_shares,
    estimate_totals,
    join_estimates,
    make_design,
    scale_boxes,
    share_intervals,
)

ALGEBRA = 1e-9
"""The same algebra in another order, standard errors included."""


def sample(seed: int, n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "y": rng.integers(1, 11, n).astype(float),
            "x": rng.normal(50.0, 10.0, n),
            "g": rng.integers(0, 4, n),
            "h": rng.integers(0, 3, n),
            "c": rng.integers(0, 8, n),
            "w": rng.gamma(2.0, 1.0, n) * (rng.random(n) > 0.1),
            "N": 100.0,
        }
    )
    frame.loc[rng.random(n) < 0.15, "y"] = np.nan
    return frame


def design_of(frame: pd.DataFrame, kind: str, weights: str = "w") -> SurveyDesign:
    options = {
        "elements": {},
        "strata": {"strata": "h", "fpc": "N"},
        "clusters": {"strata": "h", "psu": "c", "fpc": "N", "lonely": "adjust"},
    }[kind]
    return make_design(frame, weights=weights, **options)


kinds = st.sampled_from(["elements", "strata", "clusters"])
seeds = st.integers(0, 10**6)


@given(seeds, kinds)
@settings(max_examples=30, deadline=None)
def test_row_order_is_irrelevant(seed: int, kind: str) -> None:
    frame = sample(seed)
    shuffled = frame.sample(frac=1.0, random_state=seed % 1000)
    one = estimate_means(design_of(frame, kind), ["y", "x"], by="g")
    other = estimate_means(design_of(shuffled, kind), ["y", "x"], by="g")
    pd.testing.assert_frame_equal(one.tidy(), other.tidy(), rtol=ALGEBRA, atol=1e-12)


@given(seeds, kinds, st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_the_scale_of_weights_is_irrelevant_for_means(seed: int, kind: str, scale: float) -> None:
    frame = sample(seed).assign(v=lambda f: f["w"] * scale)
    one, other = design_of(frame, kind), design_of(frame, kind, weights="v")
    pd.testing.assert_frame_equal(
        estimate_means(one, ["y"], by="g").tidy(),
        estimate_means(other, ["y"], by="g").tidy(),
        rtol=ALGEBRA,
        atol=1e-12,
    )
    totals, scaled = estimate_totals(one, ["y"]), estimate_totals(other, ["y"])
    np.testing.assert_allclose(scaled.values, totals.values * scale, rtol=ALGEBRA)
    np.testing.assert_allclose(scaled.std_errors(), totals.std_errors() * scale, rtol=ALGEBRA)


@given(seeds, kinds)
@settings(max_examples=30, deadline=None)
def test_domains_add_up(seed: int, kind: str) -> None:
    design = design_of(sample(seed), kind)
    parts, whole = estimate_totals(design, ["x"], by="g"), estimate_totals(design, ["x"])
    ones = np.ones((1, len(parts)))
    merged = parts.map(ones @ parts.values, ones, pd.DataFrame({"term": ["x"]}))
    np.testing.assert_allclose(merged.values, whole.values, rtol=ALGEBRA)
    np.testing.assert_allclose(merged.std_errors(), whole.std_errors(), rtol=1e-8)


@given(seeds, kinds)
@settings(max_examples=30, deadline=None)
def test_merged_domains_are_the_domain_of_both(seed: int, kind: str) -> None:
    frame = sample(seed).assign(one=1.0, merged=lambda f: f["g"] // 2)
    design = design_of(frame, kind)
    parts = join_estimates(
        [estimate_totals(design, ["x"], by="g"), estimate_totals(design, ["one"], by="g")]
    )
    (x0, x1, _, _, n0, n1, _, _) = parts.values
    mean = (x0 + x1) / (n0 + n1)
    slope = np.array([[1, 1, 0, 0, -mean, -mean, 0, 0]]) / (n0 + n1)
    merged = parts.map(np.array([mean]), slope, pd.DataFrame({"term": ["x"]}))
    whole = estimate_means(design, ["x"], by="merged").select([0])
    np.testing.assert_allclose(merged.values, whole.values, rtol=ALGEBRA)
    np.testing.assert_allclose(merged.std_errors(), whole.std_errors(), rtol=1e-7)


@given(seeds, kinds, st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_fast_standard_errors_equal_the_covariance(seed: int, kind: str, steps: int) -> None:
    frame = sample(seed)
    design = design_of(frame, kind)
    rng = np.random.default_rng(seed)
    dummies = np.eye(4)
    calibrations = (
        Calibration(
            auxiliaries=np.column_stack([np.ones(len(frame)), frame["x"]]),
            base_weights=rng.gamma(2.0, 1.0, len(frame)),
        ),
        Calibration(
            auxiliaries=np.column_stack([dummies, dummies.sum(axis=1)]),
            base_weights=rng.gamma(2.0, 1.0, len(frame)),
            cells=frame["g"].to_numpy(),
        ),
    )[:steps]
    design = replace(design, calibrations=calibrations)
    for estimates in (
        estimate_means(design, ["y", "x"], by="h"),
        estimate_ratios(design, [("y", "x")], by="h"),
        estimate_shares(design, ["y"], boxes=scale_boxes(1, 10, top=2)),
    ):
        whole = np.sqrt(np.diag(estimates.covariance()))
        np.testing.assert_allclose(estimates.std_errors(), whole, rtol=1e-7, atol=1e-10)
        picked = estimates.select([0])
        np.testing.assert_allclose(picked.std_errors(), whole[:1], rtol=1e-7, atol=1e-10)


def test_a_simple_random_sample_has_the_textbook_standard_error() -> None:
    y = np.array([3.0, 5.0, 8.0, 10.0])
    design = make_design(pd.DataFrame({"y": y, "N": 20.0}), fpc="N")
    expected = np.sqrt((1 - 4 / 20) * y.var(ddof=1) / 4)
    np.testing.assert_allclose(estimate_means(design, ["y"]).std_errors(), expected, rtol=1e-12)


def test_a_census_stratum_adds_no_variance() -> None:
    frame = pd.DataFrame({"y": [1.0, 9.0, 5.0, 6.0], "h": [1, 1, 2, 2], "N": [2, 2, 50, 50]})
    part = frame[frame["h"] == 2]
    totals = estimate_totals(make_design(frame, strata="h", fpc="N"), ["y"])
    alone = estimate_totals(make_design(part, strata="h", fpc="N"), ["y"])
    np.testing.assert_allclose(totals.std_errors(), alone.std_errors(), rtol=1e-12)


def test_a_domain_without_answers_is_nan_with_a_nan_standard_error() -> None:
    frame = pd.DataFrame({"g": [1, 1, 2, 2], "y": [1.0, 2.0, np.nan, np.nan]})
    design = make_design(frame)
    for estimates in (
        estimate_means(design, ["y"], by="g"),
        estimate_totals(design, ["y"], by="g"),
        estimate_shares(design, ["y"], by="g", boxes={"low": (1,)}),
    ):
        table = estimates.tidy()
        assert table.loc[1, ["n", "n_eff", "df"]].tolist() == [0.0, 0.0, 0.0]
        assert table.loc[1, ["estimate", "std_error", "conf_low"]].isna().all()
        assert table.loc[0, ["estimate", "std_error"]].notna().all()


def test_a_ratio_with_nothing_below_is_nan() -> None:
    design = make_design(pd.DataFrame({"y": [1.0, 2.0], "x": [0.0, 0.0]}))
    assert np.isnan(estimate_ratios(design, [("y", "x")]).std_errors()).all()


def test_respondents_outside_a_domain_stay_in_the_design() -> None:
    frame = pd.DataFrame(
        {"g": ["a", "b", "a", "b"], "psu": [1, 1, 2, 3], "y": [1.0, 2.0, 3.0, 4.0]}
    )
    estimates = estimate_means(make_design(frame, psu="psu"), ["y"], by="g")
    # In domain a: PSU totals of (y − 2)/2 are −.5, .5 and, for the PSU without members, 0.
    assert estimates.select([0]).std_errors() == pytest.approx(np.sqrt(3 / 2 * 0.5))


def test_shares_keep_texts_and_show_whole_codes() -> None:
    frame = pd.DataFrame({"brand": ["b", "a", "a", None], "score": [1.0, 2.0, 2.0, np.nan]})
    table = estimate_shares(make_design(frame), ["brand", "score"]).tidy()
    assert table["level"].tolist() == ["a", "b", 1, 2]
    assert table["n"].tolist() == [3.0] * 4
    np.testing.assert_allclose(table["estimate"], [2 / 3, 1 / 3, 1 / 3, 2 / 3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda d: estimate_means(d, ["z"]),
            "The data have no column `z`.",
        ),
        (
            lambda d: estimate_totals(d, ["brand"]),
            "`brand` holds str values, not numbers: read the answers with `read_responses`, which "
            "checks every cell, or convert the column.",
        ),
        (
            lambda d: estimate_shares(d, ["empty"]),
            "`empty` has no answer: there are no shares to estimate.",
        ),
        (
            lambda d: estimate_shares(d, ["brnd"]),
            "`items` names the column `brnd`, which the data do not have. Did you mean `brand`?",
        ),
        (
            lambda d: scale_boxes(1, 10, top=10),
            "`top` must be from 1 to 9 on a scale from 1 to 10; got 10.",
        ),
        (
            lambda d: share_intervals(estimate_means(d, ["y"]), "wilson"),
            "`interval` must be one of mean, beta, xlogit; got 'wilson'.",
        ),
        (
            lambda d: share_intervals(estimate_means(d, ["y"]), conf_level=95),
            "`conf_level` must lie between 0 and 1; got 95.",
        ),
        (
            lambda d: estimate_means(d, ["y"], by=["brand", "brand"]),
            "`by` names a column twice: brand, brand.",
        ),
        (
            lambda d: estimate_means(d, ["y"], by="empty"),
            "No respondent has a level of empty: nothing to split by.",
        ),
    ],
)
def test_messages_of_estimates(call, message: str) -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0], "brand": ["a", "b"], "empty": [np.nan, np.nan]})
    frame["brand"] = frame["brand"].astype("str")
    with pytest.raises(DesignError) as caught:
        call(make_design(frame))
    assert str(caught.value) == message


def test_a_share_next_to_nothing_has_the_widest_interval_without_a_warning() -> None:
    shares = estimate_means(make_design(sample(1), weights="w"), ["y"])
    tiny = replace(shares, values=np.full(len(shares), 1e-6))
    low, high = share_intervals(tiny, "xlogit")
    assert np.allclose(low, 0.0)
    assert np.allclose(high, 1.0)
