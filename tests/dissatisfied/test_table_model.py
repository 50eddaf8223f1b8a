"""The table model: points add up, text round-trips, and probabilities follow from points."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.bins import Bins
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.fitted import DissatisfactionFit
from csi.dissatisfied.table_model import (
    LARGEST_POINTS,
    POINTS_PER_LOG_ODD,
    TableModel,
    Term,
    read_model,
)
from csi.simulate.subscribers import AS_OF

DAY = date(2026, 1, 31)


@pytest.fixture
def model() -> TableModel:
    return TableModel(
        kind="tan",
        bins={
            "usage": Bins(column="usage", kind="number", edges=(1.0,)),
            "line": Bins(column="line", kind="level", levels=(("A",), ("B", "C"))),
            "seen": Bins(column="seen", kind="date", edges=(30.0,)),
        },
        terms=(
            Term(indicator="usage", columns=("usage",), table=np.array([0.5, -0.5, 0.1])),
            Term(
                indicator="seen",
                columns=("seen", "line"),
                table=np.array([[0.1, 0.2, 0.3], [1.1, 1.2, 1.3], [-1.0, -2.0, -3.0]]),
            ),
        ),
        shares={"usage": (0.5, 0.4, 0.1), "line": (0.6, 0.3, 0.1), "seen": (0.2, 0.7, 0.1)},
        intercept=-2.0,
        offset=0.1,
        slope=0.8,
        reference=np.array([0.05, 0.4]),
        tiers={"high": -0.5, "middle": -1.5},
        about={"outcome": "rating"},
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "usage": [0.5, 1.0, np.nan],
            "line": ["A", "C", None],
            "seen": pd.to_datetime(["2026-01-30", "2025-12-01", None]),
        }
    )


def test_log_odds_by_hand(model: TableModel, frame: pd.DataFrame) -> None:
    z = [-2.0 + 0.5 + 0.1, -2.0 - 0.5 + 1.2, -2.0 + 0.1 - 3.0]
    np.testing.assert_allclose(model.log_odds(frame, DAY), 0.1 + 0.8 * np.array(z))


def test_points_add_up_to_the_log_odds(model: TableModel, frame: pd.DataFrame) -> None:
    total = model.base_points + model.points(frame, DAY).sum(axis=1)
    exact = POINTS_PER_LOG_ODD * model.log_odds(frame, DAY)
    np.testing.assert_allclose(total, exact, atol=0.5 * (1 + len(model.terms)))
    np.testing.assert_allclose(
        model.probability(frame, DAY), 1 / (1 + np.exp(-total / POINTS_PER_LOG_ODD))
    )


def test_points_are_zero_at_the_population_s_mean(fit: DissatisfactionFit) -> None:
    rows = np.isfinite(fit.dissatisfied)
    frame, w = fit.design.frame[rows], fit.design.weights[rows]
    points = fit.model.points(frame, AS_OF)
    np.testing.assert_allclose(np.average(points, axis=0, weights=w), 0.0, atol=1.0)


def test_text_gives_the_model_back(model: TableModel, frame: pd.DataFrame) -> None:
    again = read_model(model.to_json())
    assert again.to_json() == model.to_json()
    assert again.sha256() == model.sha256()
    np.testing.assert_array_equal(again.points(frame, DAY), model.points(frame, DAY))
    assert again.calibrated(0.2, 0.8).sha256() != model.sha256()


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', "{"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(DissatisfiedError, match="not a stored model of csi"):
        read_model(text)


def test_another_format_is_refused(model: TableModel) -> None:
    content = json.loads(model.to_json()) | {"format": 7}
    with pytest.raises(DissatisfiedError, match="has format 7; this version reads 1"):
        read_model(json.dumps(content))


def test_extreme_cells_are_held_within_32_bits(model: TableModel, frame: pd.DataFrame) -> None:
    steep = model.calibrated(0.0, 1000.0)
    assert np.abs(np.concatenate([t.ravel() for t in steep.point_tables()])).max() == LARGEST_POINTS


def test_the_card_names_every_cell(model: TableModel) -> None:
    card = model.card()
    assert len(card) == 3 + 9
    cell = card[card["bin"] == "30 or more given line B, C"].iloc[0]
    assert cell["indicator"] == "seen"
    assert cell["points"] == round(POINTS_PER_LOG_ODD * 0.8 * (1.2 - 0.4))
    assert cell["odds_ratio"] == pytest.approx(np.exp(0.64), rel=1e-4)


def test_missing_columns_are_all_named(model: TableModel) -> None:
    with pytest.raises(DissatisfiedError) as caught:
        model.points(pd.DataFrame({"usages": [1.0]}), DAY)
    assert "no column `usage`. Did you mean `usages`?" in str(caught.value)
    assert "no column `seen`" in str(caught.value)


def test_a_model_needs_a_term(model: TableModel) -> None:
    with pytest.raises(DissatisfiedError, match="has 1 to 60 terms; got 0"):
        TableModel(
            kind="naive",
            bins={},
            terms=(),
            shares={},
            intercept=0.0,
            offset=0.0,
            slope=1.0,
            reference=np.zeros(0),
            tiers={},
            about={},
        )
