"""Sizes: closed forms, published tables, R's power functions."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from csi.errors import SamplingError
from csi.sampling.change import (
    minimum_detectable_change,
    size_for_change,
    size_for_share_difference,
)
from csi.sampling.shares import share_interval, size_for_share
from csi.sampling.size import half_width_of_mean, normal_quantile, size_for_mean
from tests.tolerance import EXACT

Z = normal_quantile(0.95)


def published(shared_data: Path) -> dict[str, str]:
    table = pd.read_csv(shared_data / "sampling" / "sample_size.csv")
    return dict(zip(table["source"] + "; " + table["call"], table["values"], strict=True))


def test_means_match_the_printed_sizes_of_practools(shared_data: Path) -> None:
    """A coefficient of variation CV0 of the estimate is a half-width of z · CV0 · mean."""
    found = published(shared_data)
    printed = next(v for k, v in found.items() if "CV0=.01 .03" in k).split(";")
    ours = [size_for_mean(Z * cv, sd=2).n for cv in np.arange(0.01, 0.22, 0.02)]
    assert ours == [int(value) for value in printed]
    assert size_for_mean(Z * 0.05, sd=2, population=500).exact == pytest.approx(381, abs=0.05)


def test_shares_match_the_printed_sizes_of_practools(shared_data: Path) -> None:
    printed = next(v for k, v in published(shared_data).items() if "proportion" in k).split(";")
    ours = [size_for_share(e / 100, method="wald").n for e in range(1, 9)]
    assert ours == [int(value) for value in printed]


def test_simple_and_pps_sizes_of_hospitals_match_practools(shared_data: Path) -> None:
    """Printed: PPS needs 57, a simple random sample 82; PPS is a mean with its own variance."""
    data = pd.read_csv(shared_data / "sampling" / "smho_N874.csv").query("BEDS > 0")
    total = data["EXPTOTAL"].sum()
    chance = data["BEDS"] / data["BEDS"].sum()
    v1 = float((chance * (data["EXPTOTAL"] / chance - total) ** 2).sum())
    assert len(data) == 670
    assert v1 == pytest.approx(9.53703e19, rel=1e-5)
    assert size_for_mean(Z * 0.15 * total, sd=math.sqrt(v1)).n == 57
    spread = float(data["EXPTOTAL"].std())
    half_width = Z * 0.15 * data["EXPTOTAL"].mean()
    # PracTools' nCont rounds up (82 printed); its population variance is the sample one.
    assert size_for_mean(half_width, sd=spread, population=670).n == 82


def test_a_share_in_a_finite_population_matches_practools() -> None:
    """NPropMoe(moe.sw=1, e=.05, alpha=.05, pU=.5, N=2000): 322.4 in survey.md, by hand 322.39."""
    spread = 0.25 * 2000 / 1999
    by_hand = Z**2 * spread / (0.05**2 + Z**2 * spread / 2000)
    assert size_for_share(0.05, method="wald", population=2000).exact == pytest.approx(by_hand)
    assert by_hand == pytest.approx(322.4, abs=0.05)


def test_design_effect_then_population_then_response() -> None:
    size = size_for_mean(2.0, sd=18, deff=1.3, population=1000, response_rate=0.15)
    endless = 1.3 * (Z * 9) ** 2
    assert size.exact == pytest.approx(endless / (1 + endless / 1000), rel=EXACT)
    assert size.n == math.ceil(size.exact)
    assert size.contacts == math.ceil(size.n / 0.15)


@given(
    half_width=st.floats(0.3, 10),
    sd=st.floats(5, 40),
    deff=st.floats(0.8, 3),
    population=st.floats(50, 1e7),
)
def test_the_size_is_the_least_that_reaches_the_half_width(
    half_width: float, sd: float, deff: float, population: float
) -> None:
    n = size_for_mean(half_width, sd=sd, deff=deff, population=population).n
    reached = [
        half_width_of_mean(m, sd=sd, deff=deff, population=population) for m in (n, n - 1) if m
    ]
    assert reached[0] <= half_width * (1 + 1e-8)
    assert len(reached) == 1 or reached[1] > half_width * (1 - 1e-8)


@pytest.mark.parametrize("method", ["wilson", "clopper-pearson"])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.98])
def test_intervals_near_0_and_1_reach_the_half_width(method: str, share: float) -> None:
    size = size_for_share(0.02, share=share, method=method)
    halves = []
    for n in (size.n, size.n - 1):
        low, high = share_interval(share, n, method=method)
        halves.append((high - low) / 2)
    assert halves[0] <= 0.02 * (1 + 1e-9) < halves[1] * (1 + 1e-6)


def test_intervals_equal_scipy() -> None:
    for hits, n in ((3, 100), (50, 120), (0, 40), (40, 40)):
        theirs = stats.binomtest(hits, n)
        for ours, name in (("wilson", "wilson"), ("clopper-pearson", "exact")):
            expected = theirs.proportion_ci(method=name)
            low, high = share_interval(hits / n, n, method=ours)  # type: ignore[arg-type]
            assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_wald_near_1_is_warned_of() -> None:
    assert size_for_share(0.05, share=0.98, method="wald").n == 31
    assert "Only 0.6 respondents" in size_for_share(0.05, share=0.98, method="wald").note
    assert size_for_share(0.05, share=0.98).n > 31
    assert size_for_share(0.05, share=0.98, method="clopper-pearson").n > 52
    assert size_for_share(0.01, share=0.98).note == ""


def test_a_census_leaves_no_interval() -> None:
    assert share_interval(0.3, 200, population=200) == (0.3, 0.3)


def test_two_shares_match_power_prop_test() -> None:
    """R: power.prop.test(p1=.80, p2=.75, power=.8)$n is 1093.739 (strict=FALSE)."""
    assert size_for_share_difference(0.80, 0.75).exact == pytest.approx(1093.739, abs=1e-3)
    unpooled = size_for_share_difference(0.80, 0.75, variance="unpooled").exact
    own = 0.8 * 0.2 + 0.75 * 0.25
    assert unpooled == pytest.approx((Z + stats.norm.ppf(0.8)) ** 2 * own / 0.05**2, rel=EXACT)


def test_size_and_detectable_change_are_inverse() -> None:
    size = size_for_change(2.0, sd=15, overlap=0.5, correlation=0.6, deff=1.4)
    found = minimum_detectable_change(
        size.exact, size.exact, sd=15, overlap=0.5, correlation=0.6, deff=1.4
    )
    assert found == pytest.approx(2.0, rel=EXACT)


def test_the_detectable_change_is_found_that_often() -> None:
    """Simulated power of a z test at the detectable change: .80, within 3 simulation errors."""
    n, sd, rho, overlap = 400, 15.0, 0.6, 0.5
    change = minimum_detectable_change(n, n, sd=sd, overlap=overlap, correlation=rho)
    rng = np.random.default_rng(11)
    shared, reps = int(overlap * n), 4000
    noise = rng.multivariate_normal([0, 0], sd**2 * np.array([[1, rho], [rho, 1]]), (reps, shared))
    before = noise[..., 0].sum(axis=1) + rng.normal(0, sd, (reps, n - shared)).sum(axis=1)
    after = noise[..., 1].sum(axis=1) + rng.normal(0, sd, (reps, n - shared)).sum(axis=1)
    difference = (after - before) / n + change
    spread = sd * math.sqrt(2 / n - 2 * rho * shared / n**2)
    power = float((np.abs(difference) / spread > Z).mean())
    assert power == pytest.approx(0.8, abs=3 * math.sqrt(0.16 / reps))


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(SamplingError) as caught:
        size_for_mean(0, sd=-1, conf_level=95, response_rate=1.5)
    text = str(caught.value)
    assert "`half_width` must be above 0; got 0." in text
    assert "`sd` must be above 0; got -1." in text
    assert "`conf_level` must be above 0 and below 1; got 95." in text
    assert "`response_rate` must be above 0 and at most 1; got 1.5." in text


def test_other_faults() -> None:
    with pytest.raises(SamplingError, match="`method` must be one of wilson, clopper-pearson, wa"):
        size_for_share(0.05, method="exact")  # type: ignore[arg-type]
    with pytest.raises(SamplingError, match=r"are both 0\.5: nothing tells them apart"):
        size_for_share_difference(0.5, 0.5)
    with pytest.raises(SamplingError, match="`variance` must be pooled or unpooled; got 'x'"):
        size_for_share_difference(0.5, 0.6, variance="x")  # type: ignore[arg-type]
    with pytest.raises(SamplingError) as caught:
        minimum_detectable_change(10, 10, sd=1, overlap=2, correlation=1)
    assert "`overlap` must be a share from 0 to 1; got 2." in str(caught.value)
    assert "`correlation` must be at least -1 and below 1; got 1." in str(caught.value)
