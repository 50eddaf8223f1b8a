"""Traps that an expert reviewer tries on a model: an error, a mark in the result, or the number.

Traps of sampling, answers and reports are tried where those are tested.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import csi
from csi.errors import DesignError, ModelError
from csi.inference import make_design
from csi.inference.ranks import top_probabilities
from csi.model.bootstrap import bootstrap_fit
from csi.model.fit import ModelFit, fit_model
from csi.model.reliability import cronbach_alpha, spearman_brown
from csi.report.texts import CATALOGUES
from csi.responses.recoding import rescale_items
from tests.tolerance import EXACT

SYNTAX = "F =~ x0 + x1 + x2\nG =~ y0 + y1\nG ~ F"


def answers(n: int = 600, seed: int = 1, top: float = np.inf) -> pd.DataFrame:
    """Two constructs with a path of .6; answers above ``top`` become ``top``."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=n)
    g = 0.6 * f + 0.8 * rng.normal(size=n)
    items = {f"x{k}": f + 0.6 * rng.normal(size=n) for k in range(3)}
    items |= {f"y{k}": g + 0.6 * rng.normal(size=n) for k in range(2)}
    return (60 + 15 * pd.DataFrame(items)).clip(upper=top)


@pytest.fixture(scope="module")
def fit() -> ModelFit:
    return fit_model(make_design(answers()), SYNTAX)


def test_weights_and_scores_of_the_two_estimators_are_not_mixed(fit: ModelFit) -> None:
    """Trap 1: the `pls` index uses outer weights on the items, and no loading."""
    loading, pls = (csi.estimate_index(fit, weights=kind) for kind in ("loading", "pls"))
    for index in (loading, pls):
        weights = index.weights_tidy().set_index("term")["estimate"]
        items = index.indicators_tidy().set_index("term")["estimate"]
        score = index.tidy().set_index("term").loc["F", "estimate"]
        own = ["x0", "x1", "x2"]
        assert score == pytest.approx((weights[own] * items[own]).sum(), rel=EXACT)
    assert not np.allclose(loading.weights.values, pls.weights.values, rtol=1e-4)


def test_a_negative_variance_withholds_the_paths() -> None:
    """Trap 3: λ² of the first item is .9 · .3/.2 = 1.35 by the three correlations (Heywood)."""
    R = np.array([[1.0, 0.9, 0.3], [0.9, 1.0, 0.2], [0.3, 0.2, 1.0]])
    z = np.random.default_rng(5).normal(size=(400, 3))
    z -= z.mean(axis=0)
    white = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T))).T
    data = pd.DataFrame(white @ np.linalg.cholesky(R).T, columns=["x0", "x1", "x2"])
    diagnosis = fit_model(make_design(data), "F =~ x0 + x1 + x2").diagnosis()
    found = {finding.code: finding for finding in diagnosis.findings}
    assert diagnosis.verdict == "withheld"
    # The denominator n − 1 makes the matrix of record equal R up to (n − 1)/n.
    assert found["variance"].value == pytest.approx(1.0 - 1.35, rel=0.01)
    assert found["variance"].subject == "x0"


def test_inadmissible_replicates_are_counted_not_dropped() -> None:
    """Trap 3: leaving them out would understate the variance."""
    fit = fit_model(make_design(answers(40, seed=3)), SYNTAX)
    group = bootstrap_fit(fit, n_replicates=200, seed=1).groups[0]
    assert 0.0 < group.admissible.mean() < 1.0
    assert len(group.parameters) == 1 + 200  # the sample itself comes first


def test_formative_constructs_are_sent_to_pls() -> None:
    """Trap 4: no alpha or AVE for what is made of its items."""
    with pytest.raises(ModelError, match="Formative constructs belong in a PLS"):
        fit_model(make_design(answers()), "F <~ x0 + x1 + x2\nG =~ y0 + y1\nG ~ F")


def test_a_single_item_has_no_alpha_and_an_assumed_reliability() -> None:
    """Trap 5."""
    model = fit_model(
        make_design(answers()), "F =~ x0 + x1 + x2\nS =~ y0\nS ~ F", reliability={"y0": 0.8}
    )
    row = model.reliability().set_index("construct").loc["S"]
    assert row["assumed"]
    assert np.isnan(row["alpha"])
    assert row["omega"] == pytest.approx(0.8, rel=1e-9)
    assert set(csi.reliability_sensitivity(model, "S")["reliability"]) == {0.7, 0.8, 0.9}


def test_two_items_have_spearman_brown_and_need_a_neighbour(fit: ModelFit) -> None:
    """Trap 6: of equal variances it is alpha; alone, two items identify no construct."""
    S = np.array([[4.0, 2.6], [2.6, 4.0]])
    assert spearman_brown(S) == pytest.approx(cronbach_alpha(S), rel=EXACT)
    table = fit.reliability().set_index("construct")
    r = np.corrcoef(answers()[["y0", "y1"]].to_numpy().T)[0, 1]
    assert table.loc["G", "spearman_brown"] == pytest.approx(2 * r / (1 + r), rel=EXACT)
    assert np.isnan(table.loc["F", "spearman_brown"])
    with pytest.raises(ModelError, match="it is not identified"):
        fit_model(make_design(answers()), "G =~ y0 + y1")


def test_constructs_that_are_one_are_not_told_apart() -> None:
    """Trap 8: HTMT and Fornell and Larcker say so before paths are added."""
    rng = np.random.default_rng(2)
    f = rng.normal(size=500)
    data = pd.DataFrame({f"x{k}": f + rng.normal(size=500) for k in range(6)})
    model = fit_model(make_design(data), "A =~ x0 + x1 + x2\nB =~ x3 + x4 + x5\nB ~ A")
    criterion = model.fornell_larcker().iloc[0]
    assert not criterion["apart"]
    assert model.htmt()["htmt"].iloc[0] > 0.9
    assert "htmt" in {f.code for f in model.diagnosis().findings}


def test_fornell_and_larcker_by_hand(fit: ModelFit) -> None:
    row = fit.fornell_larcker().iloc[0]
    r = fit.latent_correlations().loc["F", "G"]
    ave = fit.reliability().set_index("construct")["ave"]
    assert row["shared"] == pytest.approx(r**2, rel=1e-9)
    assert row[["ave_a", "ave_b"]].tolist() == pytest.approx([ave["F"], ave["G"]], rel=EXACT)
    assert row["apart"] == (r**2 < ave.min())


def test_ceilings_widen_robust_errors_not_the_normal_ones() -> None:
    """Trap 9: a third at the top of the scale; errors must not rest on normal answers."""
    design = make_design(answers(1500, top=68))
    errors = fit_model(design, SYNTAX).tidy()["std_error"].to_numpy(dtype=float)
    rng = np.random.default_rng(4)
    frame = design.frame
    again = [
        fit_model(
            make_design(frame.iloc[rng.integers(0, len(frame), len(frame))].reset_index(drop=True)),
            SYNTAX,
        ).tidy()["estimate"]
        for _ in range(60)
    ]
    spread = np.std(np.array(again, dtype=float), axis=0, ddof=1)
    # The spread of 60 bootstrap estimates is known to about 9 %.
    free = errors > 0
    np.testing.assert_allclose(errors[free], spread[free], rtol=0.35)


def test_the_index_of_a_ten_point_scale_starts_at_one(project: Path) -> None:
    """Trap 10: (x − 1)/9, not x/10."""
    questionnaire = csi.read_questionnaire(project / "questionnaires" / "ecsi_mobile.yaml")
    item = next(i for i in questionnaire.items.values() if i.scale)
    frame = pd.DataFrame({item.id: [1.0, 5.5, 10.0]})
    assert rescale_items(frame, questionnaire, [item.id])[item.id].tolist() == [0.0, 50.0, 100.0]


def test_the_index_is_no_factor_score(fit: ModelFit) -> None:
    """Trap 11: factor scores are centred and shrunk; the index is on the scale of the answers."""
    scores = csi.factor_scores(fit)["F"].to_numpy(dtype=float)
    assert abs(scores.mean()) < 1e-6
    assert 55 < csi.estimate_index(fit).tidy()["estimate"].iloc[0] < 65


def test_the_weights_own_error_is_in_the_interval() -> None:
    """Trap 12: against the same weights taken as known, where items differ in level."""
    data = answers(300)
    data["x2"] -= 30
    model = fit_model(make_design(data), SYNTAX)
    index = csi.estimate_index(model)
    weights = index.weights_tidy().set_index("term")["estimate"]
    known = sum(weights[x] * data[x] for x in ("x0", "x1", "x2"))
    fixed = known.std(ddof=1) / np.sqrt(len(data))
    estimated = index.tidy().set_index("term").loc["F", "std_error"]
    assert estimated > 1.02 * fixed


def test_fit_is_reported_with_its_interval_and_no_stamp(fit: ModelFit) -> None:
    """Trap 13: nothing in the table of fit says that a model has passed."""
    columns = set(fit.glance())
    assert {"rmsea", "rmsea_low", "rmsea_high", "srmr", "cfi", "chi2_scaled"} <= columns
    assert not {c for c in columns if "pass" in c or "good" in c}


def test_no_single_factor_is_offered_as_proof() -> None:
    """Trap 14: Harman's test proves nothing, so there is none, and the report says why."""
    assert not [name for name in csi.__all__ if "harman" in name.lower()]
    assert "No single-factor test is reported" in CATALOGUES["en"]["method.bias_text"]
    assert "单因子" in CATALOGUES["zh"]["method.bias_text"]


def test_no_text_calls_a_driver_a_cause() -> None:
    """Trap 37: findings say "goes with", never what something leads to or is owed to."""
    causal = {
        "en": r"\b(caus\w*|drives|leads? to|because of|due to|thanks to|results? in)\b",
        "zh": "导致|引起|使得|因此提高",
    }
    for language, pattern in causal.items():
        found = {
            key: text
            for key, text in CATALOGUES[language].items()
            if key.startswith(("finding.", "caution.", "tile.")) and re.search(pattern, text)
        }
        assert found == {}
    assert "not proof of cause" in " ".join(CATALOGUES["en"]["drivers.intro"].split())
    assert "goes with" in CATALOGUES["en"]["finding.driver_importance"]


def test_respondents_per_group_have_a_floor() -> None:
    """Trap 28: a group needs a base for a model of its own; few respondents withhold paths."""
    data = answers(60).assign(group=np.repeat(["a", "b"], [50, 10]))
    with pytest.raises(ModelError, match=re.escape("too small: group = b (n = 10)")):
        fit_model(make_design(data), SYNTAX, by="group")
    assert fit_model(make_design(answers(40, seed=7)), SYNTAX).diagnosis().verdict != "certified"


def test_listwise_and_full_information_say_what_they_use() -> None:
    """Trap 35: full information keeps everybody who answered anything."""
    data = answers(400)
    data.loc[data.index % 3 == 0, "x1"] = np.nan
    everybody = fit_model(make_design(data), SYNTAX)
    complete = fit_model(make_design(data), SYNTAX, missing="listwise")
    assert everybody.glance()["n"].iloc[0] == 400
    assert complete.glance()["n"].iloc[0] == data.dropna().shape[0]


def test_items_that_nobody_answered_together_are_refused() -> None:
    """Trap 36: users of two channels are no common sample; nothing is filled in."""
    data = answers(400)
    data.loc[data.index % 2 == 0, "x1"] = np.nan
    data.loc[data.index % 2 == 1, "x2"] = np.nan
    with pytest.raises(ModelError, match="were never answered by the same respondent"):
        fit_model(make_design(data), SYNTAX)


def test_simulated_changes_stay_on_the_scale(fit: ModelFit) -> None:
    """Trap 38."""
    drivers = csi.rank_drivers(fit, "G")
    with pytest.raises(ModelError, match="lead out of 0 to 100"):
        csi.what_if(drivers, {"F": 45.0})
    change = csi.what_if(drivers, {"F": 5.0}).tidy().iloc[0]
    assert change["conf_low"] < change["estimate"] < change["conf_high"]


def test_two_drivers_are_first_as_often_as_the_normal_law_says() -> None:
    """Trap 39: P(first) of two numbers is Φ(difference / its standard error)."""
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"a": rng.normal(0.0, 1.0, 400), "b": rng.normal(0.06, 1.0, 400)})
    means = csi.estimate_means(make_design(data), ["a", "b"])
    gap = float(np.diff(means.values)[0])
    V = means.covariance()
    error = np.sqrt(V[0, 0] + V[1, 1] - 2 * V[0, 1])
    table = top_probabilities(means, 1, seed=1, draws=200_000)
    expected = stats.t.cdf(gap / error, means.df[0])
    # 200,000 draws leave a standard error of at most .0011.
    assert table["probability"].iloc[1] == pytest.approx(expected, abs=0.005)
    assert table["probability"].sum() == pytest.approx(1.0, rel=EXACT)
    with pytest.raises(DesignError, match=re.escape("`k` must lie between 1 and 2")):
        top_probabilities(means, 3, seed=1)


def test_every_driver_says_how_surely_it_is_among_the_first(fit: ModelFit) -> None:
    table = csi.rank_drivers(fit, "G").top(3, seed=1)
    assert table[["term", "measure", "probability"]].to_numpy().tolist() == [["F", "importance", 1]]
