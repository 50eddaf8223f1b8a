"""Repeated samples from a known population: do raked estimates have honest standard errors?"""

from __future__ import annotations

import pytest

from tests.weighting.repeated_samples import repeat

REPLICATIONS = 8_800


@pytest.mark.bench
def test_raked_stratified_estimates_cover_the_truth() -> None:
    found = repeat(REPLICATIONS)
    # 8,800 replications leave .75 % on a ratio and .2 points on a coverage.
    ratio, coverage = found.ratio["calibrated"], found.coverage["calibrated"]
    assert ((ratio >= 0.97) & (ratio <= 1.03)).all(), ratio
    assert ((coverage >= 0.935) & (coverage <= 0.965)).all(), coverage
    # Regressing on base weights, as R does, is a little wide where it corrects non-response.
    base = found.ratio["base"]
    assert 0.97 <= base[0] <= 1.03
    assert base[1:].mean() > ratio[1:].mean()
    # Leaving the raking out of the variance overstates it: the gain is real.
    assert found.ratio["ignored"][0] > 1.05
