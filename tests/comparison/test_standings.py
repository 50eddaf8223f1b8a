"""Who leads: ranks and tiers by hand, gaps to the best and the average, shared sampling units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from csi.comparison import Comparison, compare_groups
from csi.comparison.standings import tiers
from csi.errors import DesignError
from csi.index import Index, estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model
from csi.model.invariance import check_invariance

SYNTAX = "F =~ x0 + x1 + x2"
LEVELS = {1: 0.0, 2: 0.9, 3: 0.1, 4: 0.8}


def operators(n: int = 250, *, bias: float = 0.0, towns: int = 0) -> pd.DataFrame:
    """Draw four operators, 2 and 4 ahead; ``bias`` is added to one item of operator 1."""
    rng = np.random.default_rng(6)
    operator = np.repeat(list(LEVELS), n)
    f = rng.normal(size=len(operator)) + np.array([LEVELS[o] for o in operator])
    town = rng.integers(0, max(towns, 1), len(operator))
    f = f + (rng.normal(size=max(towns, 1)) * 0.5)[town] * bool(towns)
    items = {f"x{k}": 60 + 9 * f + 7 * rng.normal(size=len(operator)) for k in range(3)}
    items["x2"] = items["x2"] + bias * (operator == 1)
    return pd.DataFrame(items).assign(operator=operator, town=town)


def scored(frame: pd.DataFrame, **design: str) -> Index:
    return estimate_index(fit_model(make_design(frame, **design), SYNTAX), by="operator")


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare_groups(scored(operators()))


def test_ranks_are_what_the_tests_leave_open(compared: Comparison) -> None:
    table = compared.ranks().set_index("operator")
    assert table["rank"].rank().tolist() == table["rank"].tolist()
    assert table["rank_low"].to_dict() == {1: 3, 2: 1, 3: 3, 4: 1}
    assert table["rank_high"].to_dict() == {1: 4, 2: 2, 3: 4, 4: 2}
    assert table["tier"].to_dict() == {1: 2, 2: 1, 3: 2, 4: 1}
    assert (table["n_tied"] == 2).all()


def test_tiers_by_hand() -> None:
    """b is tied with a, c is below a but tied with b, d is below c."""
    above = np.zeros((4, 4), dtype=np.bool_)
    above[0, 2] = above[0, 3] = above[1, 3] = above[2, 3] = True
    known = np.ones(4, dtype=np.bool_)
    values = np.array([80.0, 78.0, 76.0, 60.0])
    assert tiers(values, above, known).tolist() == [1, 1, 2, 3]
    order = [2, 0, 3, 1]
    mixed = tiers(values[order], above[np.ix_(order, order)], known)
    assert mixed.tolist() == [2, 1, 3, 1]
    known[0] = False
    np.testing.assert_array_equal(tiers(values, above, known), [np.nan, 1, 1, 2])


def test_the_best_rival_is_another_group(compared: Comparison) -> None:
    best = compared.gaps_to_best().set_index("operator")
    leader = compared.ranks().sort_values("rank")["operator"].tolist()
    assert best["best"].to_dict() == {o: leader[1] if o == leader[0] else leader[0] for o in LEVELS}
    pairs = compared.tidy().set_index(["group_a", "group_b"])
    row = pairs.loc[(1, leader[0])]
    assert best.loc[1, "estimate"] == row["estimate"]
    assert best.loc[1, "p_adjusted"] == row["p_adjusted"]
    assert best.loc[1, "verdict"] == row["verdict"] == "lower"
    turned = best.loc[leader[0]]
    assert turned["conf_low"] < turned["estimate"] < turned["conf_high"]
    assert turned["estimate"] > 0


def test_the_average_leaves_the_own_group_out(compared: Comparison) -> None:
    table = compared.gaps_to_average().set_index("operator")
    scores = compared.scores
    assert scores is not None
    values, V = scores.values, scores.covariance()
    for k, operator in enumerate(LEVELS):
        line = np.full(4, -1 / 3)
        line[k] = 1.0
        assert table.loc[operator, "estimate"] == pytest.approx(line @ values, rel=1e-12)
        assert table.loc[operator, "std_error"] ** 2 == pytest.approx(line @ V @ line, rel=1e-10)
    assert table["verdict"].to_dict() == {1: "lower", 2: "higher", 3: "lower", 4: "higher"}


def test_small_groups_have_no_rank() -> None:
    frame = operators()
    small = compare_groups(scored(frame[(frame["operator"] != 4) | (frame.index % 10 == 0)]))
    ranks = small.ranks().set_index("operator")
    assert ranks.loc[4, ["rank", "rank_low", "tier"]].isna().all()
    assert ranks["rank"].max() == 3
    assert 4 not in set(small.gaps_to_average()["operator"])
    assert 4 not in set(small.gaps_to_best()["best"])


def test_groups_that_share_sampling_units_have_the_units_less_the_strata() -> None:
    frame = operators(towns=25).assign(stratum=lambda d: d["town"] % 5)
    shared = compare_groups(scored(frame, psu="town", strata="stratum")).tidy()
    assert set(shared["df"]) == {20.0}
    apart = compare_groups(scored(operators())).tidy()
    assert (apart["df"] > 400).all()


def test_unlike_measurement_is_weighed_in_points() -> None:
    index = scored(operators(900, bias=-9.0))
    invariance = check_invariance(index.fit, by="operator")
    result = compare_groups(index, invariance=invariance)
    table = result.tidy()
    best = result.gaps_to_best()
    turned = best[best["comparability"] == "partially comparable"]
    assert (turned["corrected_low"] < turned["corrected"]).all()
    assert (turned["corrected"] < turned["corrected_high"]).all()
    pair = table[(table["group_a"] == 1) & (table["group_b"] == 3)].iloc[0]
    assert pair["comparability"] == "partially comparable"
    assert pair["bias"] == pytest.approx(-3, abs=0.8)
    assert pair["corrected"] == pytest.approx(pair["estimate"] - pair["bias"])
    assert pair["verdict"] == "not comparable"
    own = invariance.gaps(index).set_index(["group_a", "group_b", "gap"]).loc[1, 3, "corrected"]
    assert pair[["corrected_low", "corrected_high"]].tolist() == pytest.approx(
        own[["conf_low", "conf_high"]].tolist(),
        abs=0.01,  # degrees of freedom by Welch
    )
    ahead = table[(table["group_a"] == 1) & (table["group_b"] == 2)].iloc[0]
    assert (ahead["comparability"], ahead["verdict"]) == ("partially comparable", "lower")
    other = table[(table["group_a"] == 2) & (table["group_b"] == 3)].iloc[0]
    assert (other["comparability"], other["verdict"]) == ("comparable", "higher")


def test_two_biased_items_of_three_are_not_comparable() -> None:
    frame = operators(900)
    frame.loc[frame["operator"] == 1, "x2"] -= 9
    frame.loc[frame["operator"] == 1, "x1"] += 7
    index = scored(frame)
    result = compare_groups(index, invariance=check_invariance(index.fit, by="operator"))
    table = result.tidy()
    refused = table[table["group_a"] == 1]
    assert set(refused["comparability"]) == {"not comparable"}
    assert set(refused["verdict"]) == {"not comparable"}
    assert refused["p_value"].isna().all()
    assert result.n_tests == 3


def test_waves_have_no_ranks(compared: Comparison) -> None:
    with pytest.raises(DesignError, match="Waves have no ranks"):
        replace(compared, waves=True).ranks()
    with pytest.raises(DesignError, match="made without its scores"):
        replace(compared, scores=None).ranks()
