"""Second-level drivers: against R's svyglm, against moving one weight, and what must not matter."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.elements import ElementDrivers, rank_elements
from csi.elements.regression import regression_slopes
from csi.errors import ModelError
from csi.inference import SurveyDesign, make_design, restrict_design
from csi.model.fit import fit_model
from csi.questionnaire.schema import Questionnaire
from csi.simulate.responses import simulate_responses
from tests.elements.conftest import CHANNEL, questionnaire_from
from tests.model.oracles import oracle
from tests.tolerance import EXACT, R_DIGITS


@pytest.mark.parametrize("case", ["among_users", "among_all"])
def test_associations_equal_svyglm(case: str, design: SurveyDesign, channel: Questionnaire) -> None:
    reference = oracle("elements")[case]
    drivers = rank_elements(design, channel)
    model = {"among_users": "group in (1, 2)", "among_all": ""}[case]
    (found,) = (m for m in drivers.models if m.audience == model)
    table = found.coefficients.tidy()
    rows = slice(1, None) if case == "among_users" else slice(1, 2)
    assert table["estimate"].to_numpy() == pytest.approx(reference["est"][rows], rel=R_DIGITS)
    assert table["std_error"].to_numpy() == pytest.approx(reference["se"][rows], rel=R_DIGITS)
    assert set(table["df"]) == {reference["df"]}
    assert set(table["n"]) == {reference["n"]}


def test_the_table_takes_each_element_from_its_own_users(
    design: SurveyDesign, channel: Questionnaire
) -> None:
    reference = oracle("elements")
    drivers = rank_elements(design, channel)
    table = drivers.tidy().set_index(["measure", "term"])
    assert drivers.outcome == "Satisfaction"
    assert drivers.audiences == ("", "group in (1, 2)")
    importance, everybody = table.loc["importance"], reference["among_all"]
    assert importance.loc["Channel", "estimate"] == pytest.approx(
        reference["among_users"]["est"][1], rel=R_DIGITS
    )
    assert importance.loc["Network", "estimate"] == pytest.approx(everybody["est"][1], rel=R_DIGITS)
    reach = reference["contact"]
    assert table.loc[("reach", "Channel"), "estimate"] == pytest.approx(reach["est"], rel=R_DIGITS)
    product = importance.loc["Channel", "estimate"] * reach["est"]
    assert table.loc[("importance_all", "Channel"), "estimate"] == pytest.approx(
        product, rel=R_DIGITS
    )
    assert table.loc[("importance_all", "Network"), "std_error"] == pytest.approx(
        everybody["se"][1], rel=R_DIGITS
    )
    assert table.loc[("performance", "Channel"), "std_error"] == pytest.approx(
        reference["score_channel"]["se"], rel=R_DIGITS
    )
    assert table.loc["lmg", "rank"].isna().all()
    assert table.loc["importance_all", "rank"].tolist() == [1.0, 2.0]


def test_relative_weights_are_among_the_same_people(
    design: SurveyDesign, channel: Questionnaire
) -> None:
    drivers = rank_elements(design, channel)
    table = drivers.models_tidy()
    for _, rows in table.groupby("audience"):
        for share in ("lmg_share", "johnson_share"):
            assert rows[rows["measure"] == share]["estimate"].sum() == pytest.approx(1.0, rel=EXACT)
        total = rows[rows["measure"] == "lmg"]["estimate"].sum()
        assert total == pytest.approx(rows["r_squared"].iloc[0], rel=EXACT)
    users = table[table["audience"] != ""]
    assert set(users["n"] + users["n_dropped"]) == {int((design.frame["group"] < 3).sum())}


def moved(design: SurveyDesign, row: int, step: float) -> SurveyDesign:
    weights = design.weights.copy()
    weights[row] += step
    return dataclasses.replace(design, weights=weights)


@pytest.mark.parametrize("fitted", [False, True])
def test_influences_equal_what_moving_one_weight_does(
    fitted: bool, design: SurveyDesign, channel: Questionnaire
) -> None:
    def ranked(given: SurveyDesign) -> ElementDrivers:
        return rank_elements(fit_model(given, channel) if fitted else given, channel)

    rows = [0, 200] if fitted else [0, 50, 200, 400, 599]
    step = 1e-3 * float(design.weights.mean())
    measures = ("importance", "importance_all", "lmg", "lmg_share", "johnson_share", "performance")
    ours = {name: getattr(ranked(design), name).influence() for name in measures}
    for row in rows:
        up, down = ranked(moved(design, row, step)), ranked(moved(design, row, -step))
        for name in measures:
            slope = (getattr(up, name).values - getattr(down, name).values) / (2 * step)
            scale = np.maximum(np.abs(ours[name]).max(axis=0), 1e-9)
            np.testing.assert_allclose(ours[name][row] / scale, slope / scale, atol=2e-6)


def test_slopes_have_their_derivatives() -> None:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(50, 4))
    C = X.T @ X
    slopes, jacobian = regression_slopes(C)
    np.testing.assert_allclose(slopes, np.linalg.lstsq(X[:, 1:], X[:, 0], rcond=None)[0])
    for column, (i, j) in enumerate(zip(*np.tril_indices(4), strict=True)):
        change = np.zeros((4, 4))
        change[i, j] = change[j, i] = 1e-5
        up, down = regression_slopes(C + change)[0], regression_slopes(C - change)[0]
        np.testing.assert_allclose(jacobian[:, column], (up - down) / 2e-5, rtol=1e-7, atol=1e-10)


def test_answers_of_those_not_asked_never_count(
    frame: pd.DataFrame, channel: Questionnaire
) -> None:
    filled = frame.copy()
    filled.loc[filled["group"] == 3, ["v1", "v2", "v3"]] = 10.0
    tables = [rank_elements(make_design(data), channel).tidy() for data in (frame, filled)]
    pd.testing.assert_frame_equal(tables[0], tables[1])


def test_too_few_users_have_no_rank(frame: pd.DataFrame, channel: Questionnaire) -> None:
    data = frame.copy()
    data.loc[25:, "group"] = 3.0
    drivers = rank_elements(make_design(data), channel)
    table = drivers.tidy().set_index(["measure", "term"])
    row = table.loc[("importance", "Channel")]
    assert row["flag"] == "suppressed"
    assert row[["estimate", "std_error", "rank"]].isna().all()
    assert table.loc[("importance", "Network"), "rank"] == 1.0
    assert [model.audience for model in drivers.models] == [""]
    assert "Channel: not shown: effective base 17" in drivers.summary()
    assert drivers.not_fitted == {"group in (1, 2)": "effective base 17"}


def test_flat_answers_about_one_channel_do_not_cost_the_others_theirs(
    frame: pd.DataFrame, channel: Questionnaire
) -> None:
    data = frame.copy()
    users = data["group"] < 3
    data.loc[users, ["v1", "v2", "v3"]] = 10.0
    drivers = rank_elements(make_design(data), channel)
    assert np.isfinite(drivers.importance.values).tolist() == [True, False]
    assert "Channel" in drivers.not_fitted["group in (1, 2)"]
    assert "Channel: not shown: " in drivers.summary()


def test_nobody_large_enough(frame: pd.DataFrame, channel: Questionnaire) -> None:
    drivers = rank_elements(make_design(frame.head(20)), channel)
    assert drivers.tidy().query("measure == 'importance'")["estimate"].isna().all()
    assert drivers.models_tidy().empty
    assert repr(drivers).endswith("first=None)")


def test_elements_asked_of_the_same_people_are_held_equal(
    design: SurveyDesign, tmp_path: Path
) -> None:
    text = CHANNEL.replace(
        "items: [v1, v2, v3]}", "items: [v1, v2]}\n    Hours: {en: Hours, zh: 时间, items: [v3]}"
    )
    drivers = rank_elements(design, questionnaire_from(text, tmp_path))
    terms = {m.audience: m.coefficients.labels["term"].tolist() for m in drivers.models}
    assert terms == {"": ["Network"], "group in (1, 2)": ["Channel", "Hours", "Network"]}


def test_a_group_is_a_domain_of_the_whole_design(
    design: SurveyDesign, channel: Questionnaire
) -> None:
    one = restrict_design(design, (design.frame["group"] == 1).to_numpy())
    drivers = rank_elements(one, channel)
    assert drivers.importance.design.n == design.n
    assert drivers.reach.values.tolist() == [1.0, 1.0]


def test_the_provincial_elements_lead_to_perceived_quality(telecom: Questionnaire) -> None:
    responses = simulate_responses(telecom, n=1200, seed=4)
    design = make_design(responses, weights="weight", strata="stratum", psu="psu")
    drivers = rank_elements(design, telecom)
    assert drivers.outcome == "Quality"
    assert repr(drivers).startswith(
        "ElementDrivers(outcome='Quality', elements=9, audiences=7, first="
    )
    assert "of customers = " in drivers.summary()
    assert "<table" in drivers._repr_html_()
    other = rank_elements(design, telecom, outcome="Satisfaction")
    assert other.outcome == "Satisfaction"
    assert len(rank_elements(design, telecom, outcome="Network").names) == 8


def test_every_error_says_what_to_do(design: SurveyDesign, channel: Questionnaire) -> None:
    with pytest.raises(ModelError, match=r"fitted by group; elements are ranked with one pooled"):
        rank_elements(fit_model(design, channel, by="group"))
    with pytest.raises(ModelError, match="Give the `questionnaire` that declares the elements"):
        rank_elements(design)
    with pytest.raises(ModelError, match=r"`Satisfactio` is not a construct .* Did you mean"):
        rank_elements(design, channel, outcome="Satisfactio")


def test_without_paths_from_elements_the_index_is_the_outcome(
    design: SurveyDesign, tmp_path: Path
) -> None:
    text = CHANNEL.replace("    Satisfaction ~ Network\n", "")
    assert rank_elements(design, questionnaire_from(text, tmp_path)).outcome == "Satisfaction"
