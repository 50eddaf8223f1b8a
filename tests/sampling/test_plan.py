"""Plans: from questionnaire and population to interviews, reserves and margins."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.errors import SamplingError
from csi.sampling.change import minimum_detectable_change
from csi.sampling.plan import plan_sample
from csi.sampling.reserves import fill_probability_of, most_interviews, numbers_needed
from csi.sampling.size import half_width_of_mean, normal_quantile, size_for_mean
from tests.sampling.studies import (
    QUESTIONNAIRE,
    small_plan,
    small_population,
    small_questionnaire,
)
from tests.tolerance import EXACT


def test_one_stratum_is_the_closed_form(tmp_path: Path) -> None:
    text = QUESTIONNAIRE.replace("domains: [[line], [region]]", "domains: []")
    questionnaire = small_questionnaire(tmp_path, text)
    people = pd.DataFrame({"line": [1], "region": [2], "population": [3000]})
    plan = plan_sample(questionnaire, people)
    size = size_for_mean(4.0, sd=18, deff=1.2, population=3000)
    assert plan.n == size.n
    margin = plan.margins.iloc[0]
    assert margin["half_width"] == pytest.approx(
        half_width_of_mean(size.n, sd=18, deff=1.2, population=3000), rel=EXACT
    )
    assert margin["n_eff"] == pytest.approx(size.n / 1.2, rel=EXACT)
    assert plan.tidy()["numbers"].iloc[0] == numbers_needed(size.n, 0.2, 0.95)


def test_every_wanted_margin_is_reached_and_proven(tmp_path: Path) -> None:
    plan = small_plan(tmp_path, half_width={"all": 2, "line": 2.5, "region": 4})
    assert (plan.margins["half_width"] <= plan.margins["wanted"] * (1 + 1e-8)).all()
    assert abs(plan.allocation.gap) <= 1e-6
    assert plan.n == plan.cells["n"].sum()
    assert plan.cost == plan.n
    assert plan.margins["domain"].tolist() == ["all", "line", "line", "region", "region", "region"]
    dearest = plan.margins.sort_values("saving").iloc[-1]
    assert dearest["saving"] > 0


def test_margins_by_hand(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    cells = plan.cells[plan.cells["line"] == 1]
    share = cells["population"] / cells["population"].sum()
    variance = (share**2 * 18**2 * 1.2 * (1 / cells["n"] - 1 / cells["population"])).sum()
    row = plan.margins[(plan.margins["domain"] == "line") & (plan.margins["line"] == 1)].iloc[0]
    assert row["half_width"] == pytest.approx(normal_quantile(0.95) * math.sqrt(variance))
    assert row["change_half_width"] == pytest.approx(row["half_width"] * math.sqrt(2))
    assert row["detectable_change"] == pytest.approx(
        minimum_detectable_change(1, 1, sd=math.sqrt(variance))
    )
    assert row["n"] == cells["n"].sum()


def test_quota_cells_never_get_a_margin_of_error(tmp_path: Path) -> None:
    plan = small_plan(tmp_path, quota_line=2)
    margins = plan.margins.set_index("domain")
    quota = plan.margins[plan.margins["design"] != "probability"]
    assert quota["domain"].tolist() == ["all", "line", "region", "region", "region"]
    numbers = ["n_eff", "half_width", "change_half_width", "detectable_change"]
    assert quota[numbers].isna().all(axis=None)
    assert (quota["flag"] == "no margin of error").all()
    assert margins.loc["all", "design"] == "mixed"
    cells = plan.tidy()[plan.tidy()["design"] == "quota"]
    assert cells[["reserve", "numbers", "fill_probability"]].isna().all(axis=None)
    assert "no margin of error (quota)" in plan.summary()
    assert "not a probability sample" in plan.summary()


def test_reserves_by_probability_or_by_ratio(tmp_path: Path) -> None:
    sized = small_plan(tmp_path, fill_probability=0.9).tidy()
    assert (sized["fill_probability"] >= 0.9).all()
    needed = numbers_needed(sized["n"], 0.2, 0.9)
    assert sized["numbers"].tolist() == needed.tolist()
    plan = small_plan(tmp_path, reserve=3)
    rated = plan.tidy()
    assert (rated["reserve"] == 3 * rated["n"]).all()
    fill = fill_probability_of(rated["n"], rated["numbers"].astype(int), 0.2)
    np.testing.assert_allclose(rated["fill_probability"], fill)
    assert (rated["note"].str.contains("only")).all()
    assert "For 0.95 leave `reserve` out and give `fill_probability`" in plan.summary()


@pytest.mark.parametrize("rate", [0.04, 0.15, 0.6])
@pytest.mark.parametrize("n", [30, 100, 400])
def test_simulated_cells_fill_as_often_as_stated(rate: float, n: int) -> None:
    """Within one point of the stated probability: 40,000 cells leave a standard error of .1."""
    rng = np.random.default_rng(n)
    numbers = int(numbers_needed(n, rate, 0.95))
    filled = float((rng.binomial(numbers, rate, 40_000) >= n).mean())
    assert filled == pytest.approx(float(fill_probability_of(n, numbers, rate)), abs=0.005)
    assert filled == pytest.approx(0.95, abs=0.01)


def test_a_frame_promises_what_it_can_fill() -> None:
    for rate in (0.05, 0.15, 0.93):
        for population in range(1, 400, 13):
            most = int(most_interviews(population, rate, 0.95))
            assert most == 0 or numbers_needed(most, rate, 0.95) <= population
            assert numbers_needed(most + 1, rate, 0.95) > population


def test_no_stratum_asks_more_of_its_frame_than_it_has(tmp_path: Path) -> None:
    population = small_population(size=400)
    plan = plan_sample(small_questionnaire(tmp_path), population, half_width={"all": 2.5})
    assert (plan.cells["n"] <= plan.cells["maximum"]).all()
    assert (plan.cells["numbers"] <= plan.cells["population"]).all()
    assert plan.cells["note"].str.contains("of the customers are interviewed").all()


def test_the_population_table_overrides_the_plan(tmp_path: Path) -> None:
    population = small_population()
    population["line"] = population["line"].map({1: "Mobile", 2: "固话"})
    population["minimum"] = [60, None, None, None, None, None]
    population["maximum"] = [None, 12, None, None, None, None]
    population["sd"] = [18, 18, 18, 18, 18, 40]
    population["cost"] = [1, 1, 1, 1, 1, 9]
    plan = plan_sample(small_questionnaire(tmp_path), population, half_width={"line": 4})
    n = plan.cells["n"].tolist()
    assert plan.cells["line"].tolist() == [1, 1, 1, 2, 2, 2]
    assert n[0] >= 60
    assert n[1] <= 12
    assert plan.cost == sum(n[:5]) + 9 * n[5]


def test_a_total_and_other_methods(tmp_path: Path) -> None:
    for method in ("least cost", "proportional", "equal", "neyman", "cost", "power"):
        plan = small_plan(tmp_path, total=500, method=method)
        assert plan.n == 500
        assert (plan.cells["n"] >= 5).all()
        assert plan.margins["half_width"].notna().all()
    least = small_plan(tmp_path, total=500)
    assert least.allocation.loosened != 1.0
    assert "To fit the total every half-width is" in least.summary()
    assert (
        "divided by the method equal" in small_plan(tmp_path, total=500, method="equal").summary()
    )
    assert small_plan(tmp_path, budget=500, method="neyman").cost <= 500


def test_a_change_target_and_overlap(tmp_path: Path) -> None:
    text = QUESTIONNAIRE.replace("target: index", "target: change")
    questionnaire = small_questionnaire(tmp_path, text)
    alone = plan_sample(questionnaire, small_population())
    panel = plan_sample(questionnaire, small_population(), overlap=0.5, correlation=0.6)
    assert (alone.margins["change_half_width"] <= 4 * (1 + 1e-8)).all()
    assert (panel.margins["change_half_width"] <= 4 * (1 + 1e-8)).all()
    assert panel.n < 0.75 * alone.n


def test_service_in_general_has_no_finite_population(tmp_path: Path) -> None:
    small = small_population(size=300).assign(response_rate=1)
    questionnaire = small_questionnaire(tmp_path)
    of_these = plan_sample(questionnaire, small)
    in_general = plan_sample(questionnaire, small, finite_population=False)
    assert in_general.n > of_these.n
    assert in_general.cells["note"].str.contains("is left out of account").all()


def test_a_share_has_the_worst_standard_deviation(tmp_path: Path) -> None:
    text = QUESTIONNAIRE.replace("target: index", "target: share").replace("sd: 18, ", "")
    plan = plan_sample(small_questionnaire(tmp_path, text), small_population())
    assert plan.settings.sd == 50


def test_all_faults_of_the_arguments_at_once(tmp_path: Path) -> None:
    with pytest.raises(SamplingError) as caught:
        small_plan(
            tmp_path,
            half_width={"lines": 2, "region": -1},
            conf_level=95,
            reserve=3,
            fill_probability=0.9,
            minimum=9,
            maximum=4,
            domains=[["line"], ["regions"]],
            overlap=3,
        )
    text = str(caught.value)
    for part in (
        "The domain regions needs `regions`, which is not one of the strata (line, region). Did",
        "`conf_level` must be above 0 and up to 1; got 95",
        "`overlap` must be a share from 0 to 1; got 3",
        "`minimum` must be at least 1 and not above `maximum`; got 9 and 4.",
        "Give `reserve` or `fill_probability`, not both",
        "`half_width` names the domain lines; the plan has all, line, regions. Did you",
    ):
        assert part in text


def test_faults_of_the_questionnaire(tmp_path: Path) -> None:
    bare = QUESTIONNAIRE[: QUESTIONNAIRE.index("sampling:")]
    with pytest.raises(SamplingError, match=r"small.yaml: no `sampling`") as caught:
        plan_sample(small_questionnaire(tmp_path, bare), small_population())
    assert "No standard deviation is given" in str(caught.value)
    assert "No `half_width` is given" in str(caught.value)
    odd = QUESTIONNAIRE.replace("target: index", "target: median")
    with pytest.raises(SamplingError, match="`target` must be one of index, mean, share, change"):
        plan_sample(small_questionnaire(tmp_path, odd), small_population())


def test_all_faults_of_the_population_at_once(tmp_path: Path) -> None:
    questionnaire = small_questionnaire(tmp_path)
    bad = small_population().astype(object)
    bad.loc[0, "line"] = 7
    bad.loc[1, "population"] = None
    bad.loc[2, "population"] = -3
    bad["response_rate"] = [1, 2, "x", None, 0.5, 0.5]
    bad["design"] = ["quota", "panel", None, None, None, None]
    with pytest.raises(SamplingError) as caught:
        plan_sample(questionnaire, bad)
    text = str(caught.value)
    for part in (
        "Row 1, `line`: 7 is no code or label of the questionnaire (1, 2).",
        "Row 2, `population`: must be a number above 0; got None.",
        "Row 3, `population`: must be a number above 0; got -3.",
        "Row 2, `response_rate`: must be above 0 and at most 1; got 2.",
        "Row 3, `response_rate`: must be above 0 and at most 1; got 'x'.",
        "Row 2, `design`: must be probability or quota; got 'panel'.",
    ):
        assert part in text
    with pytest.raises(
        SamplingError, match=r"Row 2: the stratum line = 1, region = 1 stands twice"
    ):
        plan_sample(questionnaire, small_population().iloc[[0, 0, 1]])
    with pytest.raises(SamplingError, match=r"no column `region`, `population`. It needs `line`"):
        plan_sample(questionnaire, pd.DataFrame({"line": [1], "reigon": [1]}))
    with pytest.raises(SamplingError, match="The population table has no row"):
        plan_sample(questionnaire, small_population().iloc[:0])


def test_impossible_plans_say_what_collides(tmp_path: Path) -> None:
    questionnaire = small_questionnaire(tmp_path)
    with pytest.raises(SamplingError) as caught:
        plan_sample(questionnaire, small_population(size=100), minimum=30)
    assert (
        "line = 1, region = 1: a minimum of 30 interviews needs 193 numbers at a response rate of "
        "0.2 and a fill probability of 0.95; there are 100 customers." in str(caught.value)
    )
    assert "Give these strata their own `minimum`" in str(caught.value)
    with pytest.raises(
        SamplingError, match="needs 120 numbers with 3 reserves each; there are 100"
    ):
        plan_sample(questionnaire, small_population(size=100), minimum=30, reserve=3)
    with pytest.raises(SamplingError, match="line = 1, region = 1: the minimum 9 is above the max"):
        plan_sample(questionnaire, small_population().assign(minimum=9, maximum=7))
    with pytest.raises(SamplingError, match=r"region = 1: out of reach. All that its 2 strata may"):
        plan_sample(questionnaire, small_population(), maximum=20)
    with pytest.raises(SamplingError, match="The wanted half-widths cost at least"):
        plan_sample(questionnaire, small_population(), budget=200)


def test_other_refusals(tmp_path: Path) -> None:
    with pytest.raises(SamplingError, match="`method` must be one of least cost, proportional"):
        small_plan(tmp_path, method="best")
    with pytest.raises(SamplingError, match="The method equal divides a `total` or a `budget`"):
        small_plan(tmp_path, method="equal")
    with pytest.raises(SamplingError, match="500 interviews cost 500; the budget is 400"):
        small_plan(tmp_path, total=500, budget=400)


def test_rows_in_any_order_give_the_same_plan(tmp_path: Path) -> None:
    questionnaire = small_questionnaire(tmp_path)
    population = small_population().assign(population=[900, 4000, 2500, 7000, 1200, 3000])
    order = [4, 2, 0, 5, 3, 1]
    first = plan_sample(questionnaire, population).cells
    second = plan_sample(questionnaire, population.iloc[order]).cells
    key = ["line", "region"]
    left, right = first.sort_values(key)["n"], second.sort_values(key)["n"]
    assert left.tolist() == right.tolist()


def test_the_printed_forms(tmp_path: Path) -> None:
    plan = small_plan(tmp_path, quota_line=2)
    assert repr(plan).startswith("SamplingPlan('small', n=")
    assert "(3 by quota)" in repr(plan)
    assert "<table" in plan._repr_html_()
    assert "No allocation that keeps these half-widths costs less than" in plan.summary()
