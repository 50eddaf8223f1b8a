"""Short boards: the gap against closed form, its p-value against Bonferroni and Holm, the map."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csi.drivers import rank_drivers
from csi.elements import (
    ElementDrivers,
    Elements,
    estimate_elements,
    find_short_boards,
    rank_elements,
)
from csi.errors import DesignError
from csi.index import estimate_index
from csi.inference import SurveyDesign, make_design
from csi.inference.multiplicity import adjust_p_values
from csi.model.fit import ModelFit, fit_model
from csi.questionnaire.schema import Questionnaire
from csi.simulate.responses import simulate_responses
from csi.simulate.truth import Truth


@pytest.fixture(scope="module")
def province(telecom: Questionnaire) -> SurveyDesign:
    """Return answers of a province where operator 1 has a bad network, 2 a good one."""
    truth = Truth(
        shifts={("operator", 1): {"Network": -0.3}, ("operator", 2): {"Network": 0.6}},
        means={"NET1": 6.0, "NET2": 6.0, "NET3": 6.0},
        shares={"operator": {1: 0.4, 2: 0.4, 3: 0.2}},
    )
    responses = simulate_responses(telecom, truth, n=2400, seed=8)
    return make_design(responses, weights="weight", strata="stratum", psu="psu")


@pytest.fixture(scope="module")
def levels(province: SurveyDesign, telecom: Questionnaire) -> Elements:
    return estimate_elements(province, telecom, by=["line", "operator"])


@pytest.fixture(scope="module")
def fit(province: SurveyDesign, telecom: Questionnaire) -> ModelFit:
    return fit_model(province, telecom)


@pytest.fixture(scope="module")
def drivers(fit: ModelFit) -> ElementDrivers:
    return rank_elements(fit)


def test_the_planted_short_board_is_found_and_no_other(
    province: SurveyDesign, telecom: Questionnaire, drivers: ElementDrivers
) -> None:
    boards = find_short_boards(estimate_elements(province, telecom, by="operator"), drivers, own=1)
    table = boards.tidy()
    short = table[table["verdict"] == "short board"]
    assert short["term"].tolist() == ["Network"]
    assert short[["quadrant", "best", "sure"]].to_numpy().tolist() == [["improvement", 2, True]]
    assert boards.n_tests == 9
    assert repr(boards) == "ShortBoards(operator = 1: 9 looked at, 9 tests, 1 short)"
    assert "Network: short board, " in boards.summary()
    assert "against" in boards.summary()
    assert "<table" in boards._repr_html_()


def test_gap_and_p_value_by_hand(levels: Elements, drivers: ElementDrivers) -> None:
    boards = find_short_boards(levels, drivers, own=1, across="operator")
    assert boards.within == ("line",)
    table = boards.tidy()
    labels, V = levels.scores.labels, levels.scores.covariance()
    raised = []
    for row in table.to_dict("records"):
        places = {
            int(labels["operator"].iloc[k]): k
            for k in np.flatnonzero(
                (labels["line"] == row["line"]) & (labels["term"] == row["term"])
            )
            if levels.scores.n_eff[k] >= 30
        }
        if 1 not in places or len(places) < 2:
            assert row["verdict"] == "base too small"
            assert np.isnan(row["p_value"])
            continue
        own = places.pop(1)
        best = max(places.values(), key=lambda k: levels.scores.values[k])
        gap = levels.scores.values[own] - levels.scores.values[best]
        error = np.sqrt(V[own, own] + V[best, best] - 2 * V[own, best])
        df = min(levels.scores.df[own], levels.scores.df[best])
        p = min(1.0, 2 * stats.t.sf(abs(gap) / error, df) * len(places))
        assert (row["estimate"], row["std_error"]) == pytest.approx((gap, error), rel=1e-9)
        assert row["p_value"] == pytest.approx(p, rel=1e-7)
        assert row["best"] == labels["operator"].iloc[best]
        raised.append(p)
    tested = table["p_value"].notna()
    assert boards.n_tests == tested.sum() == len(raised)
    expected = adjust_p_values(raised, "holm")
    assert table.loc[tested, "p_adjusted"].to_numpy() == pytest.approx(expected, rel=1e-7)


def test_the_best_of_several_equal_competitors_is_no_finding(channel: Questionnaire) -> None:
    """Without true differences, any finding is as rare as the level says."""
    rng = np.random.default_rng(11)
    found = 0
    for _ in range(60):
        ratings = np.clip(np.round(rng.normal(7.0, 1.8, (320, 9))), 1, 10)
        data = pd.DataFrame(
            ratings, columns=[f"{letter}{k}" for letter in "qvs" for k in (1, 2, 3)]
        )
        data = data.assign(firm=rng.integers(1, 5, 320), group=1.0)
        design = make_design(data)
        levels = estimate_elements(design, channel, by="firm")
        table = find_short_boards(levels, rank_elements(design, channel), own=1).tidy()
        found += int(table["verdict"].isin(["short board", "behind", "ahead"]).any())
    assert found <= 8  # at a rate of 5 %, 9 or more of 60 have a probability of .003


def test_quadrants_lie_about_the_means(levels: Elements, drivers: ElementDrivers) -> None:
    table = find_short_boards(levels, drivers, own=2).tidy()
    for _, cell in table.groupby("line"):
        shown = cell[cell["quadrant"] != ""]
        important = shown["importance"] >= shown["importance"].mean()
        strong = shown["performance"] >= shown["performance"].mean()
        expected = np.select(
            [important & strong, important, strong],
            ["advantage", "improvement", "maintenance"],
            "opportunity",
        )
        assert shown["quadrant"].tolist() == expected.tolist()
    nobody = table[(table["line"] != 4) & (table["term"] == "Installation")]
    assert nobody["quadrant"].tolist() == [""] * 3
    assert nobody["verdict"].tolist() == ["base too small"] * 3


def test_importance_among_users_or_for_all(levels: Elements, drivers: ElementDrivers) -> None:
    users = find_short_boards(levels, drivers, own=1, among="users")
    everyone = find_short_boards(levels, drivers, own=1)
    assert (users.importance, everyone.importance) == ("importance", "importance_all")
    terms = users.tidy().set_index(["line", "term"])["importance"]
    reach = dict(zip(drivers.names, drivers.reach.values, strict=True))
    product = [value * reach[term] for (_, term), value in terms.items()]
    np.testing.assert_allclose(everyone.tidy()["importance"], product)


def test_a_margin_makes_small_gaps_not_matter(levels: Elements, drivers: ElementDrivers) -> None:
    verdicts = find_short_boards(levels, drivers, own=1, margin=60.0).tidy()["verdict"]
    assert set(verdicts) == {"too small to matter", "base too small"}


def test_constructs_have_short_boards_too(fit: ModelFit) -> None:
    index, drivers = estimate_index(fit, by="operator"), rank_drivers(fit)
    boards = find_short_boards(index, drivers, own=1)
    assert (boards.kind, boards.importance) == ("construct", drivers.shown)
    assert boards.tidy()["term"].tolist() == list(drivers.names)
    loyalty = find_short_boards(index, rank_drivers(fit, "Loyalty"), own=1)
    assert "Complaints" in rank_drivers(fit, "Loyalty").names
    assert "Complaints" not in loyalty.tidy()["term"].tolist()


def test_ahead(province: SurveyDesign, telecom: Questionnaire, drivers: ElementDrivers) -> None:
    table = find_short_boards(
        estimate_elements(province, telecom, by="operator"), drivers, own=2
    ).tidy()
    assert table.set_index("term").loc["Network", "verdict"] == "ahead"


def test_competitors_on_a_small_base_are_no_comparator(
    frame: pd.DataFrame, channel: Questionnaire
) -> None:
    data = frame.copy()
    data["firm"] = np.where(np.arange(len(data)) < 20, 3.0, 1.0)
    design = make_design(data, weights="weight")
    boards = find_short_boards(
        estimate_elements(design, channel, by="firm"), rank_elements(design, channel), own=1
    )
    assert boards.tidy()["verdict"].tolist() == ["base too small"] * 2
    assert boards.n_tests == 0


def test_every_error_says_what_to_do(
    levels: Elements, drivers: ElementDrivers, fit: ModelFit
) -> None:
    with pytest.raises(DesignError, match=r"must be one of the columns .* \(line, operator\); got"):
        find_short_boards(levels, drivers, own=1, across="region")
    with pytest.raises(DesignError, match="`own` is 9, but `operator` has 1, 2, 3"):
        find_short_boards(levels, drivers, own=9)
    with pytest.raises(DesignError, match=r"must be of one kind: .*; got Elements and Drivers"):
        find_short_boards(levels, rank_drivers(fit), own=1)
    with pytest.raises(DesignError, match='`among` must be "all" or "users"; got \'some\''):
        find_short_boards(levels, drivers, own=1, among="some")  # type: ignore[arg-type]
    whole = dataclasses.replace(levels, by=())
    with pytest.raises(DesignError, match=r"scores are by \(none\); got None"):
        find_short_boards(whole, drivers, own=1)
