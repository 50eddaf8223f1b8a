"""Base weights, multiplicity, non-response classes, trimming, diagnostics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csi.errors import WeightingError
from csi.inference import make_design
from csi.weighting import (
    adjust_nonresponse,
    base_weights,
    diagnose_weights,
    share_multiplicity,
    trim_weights,
    weight_responses,
)


def test_base_weights_count_every_released_number() -> None:
    frame = pd.DataFrame({"h": ["a", "a", "b"]})
    sizes = {"a": 1000, "b": 300}
    inverse = base_weights(frame, strata="h", population=sizes)
    np.testing.assert_array_equal(inverse, [500, 500, 300])
    released = base_weights(frame, strata="h", population=sizes, released={"a": 20, "b": 6})
    np.testing.assert_array_equal(released, [50, 50, 50])


def test_wrong_sizes_are_all_named() -> None:
    frame = pd.DataFrame({"h": ["a", "a", "b", "c", "d"]})
    with pytest.raises(WeightingError) as caught:
        base_weights(
            frame,
            strata="h",
            population={"a": 9, "b": 3, "d": 0},
            released={"a": 1, "b": 5, "c": 7, "d": 1},
        )
    assert str(caught.value) == (
        "Stratum h = a: 2 rows, but only 1 were released.\n"
        "Stratum h = b: 5 units drawn from a population of 3.\n"
        "`population` has no entry for stratum h = c.\n"
        "`population` of stratum h = d must be positive; got 0."
    )


def test_strata_must_exist_and_be_known() -> None:
    with pytest.raises(WeightingError, match="The data have no column `g`"):
        base_weights(pd.DataFrame({"h": [1]}), strata="g", population={})
    with pytest.raises(WeightingError) as caught:
        base_weights(pd.DataFrame({"h": [1.0, np.nan]}), strata="h", population={1: 5})
    assert str(caught.value) == (
        "`h` is missing for 1 of 2 rows (first in row 2); every row belongs to a stratum."
    )


def test_multiplicities_are_whole_numbers() -> None:
    with pytest.raises(WeightingError) as caught:
        share_multiplicity([1.0, 1.0, 1.0, 1.0], [1, 0, np.nan, 1.5])
    assert str(caught.value) == (
        "Multiplicities are whole numbers from 1; 3 of 4 are not (first in row 2: 0)."
    )


def contacts() -> pd.DataFrame:
    """Return 400 selected numbers in 2 regions × 2 lines with unlike response rates."""
    parts = [("n", 1, 100, 50), ("n", 2, 100, 45), ("s", 1, 150, 15), ("s", 2, 50, 10)]
    rows = [
        {"region": region, "line": line, "done": int(k < answered)}
        for region, line, n, answered in parts
        for k in range(n)
    ]
    return pd.DataFrame(rows)


def test_thin_classes_are_merged_with_their_neighbours() -> None:
    frame = contacts()
    adjusted = adjust_nonresponse(
        frame, responded="done", classes=["region", "line"], weights=np.full(400, 2.5)
    )
    table = adjusted.tidy()
    assert table["cells"].tolist() == ["n × 1", "n × 2", "s × 1; s × 2"]
    np.testing.assert_allclose(table["factor"], [2.0, 100 / 45, 200 / 25])
    np.testing.assert_allclose(adjusted.weights.sum(), 400 * 2.5)
    assert (adjusted.weights[frame["done"] == 0] == 0).all()
    assert adjusted.summary().startswith(
        "Non-response adjusted in 3 classes; factors 2.00 to 8.00."
    )


def test_extreme_factors_are_merged() -> None:
    """s × 1 has ten times the factor of n: above twice the overall 400/120."""
    adjusted = adjust_nonresponse(
        contacts(),
        responded="done",
        classes=["region", "line"],
        weights=np.ones(400),
        min_respondents=5,
        max_factor=2.0,
    )
    assert adjusted.tidy()["factor"].max() <= 2.0 * 400 / 120
    np.testing.assert_allclose(adjusted.weights.sum(), 400)


def test_one_class_is_left_when_none_is_large_enough() -> None:
    frame = pd.DataFrame({"g": range(10), "done": [1, 0] * 5})
    adjusted = adjust_nonresponse(frame, responded="done", classes=["g"], weights=np.ones(10))
    assert len(adjusted.tidy()) == 1
    np.testing.assert_allclose(adjusted.weights, [2.0, 0.0] * 5)


def test_row_order_is_irrelevant_for_classes() -> None:
    frame = contacts()
    shuffled = frame.sample(frac=1.0, random_state=4)
    options = {"responded": "done", "classes": ["region", "line"], "weights": np.ones(400)}
    one, other = adjust_nonresponse(frame, **options), adjust_nonresponse(shuffled, **options)
    pd.testing.assert_frame_equal(one.tidy(), other.tidy())
    np.testing.assert_array_equal(one.weights[shuffled.index], other.weights)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"responded": "dnoe", "classes": ["regoin"]},
            "The data have no column `dnoe`. Did you mean `done`?\n"
            "The data have no column `regoin`. Did you mean `region`?",
        ),
        (
            {"classes": [], "weights": [1.0], "min_respondents": 0, "max_factor": 1},
            "`classes` names no column: give at least one.\n"
            "`weights` has 1 values for 400 rows.\n"
            "`min_respondents` must be at least 1; got 0.\n"
            "`max_factor` must be above 1; got 1.",
        ),
        ({"weights": np.zeros(400)}, "`weights` must be numbers of at least 0, not all 0."),
        (
            {"classes": ["gap"]},
            "`gap` is missing for 1 of 400 rows; non-response classes must be known for every "
            "selected unit.",
        ),
        (
            {"responded": "line"},
            "`line` must be true or false, 1 or 0; it also holds 2.",
        ),
        (
            {"responded": "never"},
            "Nobody responded: `never` is false in every weighted row.",
        ),
    ],
)
def test_messages_of_nonresponse(options: dict, message: str) -> None:
    frame = contacts().assign(gap=[np.nan] + [1.0] * 399, never=False)
    given = {"responded": "done", "classes": ["region"], "weights": np.ones(400), **options}
    with pytest.raises(WeightingError) as caught:
        adjust_nonresponse(frame, **given)
    assert str(caught.value) == message


def skewed() -> tuple[pd.DataFrame, dict]:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"g": [0, 1] * 100, "w": rng.lognormal(0.0, 1.2, 200)})
    return frame, {"g": {0: 500.0, 1: 500.0}}


def test_trimmed_and_raked_weights_hold_both() -> None:
    frame, margins = skewed()
    raked = weight_responses(make_design(frame, weights="w"), margins=margins)
    trimmed = trim_weights(raked, trim=(0.2, 3.0), margins=margins)
    w = trimmed.design.weights
    assert w.max() <= 3.0 * 5.0 * (1 + 1e-12)
    assert w.min() >= 0.2 * 5.0 * (1 - 1e-12)
    np.testing.assert_allclose(np.bincount(frame["g"], weights=w), 500.0, rtol=1e-9)
    assert len(trimmed.missed) == 0
    assert trimmed.n_trimmed > 0
    assert trimmed.deff_after < trimmed.deff_before
    assert trimmed.summary().splitlines()[1] == "All 2 targets hold."
    direct = weight_responses(make_design(frame, weights="w"), margins=margins, trim=(0.2, 3.0))
    np.testing.assert_allclose(np.bincount(frame["g"], weights=direct.weights), 500.0, rtol=1e-9)


def test_missed_targets_are_listed_when_limits_win() -> None:
    frame = pd.DataFrame({"g": [0] * 90 + [1] * 10})
    trimmed = trim_weights(make_design(frame), trim=2.0, margins={"g": {0: 50, 1: 50}})
    assert trimmed.design.weights.max() <= 2.0 + 1e-12
    assert trimmed.design.weights.sum() == pytest.approx(100.0)
    assert trimmed.missed["level"].tolist() == ["g = 0", "g = 1"]
    np.testing.assert_allclose(trimmed.missed["achieved"], [80, 20])
    assert "2 targets are missed:" in trimmed.summary()


def test_trimming_without_margins_keeps_the_sum() -> None:
    frame, _ = skewed()
    design = make_design(frame, weights="w")
    trimmed = trim_weights(design, trim=2.0)
    w = trimmed.design.weights
    np.testing.assert_allclose(w.sum(), design.weights.sum(), rtol=1e-12)
    assert w.max() <= 2.0 * w.mean() * (1 + 1e-12)
    untouched = w < w.max() * (1 - 1e-9)
    ratio = w[untouched] / design.weights[untouched]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


def test_wrong_limits_are_refused() -> None:
    with pytest.raises(WeightingError, match="`trim` must be the largest weight"):
        trim_weights(make_design(pd.DataFrame({"a": [1, 2]})), trim=(1.0, 3.0))


def test_diagnostics_show_before_and_after() -> None:
    frame, margins = skewed()
    design = make_design(frame, weights="w")
    weighted = weight_responses(design, margins=margins)
    seen = diagnose_weights(weighted, margins=margins, by="g")
    assert seen.tidy()["weights"].tolist() == ["base", "final"]
    final = seen.tidy().iloc[1]
    assert final["deff"] * final["n_eff"] == pytest.approx(200.0)
    assert final["deff"] == pytest.approx(1 + final["cv"] ** 2)
    assert seen.extremes["row"].iloc[0] == int(np.argmax(weighted.weights)) + 1
    assert seen.extremes["weight"].is_monotonic_decreasing
    assert seen.margins["misfit"].abs().max() < 1e-9
    assert seen.margins["share_before"].sum() == pytest.approx(1.0)
    assert seen.domains["n"].tolist() == [100.0, 100.0]
    assert seen.summary().startswith("Weights\n")
    assert "Largest weights" in seen.summary()
    assert "<table" in seen._repr_html_()
    assert repr(seen).startswith("WeightDiagnostics(n=200, deff=")


def test_unweighted_designs_have_no_design_effect() -> None:
    seen = diagnose_weights(make_design(pd.DataFrame({"a": [1, 2, 3]})))
    assert seen.tidy()["deff"].tolist() == [1.0]
    assert len(seen.margins) == 0
