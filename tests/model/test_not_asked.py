"""What was not asked is no missing answer: it is refused, or the model is fitted among users."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import ModelError
from csi.index import estimate_index
from csi.inference import make_design, restrict_design
from csi.model.fit import fit_model
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Model, Questionnaire, Text
from csi.simulate.responses import simulate_responses
from csi.simulate.truth import Truth
from tests.tolerance import EXACT

HOTLINE = """
Quality =~ QUA1 + QUA2 + QUA3
Hotline =~ HOT1 + HOT2 + HOT3
Quality ~ Hotline
"""


@pytest.fixture(scope="module")
def telecom(project: Path) -> Questionnaire:
    return read_questionnaire(project / "questionnaires" / "telecom_province.yaml")


@pytest.fixture(scope="module")
def hotline(telecom: Questionnaire) -> Questionnaire:
    names = {name: Text(name, name) for name in ("Quality", "Hotline")}
    return dataclasses.replace(
        telecom, model=Model(syntax=HOTLINE, constructs=names, index="Quality")
    )


@pytest.fixture(scope="module")
def responses(telecom: Questionnaire):
    return simulate_responses(telecom, Truth(no_answer={"HOT1": 0.05}), n=800, seed=2)


def designed(data):
    return make_design(data, weights="weight", strata="stratum", psu="psu")


def test_a_model_of_users_among_everybody_is_refused(hotline, responses) -> None:
    users = int((responses.frame["used_hotline"] == 1).sum())
    expected = (
        f"`HOT1`, `HOT2`, `HOT3` were not asked of {800 - users} of 800 respondents (asked if "
        "`used_hotline = 1`), and what was not asked must not be filled in. Fit the model among "
        'those who were asked (`not_asked="restrict"`, or `where` in the study file), or take the '
        "items out of the model and declare them under `elements`."
    )
    for missing in ("ml", "listwise"):
        with pytest.raises(ModelError) as caught:
            fit_model(designed(responses), hotline, missing=missing)
        assert str(caught.value) == expected


def test_a_frame_without_reasons_is_read_by_the_filter(hotline, responses) -> None:
    with pytest.raises(ModelError, match=r"were not asked of \d+ of 800 respondents"):
        fit_model(designed(responses.frame), hotline)


@pytest.fixture(scope="module")
def among_users(hotline, responses):
    return fit_model(designed(responses), hotline, not_asked="restrict")


def test_restricted_is_a_domain_of_the_whole_design(among_users, hotline, responses) -> None:
    design = designed(responses)
    users = (responses.frame["used_hotline"] == 1).to_numpy()
    assert among_users.restricted_to == "used_hotline = 1"
    assert "among used_hotline = 1" in repr(among_users)
    assert among_users.design.n == 800
    by_hand = fit_model(restrict_design(design, users), hotline)
    assert by_hand.restricted_to == ""
    pd.testing.assert_frame_equal(among_users.tidy(), by_hand.tidy())
    scores = estimate_index(among_users).scores
    assert scores.n.max() == users.sum()


def test_item_non_response_of_users_is_still_used(among_users, hotline, responses) -> None:
    users = (responses.frame["used_hotline"] == 1).to_numpy()
    assert responses.frame.loc[users, "HOT1"].isna().any()
    assert among_users.glance()["n"].item() == users.sum()


def test_a_filter_without_an_answer_is_not_asked(hotline, responses) -> None:
    frame = responses.frame.copy()
    first = np.flatnonzero(frame["used_hotline"] == 1)[0]
    frame.loc[first, ["used_hotline", "HOT1", "HOT2", "HOT3"]] = np.nan
    fit = fit_model(designed(frame), hotline, not_asked="restrict")
    assert fit.design.weights[first] == 0.0


def test_nothing_changes_where_everybody_was_asked(telecom, responses) -> None:
    fit = fit_model(designed(responses), telecom)
    assert fit.restricted_to == ""
    assert "among" not in repr(fit)


def test_several_filters(telecom, responses) -> None:
    syntax = "Both =~ HOT1 + HOT2 + OUT1 + OUT2"
    model = Model(syntax=syntax, constructs={"Both": Text("B", "B")}, index="Both")
    both = dataclasses.replace(telecom, model=model)
    fit = fit_model(designed(responses), both, not_asked="restrict")
    assert fit.restricted_to == "(used_hotline = 1) and (used_outlet = 1)"
    frame = responses.frame
    asked = (frame["used_hotline"] == 1) & (frame["used_outlet"] == 1)
    assert (fit.design.weights > 0).sum() == asked.sum()


def test_nobody_was_asked_everything(telecom, responses) -> None:
    items = dict(telecom.items)
    items["HOT2"] = dataclasses.replace(items["HOT2"], ask_if=items["INS1"].ask_if)
    frame = responses.frame.copy()
    frame.loc[frame["used_hotline"] == 1, ["line", "HOT2"]] = [1.0, np.nan]
    model = Model(syntax="F =~ HOT1 + HOT2 + HOT3", constructs={"F": Text("F", "F")}, index="F")
    nobody = dataclasses.replace(telecom, items=items, model=model)
    with pytest.raises(ModelError, match=r"Nobody was asked every item of the model: `HOT1`, "):
        fit_model(designed(frame), nobody, not_asked="restrict")


def test_wrong_word(telecom, responses) -> None:
    with pytest.raises(ModelError, match="`not_asked` must be refuse or restrict; got 'fill'"):
        fit_model(designed(responses), telecom, not_asked="fill")


def test_scores_of_users_weigh_as_the_users_do(among_users) -> None:
    index = estimate_index(among_users, weights="equal")
    inside = among_users.design.weights > 0
    position = among_users.table.items.index("QUA1")
    values = among_users.values[inside, position]
    mean = np.average(values, weights=among_users.design.weights[inside])
    row = (index.indicators.labels["term"] == "QUA1").to_numpy()
    assert index.indicators.values[row] == pytest.approx(mean, rel=EXACT)


def test_lavaan_text_is_held_to_what_the_answers_say(responses) -> None:
    with pytest.raises(ModelError, match=r"of 800 respondents, and what was not asked must not"):
        fit_model(designed(responses), HOTLINE)
    fit = fit_model(designed(responses), HOTLINE, not_asked="restrict")
    assert fit.restricted_to == "those asked HOT1, HOT2, HOT3"
    assert fit.glance()["n"].item() == (responses.frame["used_hotline"] == 1).sum()
