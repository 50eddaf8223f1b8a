"""Weighted moments, with and without gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.errors import ModelError
from csi.inference import make_design
from csi.model.missing_moments import incomplete_moments
from csi.moments import estimate_moments
from tests.tolerance import EXACT


def answers(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    f = rng.normal(size=n)
    data = pd.DataFrame({f"x{k}": 5 + f + rng.normal(size=n) for k in range(4)})
    return data.assign(w=rng.uniform(0.5, 3.0, n))


def test_moments_equal_numpy() -> None:
    data = answers()
    moments = estimate_moments(make_design(data, weights="w"), ["x0", "x1"])
    x = data[["x0", "x1"]].to_numpy()
    np.testing.assert_allclose(moments.mean, np.average(x, axis=0, weights=data["w"]), rtol=EXACT)
    expected = np.cov(x.T, aweights=data["w"], ddof=0)
    np.testing.assert_allclose(moments.cov, expected, rtol=EXACT)


def test_errors_of_moments_equal_the_influence_of_deleting_a_little_weight() -> None:
    """The influence is the derivative with respect to a respondent's weight."""
    data = answers()
    moments = estimate_moments(make_design(data, weights="w"), ["x0", "x1"])
    influence = moments.estimates.influence()
    for i in (0, 17):
        step = 1e-6
        more = data.copy()
        more.loc[i, "w"] += step
        moved = estimate_moments(make_design(more, weights="w"), ["x0", "x1"]).estimates.values
        slope = (moved - moments.estimates.values) / step
        np.testing.assert_allclose(influence[i], slope, rtol=1e-5, atol=1e-9)


def test_em_without_gaps_is_the_complete_case() -> None:
    data = answers()
    design = make_design(data, weights="w")
    items = ["x0", "x1", "x2"]
    complete = estimate_moments(design, items)
    inside = np.ones(design.n, dtype=bool)
    em, _ = incomplete_moments(design, items, inside, data[items].to_numpy())
    np.testing.assert_allclose(em.cov, complete.cov, rtol=1e-9)
    np.testing.assert_allclose(
        em.estimates.covariance(), complete.estimates.covariance(), rtol=1e-8, atol=1e-14
    )


def test_em_influence_is_the_derivative_by_weight() -> None:
    data = answers()
    data.loc[data.index % 5 == 0, "x1"] = np.nan
    data.loc[data.index % 7 == 0, "x2"] = np.nan
    items = ["x0", "x1", "x2"]
    inside = np.ones(len(data), dtype=bool)

    def values(frame: pd.DataFrame) -> np.ndarray:
        design = make_design(frame, weights="w")
        return incomplete_moments(design, items, inside, frame[items].to_numpy())[0].estimates

    base = values(data)
    influence = base.influence()
    for i in (0, 7, 12):
        more = data.copy()
        more.loc[i, "w"] += 1e-5
        slope = (values(more).values - base.values) / 1e-5
        np.testing.assert_allclose(influence[i], slope, rtol=2e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.assign(x1=3.0), "`x1` is constant: all 60 answers are the same."),
        (lambda d: d.assign(x1=np.nan), "`x1` has no answer among the 60 respondents"),
        (lambda d: d.assign(x1=d["x0"] * 2), "The items x0, x1 are linear combinations"),
        (lambda d: d.head(2), "Only 2 of 2 respondents answered all 2 items of the model"),
    ],
)
def test_hopeless_items_are_named(change, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        estimate_moments(make_design(change(answers())), ["x0", "x1"])
    assert message in str(caught.value)


def test_items_never_answered_together_are_refused() -> None:
    data = answers()
    half = data.index < 30
    data.loc[half, "x0"] = np.nan
    data.loc[~half, "x1"] = np.nan
    items = ["x0", "x1", "x2"]
    design = make_design(data)
    with pytest.raises(ModelError, match="were never answered by the same respondent"):
        incomplete_moments(design, items, np.ones(60, dtype=bool), data[items].to_numpy())
