"""Our gap to every competitor, part by part."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.comparison import decompose_change, decompose_gaps
from csi.errors import DesignError
from csi.index import Index, estimate_index
from csi.inference import make_design
from csi.model.fit import fit_model


@pytest.fixture(scope="module")
def index() -> Index:
    """Line 2 scores 12 points less; our customers (1) are mostly there; 3 has 20 respondents."""
    rng = np.random.default_rng(4)
    operator = np.repeat([1, 2, 3, 4], [500, 500, 20, 400])
    line = 1 + (rng.random(len(operator)) < np.where(operator == 1, 0.8, 0.3))
    f = rng.normal(size=len(operator)) - 1.2 * line
    data = pd.DataFrame({f"x{k}": 80 + 10 * f + 6 * rng.normal(size=len(f)) for k in range(3)})
    data = data.assign(operator=operator, line=line)
    return estimate_index(fit_model(make_design(data), "F =~ x0 + x1 + x2"), by="operator")


def test_every_competitor_with_a_base_is_explained(index: Index) -> None:
    gaps = decompose_gaps(index, own=1, cells="line")
    assert [(gap.after, gap.before) for gap in gaps] == [(1, 2), (1, 4)]
    score = index.tidy().set_index("operator")["estimate"]
    for gap in gaps:
        parts = gap.tidy().query("by == ''").set_index("part")
        total = parts.loc["total", "estimate"]
        assert total == pytest.approx(score[1] - score[gap.before], abs=1e-9)
        assert parts["estimate"].iloc[:4].sum() == pytest.approx(total, abs=1e-9)
        # Planted: the gap is all mix, 12 points times a share of .5 more.
        assert parts.loc["mix", "estimate"] == pytest.approx(-6.0, abs=1.0)
        level = parts.loc["level"]
        assert abs(level["estimate"]) < 2.6 * level["std_error"]
        same = decompose_change(index, across="operator", before=gap.before, after=1, cells="line")
        pd.testing.assert_frame_equal(same.tidy(), gap.tidy())


def test_a_small_base_of_ours_explains_nothing(index: Index) -> None:
    assert decompose_gaps(index, own=3, cells="line") == ()


def test_bad_requests_say_what_is_allowed(index: Index) -> None:
    with pytest.raises(DesignError, match=r"`own` must be a code of `operator` \(1, 2, 3, 4\)"):
        decompose_gaps(index, own=9, cells="line")
    with pytest.raises(DesignError, match="`own` must be a code of `town`"):
        decompose_gaps(index, own=1, cells="line", across="town")
    with pytest.raises(DesignError, match="estimated by the column of competitors"):
        decompose_gaps(estimate_index(index.fit), own=1, cells="line")
