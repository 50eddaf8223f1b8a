"""The whole fit on a small simulated base: better than chance, calibrated, honest about it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import sklearn.ensemble  # noqa: F401 -- its import, not its use, moves the global generator

from csi.dissatisfied.faults import DissatisfiedError, LeakageError
from csi.dissatisfied.fitted import DissatisfactionFit
from csi.dissatisfied.folds import assign_folds
from csi.dissatisfied.indicators import Indicator
from csi.dissatisfied.model import fit_dissatisfaction
from csi.dissatisfied.nonresponse import weight_for_response
from csi.inference import SurveyDesign, make_design
from csi.simulate.subscribers import AS_OF, SubscriberBase
from tests.dissatisfied.conftest import INDICATORS
from tests.dissatisfied.derivatives import assert_influences


def fit_again(design: SurveyDesign, **changes) -> DissatisfactionFit:
    options = {
        "observed": AS_OF,
        "interviewed": "interview_date",
        "seed": 1,
        "folds": 2,
        "yardstick": False,
    }
    return fit_dissatisfaction(
        design,
        changes.pop("outcome", "satisfaction"),
        changes.pop("indicators", ["data_share", "disputes_6m", "drop_rate"]),
        **(options | changes),
    )


def test_the_scorecard_ranks_the_whole_base_as_its_held_out_record_says(
    fit: DissatisfactionFit, base: SubscriberBase
) -> None:
    frame = pq.read_table(base.parts()[0]).to_pandas(date_as_object=False)
    truth = pq.read_table(base.parts("truth")[0]).to_pandas()["probability"].to_numpy()
    p = fit.model.probability(frame, AS_OF)
    top = np.argsort(-p)[: len(p) // 10]
    lift = truth[top].mean() / truth.mean()
    best = truth[np.argsort(-truth)[: len(p) // 10]].mean() / truth.mean()
    row = fit.performance.tidy().query("term == 'lift' and share == 0.1").iloc[0]
    assert row["conf_low"] - 0.3 < lift < row["conf_high"] + 0.3
    assert lift > 0.85 * best
    assert np.abs(pd.Series(p - truth).groupby(pd.qcut(p, 10, labels=False)).mean()).max() < 0.05


def test_probabilities_average_to_the_survey_s_rate(fit: DissatisfactionFit) -> None:
    rows = np.isfinite(fit.dissatisfied)
    w = fit.design.weights[rows]
    for model in fit.models.values():
        p = model.probability(fit.design.frame[rows], AS_OF)
        rate = np.average(fit.dissatisfied[rows], weights=w)
        assert np.average(p, weights=w) == pytest.approx(rate, abs=1e-4)


def test_every_learner_is_judged_on_unseen_answers(fit: DissatisfactionFit) -> None:
    table = fit.tidy()
    assert list(table["learner"].unique()) == ["scorecard", "tan", "naive"]
    auc = table[table["term"] == "auc"].set_index("learner")["estimate"]
    assert auc["scorecard"] > 0.70
    assert (auc > 0.62).all()
    assert fit.performance.calibration_error < 0.03
    assert len(fit.model.indicators) <= 15
    assert all(bins.size <= 8 for bins in fit.model.bins.values())


def test_shuffled_answers_show_no_skill(design: SurveyDesign) -> None:
    rng = np.random.default_rng(3)
    frame = design.frame.assign(satisfaction=rng.permutation(design.frame["satisfaction"]))
    shuffled = make_design(frame, weights="design_weight", strata="region")
    nothing = fit_again(shuffled, indicators=INDICATORS)
    row = nothing.performance.tidy().set_index("term").loc["auc"]
    assert abs(row["estimate"] - 0.5) < 3 * row["std_error"]
    assert nothing.screening.kept == ()


def test_the_summary_says_what_the_calls_would_reach(fit: DissatisfactionFit) -> None:
    text = fit.summary()
    assert "times as many as calling at random [" in text
    assert "would be the most possible" in text
    assert "of these calls would reach people who are not dissatisfied" in text
    assert np.isnan(fit.yardstick_gap)
    assert "<table" in fit._repr_html_()


def test_the_yardstick_says_what_explaining_costs(design: SurveyDesign) -> None:
    judged = fit_again(design, yardstick=True)
    assert "boosting" not in judged.models
    assert judged.yardstick_gap == pytest.approx(
        judged.performances["boosting"].value("auc") - judged.performance.value("auc")
    )
    assert "Full boosting has an AUC higher by" in judged.summary()


def test_tiers_hold_their_share(fit: DissatisfactionFit) -> None:
    rows = np.isfinite(fit.dissatisfied)
    frame, w = fit.design.frame[rows], fit.design.weights[rows]
    z = fit.model.base_points + fit.model.points(frame, AS_OF).sum(axis=1)
    ends = fit.model.tier_points()
    assert list(ends) == ["high", "middle"]
    assert np.average(z >= ends["high"], weights=w) == pytest.approx(0.10, abs=0.01)
    assert np.average(z >= ends["middle"], weights=w) == pytest.approx(0.30, abs=0.01)


def test_a_known_rate_sets_the_level(design: SurveyDesign) -> None:
    known = fit_again(design, population_rate=0.2)
    p = known.model.probability(design.frame, AS_OF)
    assert np.average(p, weights=design.weights) == pytest.approx(0.2, abs=1e-3)


def test_the_same_seed_gives_the_same_model(design: SurveyDesign) -> None:
    first, second = fit_again(design), fit_again(design)
    assert first.model.to_json() == second.model.to_json()
    pd.testing.assert_frame_equal(first.tidy(), second.tidy())


def test_the_order_of_rows_does_not_matter_to_the_model(design: SurveyDesign) -> None:
    turned = make_design(
        design.frame.iloc[::-1].reset_index(drop=True), weights="design_weight", strata="region"
    )
    a, b = fit_again(design).model, fit_again(turned).model
    assert a.indicators == b.indicators
    np.testing.assert_allclose(a.base_points, b.base_points, atol=600)  # other folds


def test_future_indicators_are_refused(design: SurveyDesign, answers: pd.DataFrame) -> None:
    late = Indicator(column="drop_rate", kind="number", observed=date(2026, 4, 20))
    with pytest.raises(LeakageError, match="`drop_rate` was observed on or after the interview"):
        fit_again(design, indicators=["data_share", late])
    frame = answers.assign(call_back=answers["interview_date"] + pd.Timedelta(days=2))
    with pytest.raises(LeakageError, match="`call_back`"):
        fit_again(make_design(frame), indicators=["call_back"])
    with pytest.raises(LeakageError, match="`data_share`"):
        fit_again(design, indicators=["data_share"], observed=date(2026, 6, 1))


def test_impossible_requests_are_refused_together(design: SurveyDesign) -> None:
    with pytest.raises(DissatisfiedError) as caught:
        fit_again(design, learner="forest", folds=1, tiers={"high": 0.4, "middle": 0.2})
    text = str(caught.value)
    assert "`learner` must be one of scorecard, tan, naive; got 'forest'" in text
    assert "`folds` must lie between 2 and 20; got 1" in text
    assert "`tiers` are rising shares between 0 and 1" in text


def test_too_few_dissatisfied_are_refused(design: SurveyDesign) -> None:
    with pytest.raises(DissatisfiedError, match="needs at least 60 dissatisfied"):
        fit_again(design, dissatisfied_to=0.0)


def test_folds_keep_units_whole_and_spread_strata() -> None:
    frame = pd.DataFrame({"psu": np.repeat(np.arange(60), 5), "s": np.repeat([1, 2, 3], 100)})
    design = make_design(frame, strata="s", psu="psu")
    fold = assign_folds(design, 4, seed=1)
    assert pd.Series(fold).groupby(frame["psu"]).nunique().max() == 1
    assert np.bincount(fold).tolist() == [75, 75, 75, 75]
    assert not np.array_equal(fold, assign_folds(design, 4, seed=2))


def test_screening_by_brute_force(fit: DissatisfactionFit) -> None:
    table = fit.screening.tidy().set_index("term")
    disputes = table.loc["disputes_6m"]
    assert disputes["best"] == "below 0.5"
    assert disputes["worst"] == "0.5 or more"
    frame, fold = fit.design.frame, assign_folds(fit.design, 3, seed=1)
    score = 100 * (frame["satisfaction"] - 1) / 9
    gaps = []
    for k in range(3):
        own = fold == k
        none, some = own & (frame["disputes_6m"] == 0), own & (frame["disputes_6m"] > 0)
        w = frame["design_weight"]
        gaps.append(
            np.average(score[none], weights=w[none]) - np.average(score[some], weights=w[some])
        )
    assert disputes["estimate"] == pytest.approx(np.mean(gaps))


def test_screening_keeps_by_points_and_chooses_without_copies(fit: DissatisfactionFit) -> None:
    table = fit.screening.tidy().set_index("term")
    assert (table.loc[table["kept"], "estimate"] >= 10.0).all()
    assert set(fit.screening.kept) == set(table.index[table["kept"]])
    kpis = ["drop_rate", "setup_failure", "weak_coverage", "latency_ms", "throughput_mbps"]
    assert 1 <= (table.loc[kpis, "chosen"] > 0).sum() <= 3
    assert (table["estimate"].loc[kpis] > 3.0).all()
    assert fit.screening.by_chance <= 1.0
    assert abs(table.loc["device_5g", "estimate"]) < 2.5


def test_screening_influences_are_derivatives(fit: DissatisfactionFit) -> None:
    names = list(fit.screening.effects.labels["term"])
    j = names.index("disputes_6m")
    frame, fold = fit.design.frame, assign_folds(fit.design, 3, seed=1)
    score, some = 100 * (frame["satisfaction"] - 1) / 9, frame["disputes_6m"] > 0

    def effect(w: np.ndarray) -> np.ndarray:
        return np.array(
            [
                np.mean(
                    [
                        np.average(score[own & ~some], weights=w[own & ~some])
                        - np.average(score[own & some], weights=w[own & some])
                        for own in (fold == k for k in range(3))
                    ]
                )
            ]
        )

    influence = fit.screening.effects.influence()[:, [j]]
    rows = [0, 5, int(np.flatnonzero(some)[0])]
    assert_influences(influence, effect, fit.design.weights, rows, 1e-5)


def test_response_weights_repair_what_known_data_explain(issued: pd.DataFrame) -> None:
    whole = make_design(issued, weights="design_weight", strata="region")
    weights = weight_for_response(
        whole, "responded", ["tenure_months", "last_contact", "age_band"], observed=AS_OF, seed=2
    )
    assert weights.sum() == pytest.approx(issued["design_weight"].sum())
    assert (weights[~issued["responded"]] == 0).all()
    heard = issued["responded"]
    for column in ("tenure_months", "age_band", "true_silent"):
        x = issued[column].astype(float)
        target = np.average(x, weights=issued["design_weight"])
        plain = np.average(x[heard], weights=issued.loc[heard, "design_weight"]) - target
        mended = np.average(x[heard], weights=weights[heard]) - target
        assert abs(mended) < 0.35 * abs(plain)


def test_response_weights_need_respondents(issued: pd.DataFrame) -> None:
    nobody = make_design(issued.assign(responded=False), weights="design_weight")
    with pytest.raises(DissatisfiedError, match="0 of 16000 issued have `responded` = true"):
        weight_for_response(nobody, "responded", ["age_band"], observed=AS_OF, seed=1)
    with pytest.raises(DissatisfiedError, match="no column `respond`"):
        weight_for_response(nobody, "respond", ["age_band"], observed=AS_OF, seed=1)
