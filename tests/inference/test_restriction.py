"""Looking at some respondents: as a domain of everybody, with their rows or without them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.comparison.stacking import stack_waves
from csi.errors import DesignError
from csi.index import estimate_index
from csi.inference import (
    SurveyDesign,
    drop_set_aside,
    estimate_means,
    make_design,
    restrict_design,
)
from csi.model.fit import fit_model
from csi.weighting.weights import weight_responses
from tests.tolerance import EXACT, OPTIMISER

CANCELLED = 1e-9
"""Relative; covariances in which such sums nearly cancel."""


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 900
    common = rng.normal(size=n)
    frame = pd.DataFrame({f"x{k}": 7 + common + rng.normal(size=n) for k in range(4)})
    frame["x3"] = frame["x3"].mask(rng.random(n) < 0.1)
    frame["region"] = rng.integers(1, 7, n)
    frame["line"] = rng.integers(1, 3, n)
    frame["stratum"] = rng.integers(1, 5, n)
    frame["place"] = frame["stratum"] * 100 + rng.integers(1, 25, n)
    frame["w"] = rng.uniform(0.5, 3.0, n)
    frame["size"] = frame["stratum"].map({1: 60, 2: 80, 3: 100, 4: 120})
    return frame


@pytest.mark.parametrize(
    "sampled",
    [
        {},
        {"weights": "w", "strata": "stratum"},
        {"weights": "w", "strata": "stratum", "psu": "place"},
        {"weights": "w", "strata": "stratum", "psu": "place", "fpc": "size"},
    ],
)
def test_without_the_rows_of_the_others_every_number_is_the_same(
    answers: pd.DataFrame, sampled: dict[str, str]
) -> None:
    design = make_design(answers, **sampled)
    domain = restrict_design(design, (answers["region"] == 3).to_numpy())
    light = drop_set_aside(domain)
    assert light.n == int((answers["region"] == 3).sum())
    assert light.df == domain.df
    whole, part = (
        estimate_means(domain, ["x0", "x1"], by="line"),
        estimate_means(light, ["x0", "x1"], by="line"),
    )
    pd.testing.assert_frame_equal(whole.tidy(), part.tidy(), rtol=EXACT)
    np.testing.assert_allclose(whole.covariance(), part.covariance(), rtol=CANCELLED, atol=1e-15)
    fits = [fit_model(each, "F =~ x0 + x1 + x2 + x3") for each in (domain, light)]
    for table in ("tidy", "glance"):
        pd.testing.assert_frame_equal(*(getattr(fit, table)() for fit in fits), rtol=OPTIMISER)
    indices = [estimate_index(fit, by="line").tidy() for fit in fits]
    pd.testing.assert_frame_equal(*indices, rtol=OPTIMISER)


def test_it_differs_from_a_sample_of_these_respondents_alone(answers: pd.DataFrame) -> None:
    """How many of a sample belong to the domain is a result of sampling, as R's ``subset``."""
    kept = (answers["region"] == 3).to_numpy()
    light = drop_set_aside(restrict_design(make_design(answers), kept))
    alone = make_design(answers[kept])
    n, m = len(answers), int(kept.sum())
    squares = ((answers["x0"][kept] - answers["x0"][kept].mean()) ** 2).sum() / m**2
    error = [float(estimate_means(each, ["x0"]).std_errors()[0]) ** 2 for each in (light, alone)]
    assert error[0] == pytest.approx(squares * n / (n - 1), rel=EXACT)
    assert error[1] == pytest.approx(squares * m / (m - 1), rel=EXACT)


def test_a_calibrated_design_keeps_everybody(answers: pd.DataFrame) -> None:
    """Through the calibration the others take part in the variance."""
    design = weight_responses(
        make_design(answers, weights="w"), margins={"line": {1: 500.0, 2: 600.0}}
    )
    domain = restrict_design(design, (answers["region"] == 3).to_numpy())
    assert drop_set_aside(domain) is domain


def test_waves_may_be_narrowed_before_or_after_they_are_stacked(answers: pd.DataFrame) -> None:
    waves = {"a": answers[:500], "b": answers[500:].reset_index(drop=True)}
    designs = {id: make_design(part, weights="w", strata="stratum") for id, part in waves.items()}
    domains = {
        id: restrict_design(design, (design.frame["region"] == 3).to_numpy())
        for id, design in designs.items()
    }
    before = stack_waves({id: drop_set_aside(domain) for id, domain in domains.items()})
    after = drop_set_aside(stack_waves(domains))
    assert before.n == after.n < 200
    tables = [_means(design) for design in (stack_waves(domains), before, after)]
    pd.testing.assert_frame_equal(tables[0], tables[1], rtol=EXACT)
    pd.testing.assert_frame_equal(tables[0], tables[2], rtol=EXACT)


def _means(design: SurveyDesign) -> pd.DataFrame:
    return estimate_means(design, ["x0", "x3"], by="wave").tidy()


def test_a_panel_is_stacked_before_it_is_narrowed(answers: pd.DataFrame) -> None:
    frame = answers.assign(who=np.arange(len(answers)))
    design = make_design(frame)
    light = drop_set_aside(restrict_design(design, (frame["region"] == 3).to_numpy()))
    with pytest.raises(DesignError) as error:
        stack_waves({"a": light, "b": design}, panel="who")
    assert str(error.value) == (
        "The design of `a` has sampling units without rows, and a panel needs them: "
        "stack first, and leave out those set aside (`drop_set_aside`) afterwards."
    )
