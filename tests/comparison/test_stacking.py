"""Stacked waves: each keeps its variance, and shared respondents bring the covariance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from csi.comparison import stack_waves, wave_overlap
from csi.errors import DesignError
from csi.inference import estimate_means, make_design
from csi.weighting.weights import weight_responses
from tests.comparison.waves import design, wave
from tests.tolerance import EXACT


def test_independent_waves_keep_their_standard_errors() -> None:
    first, second = design(wave(1)), design(wave(2, 300))
    both = estimate_means(stack_waves({"a": first, "b": second}), ["x0"], by="wave")
    for k, each in enumerate((first, second)):
        alone = estimate_means(each, ["x0"])
        assert both.values[k] == pytest.approx(alone.values[0], rel=EXACT)
        assert both.std_errors()[k] == pytest.approx(alone.std_errors()[0], rel=EXACT)
        assert both.df[k] == alone.df[0]
    assert both.covariance()[0, 1] == 0.0
    assert both.labels["wave"].tolist() == ["a", "b"]


def panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw two waves of which 200 people are in both, some in another stratum by then."""
    first, second = wave(1).assign(who=np.arange(400)), wave(2, 500).assign(who=np.arange(200, 700))
    lasting = np.random.default_rng(3).normal(size=700)
    for each in (first, second):
        each["x0"] += 15 * lasting[each["who"]]
        each["region"] = 1 + each["who"] % 4
    second.loc[second["who"] < 210, "region"] = 1
    return first, second


def test_a_panel_has_each_waves_variance_and_the_covariance_of_the_shared() -> None:
    frames = panel()
    stacked = stack_waves({"a": design(frames[0]), "b": design(frames[1])}, panel="who")
    both = estimate_means(stacked, ["x0"], by="wave")
    V, totals = both.covariance(), []
    for k, frame in enumerate(frames):
        alone = estimate_means(design(frame), ["x0"])
        assert V[k, k] == pytest.approx(alone.covariance()[0, 0], rel=1e-10)
        assert both.std_errors()[k] ** 2 == pytest.approx(V[k, k], rel=1e-10)
        w = frame["w"] / frame["w"].sum()
        t = w * (frame["x0"] - (w * frame["x0"]).sum())
        n = frame["region"].map(frame["region"].value_counts())
        centred = (t - t.groupby(frame["region"]).transform("mean")) * np.sqrt(n / (n - 1))
        totals.append(pd.Series(centred.to_numpy(), index=frame["who"]))
    shared = pd.concat(totals, axis=1, join="inner")
    assert len(shared) == 200
    assert V[0, 1] == pytest.approx((shared[0] * shared[1]).sum(), rel=1e-10)
    assert V[0, 1] > 0.1 * V[0, 0]


def test_a_full_panel_is_a_paired_test() -> None:
    frame = wave(1).assign(who=np.arange(400))
    later = frame.assign(x0=frame["x0"] + 2 + np.random.default_rng(4).normal(size=400))
    designs = {"a": make_design(frame), "b": make_design(later)}
    V = estimate_means(stack_waves(designs, panel="who"), ["x0"], by="wave").covariance()
    change = later["x0"] - frame["x0"]
    assert V[0, 0] + V[1, 1] - 2 * V[0, 1] == pytest.approx(change.var() / 400, rel=1e-10)


def test_clusters_that_come_again_are_one_unit() -> None:
    frames = [wave(k).assign(town=np.arange(400) % 40) for k in (1, 2)]
    for frame in frames:
        frame["x0"] += 8 * np.random.default_rng(5).normal(size=40)[frame["town"]]
    designs = {name: make_design(f, psu="town") for name, f in zip("ab", frames, strict=True)}
    means = estimate_means(stack_waves(designs, panel="town"), ["x0"], by="wave")
    alone = estimate_means(designs["b"], ["x0"])
    assert means.std_errors()[1] == pytest.approx(alone.std_errors()[0], rel=1e-10)
    assert means.covariance()[0, 1] > 0.5 * means.covariance()[0, 0]


def test_weights_are_put_on_one_scale_and_calibrations_kept() -> None:
    frame = wave(1)
    calibrated = weight_responses(make_design(frame), margins={"line": {1: 90_000, 2: 10_000}})
    stacked = stack_waves({"a": calibrated, "b": make_design(wave(2))})
    assert stacked.weights[:400].sum() == pytest.approx(400)
    means = estimate_means(stacked, ["x0"], by="wave")
    alone = estimate_means(calibrated, ["x0"])
    assert means.std_errors()[0] == pytest.approx(alone.std_errors()[0], rel=1e-10)


def test_the_overlap_is_counted() -> None:
    first, second = panel()
    stacked = stack_waves({"a": design(first), "b": design(second)}, panel="who")
    assert wave_overlap(stacked).to_numpy().tolist() == [["a", "b", 400, 500, 200]]
    apart = stack_waves({"a": design(first), "b": design(second)})
    assert wave_overlap(apart)["n_shared"].tolist() == [0]


def test_bad_stacks_say_what_is_wrong() -> None:
    first, second = design(wave(1)), design(wave(2))
    with pytest.raises(DesignError, match="at least two waves; got 1"):
        stack_waves({"a": first})
    with pytest.raises(DesignError, match="`a` have a column `line` already"):
        stack_waves({"a": first, "b": second}, column="line")
    with pytest.raises(DesignError, match=r"`regio`, which the answers of `a` lack. Did you mean"):
        stack_waves({"a": first, "b": second}, panel="regio")
    with pytest.raises(DesignError, match=r"differ in `lonely` \(average, fail\)"):
        stack_waves({"a": first, "b": replace(second, lonely="average")})


def test_respondents_without_weight_still_count_as_units() -> None:
    """A study may report some of its respondents: the others' sampling units stay units."""
    frames = [each.assign(w=each["w"] * (each["line"] == 1)) for each in panel()]
    both = estimate_means(
        stack_waves({"a": design(frames[0]), "b": design(frames[1])}, panel="who"),
        ["x0"],
        by="wave",
    )
    for k, frame in enumerate(frames):
        alone = estimate_means(design(frame), ["x0"])
        assert both.values[k] == pytest.approx(alone.values[0], rel=EXACT)
        assert both.std_errors()[k] == pytest.approx(alone.std_errors()[0], rel=1e-6)
        assert both.covariance()[k, k] == pytest.approx(alone.covariance()[0, 0], rel=1e-6)
