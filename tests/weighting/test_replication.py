"""Replicate weights against R survey's jackknife, and against linearisation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import WeightingError
from csi.inference import estimate_means, make_design
from csi.weighting import replicate_weights, weight_responses
from tests.inference.survey_oracles import (
    R_SURVEY,
    api_design,
    oracle,
    simulated_design,
)


@pytest.mark.parametrize(("name", "label"), [("clus1_fpc", "JK1"), ("strat_fpc", "JKn")])
def test_jackknife_matches_survey(shared_data: Path, name: str, label: str) -> None:
    design = api_design(shared_data, name)
    jackknife = replicate_weights(design, method="jackknife")
    columns = design.frame[["api00", "ell", "api99"]].to_numpy(dtype=float)

    def statistics(w: np.ndarray) -> np.ndarray:
        api00, ell, api99 = w @ columns / w.sum()
        return np.array([api00, ell, api00 / api99])

    rows = [r for r in oracle("survey_api")["jackknife"] if r["statistic"].startswith(name)]
    assert all(label in r["statistic"] for r in rows)
    np.testing.assert_allclose(
        jackknife.std_errors(statistics), [r["se"] for r in rows], rtol=R_SURVEY
    )


def test_bootstrap_of_a_total_is_unbiased_for_the_linearised_variance() -> None:
    """With E over the multinomial draws taken exactly, the two are equal; here 4000 draws."""
    design = simulated_design("stratified_cluster_fpc")
    y = design.frame["s1"].to_numpy(dtype=float)
    boot = replicate_weights(design, n_replicates=4000, seed=7)
    ours = boot.std_errors(lambda w: w @ y / w.sum())[0]
    linear = estimate_means(design, ["s1"]).std_errors()[0]
    # A variance from 4000 replicates has a relative error of √(2/4000) = 2.2 %, an SE half of it.
    assert ours / linear == pytest.approx(1.0, abs=0.045)


def test_raked_replicates_meet_the_margins_and_carry_the_gain() -> None:
    frame = simulated_design("stratified_cluster").frame
    margins = {
        "group": {"A": 4000, "B": 3500, "C": 2500},
        "stratum": {1: 3e3, 2: 3e3, 3: 2e3, 4: 2e3},
    }
    design = weight_responses(simulated_design("stratified_cluster"), margins=margins)
    boot = replicate_weights(design, n_replicates=1000, seed=1, margins=margins)
    assert boot.unmet == 0
    for variable, totals in margins.items():
        sums = pd.DataFrame(boot.weights).groupby(frame[variable].to_numpy()).sum()
        np.testing.assert_allclose(
            sums, np.tile(np.array(list(totals.values()))[:, None], 1000), rtol=2e-6
        )
    y = frame["q1"].to_numpy(dtype=float)
    ours = boot.std_errors(lambda w: w @ y / w.sum())[0]
    linear = estimate_means(design, ["q1"]).std_errors()[0]
    # 36 degrees of freedom: linearisation and bootstrap differ by terms of that order.
    assert ours / linear == pytest.approx(1.0, abs=0.12)


def test_the_same_seed_gives_the_same_replicates() -> None:
    design = simulated_design("cluster")
    one, other, third = (
        replicate_weights(design, n_replicates=5, seed=seed).weights for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, other)
    assert (one != third).any()


def test_a_level_that_dies_out_is_counted() -> None:
    frame = pd.DataFrame({"g": [0] + [1] * 9})
    margins = {
        "g": {0: 1, 1: 9},
    }
    boot = replicate_weights(make_design(frame), n_replicates=50, seed=0, margins=margins)
    assert 0 < boot.unmet < 50
    assert repr(boot) == f"ReplicateWeights(bootstrap, replicates=50, n=10, unmet={boot.unmet})"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "The bootstrap needs a `seed`: the same seed gives the same replicates."),
        (
            {"method": "brr", "n_replicates": 1},
            "`method` must be one of bootstrap, jackknife; got 'brr'.",
        ),
        ({"seed": 1, "n_replicates": 1}, "`n_replicates` must be at least 2; got 1."),
        (
            {"seed": 1, "margins": {"y": 10.0}},
            "Replicates are raked to levels only; numeric totals: y.",
        ),
    ],
)
def test_messages_of_replicates(options: dict, message: str) -> None:
    with pytest.raises(WeightingError) as caught:
        replicate_weights(make_design(pd.DataFrame({"y": [1.0, 2.0]})), **options)
    assert str(caught.value) == message


def test_calibrated_designs_need_their_margins() -> None:
    design = weight_responses(pd.DataFrame({"g": [0, 1, 1]}), margins={"g": {0: 1, 1: 1}})
    with pytest.raises(WeightingError, match="The design is calibrated: give its `margins`"):
        replicate_weights(design, seed=1)


def test_a_jackknife_of_many_units_is_refused() -> None:
    design = make_design(pd.DataFrame({"y": np.zeros(6000)}))
    with pytest.raises(WeightingError, match="would make 6000 replicates"):
        replicate_weights(design, method="jackknife")
