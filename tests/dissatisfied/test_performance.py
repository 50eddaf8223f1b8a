"""Performance: brute force for every number, derivatives for every influence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.performance import measure_performance
from csi.dissatisfied.ranking import list_membership
from csi.dissatisfied.rules import compare_rules
from csi.inference import make_design
from tests.dissatisfied.derivatives import assert_influences
from tests.tolerance import EXACT

SHARES = (0.1, 0.33)


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    rng = np.random.default_rng(12)
    n = 1500
    p = np.clip(rng.beta(1.2, 6.0, n), 0.01, 0.99)
    y = (rng.random(n) < p).astype(float)
    return pd.DataFrame(
        {
            "p": np.round(p, 2),
            "y": np.where(rng.random(n) < 0.05, np.nan, y),
            "w": rng.uniform(0.5, 2.0, n),
            "region": rng.integers(1, 4, n),
            "stratum": rng.integers(1, 5, n),
            "silent": rng.random(n) < 0.2 + 0.3 * y,
            "event": rng.random(n) < 0.1 + 0.2 * y,
        }
    )


def measure(sample: pd.DataFrame, weights: np.ndarray | None = None, **options):
    frame = sample if weights is None else sample.assign(w=weights)
    design = make_design(frame, weights="w", strata="stratum")
    return measure_performance(
        design, frame["p"].to_numpy(), frame["y"].to_numpy(), shares=SHARES, **options
    )


def test_numbers_by_brute_force(sample: pd.DataFrame) -> None:
    performance = measure(sample)
    known = sample.dropna()
    p, y, w = (known[c].to_numpy() for c in "pyw")
    pairs = w[y == 1][:, None] * w[y == 0][None, :]
    above = p[y == 1][:, None] - p[y == 0][None, :]
    auc = (pairs * ((above > 0) + 0.5 * (above == 0))).sum() / pairs.sum()
    assert performance.value("auc") == pytest.approx(auc, rel=EXACT)
    assert performance.value("brier") == pytest.approx(np.average((p - y) ** 2, weights=w))
    assert performance.value("base_rate") == pytest.approx(np.average(y, weights=w))
    assert performance.value("mean_probability") == pytest.approx(np.average(p, weights=w))
    for share in SHARES:
        ends = np.unique(p)[::-1]
        held = np.array([w[p >= end].sum() / w.sum() for end in ends])
        last = ends[np.searchsorted(held, share)]
        part = (share * w.sum() - w[p > last].sum()) / w[p == last].sum()
        found = (w * y)[p > last].sum() + part * (w * y)[p == last].sum()
        precision = found / (share * w.sum())
        assert performance.value("precision", share) == pytest.approx(precision)
        assert performance.value("wrong_calls", share) == pytest.approx(1 - precision)
        assert performance.value("recall", share) == pytest.approx(found / (w @ y))
        lift = precision / np.average(y, weights=w)
        assert performance.value("lift", share) == pytest.approx(lift)


def test_auc_equals_scikit_learn(sample: pd.DataFrame) -> None:
    known = sample.dropna()
    theirs = roc_auc_score(known["y"], known["p"], sample_weight=known["w"])
    assert measure(sample).value("auc") == pytest.approx(theirs, rel=1e-10)


def test_auc_variance_is_delong_s(sample: pd.DataFrame) -> None:
    known = sample.dropna().assign(one=1.0)
    design = make_design(known)
    performance = measure_performance(design, known["p"].to_numpy(), known["y"].to_numpy())
    p, y = known["p"].to_numpy(), known["y"].to_numpy()
    above = p[y == 1][:, None] - p[y == 0][None, :]
    kernel = (above > 0) + 0.5 * (above == 0)
    m, n = kernel.shape
    delong = kernel.mean(axis=1).var(ddof=1) / m + kernel.mean(axis=0).var(ddof=1) / n
    se = performance.estimates.std_errors()[1]
    assert se == pytest.approx(np.sqrt(delong), rel=3e-3)  # m and n fixed there, random here


@pytest.mark.parametrize("term", ["base_rate", "auc", "brier", "mean_probability"])
def test_influences_are_derivatives(sample: pd.DataFrame, term: str) -> None:
    labels = measure(sample).estimates.labels
    k = int(np.flatnonzero(labels["term"] == term)[0])
    assert_influences(
        measure(sample).estimates.influence()[:, [k]],
        lambda w: measure(sample, w).estimates.values[[k]],
        sample["w"].to_numpy(),
        [0, 1, 7, 40, int(np.flatnonzero(sample["y"].isna())[0])],
        1e-6,
    )


def test_influences_of_lists_are_derivatives_where_many_tie_at_the_end(
    sample: pd.DataFrame,
) -> None:
    coarse = sample.assign(p=np.round(sample["p"], 1))
    assert_influences(
        measure(coarse).estimates.influence()[:, 5:],
        lambda w: measure(coarse, w).estimates.values[5:],
        coarse["w"].to_numpy(),
        range(0, 60, 7),
        1e-6,
    )


def test_the_ceiling_is_printed_beside_the_lift(sample: pd.DataFrame) -> None:
    table = measure(sample).tidy()
    base = table.loc[table["term"] == "base_rate", "estimate"].iloc[0]
    lifts = table[table["term"] == "lift"]
    np.testing.assert_allclose(lifts["ceiling"], [min(1 / base, 10.0), min(1 / base, 1 / 0.33)])
    assert table.loc[table["term"] != "lift", "ceiling"].isna().all()


def test_reliability_is_the_observed_share_by_tenth(sample: pd.DataFrame) -> None:
    performance = measure(sample)
    table = performance.reliability.tidy()
    assert len(table) == 10
    assert table["predicted"].is_monotonic_increasing
    known = sample.dropna()
    total = np.average(table["estimate"], weights=table["n_eff"])
    assert total == pytest.approx(np.average(known["y"], weights=known["w"]), abs=0.01)
    assert performance.calibration_error < 0.05
    assert performance.value("calibration_slope") == pytest.approx(1.0, abs=0.25)


def test_domains_show_their_base(sample: pd.DataFrame) -> None:
    small = sample.assign(region=np.where(np.arange(len(sample)) < 25, 9, sample["region"]))
    table = measure(small, by=["region"]).domains
    assert set(table["level"]) == {1, 2, 3, 9}
    assert set(table.loc[table["level"] == 9, "flag"]) == {"suppressed"}
    assert table.loc[(table["level"] == 9) & (table["term"] == "auc"), "estimate"].isna().all()
    one = sample[(sample["region"] == 1)].dropna()
    row = table[(table["level"] == 1) & (table["term"] == "base_rate")].iloc[0]
    if len(one) == row["n"]:
        assert row["estimate"] == pytest.approx(np.average(one["y"], weights=one["w"]))


def test_a_list_holds_exactly_its_share() -> None:
    p, w = np.array([0.9, 0.5, 0.5, 0.1]), np.array([1.0, 1.0, 3.0, 5.0])
    on_list, last = list_membership(p, w, 0.3)
    np.testing.assert_allclose(on_list, [1.0, 0.5, 0.5, 0.0])
    assert last == 0.5
    assert on_list @ w == pytest.approx(0.3 * w.sum())


def test_too_few_dissatisfied_and_impossible_lists_are_refused(sample: pd.DataFrame) -> None:
    design = make_design(sample, weights="w")
    rare = np.where(np.arange(len(sample)) < 9, 1.0, 0.0)
    with pytest.raises(DissatisfiedError, match="9 dissatisfied and 1491 other respondents"):
        measure_performance(design, sample["p"].to_numpy(), rare)
    with pytest.raises(DissatisfiedError, match=r"between 0 and 1; got 1\.0"):
        measure_performance(design, sample["p"].to_numpy(), rare, shares=(0.5, 1.0))


def test_rules_union_and_model_side_by_side(sample: pd.DataFrame) -> None:
    def compare(w: np.ndarray):
        design = make_design(sample.assign(w=w), weights="w")
        return compare_rules(
            design, ["silent", "event"], sample["p"].to_numpy(), sample["y"].to_numpy()
        )

    weights = sample["w"].to_numpy()
    estimates = compare(weights)
    table = estimates.tidy().set_index(["finder", "term"])["estimate"]
    known = sample.dropna()
    w, y = known["w"], known["y"]
    union = known["silent"] | known["event"]
    assert table["any rule", "flagged"] == pytest.approx(np.average(union, weights=w))
    assert table["any rule", "recall"] == pytest.approx((w * y * union).sum() / (w * y).sum())
    assert table["silent", "precision"] == pytest.approx(
        np.average(y[known["silent"]], weights=w[known["silent"]])
    )
    assert table["model", "flagged"] == pytest.approx(table["any rule", "flagged"])
    together = table["model only", "recall"] + table["any rule", "recall"]
    other = table["rules only", "recall"] + table["model", "recall"]
    assert together == pytest.approx(other)
    assert_influences(
        estimates.influence()[:, :10], lambda v: compare(v).values[:10], weights, [0, 3, 9], 1e-6
    )


def test_rules_that_cannot_be_compared_are_refused(sample: pd.DataFrame) -> None:
    frame = sample.assign(never=False)
    design = make_design(frame, weights="w")
    p, y = sample["p"].to_numpy(), sample["y"].to_numpy()
    with pytest.raises(DissatisfiedError, match="Rule `never` flags nobody"):
        compare_rules(design, ["never"], p, y)
    with pytest.raises(DissatisfiedError, match=r"no column `silant`. Did you mean `silent`\?"):
        compare_rules(design, ["silant"], p, y)


def test_intervals_stay_where_shares_can_be(sample: pd.DataFrame) -> None:
    table = measure(sample).tidy()
    slope = table["term"] == "calibration_slope"
    lift = table["term"] == "lift"
    shares = table[~slope & ~lift]
    assert (shares["conf_low"] >= 0.0).all()
    assert (shares["conf_high"] <= 1.0).all()
    recall = table[table["term"] == "recall"]
    for end in ("conf_low", "conf_high"):
        assert table.loc[lift, end].to_numpy() == pytest.approx(
            recall[end].to_numpy() / recall["share"].to_numpy()
        )
    row = table[slope].iloc[0]
    assert row["conf_high"] - row["estimate"] == pytest.approx(row["estimate"] - row["conf_low"])


def test_the_base_of_a_list_is_its_own(sample: pd.DataFrame) -> None:
    table = measure(sample).tidy().set_index(["term", "share"])
    known = sample.dropna()
    last = np.sort(known["p"])[::-1]
    assert table.loc[("precision", 0.1), "n"] >= 0.07 * len(known)
    assert table.loc[("precision", 0.1), "n"] <= (known["p"] >= last[int(0.14 * len(known))]).sum()
    assert table.loc[("recall", 0.1), "n"] == known["y"].sum()
    assert table.loc[("lift", 0.1), "n"] == min(
        table.loc[("precision", 0.1), "n"], known["y"].sum()
    )
    assert set(table["flag"]) <= {"", "low", "suppressed"}


def test_a_list_of_nobody_but_the_dissatisfied_has_an_interval() -> None:
    n = 400
    number = np.arange(n)
    frame = pd.DataFrame({"y": ((number < 60) | (number % 50 == 7)).astype(float)})
    p = np.linspace(0.9, 0.1, n)
    table = measure_performance(make_design(frame), p, frame["y"].to_numpy(), shares=(0.1,)).tidy()
    row = table[table["term"] == "precision"].iloc[0]
    assert row["estimate"] == row["conf_high"] == 1.0
    assert row["conf_low"] == pytest.approx(0.025 ** (1 / 40))


def test_a_slope_near_one_is_no_share() -> None:
    rng = np.random.default_rng(3)
    p = rng.uniform(0.05, 0.6, 4000)
    for seed in range(6):
        y = (np.random.default_rng(100 + seed).random(4000) < p).astype(float)
        frame = pd.DataFrame({"y": y})
        table = measure_performance(make_design(frame), p, y, shares=(0.1,)).tidy()
        row = table[table["term"] == "calibration_slope"].iloc[0]
        assert row["conf_low"] < row["estimate"] < row["conf_high"]
