from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.simulate.subscriber_follow_up import draw_follow_up
from csi.simulate.subscriber_survey import draw_survey
from csi.simulate.subscribers import SubscriberBase, simulate_subscribers


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> SubscriberBase:
    return simulate_subscribers(tmp_path_factory.mktemp("base"), 60_000, seed=5)


@pytest.fixture(scope="module")
def customers(base: SubscriberBase) -> pd.DataFrame:
    keys = pd.read_parquet(base.parts()[0], columns=["id"])["id"]
    arm = np.where(np.arange(len(keys)) % 4 == 0, "hold-out", "care")
    return pd.DataFrame({"id": keys, "arm": arm})


def gap(base: SubscriberBase, customers: pd.DataFrame, **options: float) -> tuple[float, float]:
    drawn = draw_follow_up(base, customers, seed=1, response_rate=0.9, **options)
    score = drawn.interviews.merge(customers, on="id")
    score["points"] = 100.0 * (score["satisfaction"] - 1.0) / 9.0
    arms = score.groupby("arm")["points"].agg(["mean", "var", "size"])
    error = float(np.sqrt((arms["var"] / arms["size"]).sum()))
    return float(arms.loc["care", "mean"] - arms.loc["hold-out", "mean"]), error


def test_the_planted_effect_is_there_and_only_for_those_who_take_it_up(
    base: SubscriberBase, customers: pd.DataFrame
) -> None:
    for effect, take_up in ((0.0, 1.0), (4.0, 1.0), (4.0, 0.5)):
        difference, error = gap(base, customers, effect=effect, take_up=take_up)
        # Ratings end at 1 and 10: a little of the effect is lost there.
        assert difference == pytest.approx(0.97 * effect * take_up, abs=4 * error)


def test_nobody_who_is_held_out_takes_part(base: SubscriberBase, customers: pd.DataFrame) -> None:
    drawn = draw_follow_up(base, customers, seed=1, effect=3.0, take_up=0.6)
    care = set(customers.loc[customers["arm"] == "care", "id"])
    assert set(drawn.participants["id"]) <= care
    assert len(drawn.participants) / len(care) == pytest.approx(0.6, abs=0.01)
    assert drawn.interviews["synthetic"].all()


def test_the_worst_rated_rise_by_themselves(base: SubscriberBase) -> None:
    survey = draw_survey(base, 20_000, seed=3, response_rate=0.9)
    answered = survey[survey["responded"]]
    listed = answered[["id"]].assign(arm="care")
    drawn = draw_follow_up(base, listed, seed=2, effect=0.0, response_rate=0.9, survey=survey)
    both = answered[["id", "satisfaction"]].merge(drawn.interviews, on="id")
    low = both[both["satisfaction_x"] <= 5]
    assert (low["satisfaction_y"] - low["satisfaction_x"]).mean() > 0.3
    assert both["satisfaction_x"].corr(both["satisfaction_y"]) > 0.6
    assert (both["satisfaction_y"] - both["satisfaction_x"]).mean() == pytest.approx(0, abs=0.02)


def test_the_same_seed_gives_the_same_interviews(
    base: SubscriberBase, customers: pd.DataFrame
) -> None:
    drawn = [draw_follow_up(base, customers, seed=9, effect=1.0).interviews for _ in range(2)]
    pd.testing.assert_frame_equal(*drawn)


def test_customers_of_another_base_are_refused(base: SubscriberBase, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 customers are not in the base"):
        draw_follow_up(
            base, pd.DataFrame({"id": [1, 2], "arm": ["care", "care"]}), seed=1, effect=1.0
        )
