"""The simulated base: marked, reproducible in chunks, and as true as it says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from csi.simulate import subscribers
from csi.simulate.subscriber_columns import KPIS, pseudonyms
from csi.simulate.subscriber_survey import answer, draw_survey
from csi.simulate.subscriber_truth import (
    DISSATISFIED_BELOW,
    Mechanisms,
    dissatisfied_probability,
    to_rating,
)
from csi.simulate.subscribers import SubscriberBase, simulate_subscribers


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> SubscriberBase:
    return simulate_subscribers(tmp_path_factory.mktemp("base"), 60_000, seed=11)


@pytest.fixture(scope="module")
def stored(base: SubscriberBase) -> pd.DataFrame:
    return pq.read_table(base.parts()[0]).to_pandas(date_as_object=False)


@pytest.fixture(scope="module")
def truth(base: SubscriberBase) -> pd.DataFrame:
    return pq.read_table(base.parts("truth")[0]).to_pandas()


def test_everything_says_it_is_synthetic(base: SubscriberBase) -> None:
    files = [*base.folder.rglob("*.parquet")]
    assert len(files) == 4
    for file in files:
        assert pq.read_schema(file).metadata == {b"csi.synthetic": b"true"}
    manifest = json.loads((base.folder / "manifest.json").read_text())
    assert manifest["synthetic"] is True
    assert draw_survey(base, 50, seed=1)["synthetic"].all()


def test_same_seed_same_bytes_and_another_seed_another_base(
    base: SubscriberBase, tmp_path: Path
) -> None:
    again = simulate_subscribers(tmp_path / "again", 60_000, seed=11)
    for kind in ("base", "truth", "records"):
        assert again.parts(kind)[0].read_bytes() == base.parts(kind)[0].read_bytes()
    other = simulate_subscribers(tmp_path / "other", 60_000, seed=12)
    assert other.parts()[0].read_bytes() != base.parts()[0].read_bytes()


def test_a_larger_base_begins_with_the_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "ROWS_PER_CHUNK", 1000)
    monkeypatch.setattr(subscribers, "ROWS_PER_PART", 2000)
    small = simulate_subscribers(tmp_path / "small", 2500, seed=5)
    large = simulate_subscribers(tmp_path / "large", 4100, seed=5)
    assert [path.name for path in small.parts()] == ["part-00000.parquet", "part-00001.parquet"]
    a = pd.concat([pq.read_table(path).to_pandas() for path in small.parts()], ignore_index=True)
    b = pd.concat([pq.read_table(path).to_pandas() for path in large.parts()], ignore_index=True)
    assert (len(a), len(b)) == (2500, 4100)
    pd.testing.assert_frame_equal(a, b.iloc[:2500])


def test_keys_are_distinct_and_hide_the_row() -> None:
    keys = pseudonyms(np.arange(200_000, dtype=np.uint64), seed=3)
    assert len(np.unique(keys)) == 200_000
    assert abs(np.corrcoef(np.arange(200_000), keys.astype(float))[0, 1]) < 0.01


def test_nothing_in_the_base_is_later_than_the_snapshot(stored: pd.DataFrame) -> None:
    dates = stored.filter(like="last_")
    assert dates.shape[1] == 5
    assert dates.max().max() < pd.Timestamp(subscribers.AS_OF)


def test_silence_is_no_contact_on_any_channel_for_six_months(
    stored: pd.DataFrame, truth: pd.DataFrame
) -> None:
    last = stored.filter(like="last_").max(axis=1)
    recent = last >= pd.Timestamp(subscribers.AS_OF) - pd.Timedelta(days=182)
    np.testing.assert_array_equal(truth["silent"], ~recent)
    assert 0.1 < truth["silent"].mean() < 0.3


def test_the_probability_is_the_share_of_low_ratings(truth: pd.DataFrame) -> None:
    many = truth.sample(400_000, replace=True, random_state=1)
    _, score = answer(many, Mechanisms(), np.random.default_rng(2))
    low = to_rating(score) <= 5
    group = pd.qcut(many["probability"], 10, labels=False)
    gap = (
        pd.Series(low, index=many.index).groupby(group).mean()
        - many.groupby(group)["probability"].mean()
    )
    assert gap.abs().max() < 0.008  # three standard errors of the highest decile


def test_a_rating_of_five_or_less_is_a_score_below_fifty() -> None:
    scores = np.array([-20.0, 0.0, DISSATISFIED_BELOW - 1e-9, DISSATISFIED_BELOW, 100.0, 130.0])
    assert to_rating(scores).tolist() == [1, 1, 5, 6, 10, 10]


def test_the_silent_gap_is_the_planted_one_all_else_equal(
    base: SubscriberBase, truth: pd.DataFrame, tmp_path: Path
) -> None:
    none = replace(Mechanisms(), silent_gap=0.0, silent_gap_second=0.0)
    without = simulate_subscribers(tmp_path, 60_000, seed=11, mechanisms=none)
    other = pq.read_table(without.parts("truth")[0]).to_pandas()
    silent = truth["silent"].to_numpy()
    for column, gap in (("expected", -0.12), ("expected_second", -0.14)):
        ratio = truth.loc[silent, column] / other.loc[silent, column]
        np.testing.assert_allclose(ratio, 1.0 + gap, rtol=1e-12)
        assert (truth.loc[~silent, column] == other.loc[~silent, column]).all()


def test_network_figures_are_near_copies_with_gaps(stored: pd.DataFrame) -> None:
    kpis = stored[list(KPIS)]
    assert kpis.isna().mean().between(0.07, 0.09).all()
    assert kpis.corr().abs().to_numpy().min() > 0.45
    assert stored["broadband_faults_6m"].isna().equals(~stored["broadband"])


def test_mechanisms_without_strength_leave_only_silence(tmp_path: Path) -> None:
    flat = simulate_subscribers(tmp_path, 3000, seed=2, mechanisms=Mechanisms(strength=0.0))
    truth = pq.read_table(flat.parts("truth")[0]).to_pandas()
    assert truth["expected"].nunique() == 2
    assert (truth["cause"] == 0).all()


def test_a_survey_has_weights_dates_and_answers_of_respondents_only(base: SubscriberBase) -> None:
    survey = draw_survey(base, 4000, seed=4)
    assert survey["id"].is_unique
    assert survey.groupby("region").size().eq(250).all()
    assert survey["design_weight"].sum() == pytest.approx(base.n)
    answered = survey["satisfaction"].notna()
    assert answered.equals(survey["responded"])
    assert (survey.loc[answered, "interview_date"] > pd.Timestamp(base.as_of)).all()
    assert survey.loc[survey["reason"].notna(), "satisfaction"].max() <= 5
    pd.testing.assert_frame_equal(survey, draw_survey(base, 4000, seed=4))


def test_a_survey_estimates_the_base_rate(base: SubscriberBase, truth: pd.DataFrame) -> None:
    survey = draw_survey(base, 20_000, seed=8)
    weighted = np.average(survey["true_probability"], weights=survey["design_weight"])
    assert weighted == pytest.approx(truth["probability"].mean(), abs=0.004)


def test_informative_non_response_raises_the_observed_share(base: SubscriberBase) -> None:
    shares = []
    for informative in (0.0, 1.0):
        survey = draw_survey(base, 20_000, seed=8, informative=informative)
        answers = survey.dropna(subset=["satisfaction"])
        low = answers["satisfaction"] <= 5
        shares.append(np.average(low, weights=answers["design_weight"]))
    assert shares[1] > shares[0] + 0.03


def test_the_expected_score_bounds_the_probability() -> None:
    p = dissatisfied_probability(np.array([50.0, 200.0]), Mechanisms())
    assert p[0] == 0.5
    assert p[1] < 1e-15


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda b: simulate_subscribers("x", 0, seed=1), "at least one subscriber; got n = 0"),
        (lambda b: draw_survey(b, 0, seed=1), "Between 1 and 60000 subscribers"),
        (lambda b: draw_survey(b, 10, seed=1, response_rate=1.0), "between 0 and 1; got 1.0"),
    ],
)
def test_impossible_requests_are_refused(base: SubscriberBase, call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(base)


def test_records_of_complaints_and_ratings_precede_the_snapshot(base: SubscriberBase) -> None:
    records = pq.read_table(base.parts("records")[0]).to_pandas()
    assert set(records["source"]) == {"complaint", "sms"}
    assert max(records["date"]) < date(2026, 3, 31)
    assert records.loc[records["source"] == "sms", "rating"].between(1, 10).all()
