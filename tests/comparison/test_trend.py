"""Series: their changes by hand, their cuts, and smoothing that hides nothing."""

from __future__ import annotations

import numpy as np
import pytest

from csi.comparison import WaveFacts, screen_together, trace_trend
from csi.errors import DesignError
from csi.index import estimate_index
from csi.inference.multiplicity import adjust_p_values
from csi.model.fit import fit_model
from tests.comparison.waves import SYNTAX, index_by_wave, wave
from tests.tolerance import EXACT

WAVES = [wave(k, shift=shift) for k, shift in enumerate((0, 0, -6, -6), start=1)]


def test_changes_are_differences_of_neighbours() -> None:
    index = index_by_wave(*WAVES)
    trend = trace_trend(index)
    points = trend.tidy()
    assert points["wave"].tolist() == ["q1", "q2", "q3", "q4"]
    np.testing.assert_allclose(
        points["change"].to_numpy()[1:], np.diff(index.scores.values), rtol=EXACT
    )
    V = index.scores.covariance()
    assert points["change_error"].iloc[2] ** 2 == pytest.approx(
        V[1, 1] + V[2, 2] - 2 * V[1, 2], rel=1e-10
    )
    p = points["change_p_value"].to_numpy()[1:]
    np.testing.assert_allclose(points["change_p_adjusted"].to_numpy()[1:], adjust_p_values(p, "bh"))
    assert points["change_verdict"].tolist() == ["", "no evidence", "moved down", "no evidence"]
    assert trend.n_tests == 3
    assert "F moved down in q3 by" in trend.summary()


def test_trends_of_one_report_are_screened_as_one_family() -> None:
    alone = [trace_trend(index_by_wave(*WAVES, by=by)) for by in ((), ("line",))]
    together = screen_together(alone)
    p = np.concatenate([each.tidy()["change_p_value"] for each in alone])
    q = np.concatenate([each.tidy()["change_p_adjusted"] for each in together])
    known = np.isfinite(p)
    np.testing.assert_allclose(q[known], adjust_p_values(p[known], "bh"), rtol=EXACT)
    assert {each.n_tests for each in together} == {int(known.sum())}
    for before, after in zip(alone, together, strict=True):
        kept = ["change", "change_p_value", "reason", "segment"]
        assert after.tidy()[kept].equals(before.tidy()[kept])
        marked = after.tidy()["change_verdict"].isin(["moved up", "moved down"])
        assert (marked == (after.tidy()["change_p_adjusted"] < 0.05)).all()
    assert screen_together([]) == ()


def test_a_change_of_mode_cuts_every_series() -> None:
    facts = [WaveFacts(id=f"q{k}", mode="CATI" if k < 3 else "web") for k in range(1, 5)]
    trend = trace_trend(index_by_wave(*WAVES, by=("line",)), facts=facts, window=2)
    points = trend.tidy()
    assert points["segment"].tolist() == [1, 1, 2, 2] * 2
    assert points["change"].isna().tolist() == [True, False, True, False] * 2
    assert points["change_verdict"].tolist()[2] == "not comparable"
    assert points["reason"].tolist()[2] == "mode: CATI → web"
    assert trend.breaks["reason"].tolist() == ["mode: CATI → web"]
    assert "break between q2 and q3: mode: CATI → web" in trend.summary()
    e = points["estimate"].to_numpy()
    np.testing.assert_allclose(points["smoothed"][:4], [e[0], e[:2].mean(), e[2], e[2:4].mean()])


def test_a_smaller_error_of_means_is_known() -> None:
    index = index_by_wave(*WAVES)
    points = trace_trend(index, window=4).tidy()
    V = index.scores.covariance()
    assert points["smoothed_error"].iloc[3] == pytest.approx(np.sqrt(V.mean()), rel=1e-8)
    assert "smoothed" not in trace_trend(index).tidy()


def test_a_series_with_the_weights_of_its_first_wave_is_not_revised() -> None:
    def scores(*waves: object) -> np.ndarray:
        stacked = index_by_wave(*waves).fit.design  # type: ignore[arg-type]
        fit = fit_model(stacked, SYNTAX, by="wave")
        fixed = estimate_index(fit, by="wave", weights_of={"wave": "q1"})
        return trace_trend(fixed).tidy()["estimate"].to_numpy()

    np.testing.assert_allclose(scores(*WAVES)[:3], scores(*WAVES[:3]), rtol=1e-9)
    pooled = [
        trace_trend(index_by_wave(*waves)).tidy()["estimate"][:3] for waves in (WAVES, WAVES[:3])
    ]
    assert not np.allclose(pooled[0], pooled[1], rtol=1e-9)


def test_bad_requests_say_what_is_allowed() -> None:
    with pytest.raises(DesignError, match="`window` counts waves, at least 1; got 0"):
        trace_trend(index_by_wave(*WAVES), window=0)
    with pytest.raises(DesignError, match="fit one model to the stacked waves"):
        trace_trend(index_by_wave(*WAVES, own=True))
