"""The ladder finds what was planted, says where, and takes it out of the gap."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from csi.errors import ModelError, TooFewGroupsError
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.comparison_model import comparison_table
from csi.model.fit import fit_model
from csi.model.group_model import lay_out
from csi.model.invariance import Invariance, check_invariance
from csi.model.ladder import releasable
from csi.model.syntax import read_syntax
from tests.model.multigroup_examples import SIMULATED, fitted, operators
from tests.model.oracles import oracle

TWO = "S =~ s0 + s1\n T =~ s2 + s3"


def found(invariance: Invariance) -> list[list[object]]:
    return invariance.item_bias()[["item", "what", "operator"]].to_numpy().tolist()


def test_a_planted_bias_is_found_where_it_is() -> None:
    invariance = check_invariance(fitted(operators(1, n_groups=3, bias=1.0)), by="operator")
    assert found(invariance) == [["s1", "intercept", 3]]
    assert invariance.released.to_numpy().tolist() == [["S", "s1", "intercept"]]
    assert invariance.verdicts == {"S": "partially comparable"}
    bias = invariance.item_bias().iloc[0]
    assert bias["conf_low"] < 1.0 < bias["conf_high"]
    assert invariance.tidy()["verdict"].tolist() == ["baseline", "holds", "rejected", "holds"]
    assert invariance.tidy()["level"].tolist() == [
        "configural",
        "metric",
        "scalar",
        "partial scalar",
    ]
    summary = invariance.summary()
    assert "released: intercept of s1 (S) in operator = 3: answered +" in summary
    assert "scalar: chi2(" in summary
    assert repr(invariance) == "Invariance(by=operator, groups=3, S: partially comparable)"


def test_equal_loadings_are_found_where_the_average_of_the_groups_is_no_model() -> None:
    """In one group a loading runs off; χ² of lavaan 0.6-14 on these answers."""
    rng = np.random.default_rng(23)
    f = rng.normal(size=160)
    g = 0.5 * f + rng.normal(size=160)
    answers = pd.DataFrame({f"x{k}": 0.5 * f + rng.normal(size=160) for k in range(3)})
    for k in range(3):
        answers[f"y{k}"] = 0.5 * g + rng.normal(size=160)
    answers["group"] = np.repeat([1, 2, 3, 4], 40)
    fit = fit_model(make_design(answers), "F =~ x0 + x1 + x2\nG =~ y0 + y1 + y2")
    levels = check_invariance(fit, by="group").tidy().set_index("level")
    assert levels.loc["configural", "chi2"] == pytest.approx(25.7147877794, rel=1e-7)
    assert levels.loc["metric", "chi2"] == pytest.approx(37.6507569111, rel=1e-7)


def test_a_pair_is_judged_by_its_own_groups() -> None:
    fit = fitted(operators(1, n_groups=3, bias=1.0))
    gaps = check_invariance(fit, by="operator").gaps(estimate_index(fit, by="operator"))
    pairs = gaps[gaps["gap"] == "corrected"]
    assert pairs[["group_a", "group_b", "verdict"]].to_numpy().tolist() == [
        [1, 2, "comparable"],
        [1, 3, "partially comparable"],
        [2, 3, "partially comparable"],
    ]
    assert gaps["term"].unique().tolist() == ["S"]


def test_the_bias_is_taken_out_of_the_gap() -> None:
    fit = fitted(operators(2, bias=1.0, gap=0.3))
    gaps = check_invariance(fit, by="operator").gaps(estimate_index(fit, by="operator"))
    gaps = gaps.set_index("gap")
    bias, corrected = gaps.loc["bias"], gaps.loc["corrected"]
    assert bias["conf_low"] < -0.25 < bias["conf_high"] < 0.0  # 1.0 in one of four items
    assert corrected["conf_low"] < -0.3 * 1.4 < corrected["conf_high"]
    assert bias["estimate"] + corrected["estimate"] == pytest.approx(
        gaps.loc["observed", "estimate"]
    )
    assert corrected["std_error"] < gaps.loc["observed", "std_error"] * 1.05


def test_a_markers_loading_can_be_the_one_that_differs() -> None:
    data = operators(3, n=1000, loading={"s0": -0.8})
    invariance = check_invariance(fitted(data), by="operator")
    assert found(invariance) == [["s0", "loading", 2]]
    loadings = invariance.parameters()
    own = loadings[(loadings["op"] == "=~") & (loadings["rhs"] == "s0")]
    assert own["estimate"].iloc[0] == 1.0
    assert own["estimate"].iloc[1] == pytest.approx(0.6 / 1.4, abs=0.08)
    assert own["std_error"].iloc[0] == 0.0
    assert own["shared"].tolist() == [False, False]
    assert invariance.verdicts == {"S": "partially comparable"}


def test_items_that_work_alike_leave_groups_comparable() -> None:
    invariance = check_invariance(fitted(operators(4, gap=0.5)), by="operator")
    assert invariance.verdicts == {"S": "comparable"}
    assert invariance.item_bias().empty
    assert invariance.tidy()["holds"].all()
    means = invariance.latent_means()
    assert means[["operator", "term"]].to_numpy().tolist() == [[2, "S"]]
    assert means["conf_low"].iloc[0] < 0.5 * 1.4 < means["conf_high"].iloc[0]


def test_one_equal_item_is_not_enough() -> None:
    data = operators(5, n=1500, bias=1.5)
    data["s3"] = data["s3"] + np.random.default_rng(1).normal(size=len(data))
    fit = fitted(data, TWO)
    invariance = check_invariance(fit, by="operator")
    assert invariance.verdicts == {"S": "not comparable", "T": "comparable"}
    gaps = invariance.gaps(estimate_index(fit, by="operator")).set_index(["term", "gap"])
    assert gaps.loc["S", "verdict"].unique().tolist() == ["not comparable"]
    assert gaps.loc["S", "estimate"].isna().tolist() == [False, True, True]
    assert gaps.loc["S", "std_error"].isna().tolist() == [False, True, True]
    assert gaps.loc["T", ["estimate", "std_error"]].notna().all(axis=None)


def test_everything_may_differ_but_one_link() -> None:
    """With four groups, no release may cut them into sets without a common item."""
    model = lay_out(comparison_table(read_syntax(TWO), "measurement"))
    s0, s1 = (model.structure.n_free + k for k in range(2))
    own = np.isin(np.arange(model.width), (s0, s1))
    # s0 is equal in groups 0 and 1 only, so s1 must stay equal in 2 and 3, and in 0 or 1
    found = releasable(model, 4, own, [(s0, 2), (s0, 3)])
    assert found == [(s0, 1), (s1, 0), (s1, 1)]
    assert releasable(model, 4, own, [(s0, 2), (s0, 3), (s1, 0)]) == []


def test_the_oracles_ladder() -> None:
    fit = fit_model(
        make_design(pd.read_csv(SIMULATED)), oracle("invariance")["syntax"]["simulated_cfa"]
    )
    invariance = check_invariance(fit, by="group")
    assert set(invariance.released["item"]) == {"s3"}
    assert invariance.verdicts == {
        "Quality": "comparable",
        "Value": "comparable",
        "Satisfaction": "partially comparable",
    }
    structural = check_invariance(fit, by="group", model="structural")
    assert structural.tidy()["chi2"].tolist() == pytest.approx(invariance.tidy()["chi2"].tolist())


def test_single_items_are_not_testable_and_keep_their_gap() -> None:
    data = operators(6, bias=1.0)
    fit = fit_model(make_design(data), "S =~ s0 + s1 + s2\n One =~ s3", reliability={"s3": 0.8})
    invariance = check_invariance(fit, by="operator")
    assert invariance.verdicts["One"] == "not testable"
    gaps = invariance.gaps(estimate_index(fit, by="operator"), terms=["One"])
    assert gaps["verdict"].unique().tolist() == ["not testable"]
    assert gaps["estimate"].iloc[1] == pytest.approx(gaps["estimate"].iloc[0])
    assert gaps["std_error"].iloc[1] == pytest.approx(gaps["std_error"].iloc[0])


def test_single_items_alone_have_nothing_to_test() -> None:
    fit = fit_model(make_design(operators(7)), "A =~ s0\n B =~ s1")
    invariance = check_invariance(fit, by="operator")
    assert invariance.verdicts == {"A": "not testable", "B": "not testable"}
    assert invariance.tidy()["holds"].all()


@pytest.mark.parametrize("missing", ["ml", "listwise"])
def test_missing_answers(missing: str) -> None:
    data = operators(8, n=700, bias=1.0)
    holes = np.random.default_rng(9).random((len(data), 4)) < 0.08
    items = ["s0", "s1", "s2", "s3"]
    data[items] = data[items].mask(holes)
    fit = fit_model(make_design(data), "S =~ s0 + s1 + s2 + s3", missing=missing)  # type: ignore[arg-type]
    invariance = check_invariance(fit, by="operator")
    assert found(invariance) == [["s1", "intercept", 2]]
    used = invariance.parameters()["n"].iloc[0]
    assert used == 700 if missing == "ml" else used < 600


def test_groups_in_the_same_clusters_are_not_independent() -> None:
    data = operators(10, n=400)
    data["town"] = np.tile(np.arange(40), 20)
    shift = np.random.default_rng(11).normal(size=40)[data["town"]]
    for item in ("s0", "s1", "s2", "s3"):
        data[item] = data[item] + shift
    clustered = check_invariance(fitted(data, psu="town"), by="operator").latent_means()
    plain = check_invariance(fitted(data), by="operator").latent_means()
    assert clustered["std_error"].iloc[0] < plain["std_error"].iloc[0]  # the town's level cancels
    assert clustered["df"].iloc[0] == 39


def test_two_columns_make_the_groups() -> None:
    data = operators(12, n=600)
    data["line"] = np.tile(["4G", "5G"], 600)
    fit = fitted(data)
    invariance = check_invariance(fit, by=["operator", "line"])
    gaps = invariance.gaps(estimate_index(fit, by=["operator", "line"]))
    assert gaps["group_a"].iloc[0] == "1, 4G"
    assert len(gaps) == 6 * 3


def test_a_unit_given_by_the_variance_becomes_a_marker() -> None:
    by_variance = read_syntax("S =~ NA*s0 + s1 + s2 + s3\n S ~~ 1*S")
    by_marker = read_syntax("S =~ s0 + s1 + s2 + s3")
    for scope in ("measurement", "structural"):
        one, other = (comparison_table(table, scope) for table in (by_variance, by_marker))
        assert {(str(p), p.fixed) for p in one.parameters} == {
            (str(p), p.fixed) for p in other.parameters
        }


def test_small_groups_are_left_out_and_listed() -> None:
    data = operators(1)
    data.loc[data.index[:25], "operator"] = 3
    data.loc[data.index[25:28], "operator"] = 4
    invariance = check_invariance(fitted(data), by="operator")
    left_out = invariance.left_out
    assert left_out[["operator", "n"]].to_numpy().tolist() == [[3, 25], [4, 3]]
    assert left_out["reason"].iloc[0] == "effective base below 30"
    assert "Only 3 of 3 respondents" in left_out["reason"].iloc[1]
    assert "left out: operator = 3, n=25: effective base below 30" in invariance.summary()
    data["operator"] = np.where(data.index < 25, 3, 1)
    with pytest.raises(TooFewGroupsError, match="Only 1 of 2 groups have an effective base of at"):
        check_invariance(fitted(data), by="operator")


def test_a_poor_structure_is_said() -> None:
    rng = np.random.default_rng(14)
    f, operator = rng.normal(size=(800, 2)), np.repeat([1, 2], 400)
    f[:, 1] += 0.7 * f[:, 0]
    items = {f"s{k}": 6.0 + f[:, k // 3] + 0.7 * rng.normal(size=800) for k in range(6)}
    fit = fitted(pd.DataFrame(items).assign(operator=operator), "S =~ s0 + s1 + s2 + s3 + s4 + s5")
    invariance = check_invariance(fit, by="operator")
    assert invariance.tidy()["cfi_scaled"].iloc[0] < 0.9
    assert "The structure itself fits poorly in the groups (CFI below 0.90)" in invariance.summary()


def test_wrong_use_is_said_all_at_once() -> None:
    fit = fitted(operators(4))
    message = (
        "`by` must name the columns whose groups are compared: the fit is pooled.\n"
        "`level` must lie between 0 and 1; got 5.\n"
        "`model` must be measurement or structural; got 'all'."
    )
    with pytest.raises(ModelError, match=re.escape(message)):
        check_invariance(fit, level=5, model="all")  # type: ignore[arg-type]
    invariance = check_invariance(fit, by="operator")
    with pytest.raises(
        ModelError, match=r"`level` must be one of configural, metric, scalar; got 'skalar'\. Did"
    ):
        invariance.parameters("skalar")
    with pytest.raises(ModelError, match="invariance was tested by operator: score it by the same"):
        invariance.gaps(estimate_index(fit))
    with pytest.raises(ModelError, match=r"`X` is no construct measured by items \(S\)\."):
        invariance.gaps(estimate_index(fit, by="operator"), terms=["X"])
    own = fit_model(make_design(operators(1)), "S =~ s0 + s1 + s2 + s3", by="operator")
    with pytest.raises(ModelError, match="item weights of its own in each group"):
        check_invariance(own).gaps(estimate_index(own))


def test_a_group_without_the_structure_is_named() -> None:
    data = operators(17, n_groups=3)
    rng, last = np.random.default_rng(23), data["operator"] == 3
    other = rng.normal(size=500)  # s2 and s3 have nothing in common with s0 and s1 there
    for item in ("s2", "s3"):
        data.loc[last, item] = 6.0 + 1.5 * other + rng.normal(size=500)
    with pytest.raises(ModelError, match=r"did not converge .* the worst group is operator = 3"):
        check_invariance(fitted(data), by="operator")


def test_constructs_of_constructs_have_no_structural_comparison() -> None:
    higher = "A =~ s0 + s1 + s2\n B =~ s3 + s4 + s5\n C =~ s6 + s7 + s8\n H =~ A + B + C"
    with pytest.raises(ModelError, match="`H =~ A` measures a construct by a construct"):
        comparison_table(read_syntax(higher), "structural")
    assert comparison_table(read_syntax(higher), "measurement").constructs == ("A", "B", "C")


def test_same_input_same_output() -> None:
    fit = fitted(operators(16, n_groups=3, bias=0.6))
    first, second = (check_invariance(fit, by="operator") for _ in range(2))
    pd.testing.assert_frame_equal(first.tidy(), second.tidy(), check_exact=True)


def test_power_and_false_alarms_in_few_samples() -> None:
    """The study at full size is benchmarks/invariance.py."""
    planted = [
        found(check_invariance(fitted(operators(s, bias=1.0)), by="operator")) for s in range(20)
    ]
    assert np.mean([["s1", "intercept", 2] in each for each in planted]) >= 0.9
    clean = [found(check_invariance(fitted(operators(s)), by="operator")) for s in range(100, 140)]
    assert sum(bool(each) for each in clean) <= 7  # P = .003 at a rate of 5 %
