"""Adjusted p-values equal those of statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from csi.inference.multiplicity import adjust_p_values
from tests.tolerance import EXACT


@pytest.mark.parametrize(("ours", "theirs"), [("holm", "holm"), ("bh", "fdr_bh")])
@pytest.mark.parametrize("size", [0, 1, 2, 64])
def test_adjusted_p_values_equal_statsmodels(ours, theirs: str, size: int) -> None:
    p = np.random.default_rng(size).beta(0.3, 1.0, size).round(3)
    expected = multipletests(p, method=theirs)[1] if size else p
    np.testing.assert_allclose(adjust_p_values(p, ours), expected, rtol=EXACT)
