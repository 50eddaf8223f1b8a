"""Gaps between groups: closed forms, corrections by hand, small bases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csi.comparison import compare_groups
from csi.errors import DesignError
from csi.index import estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model
from tests.tolerance import EXACT

SYNTAX = "F =~ x0 + x1 + x2"


def three_operators(sizes: tuple[int, ...] = (120, 120, 120), gap: float = 6.0) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    operator = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    f = rng.normal(size=len(operator)) + gap / 9 * (operator == 2)
    items = {f"x{k}": 60 + 9 * f + 8 * rng.normal(size=len(operator)) for k in range(3)}
    return pd.DataFrame(items).assign(operator=operator)


def compared(data: pd.DataFrame, **options: object):
    index = estimate_index(fit_model(make_design(data), SYNTAX), by="operator", weights="equal")
    return compare_groups(index, **options)


def test_gaps_equal_welch_t_tests() -> None:
    """With equal weights and independent groups the gap is Welch's test, up to n/(n−1) factors."""
    data = three_operators()
    score = data[["x0", "x1", "x2"]].mean(axis=1)
    N = len(data)
    for row in compared(data).tidy().itertuples():
        a, b = (score[data["operator"] == level] for level in (row.group_a, row.group_b))
        assert row.estimate == pytest.approx(a.mean() - b.mean(), rel=EXACT)
        variance = sum(s.var(ddof=0) / len(s) for s in (a, b)) * N / (N - 1)
        assert row.std_error == pytest.approx(np.sqrt(variance), rel=1e-10)
        theirs = stats.ttest_ind(a, b, equal_var=False)
        assert row.df == pytest.approx(theirs.df, rel=1e-3)
        assert row.p_value == pytest.approx(theirs.pvalue, rel=0.1)


def test_holm_by_hand() -> None:
    table = compared(three_operators()).tidy().sort_values("p_value")
    p = table["p_value"].to_numpy()
    by_hand = np.minimum(np.maximum.accumulate(p * [3, 2, 1]), 1.0)
    np.testing.assert_allclose(table["p_adjusted"], by_hand, rtol=EXACT)


def test_a_planted_gap_is_found_and_named() -> None:
    result = compared(three_operators())
    verdicts = {(row.group_a, row.group_b): row.verdict for row in result.tidy().itertuples()}
    assert verdicts == {(1, 2): "lower", (1, 3): "no evidence", (2, 3): "higher"}
    assert result.n_tests == 3
    assert "1 lower than 2" in result.summary()


def test_small_groups_are_not_tested() -> None:
    table = compared(three_operators(sizes=(120, 120, 29))).tidy()
    small = table[table["group_b"] == 3]
    assert (small["verdict"] == "base too small").all()
    assert small["p_value"].isna().all()
    assert compared(three_operators(sizes=(120, 120, 29))).n_tests == 1


def test_a_gap_inside_the_margin_is_too_small_to_matter() -> None:
    table = compared(three_operators((900, 900), gap=0.0), margin=4.0).tidy()
    assert table["verdict"].tolist() == ["too small to matter"]


def test_bad_requests_say_what_is_allowed() -> None:
    with pytest.raises(DesignError, match=r"got 'operators'. Did you mean `operator`\?"):
        compared(three_operators(), across="operators")
    with pytest.raises(DesignError, match=r"`terms` names `G`, which has no score \(F\)"):
        compared(three_operators(), terms=["G"])
    with pytest.raises(DesignError, match="fewer than two groups"):
        compared(three_operators(sizes=(60,)))
