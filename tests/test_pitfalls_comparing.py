"""Traps that an expert reviewer tries on comparisons: groups, modes, ranks, gaps, waves.

Where each of the fifty traps is tried is said in `tests/test_pitfalls_where.py`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import csi
from csi.comparison.result import NOT_EXAMINED
from csi.model.fit import fit_model
from tests.tolerance import EXACT

SYNTAX = "F =~ x0 + x1 + x2 + x3"


def answers(group: np.ndarray, level: np.ndarray, *, seed: int) -> pd.DataFrame:
    """Four items of one construct; ``level`` is added to the construct, in standard deviations."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=len(group)) + level
    items = {f"x{k}": 60 + 10 * f + 8 * rng.normal(size=len(group)) for k in range(4)}
    return pd.DataFrame(items).assign(group=group)


def scored(data: pd.DataFrame, **design: str) -> csi.Index:
    return csi.estimate_index(fit_model(csi.make_design(data, **design), SYNTAX), by="group")


def test_a_comparison_without_a_test_of_measurement_says_so() -> None:
    """Trap 15: beside every pair stands a verdict on comparability, or that there is none."""
    group = np.repeat([1, 2, 3], 300)
    index = scored(answers(group, 0.3 * group, seed=15))
    unexamined = csi.compare_groups(index)
    assert not unexamined.examined
    assert NOT_EXAMINED[1:] in unexamined.summary()
    examined = csi.compare_groups(index, invariance=csi.check_invariance(index.fit, by="group"))
    assert examined.examined
    assert set(examined.tidy()["comparability"]) == {"comparable"}
    assert NOT_EXAMINED[1:] not in examined.summary()


def test_thirty_one_provinces_are_released_one_by_one() -> None:
    """Trap 16: the exact ladder fails for all; two provinces are named, and the others compared."""
    province = np.repeat(np.arange(1, 32), 120)
    level = 0.3 * np.random.default_rng(31).normal(size=31)[province - 1]
    data = answers(province, level, seed=16)
    data.loc[data["group"] == 7, "x1"] += 9
    data.loc[data["group"] == 20, "x2"] -= 9
    index = scored(data)
    found = csi.check_invariance(index.fit, by="group")
    levels = found.tidy().set_index("level")["verdict"]
    assert levels["scalar"] == "rejected"
    assert levels["partial scalar"] == "holds"
    bias = found.item_bias()
    assert set(zip(bias["group"], bias["item"], strict=True)) == {(7, "x1"), (20, "x2")}
    pairs = csi.compare_groups(index, invariance=found).tidy()
    touched = pairs["group_a"].isin([7, 20]) | pairs["group_b"].isin([7, 20])
    assert set(pairs.loc[~touched, "comparability"]) == {"comparable"}
    assert set(pairs.loc[touched, "comparability"]) == {"partially comparable"}


def test_bias_is_told_in_points_whatever_the_balance_of_n() -> None:
    """Trap 17: the change of CFI shrinks with the smaller group's share; the points do not."""
    seen = {}
    for share in (0.5, 0.1):
        group = np.repeat([1, 2], [round(6000 * (1 - share)), round(6000 * share)])
        data = answers(group, 0.0 * group, seed=17)
        data.loc[data["group"] == 2, "x3"] += 4
        index = scored(data)
        found = csi.check_invariance(index.fit, by="group")
        table = found.tidy().set_index("level")
        gaps = found.gaps(index, ["F"]).set_index("gap")["estimate"]
        seen[share] = (abs(table.loc["scalar", "diff_cfi"]), abs(gaps["bias"]))
    (cfi_even, points_even), (cfi_odd, points_odd) = seen.values()
    assert cfi_odd < 0.6 * cfi_even
    # A quarter of the index weight times four points.
    assert points_even == pytest.approx(1.0, abs=0.3)
    assert points_odd == pytest.approx(1.0, abs=0.4)


def test_modes_are_groups_to_test() -> None:
    """Trap 18: one question that web respondents answer 5 points lower, all else alike."""
    mode = np.repeat(["telephone", "web"], 700)
    data = answers(mode, np.zeros(len(mode)), seed=18)
    data.loc[data["group"] == "web", "x0"] -= 5
    index = scored(data)
    found = csi.check_invariance(index.fit, by="group")
    assert found.released[["item", "what"]].to_numpy().tolist() == [["x0", "intercept"]]
    row = csi.compare_groups(index, invariance=found).tidy().iloc[0]
    assert row["comparability"] == "partially comparable"
    assert abs(row["bias"]) == pytest.approx(1.25, abs=0.5)
    assert row["verdict"] in ("no evidence", "not comparable")


def test_sixty_four_tests_are_corrected_and_counted() -> None:
    """Trap 19: sixty-six pairs of groups that are alike; plain tests at 5 % find some."""
    group = np.repeat(np.arange(1, 13), 80)
    compared = csi.compare_groups(scored(answers(group, 0.0 * group, seed=7)), terms=["F"])
    table = compared.tidy()
    assert compared.n_tests == len(table) == 66
    assert (table["p_value"] < 0.05).any()
    assert set(table["verdict"]) == {"no evidence"}
    assert "66 tests" in repr(compared)
    assert compared.families().set_index("family")["n_tests"]["headline"] == 66


def test_a_difference_is_tested_where_intervals_overlap() -> None:
    """Trap 20: a gap of 1.3 with half-widths of .75 each is 2.4 standard errors."""
    group = np.repeat([1, 2], 800)
    data = answers(group, np.zeros(1600), seed=21)
    items = data.columns.drop("group")
    data[items] -= data.groupby("group")[items].transform("mean")
    data.loc[data["group"] == 2, items] += 1.3
    index = scored(data)
    row = csi.compare_groups(index).tidy().iloc[0]
    scores = index.tidy().set_index("group")
    assert scores.loc[1, "conf_high"] > scores.loc[2, "conf_low"]  # they overlap
    assert row["verdict"] == "lower"
    assert row["p_value"] < 0.05


def test_customers_of_two_operators_are_one_sampling_unit() -> None:
    """Trap 20: everybody rates both; the gap's error is that of a paired t test."""
    rng = np.random.default_rng(20)
    person = np.tile(np.arange(300), 2)
    group = np.repeat([1, 2], 300)
    taste = rng.normal(size=300)[person]
    data = pd.DataFrame({"x0": 60 + 10 * taste + 3 * rng.normal(size=600) + 2 * (group == 2)})
    data = data.assign(group=group, person=person)
    model = "F =~ x0"
    fit = fit_model(csi.make_design(data, psu="person"), model, reliability={"x0": 0.8})
    row = csi.compare_groups(csi.estimate_index(fit, by="group")).tidy().iloc[0]
    a, b = (data.loc[data["group"] == g, "x0"].to_numpy() for g in (1, 2))
    paired = stats.ttest_rel(a, b)
    assert row["estimate"] == pytest.approx((a - b).mean(), rel=EXACT)
    assert row["statistic"] == pytest.approx(paired.statistic, rel=1e-9)
    assert row["p_value"] == pytest.approx(paired.pvalue, rel=1e-6)


def test_groups_that_nothing_separates_share_tier_and_ranks() -> None:
    """Trap 21: three alike and one far below: 1 to 3, and 4."""
    group = np.repeat([1, 2, 3, 4], 300)
    ranks = csi.compare_groups(scored(answers(group, -0.8 * (group == 4), seed=8))).ranks()
    rows = ranks.set_index("group")
    assert rows.loc[[1, 2, 3], ["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 3]] * 3
    assert rows.loc[4, ["rank_low", "rank_high", "tier"]].tolist() == [4, 4, 2]


def test_significant_is_not_relevant() -> None:
    """Trap 22: 20,000 respondents find half a point, which the margin of 2 calls too small."""
    group = np.repeat([1, 2], 10_000)
    index = scored(answers(group, 0.05 * (group == 2), seed=22))
    plain = csi.compare_groups(index).tidy().iloc[0]
    judged = csi.compare_groups(index, margin=2.0).tidy().iloc[0]
    assert plain["p_adjusted"] < 0.05
    assert plain["verdict"] == "lower"
    assert judged["verdict"] == "too small to matter"
    assert judged["detectable"] < 2.0
