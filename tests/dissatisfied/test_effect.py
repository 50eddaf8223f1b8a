"""The effect of care: arms by hand, strata, non-response, costs; the change corrected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csi.dissatisfied.actions import ActionPlan, plan_actions
from csi.dissatisfied.before_after import Changes, correct_change
from csi.dissatisfied.evaluation import NO_HOLD_OUT, Before, evaluate_actions
from csi.dissatisfied.faults import DissatisfiedError, IdentityError
from csi.dissatisfied.randomised import Arms, compare_arms
from csi.dissatisfied.reliability import Reliability, error_variances, reliability_of_items
from csi.inference import make_design
from tests.dissatisfied.derivatives import assert_influences, derivative

N = 3000


def make_plan(tmp_path: Path, hold_out: float) -> ActionPlan:
    path = tmp_path / "care.yaml"
    path.write_text(
        f"hold_out: {{share: {hold_out}, within: [region]}}\n"
        "rules:\n"
        "  - {name: call, strategy: reach_out, when: probability > 0, action: Call, cost: 5}\n",
        encoding="utf-8",
    )
    rng = np.random.default_rng(6)
    scores = pd.DataFrame(
        {"id": np.arange(1, N + 1), "probability": 0.5, "region": rng.integers(1, 4, N)}
    )
    return plan_actions(scores, None, path, seed=2)


@pytest.fixture
def plan(tmp_path: Path) -> ActionPlan:
    return make_plan(tmp_path, 0.3)


def answers(plan: ActionPlan, effect: float = 4.0, response: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    listed = plan.customers
    region = listed["stratum"].str[-1].astype(int)
    score = 40 + 8 * region + effect * (listed["arm"] == "care")
    rating = 1 + 0.09 * (score + 15 * rng.standard_normal(len(listed)))
    table = pd.DataFrame({"id": listed["id"], "rating": rating.clip(1, 10)})
    return table[rng.random(len(table)) < response]


def test_the_effect_is_the_stratified_difference(plan: ActionPlan) -> None:
    heard = answers(plan)
    effect = evaluate_actions(plan, heard, "rating")
    both = plan.customers.merge(heard, on="id")
    both["score"] = 100 * (both["rating"] - 1) / 9
    value = variance = 0.0
    for stratum, rows in both.groupby("stratum"):
        share = (plan.customers["stratum"] == stratum).mean()
        care, held = (rows.loc[rows["arm"] == arm, "score"] for arm in ("care", "hold-out"))
        value += share * (care.mean() - held.mean())
        variance += share**2 * (care.var() / len(care) + held.var() / len(held))
    row = effect.tidy().set_index("term").loc["effect"]
    assert row["estimate"] == pytest.approx(value)
    assert row["std_error"] == pytest.approx(np.sqrt(variance))
    assert row["df"] == len(both) - 6
    assert row["conf_low"] < 4.0 < row["conf_high"]
    assert effect.evidence == "randomised"
    assert "an effect is shown" in effect.summary()


def test_one_stratum_is_welch_s_difference() -> None:
    rng = np.random.default_rng(1)
    care = np.arange(60) < 40
    score = 50.0 + 10.0 * rng.standard_normal(60)
    arms = Arms(
        care=care,
        stratum=np.zeros(60, dtype=np.int64),
        score=score,
        weights=np.ones(60),
        took_part=None,
    )
    estimates, compared = compare_arms(arms, dissatisfied_to=44.0)
    welch = stats.ttest_ind(score[care], score[~care], equal_var=False)
    row = estimates.tidy().set_index("term").loc["effect"]
    assert row["statistic"] == pytest.approx(welch.statistic)
    assert compared == 60


def test_influences_are_derivatives() -> None:
    rng = np.random.default_rng(4)
    n = 200
    arms = Arms(
        care=rng.random(n) < 0.6,
        stratum=rng.integers(0, 3, n),
        score=50.0 + 10.0 * rng.standard_normal(n),
        weights=rng.uniform(0.5, 2.0, n),
        took_part=None,
    )

    def values(weights: np.ndarray) -> np.ndarray:
        moved = Arms(
            care=arms.care,
            stratum=arms.stratum,
            score=arms.score,
            weights=weights,
            took_part=None,
        )
        return compare_arms(moved, dissatisfied_to=44.0)[0].values[:6]

    influence = compare_arms(arms, dissatisfied_to=44.0)[0].influence()[:, :6]
    # An influence is per unit of the list's weight of 1; here the answers' weights move.
    scaled = influence / arms.weights[:, None]
    assert_influences(scaled, values, arms.weights, rows=(0, 3, 50, 120), rtol=1e-5)


def test_small_strata_are_merged_and_lonely_ones_left_out(plan: ActionPlan) -> None:
    rng = np.random.default_rng(2)
    n = 400
    stratum = np.zeros(n, dtype=np.int64)
    stratum[:6], stratum[6:12], stratum[12:14] = 1, 2, 3
    care = rng.random(n) < 0.5
    care[[0, 6]], care[1:6], care[7:12], care[12:14] = True, False, False, True
    arms = Arms(
        care=care,
        stratum=stratum,
        score=50.0 + 10.0 * rng.standard_normal(n),
        weights=np.ones(n),
        took_part=None,
    )
    _, compared = compare_arms(arms, dissatisfied_to=44.0)
    assert compared == n - 2


def test_take_up_is_no_effect(plan: ActionPlan) -> None:
    heard = answers(plan)
    care = plan.arm("care")["id"]
    effect = evaluate_actions(plan, heard, "rating", participants=care[::4])
    table = effect.tidy().set_index("term")
    assert table.loc["take_up", "estimate"] == pytest.approx(0.25, abs=0.01)
    assert table.loc["take_up_hold_out", "estimate"] == 0.0
    assert table.loc["effect_on_takers", "estimate"] == pytest.approx(
        table.loc["effect", "estimate"] / table.loc["take_up", "estimate"]
    )
    assert "Take-up is not an effect." in effect.summary()


def test_unlike_rates_of_answering_are_pointed_out(plan: ActionPlan) -> None:
    heard = answers(plan, response=0.6)
    held = plan.arm("hold-out")["id"]
    fewer = heard[~heard["id"].isin(held[::3])]
    assert evaluate_actions(plan, heard, "rating").warnings == ()
    warning = evaluate_actions(plan, fewer, "rating").warnings[0]
    assert "of those held out answered: who answers may differ between the arms" in warning


def test_answers_of_strangers_are_left_out(plan: ActionPlan) -> None:
    heard = answers(plan)
    strangers = pd.DataFrame({"id": [N + 1, N + 2], "rating": [1.0, 10.0]})
    more = evaluate_actions(plan, pd.concat([heard, strangers]), "rating")
    assert more.value("effect") == evaluate_actions(plan, heard, "rating").value("effect")
    assert more.warnings[-1] == (
        f"2 of {len(heard) + 2} answers at follow-up are of nobody on the list and are left out."
    )


def test_care_of_those_held_out_is_pointed_out(plan: ActionPlan) -> None:
    took = [*plan.arm("care")["id"][::4], *plan.arm("hold-out")["id"][::9]]
    warning = evaluate_actions(plan, answers(plan), "rating", participants=took).warnings[0]
    assert warning.startswith("11.1% of those held out took part all the same")


def test_cost_per_point_turns_the_interval_over(plan: ActionPlan) -> None:
    table = evaluate_actions(plan, answers(plan), "rating").tidy().set_index("term")
    cost, effect = table.loc["cost_per_point"], table.loc["effect"]
    assert cost["estimate"] == pytest.approx(5.0 / effect["estimate"])
    assert cost["conf_low"] == pytest.approx(5.0 / effect["conf_high"])
    assert cost["conf_high"] == pytest.approx(5.0 / effect["conf_low"])


def test_without_an_effect_a_point_may_cost_anything(plan: ActionPlan) -> None:
    effect = evaluate_actions(plan, answers(plan, effect=0.0), "rating")
    row = effect.tidy().set_index("term").loc["cost_per_point"]
    assert row["conf_high"] == np.inf
    assert "no effect is shown" in effect.summary()


@pytest.fixture
def survey() -> pd.DataFrame:
    """Nothing happens between the two interviews; the second is asked of the lowest."""
    rng = np.random.default_rng(3)
    n = 6000
    state = 65.0 + 14.0 * rng.standard_normal(n)
    noise = 10.0 * rng.standard_normal((n, 4))
    return pd.DataFrame(
        {
            "id": np.arange(1, n + 1),
            "a": state + noise[:, 0],
            "b": state + noise[:, 1],
            "before": state + noise[:, :2].mean(axis=1),
            "after": state + noise[:, 2:].mean(axis=1),
            "w": rng.uniform(0.5, 2.0, n),
        }
    )


def change(survey: pd.DataFrame, cut: float | None = 50.0, lift: float = 0.0) -> pd.DataFrame:
    design = make_design(survey, weights="w")
    before = Before(
        design=design,
        outcome="before",
        reliability=reliability_of_items(design, ["a", "b"]),
        cut=cut,
    )
    low = survey[survey["before"] <= 50.0]
    heard = pd.DataFrame({"id": low["id"], "rating": low["after"] + lift})
    effect = evaluate_actions(
        None, heard, "rating", scale=(-100.0, 200.0), before=before, cost=100.0
    )
    assert effect.warnings == (NO_HOLD_OUT,)
    assert NO_HOLD_OUT in effect.summary()
    table = effect.tidy().set_index("term")
    points = ["estimate", "std_error", "conf_low", "conf_high"]
    table.loc[table["unit"] == "points", points] *= 3.0
    return table


def test_the_naive_change_is_regression_to_the_mean(survey: pd.DataFrame) -> None:
    table = change(survey)
    assert table.loc["naive_change", "conf_low"] > 3.0
    for term in ("corrected_change", "corrected_change_linear"):
        assert table.loc[term, "conf_low"] < 0.0 < table.loc[term, "conf_high"]
    assert change(survey, lift=3.0).loc["corrected_change", "estimate"] == pytest.approx(
        table.loc["corrected_change", "estimate"] + 3.0
    )


def test_the_expected_change_is_that_of_a_truncated_normal(survey: pd.DataFrame) -> None:
    table = change(survey)
    sd = np.hypot(14.0, 10.0 / np.sqrt(2.0))
    a = (50.0 - 65.0) / sd
    rho = 14.0**2 / sd**2
    expected = (1.0 - rho) * sd * stats.norm.pdf(a) / stats.norm.cdf(a)
    for term in ("expected_change", "expected_change_linear"):
        assert table.loc[term, "conf_low"] < expected < table.loc[term, "conf_high"]


def test_alpha_is_the_textbook_s_and_its_influence_a_derivative(survey: pd.DataFrame) -> None:
    design = make_design(survey.assign(one=1.0))
    alpha = reliability_of_items(design, ["a", "b"])
    C = np.cov(survey[["a", "b"]].to_numpy().T)
    assert alpha.value == pytest.approx(2.0 * (1.0 - np.trace(C) / C.sum()))
    # Bonett (2002) for normal items.
    assert alpha.std_error == pytest.approx(
        (1.0 - alpha.value) * np.sqrt(2.0 * 2.0 / (1.0 * (len(survey) - 2.0))), rel=0.05
    )
    assert alpha.source == "alpha of a, b"


def test_uncertain_reliability_widens_the_interval(survey: pd.DataFrame) -> None:
    design = make_design(survey, weights="w")
    x0 = survey["before"].to_numpy()
    x1 = np.where(x0 <= 50.0, survey["after"], np.nan)
    sure, unsure = (
        correct_change(design, x0, x1, Reliability(value=0.8, std_error=se)) for se in (0.0, 0.05)
    )
    gap = np.average(x0, weights=survey["w"]) - unsure.values[0]
    assert unsure.std_errors[4] == pytest.approx(np.hypot(sure.std_errors[4], 0.05 * gap))
    assert unsure.std_errors[2] == sure.std_errors[2]


@pytest.mark.parametrize("coarse", [False, True])
def test_standard_errors_of_a_change_follow_from_derivatives(
    survey: pd.DataFrame, coarse: bool
) -> None:
    small = survey.iloc[:400]
    x0 = small["before"].to_numpy()
    x0 = np.round(x0 / 5.0) * 5.0 if coarse else x0
    x1 = np.where(x0 <= 55.0, small["after"], np.nan)
    known = Reliability(value=0.8, std_error=0.0)

    def changes(weights: np.ndarray) -> Changes:
        design = make_design(small.assign(w=weights), weights="w")
        return correct_change(design, x0, x1, known, cut=55.0)

    weights = small["w"].to_numpy()
    moved = np.array([derivative(lambda w: changes(w).values, weights, k) for k in range(400)])
    parts = weights[:, None] * moved
    variances = 400 * parts.var(axis=0, ddof=1)
    np.testing.assert_allclose(changes(weights).std_errors, np.sqrt(variances), rtol=1e-6)


def test_the_error_at_the_cut_is_that_of_its_own_scores(survey: pd.DataFrame) -> None:
    design = make_design(survey, weights="w")
    errors = error_variances(design, ["a", "b"])
    assert np.average(errors, weights=survey["w"]) == pytest.approx(50.0, rel=0.05)
    x0 = survey["before"].to_numpy()
    x1 = np.where(x0 <= 50.0, survey["after"], np.nan)
    known = Reliability(value=0.8, std_error=0.1)
    local = correct_change(design, x0, x1, known, cut=50.0, error_variance=errors)
    double = correct_change(design, x0, x1, known, cut=50.0, error_variance=2.0 * errors)
    expected = local.terms.index("expected_change")
    assert double.values[expected] == pytest.approx(2.0 * local.values[expected])
    # The spread of the items replaces the reliability, and its uncertainty with it.
    linear = local.terms.index("expected_change_linear")
    assert local.std_errors[expected] < local.std_errors[linear]


def test_answers_of_the_less_low_are_pointed_out(survey: pd.DataFrame) -> None:
    design = make_design(survey, weights="w")
    x0 = survey["before"].to_numpy()
    x1 = np.where(x0 <= 50.0, survey["after"], np.nan)
    known = Reliability(value=0.8, std_error=0.0)
    assert correct_change(design, x0, x1, known, cut=50.0).warnings == ()
    fewer = np.where(x0 > 42.0, x1, np.nan)
    assert correct_change(design, x0, fewer, known).warnings == ()
    warning = correct_change(design, x0, fewer, known, cut=50.0).warnings[0]
    assert warning.startswith("Those who answered again had scored 46.")


@pytest.mark.parametrize(
    ("value", "std_error", "message"),
    [
        (0.0, 0.0, "A reliability lies between 0 and 1; got 0.0."),
        (1.1, 0.0, "A reliability lies between 0 and 1; got 1.1."),
        (0.8, -0.1, "The standard error of a reliability lies between 0 and 1; got -0.1."),
    ],
)
def test_impossible_reliabilities(value: float, std_error: float, message: str) -> None:
    with pytest.raises(DissatisfiedError) as caught:
        Reliability(value=value, std_error=std_error)
    assert str(caught.value) == message


def test_faults_of_alpha(survey: pd.DataFrame) -> None:
    design = make_design(survey)
    with pytest.raises(DissatisfiedError, match="Alpha needs at least two items"):
        reliability_of_items(design, ["a"])
    apart = make_design(survey.assign(b=-survey["a"] + 0.5 * survey["b"]))
    other = Before(design=design, outcome="a", reliability=reliability_of_items(design, ["a", "b"]))
    with pytest.raises(DissatisfiedError, match="`a` is not that mean: evaluate the mean"):
        evaluate_actions(None, survey[["id", "a"]], "a", scale=(-100.0, 200.0), before=other)
    with pytest.raises(DissatisfiedError, match="the items do not vary together"):
        reliability_of_items(apart, ["a", "b"])


def test_faults_of_an_evaluation(plan: ActionPlan, tmp_path: Path) -> None:
    heard = answers(plan)

    def message(frame: pd.DataFrame, **options: object) -> str:
        with pytest.raises(DissatisfiedError) as caught:
            evaluate_actions(options.pop("plan", plan), frame, "rating", **options)
        return str(caught.value)

    assert "Nobody was held out" in message(heard, plan=None)
    assert "Nobody was held out" in message(heard, plan=make_plan(tmp_path, 0.0))
    assert "has no column `key` of keys" in message(heard, key="key")
    twice = pd.concat([heard, heard.head(2)])
    assert message(twice) == "2 keys of the follow-up survey stand twice."
    assert "ratings in `rating` lie outside the scale 1 to 5" in message(heard, scale=(1.0, 5.0))
    negative = heard.assign(w=-1.0)
    assert message(negative, weights="w") == "Weights in `w` must be numbers of at least 0."
    assert message(heard, cost=-1.0) == "`cost` must be at least 0; got -1.0."
    text = heard.assign(id="k" + heard["id"].astype(str))
    assert message(text).endswith("give plan and follow-up the same keys.")
    only = heard[heard["id"].isin(plan.arm("care")["id"])]
    assert "no stratum has at least 2 in care and held out" in message(only)
    with pytest.raises(IdentityError, match="The follow-up survey: `id` holds what look like"):
        evaluate_actions(plan, heard.assign(id=13_800_000_000 + heard["id"]), "rating")
    with pytest.raises(DissatisfiedError, match=r"There is no `efect`\. Did you mean `effect`"):
        evaluate_actions(plan, heard, "rating").value("efect")


def test_faults_of_a_change(survey: pd.DataFrame) -> None:
    design = make_design(survey)
    x0 = survey["before"].to_numpy()
    known = Reliability(value=0.8, std_error=0.0)
    few = np.where(np.arange(len(x0)) < 20, x0, np.nan)
    with pytest.raises(DissatisfiedError, match="20 customers have a score before and after"):
        correct_change(design, x0, few, known)
    with pytest.raises(DissatisfiedError, match="customers scored more than the `cut` of 50"):
        correct_change(design, x0, x0, known, cut=50.0)
    with pytest.raises(DissatisfiedError, match="`cut` = 1000 points does not part the scores"):
        correct_change(design, x0, x0, known, cut=1000.0)
