"""Bins: midpoint edges, nulls apart, and the best grouping by brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from csi.dissatisfied.bins import Bins, fine_bins, merge_bins, segment
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.indicators import Indicator

NUMBER = Indicator(column="x", kind="number")
LEVEL = Indicator(column="x", kind="level")


def test_edges_lie_midway_between_values_that_occur() -> None:
    x = np.repeat([1.0, 2.0, 4.0, 8.0], 30)
    bins = fine_bins(NUMBER, x, np.ones(len(x)), max_bins=48, min_rows=10)
    assert bins.edges == (1.5, 3.0, 6.0)
    assert bins.codes(np.array([1.0, 1.49, 1.5, 3.0, 5.9, 99.0])).tolist() == [0, 0, 1, 2, 2, 3]


def test_null_nan_and_infinity_share_the_null_bin() -> None:
    bins = Bins(column="x", kind="number", edges=(0.0,))
    x = np.array([np.nan, np.inf, -np.inf, -1.0, 1e300])
    assert bins.codes(x).tolist() == [2, 2, 0, 0, 1]
    assert bins.describe(2) == "missing"


def test_bins_have_about_equal_weight_and_enough_rows() -> None:
    rng = np.random.default_rng(1)
    x, w = rng.standard_normal(5000), rng.uniform(0.5, 3.0, 5000)
    bins = fine_bins(NUMBER, x, w, max_bins=10)
    share = np.bincount(bins.codes(x), weights=w, minlength=10) / w.sum()
    assert bins.size == 10
    np.testing.assert_allclose(share, 0.1, atol=0.005)
    small = fine_bins(NUMBER, x[:100], w[:100], max_bins=48, min_rows=25)
    assert np.bincount(small.codes(x[:100])).min() >= 25


def test_rare_levels_are_joined_and_unknown_ones_are_null() -> None:
    values = np.array(["a"] * 40 + ["b"] * 30 + ["c"] * 13 + ["d"] * 12 + [None], dtype=object)
    bins = fine_bins(LEVEL, values, np.ones(len(values)), min_rows=25)
    assert bins.levels == (("a",), ("b",), ("c", "d"))
    assert bins.codes(np.array(["c", "z", None, "b"], dtype=object)).tolist() == [2, 3, 3, 1]
    assert [bins.describe(k) for k in range(4)] == ["a", "b", "c, d", "missing"]


def test_text_that_few_share_is_not_written_down() -> None:
    values = np.array(["a"] * 40 + ["b"] * 12 + ["Zhang San"] * 9 + [7] * 3, dtype=object)
    bins = fine_bins(LEVEL, values, np.ones(len(values)), min_rows=25)
    assert [set(group) for group in bins.levels] == [{"a"}, {7, "b"}]
    assert bins.codes(np.array(["Zhang San"], dtype=object)).tolist() == [bins.size]
    with pytest.raises(DissatisfiedError, match="looks like free text, names or numbers") as caught:
        fine_bins(LEVEL, np.array([f"Zhang {k}" for k in range(50)], dtype=object), np.ones(50))
    assert "Zhang" not in str(caught.value)


def test_merging_keeps_the_edges_between_groups() -> None:
    bins = Bins(column="x", kind="number", edges=(1.0, 2.0, 3.0))
    merged = merge_bins(bins, [0, 0, 1, 1])
    assert merged.edges == (2.0,)
    x = np.linspace(0.0, 4.0, 41)
    np.testing.assert_array_equal(merged.codes(x), np.array([0, 0, 1, 1])[bins.codes(x)])
    levels = merge_bins(Bins(column="x", kind="level", levels=((1,), (2,), (3,))), [1, 0, 1])
    assert levels.levels == ((2,), (1, 3))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("min_rows", [0, 25])
def test_segments_are_the_best_by_brute_force(seed: int, min_rows: int) -> None:
    rng = np.random.default_rng(seed)
    target, weight = rng.standard_normal(9), rng.uniform(0.5, 2.0, 9)
    rows = rng.integers(5, 30, 9)
    groups = segment(target, weight, rows, max_groups=4, min_rows=min_rows, tolerance=0.0)
    assert groups[0] == 0
    assert set(np.diff(groups)) <= {0, 1}
    assert np.bincount(groups, weights=rows).min() >= min_rows
    best = min(
        cost
        for k in range(4)
        for cuts in combinations(range(1, 9), k)
        if np.isfinite(
            cost := cost_of(
                np.searchsorted(cuts, np.arange(9), side="right"), target, weight, rows, min_rows
            )
        )
    )
    assert cost_of(groups, target, weight, rows, min_rows) == pytest.approx(best, abs=1e-9)


def cost_of(groups, target, weight, rows, min_rows) -> float:
    if np.bincount(groups, weights=rows).min() < min_rows:
        return np.inf
    mean = np.bincount(groups, weights=weight * target) / np.bincount(groups, weights=weight)
    return float(weight @ (target - mean[groups]) ** 2)


def test_a_flat_curve_needs_one_group_only() -> None:
    flat = segment(np.ones(6), np.ones(6), np.full(6, 100), max_groups=8, min_rows=50)
    assert flat.tolist() == [0] * 6


def test_too_few_rows_give_one_group() -> None:
    groups = segment(np.arange(4.0), np.ones(4), np.full(4, 3), max_groups=8, min_rows=50)
    assert groups.tolist() == [0, 0, 0, 0]


def test_bins_in_words() -> None:
    bins = Bins(column="x", kind="number", edges=(1.5, 7.0))
    assert [bins.describe(k) for k in range(4)] == [
        "below 1.5",
        "1.5 to 7",
        "7 or more",
        "missing",
    ]
    assert Bins(column="x", kind="number").describe(0) == "any"
