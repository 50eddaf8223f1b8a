"""Scores, dissatisfied users and contact: against R's survey package, and what must not matter."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from csi.elements import estimate_elements
from csi.errors import DesignError, ModelError, ResponseError
from csi.index import estimate_index
from csi.inference import Estimates, SurveyDesign, make_design
from csi.model.fit import fit_model
from csi.questionnaire.schema import Questionnaire
from csi.simulate.responses import simulate_responses
from tests.model.oracles import oracle
from tests.tolerance import EXACT, R_DIGITS


def number(estimates: Estimates, **labels: object) -> tuple[float, float]:
    """Return the one number with these labels, and its standard error."""
    mask = np.logical_and.reduce([estimates.labels[k] == v for k, v in labels.items()])
    (row,) = np.flatnonzero(mask)
    return float(estimates.values[row]), float(estimates.std_errors()[row])


def expect(estimates: Estimates, reference: dict[str, float], **labels: object) -> None:
    value, error = number(estimates, **labels)
    assert value == pytest.approx(reference["est"], rel=R_DIGITS)
    assert error == pytest.approx(reference["se"], rel=R_DIGITS)


def test_levels_among_users_equal_r(design: SurveyDesign, channel: Questionnaire) -> None:
    reference = oracle("elements")
    elements = estimate_elements(design, channel)
    expect(elements.scores, reference["score_channel"], term="Channel")
    expect(elements.scores, reference["score_everybody"], term="Network")
    expect(elements.dissatisfied, reference["unhappy"], term="Channel")
    expect(elements.contact, reference["contact"], term="Channel")
    worst = estimate_elements(design, channel, dissatisfied_by="worst")
    expect(worst.dissatisfied, reference["unhappy_worst"], term="Channel")


def test_levels_by_group_equal_r(design: SurveyDesign, channel: Questionnaire) -> None:
    elements = estimate_elements(design, channel, by="group")
    for code, reference in enumerate(oracle("elements")["by_group"], start=1):
        expect(elements.scores, reference["channel"], group=code, term="Channel")
        expect(elements.scores, reference["everybody"], group=code, term="Network")
        expect(elements.dissatisfied, reference["unhappy"], group=code, term="Channel")
    assert np.isnan(number(elements.scores, group=3, term="Channel")[0])
    assert number(elements.contact, group=3, term="Channel") == (0.0, 0.0)


def test_what_stands_in_the_cells_of_those_not_asked_never_counts(
    frame: pd.DataFrame, channel: Questionnaire
) -> None:
    worst = frame.copy()
    worst.loc[worst["group"] == 3, ["v1", "v2", "v3"]] = 1.0
    tables = [
        estimate_elements(make_design(data, weights="weight"), channel, by=by).tidy()
        for by in (None, "group")
        for data in (frame, worst)
    ]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[2], tables[3])


def test_whoever_did_not_answer_the_filter_is_in_no_rate(
    frame: pd.DataFrame, channel: Questionnaire
) -> None:
    data = frame.head(10).assign(group=[1, 1, 1, 3, 3, np.nan, np.nan, np.nan, np.nan, np.nan])
    elements = estimate_elements(make_design(data), channel)
    assert number(elements.contact, term="Channel")[0] == pytest.approx(0.6, rel=EXACT)
    assert elements.contact.n.tolist() == [10.0, 5.0]
    assert elements.scores.n[1] == 3.0


def test_an_element_that_is_a_construct_scores_as_the_equal_weight_index(
    design: SurveyDesign, channel: Questionnaire
) -> None:
    scores = estimate_elements(design, channel, by="group").scores
    equal = estimate_index(fit_model(design, channel), by="group").equal
    for code in (1, 2, 3):
        ours = number(scores, group=code, term="Network")
        assert ours == pytest.approx(number(equal, group=code, term="Network"), rel=R_DIGITS)


def test_which_codes_are_dissatisfied(channel: Questionnaire) -> None:
    rows = [(5, 5, 5), (5, 5, 6), (1, 9, 9), (5, np.nan, 5), (1, np.nan, np.nan)]
    data = pd.DataFrame(rows, columns=["v1", "v2", "v3"]).assign(group=1.0)
    for item in ("q1", "q2", "q3"):
        data[item] = [5.0, 6.0, 5.0, 4.0, 10.0]
    design = make_design(data)

    def share(**options: object) -> float:
        return number(estimate_elements(design, channel, **options).dissatisfied, term="Channel")[0]

    assert share() == pytest.approx(2 / 4, rel=EXACT)
    assert share(dissatisfied_to=4) == 0.0
    assert share(dissatisfied_to=5.5) == pytest.approx(3 / 4, rel=EXACT)
    assert share(dissatisfied_by="worst") == 1.0
    assert share(dissatisfied_by="worst", dissatisfied_to=1) == pytest.approx(1 / 4, rel=EXACT)


def test_thirds_do_not_miss_the_threshold(channel: Questionnaire) -> None:
    data = pd.DataFrame({"v1": [3.0, 3], "v2": [4.0, 4], "v3": [5.0, 6], "group": 1.0})
    data[["q1", "q2", "q3"]] = 5.0
    shares = estimate_elements(make_design(data), channel, dissatisfied_to=4).dissatisfied
    assert number(shares, term="Channel")[0] == 0.5


def test_reversed_items_are_mirrored(channel: Questionnaire) -> None:
    items = {
        name: dataclasses.replace(item, reverse=name in ("q1", "q2", "q3"))
        for name, item in channel.items.items()
    }
    q = dataclasses.replace(channel, items=items)
    data = pd.DataFrame({"q1": [6.0, 5.0], "group": 3.0, "v1": np.nan, "v2": np.nan, "v3": np.nan})
    data["q2"] = data["q3"] = data["q1"]
    elements = estimate_elements(make_design(data), q)
    assert number(elements.dissatisfied, term="Network")[0] == 0.5


def test_tidy_flags_small_bases_and_keeps_shares_within_bounds(
    frame: pd.DataFrame, channel: Questionnaire
) -> None:
    few = frame[frame["group"] == 3].head(150).copy()
    few.iloc[:40, few.columns.get_loc("group")] = 1.0
    few.iloc[:40, few.columns.get_loc("v3")] = 9.0
    few[["v1", "v2"]] = few[["v3", "v3"]].to_numpy()
    table = estimate_elements(make_design(few), channel).tidy().set_index(["term", "measure"])
    assert table.index.to_flat_index().tolist() == [
        (term, measure)
        for measure in ("score", "dissatisfied", "contact")
        for term in ("Network", "Channel")
    ]
    assert table["flag"].tolist() == ["", "low", "", "low", "", ""]
    unhappy = table.loc[("Channel", "dissatisfied")]
    assert unhappy[["estimate", "conf_low"]].tolist() == [0.0, 0.0]
    assert unhappy["conf_high"] == pytest.approx(1 - 0.025 ** (1 / 40), rel=EXACT)
    assert table.loc[("Network", "contact"), ["conf_low", "conf_high"]].tolist() == [1.0, 1.0]
    assert table.loc[("Channel", "contact"), "n"] == len(few)
    small = estimate_elements(make_design(few.tail(len(few) - 30)), channel)
    assert small.tidy()["flag"].tolist()[1] == "suppressed"
    assert "Channel: not shown, effective base 10, used by 10%" in small.summary()
    assert small.items_tidy()["flag"].tolist() == ["", "low", ""] + ["suppressed"] * 3


def test_nine_elements_of_the_provincial_questionnaire(telecom: Questionnaire) -> None:
    responses = simulate_responses(telecom, n=900, seed=3)
    design = make_design(responses, weights="weight", strata="stratum", psu="psu")
    elements = estimate_elements(design, telecom, by=["line", "operator"])
    assert repr(elements) == "Elements(by=line × operator, groups=12, elements=9, n=900)"
    installation = elements.contact.labels["term"] == "Installation"
    other_lines = elements.contact.labels["line"] != 4
    assert (elements.contact.values[installation & other_lines] == 0.0).all()
    assert "line = 4, operator = 1: Network: " in elements.summary()
    assert "<table" in elements._repr_html_()
    labels = elements.items.labels
    assert labels.columns.tolist() == ["line", "operator", "element", "term"]
    assert set(labels[labels["element"] == "Outlets"]["term"]) == {"OUT1", "OUT2", "OUT3"}


def test_every_error_says_what_to_do(
    design: SurveyDesign, frame: pd.DataFrame, channel: Questionnaire
) -> None:
    with pytest.raises(DesignError, match="must lie on the scale of `q1`, from 1 to 9; got 10"):
        estimate_elements(design, channel, dissatisfied_to=10)
    with pytest.raises(DesignError, match=r'must be "mean" or "worst"; got \'last\''):
        estimate_elements(design, channel, dissatisfied_by="last")  # type: ignore[arg-type]
    assert channel.model is not None
    bare = dataclasses.replace(channel, model=dataclasses.replace(channel.model, elements={}))
    with pytest.raises(
        ModelError, match=r"`channel` declares no quality elements\. Add `elements:"
    ):
        estimate_elements(design, bare)
    with pytest.raises(ResponseError, match="no column `v2`"):
        estimate_elements(make_design(frame.drop(columns="v2")), channel)
