"""The complaint ladder: against domain means, and everything a ladder may get wrong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from csi.elements import complaint_ladder
from csi.errors import ModelError, QuestionnaireError, ResponseError
from csi.index import estimate_index
from csi.inference import SurveyDesign, estimate_means, make_design
from csi.inference.multiplicity import adjust_p_values
from csi.model.fit import fit_model
from csi.questionnaire.schema import Questionnaire
from csi.responses.recoding import rescale_items
from csi.simulate.responses import simulate_responses
from csi.simulate.truth import Truth
from tests.tolerance import EXACT, R_DIGITS

STEPS = ["no_problem", "silent", "handled_badly", "handled_well"]


@pytest.fixture(scope="module")
def data(telecom: Questionnaire) -> pd.DataFrame:
    truth = Truth(
        means={"COM1": 2.0, "COM2": 2.0, "COM3": 2.0},
        shares={"complained": {0: 0.8, 1: 0.2}},
        no_answer={"CPL3": 0.1, "COM1": 0.02},
    )
    return simulate_responses(telecom, truth, n=1500, seed=6).frame


@pytest.fixture(scope="module")
def design(data: pd.DataFrame) -> SurveyDesign:
    return make_design(data, weights="weight", strata="stratum", psu="psu")


def by_hand(data: pd.DataFrame) -> pd.Series:
    step = pd.Series(np.nan, index=data.index)
    silent = data["complained"] == 0
    step[silent & (data["COM1"] == 1)] = 0
    step[silent & (data["COM1"] > 1)] = 1
    complained = data["complained"] == 1
    step[complained & ((data["complaint_solved"] == 0) | (data["CPL3"] <= 5))] = 2
    step[complained & (data["complaint_solved"] == 1) & (data["CPL3"] > 5)] = 3
    return step


def test_scores_are_domain_means_of_the_whole_design(
    data: pd.DataFrame, design: SurveyDesign, telecom: Questionnaire
) -> None:
    ladder = complaint_ladder(design, telecom)
    assert list(ladder.steps) == STEPS
    step = by_hand(data)
    assert ladder.n_unknown == step.isna().sum() > 0
    # One answer to each item of satisfaction and loyalty: the mean of item means is a mean.
    points = rescale_items(data, telecom, ["SAT1", "SAT2", "SAT3", "LOY1", "LOY2", "LOY3"])
    own = data.assign(
        step=step,
        Satisfaction=points.iloc[:, :3].mean(axis=1),
        Loyalty=points.iloc[:, 3:].mean(axis=1),
    )
    reference = make_design(own, weights="weight", strata="stratum", psu="psu")
    means = estimate_means(reference, ["Satisfaction", "Loyalty"], by="step")
    assert ladder.scores.labels["step"].tolist() == [name for name in STEPS for _ in range(2)]
    np.testing.assert_allclose(ladder.scores.values, means.values, rtol=R_DIGITS)
    np.testing.assert_allclose(ladder.scores.covariance(), means.covariance(), rtol=1e-6, atol=1e-9)
    known = make_design(
        own[step.notna()].assign(**{f"s{k}": (step == k).astype(float) for k in range(4)}),
        weights="weight",
    )
    shares = estimate_means(known, ["s0", "s1", "s2", "s3"])
    np.testing.assert_allclose(ladder.shares.values, shares.values, rtol=EXACT)
    assert ladder.shares.values.sum() == pytest.approx(1.0, rel=EXACT)


def test_every_pair_is_tested_once(design: SurveyDesign, telecom: Questionnaire) -> None:
    ladder = complaint_ladder(design, telecom)
    table = ladder.gaps_tidy()
    assert len(table) == 12
    first = table.iloc[0]
    assert first[["step_a", "step_b", "term"]].tolist() == ["silent", "no_problem", "Satisfaction"]
    scores = ladder.scores.values
    assert first["estimate"] == pytest.approx(scores[2] - scores[0], rel=EXACT)
    V = ladder.scores.covariance()
    assert first["std_error"] == pytest.approx(np.sqrt(V[0, 0] + V[2, 2] - 2 * V[0, 2]), rel=1e-9)
    np.testing.assert_allclose(table["p_adjusted"], adjust_p_values(table["p_value"], "holm"))
    assert set(table["verdict"]) <= {"higher", "lower", "no evidence"}


def test_a_fit_scores_with_its_weights(design: SurveyDesign, telecom: Questionnaire) -> None:
    fit = fit_model(design, telecom)
    ladder = complaint_ladder(fit)
    step = by_hand(design.frame)
    everybody = complaint_ladder(
        fit, steps={"low": "SAT1 <= 5", "high": "SAT1 > 5"}, terms=["Loyalty"]
    )
    whole = estimate_index(fit).scores
    row = (whole.labels["term"] == "Loyalty").to_numpy()
    together = everybody.shares.values @ everybody.scores.values
    assert together == pytest.approx(float(whole.values[row][0]), rel=EXACT)
    assert ladder.terms == ("Satisfaction", "Loyalty")
    assert ladder.scores.n.max() == (step == 1).sum()


def test_small_steps_are_not_shown(design: SurveyDesign, telecom: Questionnaire) -> None:
    first = design.frame["case_id"].sort_values().iloc[19]
    steps = {"few": f"case_id <= {first:g}", "rest": f"case_id > {first:g}", "none": "case_id < 0"}
    ladder = complaint_ladder(design, telecom, steps=steps)
    table = ladder.tidy()
    assert table["measure"].tolist() == ["share"] * 3 + ["score"] * 4
    assert table["flag"].tolist()[3:] == ["suppressed"] * 2 + [""] * 2
    nobody = table.iloc[2]
    assert nobody[["step", "estimate", "conf_low"]].tolist() == ["none", 0.0, 0.0]
    assert 0.0 < nobody["conf_high"] < 0.01
    gaps = ladder.gaps_tidy()
    assert gaps["verdict"].tolist() == ["base too small"] * 2
    assert gaps["p_value"].isna().all()
    text = ladder.summary()
    assert "few (1%): Satisfaction not shown, Loyalty not shown" in text
    assert "none (0%)" in text
    assert repr(ladder) == "ComplaintLadder(steps=3, n=1500, terms=Satisfaction, Loyalty)"
    assert "<table" in ladder._repr_html_()


def test_gaps_in_words(design: SurveyDesign, telecom: Questionnaire) -> None:
    steps = {"unhappy": "SAT1 <= 5", "happy": "SAT1 > 5"}
    text = complaint_ladder(design, telecom, steps=steps, terms=["Loyalty"]).summary()
    assert "Loyalty: happy higher than unhappy by " in text


def test_constructs_that_decide_the_step_are_not_scored(
    design: SurveyDesign, telecom: Questionnaire
) -> None:
    steps = {"loyal": "LOY1 > 5", "not": "LOY1 <= 5"}
    assert complaint_ladder(design, telecom, steps=steps).terms == ("Satisfaction",)


def test_every_error_says_what_to_do(
    design: SurveyDesign, telecom: Questionnaire, channel: Questionnaire
) -> None:
    both = {"a": "SAT1 <= 5", "b": "SAT1 <= 6"}
    with pytest.raises(ModelError, match=r"\d+ customers stand on two steps .* exclude each other"):
        complaint_ladder(design, telecom, steps=both)
    with pytest.raises(ModelError, match=r"`channel` declares no complaint ladder .* give `steps`"):
        complaint_ladder(design, channel)
    with pytest.raises(ModelError, match="No customer stands on any step"):
        complaint_ladder(design, telecom, steps={"a": "SAT1 = 11", "b": "SAT1 = 12"})
    with pytest.raises(ModelError, match=r"`terms` names `Loyal`, .* Did you mean `Loyalty`"):
        complaint_ladder(design, telecom, terms=["Loyal"])
    with pytest.raises(ModelError, match="Give the `questionnaire` that declares the complaint"):
        complaint_ladder(design)
    with pytest.raises(QuestionnaireError):
        complaint_ladder(design, telecom, steps={"a": "SAT1 <", "b": "SAT1 > 2"})
    with pytest.raises(ResponseError, match="`SAT9`, which is not a column"):
        complaint_ladder(design, telecom, steps={"a": "SAT9 < 5", "b": "SAT1 > 2"})
    bare = dataclasses.replace(telecom, model=None)
    with pytest.raises(ModelError, match="has no `model`"):
        complaint_ladder(design, bare, steps={"a": "SAT1 <= 5", "b": "SAT1 > 5"})
