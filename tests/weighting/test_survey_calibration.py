"""Calibrated weights, and every estimate with its standard error, against R survey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from csi.errors import WeightingError
from csi.inference import estimate_means, restrict_design
from csi.moments import estimate_moments
from csi.weighting import Linear, Logit, calibrate, weight_responses
from tests.inference.survey_oracles import (
    R_SURVEY,
    api_design,
    assert_matches,
    check_api_record,
    numbers,
    oracle,
)

SCALED_FIRST = 1e-6
"""The published weights of apiclus1 add up to 6194.0003: we scale base weights to the population
before bounds are applied, R does not, which moves bounded weights by parts in 10⁷."""

TYPES = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
API99 = 3914069.0
BOUNDS = (0.5, 1.7)
CALIBRATIONS = {
    "post_stratified": {"method": "poststratify", "margins": {"stype": TYPES}},
    "raking_calibrated": {"margins": {"stype": TYPES, "sch.wide": WIDE}},
    "greg": {"method": "linear", "margins": {"stype": TYPES, "api99": API99}},
    "greg_bounded": {
        "method": "truncated",
        "bounds": BOUNDS,
        "margins": {"stype": TYPES, "api99": API99},
    },
    "logit": {"method": "logit", "bounds": BOUNDS, "margins": {"stype": TYPES, "api99": API99}},
}


@pytest.mark.parametrize("sample", ["clus1", "strat"])
@pytest.mark.parametrize("kind", CALIBRATIONS)
def test_calibrated_designs_match_survey(shared_data: Path, sample: str, kind: str) -> None:
    design = api_design(shared_data, f"{sample}_fpc")
    weighted = weight_responses(design, tolerance=1e-12, **CALIBRATIONS[kind])
    record = oracle("survey_api")["calibrated"][f"{sample}_{kind}"]
    bounded = sample == "clus1" and "bounds" in CALIBRATIONS[kind]
    np.testing.assert_allclose(
        weighted.weights, record["weights"], rtol=SCALED_FIRST if bounded else R_SURVEY
    )
    if not bounded:
        check_api_record(weighted, record)


@pytest.mark.parametrize("sample", ["clus1", "strat"])
def test_raked_weights_match_survey(shared_data: Path, sample: str) -> None:
    design = api_design(shared_data, f"{sample}_fpc")
    weighted = weight_responses(design, margins={"stype": TYPES, "sch.wide": WIDE})
    expected = oracle("survey_api")["calibrated"][f"{sample}_raked"]["weights"]
    np.testing.assert_allclose(weighted.weights, expected, rtol=R_SURVEY)


@pytest.mark.parametrize(
    ("kind", "distance"),
    [("greg_bounded", Linear(low=0.5, high=1.7)), ("logit", Logit(low=0.5, high=1.7))],
)
def test_bounded_weights_match_survey_without_scaling(
    shared_data: Path, kind: str, distance: Linear | Logit
) -> None:
    design = api_design(shared_data, "clus1_fpc")
    dummies = [design.frame[f"stype{s}"] for s in TYPES]
    X = np.column_stack([*dummies, design.frame["api99"]]).astype(float)
    targets = np.array([*TYPES.values(), API99], dtype=float)
    fitted = calibrate(X, design.weights, targets, distance=distance, tolerance=1e-12)
    record = oracle("survey_api")["calibrated"][f"clus1_{kind}"]
    np.testing.assert_allclose(fitted.weights, record["weights"], rtol=R_SURVEY)


def test_standard_errors_use_the_base_weights(shared_data: Path) -> None:
    """R's published example: 641.2303 with SE 23.7036; calibrated weights would give 23.743."""
    weighted = weight_responses(
        api_design(shared_data, "clus1_fpc"), margins={"stype": TYPES, "sch.wide": WIDE}
    )
    means = estimate_means(weighted, ["api00"])
    assert means.values[0] == pytest.approx(641.2303, abs=5e-5)
    assert means.std_errors()[0] == pytest.approx(23.7036, abs=5e-5)


def test_raking_an_already_raked_design_again_changes_nothing(shared_data: Path) -> None:
    margins = {"stype": TYPES, "sch.wide": WIDE}
    once = weight_responses(api_design(shared_data, "clus1_fpc"), margins=margins)
    twice = weight_responses(once, margins=margins)
    np.testing.assert_allclose(twice.weights, once.weights, rtol=1e-9)
    one, other = (estimate_means(d, ["api00", "ell"], by="stype") for d in (once, twice))
    np.testing.assert_allclose(other.std_errors(), one.std_errors(), rtol=1e-8)


@pytest.mark.parametrize("kind", ["raking_calibrated", "greg"])
@pytest.mark.parametrize("sample", ["clus1", "strat"])
def test_a_restricted_calibrated_design_is_a_domain(
    shared_data: Path, sample: str, kind: str
) -> None:
    """Who is set aside still takes part through the calibration, as in R's svyby."""
    record = oracle("survey_api")["calibrated"][f"{sample}_{kind}"]
    weighted = weight_responses(api_design(shared_data, f"{sample}_fpc"), **CALIBRATIONS[kind])
    for level in TYPES:
        kept = (weighted.frame["stype"] == level).to_numpy()
        some = restrict_design(weighted, kept)
        expected = numbers(record, "svyby stype svymean")
        assert_matches(estimate_means(some, ["api00"]), expected, [f"{level}:api00"])
        assert some.df == record["degf_stype"][level]
        whole = estimate_moments(some, ["api00", "meals"]).estimates
        means = whole.select((whole.labels["op"] == "~1").to_numpy())
        assert_matches(means, expected, [f"{level}:api00", f"{level}:meals"])


def test_restricted_designs_are_not_weighted_again(shared_data: Path) -> None:
    design = api_design(shared_data, "clus1_fpc")
    some = restrict_design(design, (design.frame["stype"] == "E").to_numpy())
    with pytest.raises(WeightingError, match="weight everybody first, then restrict"):
        weight_responses(some, margins={"stype": {"E": 4421}})
