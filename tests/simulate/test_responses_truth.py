"""Everything that a truth states can be found again in the answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import ModelError
from csi.inference import make_design
from csi.model.fit import fit_model
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.responses.data import Responses
from csi.responses.intraclass import intraclass
from csi.simulate.people import stratum_means, stratum_shares
from csi.simulate.population import simulate_population
from csi.simulate.responses import DESIGN_COLUMNS, simulate_responses
from csi.simulate.truth import Truth, compile_truth, true_effects

PLAIN = Truth(clusters=0, intraclass=0.0, stratum_spread=0.0, informative=0.0)
"""Respondents drawn one by one, all alike."""


@pytest.fixture(scope="module")
def tcsi(project: Path) -> Questionnaire:
    return read_questionnaire(project / "questionnaires" / "tcsi.yaml")


@pytest.fixture(scope="module")
def acsi(project: Path) -> Questionnaire:
    return read_questionnaire(project / "questionnaires" / "acsi.yaml")


def weighted_mean(responses: Responses, item: str, rows: np.ndarray | None = None) -> float:
    frame = responses.frame if rows is None else responses.frame[rows]
    return float(np.average(frame[item], weights=frame["weight"]))


def test_answers_are_whole_numbers_on_the_scale(tcsi: Questionnaire) -> None:
    responses = simulate_responses(tcsi, Truth(), 400, seed=1)
    for name, item in tcsi.items.items():
        if item.scale is not None:
            values = responses.frame[name].dropna()
            assert (values % 1 == 0).all()
            assert values.between(item.scale.minimum, item.scale.maximum).all()


def test_a_ceiling_has_the_stated_share(tcsi: Questionnaire) -> None:
    truth = replace(PLAIN, ceilings={"SAT1": 0.40}, deviations={"SAT1": 1.5})
    answers = simulate_responses(tcsi, truth, 20_000, seed=2).frame["SAT1"]
    assert np.mean(answers == 10) == pytest.approx(0.40, abs=4 * np.sqrt(0.24 / 20_000))


def test_dont_knows_and_gaps_have_their_shares_and_reasons(tcsi: Questionnaire) -> None:
    truth = replace(PLAIN, dont_know={"SAT1": 0.2}, no_answer={"SAT1": 0.1, "SAT2": 0.05})
    reasons = simulate_responses(tcsi, truth, 20_000, seed=3).reasons
    assert np.mean(reasons["SAT1"] == "dont_know") == pytest.approx(0.2, abs=0.012)
    assert np.mean(reasons["SAT1"] == "no_answer") == pytest.approx(0.1, abs=0.009)
    assert np.mean(reasons["SAT2"] == "no_answer") == pytest.approx(0.05, abs=0.007)
    assert (reasons["SAT3"] == "").all()


def test_who_is_not_asked_follows_the_questionnaire(acsi: Questionnaire) -> None:
    responses = simulate_responses(acsi, Truth(), 500, seed=4)
    asked = (responses.frame["COMP"] == 1).to_numpy()
    np.testing.assert_array_equal(responses.frame["HANDLE"].notna(), asked)
    np.testing.assert_array_equal(responses.reasons["HANDLE"] == "not_asked", ~asked)


def test_weights_undo_the_selection(tcsi: Questionnaire) -> None:
    truth = replace(PLAIN, informative=1.0, response_rate=0.3)
    responses = simulate_responses(tcsi, truth, 20_000, seed=5)
    honest, taken = weighted_mean(responses, "SAT1"), responses.frame["SAT1"].mean()
    everybody = simulate_responses(tcsi, PLAIN, 20_000, seed=6).frame["SAT1"].mean()
    assert honest == pytest.approx(everybody, abs=0.08)
    assert taken > everybody + 0.3


def test_clusters_have_the_stated_intraclass_correlation(tcsi: Questionnaire) -> None:
    truth = replace(PLAIN, clusters=200, intraclass=0.10, strata=4)
    frame = simulate_responses(tcsi, truth, 24_000, seed=7).frame
    for item in ("SAT1", "VAL1"):
        # rounding and clipping take a little of the common part
        found = intraclass(frame[item].to_numpy(), frame["psu"]).value
        assert found == pytest.approx(0.10, abs=0.02)


def test_strata_are_as_spread_as_stated() -> None:
    truth = Truth(strata=6, stratum_spread=0.3)
    shares, means = stratum_shares(truth), stratum_means(truth)
    assert shares.sum() == pytest.approx(1.0)
    assert shares @ means == pytest.approx(0.0, abs=1e-12)
    assert np.sqrt(shares @ means**2) == pytest.approx(0.3)


def test_planted_differences_and_biases_and_changes(tcsi: Questionnaire) -> None:
    middle = ("SAT1", "SAT2", "IMG1")  # far from both ends, so that nothing is clipped
    truth = replace(
        PLAIN,
        means=dict.fromkeys(middle, 5.5),
        deviations=dict.fromkeys(middle, 1.2),
        shares={"operator": {1: 1.0, 2: 1.0}},
        shifts={("operator", 2): {"Satisfaction": 0.5}},
        biases={("operator", 2): {"SAT1": -1.0}},
        waves={"autumn": {"Image": 0.5}},
    )
    n = 40_000
    frame = simulate_responses(tcsi, truth, n, seed=8).frame
    gap = frame[frame["operator"] == 2].mean() - frame[frame["operator"] == 1].mean()
    moved = 0.5 * 0.8 * 1.2  # shift × loading × deviation
    noise = 4.0 * 1.25 * np.sqrt(4.0 / n)
    assert gap["SAT2"] == pytest.approx(moved, abs=noise)
    assert gap["SAT1"] == pytest.approx(moved - 1.0, abs=noise)
    assert gap["IMG1"] == pytest.approx(0.0, abs=noise)
    later = simulate_responses(tcsi, truth, n, seed=9, wave="autumn").frame
    change = later.mean() - frame.mean()
    assert change["IMG1"] == pytest.approx(moved, abs=noise)
    assert 0.1 < change["SAT2"] < change["IMG1"]


def test_the_coached_give_the_best_rating_to_everything(tcsi: Questionnaire) -> None:
    responses = simulate_responses(tcsi, replace(PLAIN, coached=0.1), 5000, seed=10)
    coached = responses.frame["coached"] == 1
    assert coached.mean() == pytest.approx(0.1, abs=0.017)
    ratings = [name for name, item in tcsi.items.items() if item.scale is not None]
    best = {name: 1 if tcsi.items[name].reverse else 10 for name in ratings}
    assert (responses.frame.loc[coached, ratings] == pd.Series(best)).all(axis=None)


def test_paths_and_loadings_come_back(tcsi: Questionnaire) -> None:
    responses = simulate_responses(tcsi, PLAIN, 20_000, seed=11)
    fit = fit_model(make_design(responses), tcsi)
    table = fit.tidy()
    plan = compile_truth(tcsi, PLAIN)
    paths = table[table["op"] == "~"]
    for row in paths.to_dict("records"):
        true = plan.B[plan.nodes.index(row["lhs"]), plan.nodes.index(row["rhs"])]
        # rounding to ten points changes standardised paths by less than .01
        assert abs(row["std_all"] - true) < 4 * row["std_all_se"] + 0.01, row


def test_the_population_has_the_effects_of_the_closed_form(tcsi: Questionnaire) -> None:
    population = simulate_population(tcsi, Truth(), size=200_000, seed=12)
    effects = population.total_effects().set_index("term")["estimate"]
    exact = true_effects(tcsi, Truth())
    assert effects.to_dict() == pytest.approx(exact, abs=0.02)
    gaps = population.gaps("operator")
    assert len(gaps) == 3 * len(effects.index) + 3 * 3
    assert repr(population) == "SimulatedPopulation(N=200,000)"


def test_it_is_marked_synthetic_and_has_a_design(tcsi: Questionnaire) -> None:
    responses = simulate_responses(tcsi, Truth(strata=5, clusters=4), 300, seed=13)
    assert responses.source == "synthetic, seed 13"
    assert "Synthetic answers" in responses.summary()
    design = make_design(responses, **DESIGN_COLUMNS)
    assert design.df == 5 * 4 - 5
    assert responses.frame["weight"].mean() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        (Truth(loadings={"SAT9": 0.5}), "`loadings` names `SAT9`, which is not a rating. Did you"),
        (Truth(shifts={("operator", 9): {"Image": 1.0}}), "`operator` has no code 9; it has 1, 2"),
        (Truth(shifts={("operater", 1): {}}), "names `operater`, which is not a question with ch"),
        (Truth(waves={"w": {"Imag": 1.0}}), "`waves` names `Imag`, which is not a construct of t"),
        (Truth(paths={("Image", "Quality"): 0.3}), "`paths` names Image → Quality, which the mod"),
        (Truth(paths={("Quality", "Value"): 0.3}), "`paths` of `Value` lack Expectation: give all"),
        (Truth(paths={("Image", "Expectation"): 1.0}), "explain 100 % of its variance; at most 99"),
        (Truth(correlations={("Image", "Value"): 0.1}), "is not a construct without predictors"),
        (Truth(correlations={("Image", "Fairness"): 1.2}), "they are not positive definite"),
        (
            Truth(loadings={"SAT1": 1.2}),
            "`loadings` explain more than all of the variance of `SAT1`",
        ),
        (Truth(coached=1.0), "coached must be a share from 0 to below 1; got 1.0."),
        (Truth(ceilings={"SAT1": 0.0}), "ceilings of `SAT1` must lie between 0 and 1; got 0.0."),
        (Truth(deviations={"SAT1": 0.0}), "deviations of `SAT1` must be above 0; got 0.0."),
        (Truth(shares={"operator": {1: -1.0}}), "`shares` of `operator` must not be negative and"),
        (Truth(clusters=1), "`strata` must be at least 1, and `clusters` 0"),
    ],
)
def test_faults_of_a_truth_are_named(tcsi: Questionnaire, truth: Truth, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        simulate_responses(tcsi, truth, 500, seed=1)
    assert message in str(caught.value)


def test_all_faults_are_named_at_once(tcsi: Questionnaire) -> None:
    truth = Truth(loadings={"a": 0.5}, means={"b": 1.0}, coached=2.0)
    with pytest.raises(ModelError) as caught:
        simulate_responses(tcsi, truth, 500, seed=1)
    assert len(str(caught.value).splitlines()) == 3


def test_unknown_waves_small_populations_and_absent_models(tcsi: Questionnaire) -> None:
    with pytest.raises(ModelError, match=r"no wave `autum` \(autumn\). Did you mean `autumn`\?"):
        simulate_responses(tcsi, Truth(waves={"autumn": {}}), 500, seed=1, wave="autum")
    with pytest.raises(ModelError, match="`size` must be at least 10,000"):
        simulate_population(tcsi, size=500, seed=1)
    with pytest.raises(ModelError, match="has no `model:` section"):
        simulate_responses(replace(tcsi, model=None), seed=1)
