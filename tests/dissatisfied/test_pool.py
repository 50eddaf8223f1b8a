"""The pool, whom it leaves out and why, and the share of the dissatisfied that it hears."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.capture import estimate_capture_share
from csi.dissatisfied.faults import DissatisfiedError, IdentityError
from csi.dissatisfied.pool import DissatisfiedPool, PoolSource, pool_dissatisfied
from csi.inference import make_design

TODAY = date(2026, 3, 31)


def calls(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.fixture
def pool() -> DissatisfiedPool:
    hotline = calls(
        id=[7, 7, 7, 8, 9, 10, None],
        date=[
            "2026-03-01",
            "2026-03-01",
            "2026-03-09",
            "2025-01-01",
            None,
            "2026-04-02",
            "2026-03-01",
        ],
        cause=[None, 3, 1, 2, 2, 2, 2],
    ).astype({"id": "Int64"})
    sms = calls(id=[7, 11, 12], date=["2026-02-01", "2026-02-02", "2026-02-03"], stars=[5, 2, 6])
    return pool_dissatisfied(
        [
            PoolSource(name="hotline", records=hotline, cause="cause"),
            PoolSource(name="sms", records=sms, rating="stars", valid_days=90),
        ],
        as_of=TODAY,
    )


def test_one_row_per_customer(pool: DissatisfiedPool) -> None:
    assert pool.customers["id"].tolist() == [7, 11]
    first = pool.customers.iloc[0]
    assert (first["sources"], first["n_sources"], first["n_records"]) == ("hotline+sms", 2, 3)
    assert str(first["first_date"].date()) == "2026-02-01"
    assert str(first["last_date"].date()) == "2026-03-09"
    assert str(first["expires"].date()) == "2026-09-05"
    assert first["cause"] == 1
    assert pool.customers["cause"].isna().tolist() == [False, True]


def test_every_record_is_accounted_for(pool: DissatisfiedPool) -> None:
    counts = pool.tidy().set_index("source")
    assert counts.loc["hotline"].to_dict() == {
        "records": 7,
        "without_key": 1,
        "without_date": 1,
        "later": 1,
        "satisfied": 0,
        "expired": 1,
        "duplicates": 1,
        "customers": 1,
        "only_here": 0,
        "valid_days": 180,
    }
    assert counts.loc["sms", ["satisfied", "customers", "only_here"]].tolist() == [1, 2, 1]
    assert "hotline: 1 customers (0 only here) from 7 records" in pool.summary()
    assert repr(pool) == "DissatisfiedPool(customers=2, as_of=2026-03-31, hotline=1, sms=2)"


def test_a_record_counts_on_its_last_day_and_not_after() -> None:
    source = PoolSource(
        name="survey", records=calls(id=[1, 2], date=["2026-03-21", "2026-03-20"]), valid_days=10
    )
    assert pool_dissatisfied([source], as_of=TODAY).customers["id"].tolist() == [1]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (["13812345678"], "telephone numbers"),
        ([13812345678], "telephone numbers"),
        (["+86 138-1234-5678"], "telephone numbers"),
        (["010-62345678"], "telephone numbers"),
        (["王小明"], "names"),
        (["Ann Smith"], "names"),
        (["ann@example.com"], "e-mail addresses"),
        (["11010519491231002X"], "identity card numbers"),
        (["460001234567890"], "device or card numbers"),
    ],
)
def test_marks_of_a_person_are_no_keys(keys: list[object], kind: str) -> None:
    records = calls(id=keys, date=["2026-03-01"])
    with pytest.raises(IdentityError, match=f"Source `sms`: `id` holds what look like {kind}"):
        pool_dissatisfied([PoolSource(name="sms", records=records)], as_of=TODAY)


def test_messages_show_no_value() -> None:
    records = calls(id=["13812345678"], date=["2026-03-01"])
    with pytest.raises(IdentityError) as caught:
        pool_dissatisfied([PoolSource(name="sms", records=records)], as_of=TODAY)
    assert "138" not in str(caught.value)
    assert "pseudonymise" in str(caught.value)


def test_random_keys_pass() -> None:
    rng = np.random.default_rng(5)
    whole = rng.integers(-(2**63), 2**63, 50_000)
    for keys in (whole, [f"{key & (2**64 - 1):016x}" for key in whole.tolist()]):
        records = pd.DataFrame({"id": keys, "date": "2026-03-01"})
        pool = pool_dissatisfied([PoolSource(name="sms", records=records)], as_of=TODAY)
        assert len(pool) == 50_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "ids"}, "Source `sms` has no column `ids` of keys. Did you mean `id`?"),
        ({"date": "dat"}, "Source `sms` has no column `dat`. Did you mean `date`?"),
        ({"valid_days": 0}, "Source `sms`: `valid_days` must be at least 1; got 0."),
        ({"rating": "cause"}, "Source `sms`: ratings in `cause` must be numbers; got"),
    ],
)
def test_faults_of_a_source(change: dict[str, object], message: str) -> None:
    records = calls(id=[1], date=["2026-03-01"], cause=["late"])
    source = PoolSource(name="sms", records=records, **change)
    with pytest.raises(DissatisfiedError) as caught:
        pool_dissatisfied([source], as_of=TODAY)
    assert message in str(caught.value)


def test_faults_between_sources() -> None:
    a = PoolSource(name="sms", records=calls(id=[1], date=["2026-03-01"]))
    b = PoolSource(name="sms", records=calls(key=["k1"], date=["2026-03-01"]), key="key")
    with pytest.raises(DissatisfiedError) as caught:
        pool_dissatisfied([a, b], as_of=TODAY)
    assert str(caught.value).splitlines() == [
        "Source `sms` is named 2 times.",
        "Source `sms` calls its keys `key`, the first source `id`: rename one column.",
        "Keys are whole numbers in some sources and text in others: use one kind.",
    ]
    with pytest.raises(DissatisfiedError, match="A pool needs at least one source"):
        pool_dissatisfied([], as_of=TODAY)


def test_keys_with_decimals_are_refused() -> None:
    records = calls(id=[1.0, np.nan], date=["2026-03-01"] * 2)
    with pytest.raises(DissatisfiedError, match="lose digits of a long key"):
        pool_dissatisfied([PoolSource(name="sms", records=records)], as_of=TODAY)


@pytest.fixture
def survey() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [7, 11, 20, 21, 22, 7],
            "rating": [3.0, 9.0, 2.0, 8.0, np.nan, 4.0],
            "asked": ["2026-04-10"] * 5 + ["2026-09-20"],
            "w": [1.0, 2.0, 3.0, 4.0, 5.0, 2.0],
            "region": [1, 1, 1, 2, 2, 2],
        }
    )


def test_capture_share_by_hand(pool: DissatisfiedPool, survey: pd.DataFrame) -> None:
    design = make_design(survey, weights="w")
    share = estimate_capture_share(pool, design, "rating", interviewed="asked")
    table = share.tidy().set_index(["source", "term"])["estimate"]
    # The last row's records had all expired by the day it was asked.
    assert table["any", "captured"] == pytest.approx(1 / 6)
    assert table["any", "confirmed"] == pytest.approx(1 / 3)
    assert table["any", "dissatisfied"] == pytest.approx(6 / 12)
    assert table["hotline", "confirmed"] == 1.0
    assert share.share == pytest.approx(1 / 6)


def test_capture_share_from_columns_equals_that_from_the_pool(
    pool: DissatisfiedPool, survey: pd.DataFrame
) -> None:
    marked = survey.assign(
        hotline=[True, False, False, False, False, False],
        sms=[True, True, False, False, False, False],
    )
    design = make_design(marked, weights="w")
    mine = estimate_capture_share(["hotline", "sms"], design, "rating").tidy()
    theirs = estimate_capture_share(pool, design, "rating", interviewed="asked").tidy()
    pd.testing.assert_frame_equal(mine, theirs)


def test_capture_share_by_group(pool: DissatisfiedPool, survey: pd.DataFrame) -> None:
    design = make_design(survey, weights="w")
    share = estimate_capture_share(pool, design, "rating", interviewed="asked", by="region")
    table = share.tidy()
    assert list(table.columns[:3]) == ["region", "source", "term"]
    captured = table[(table["source"] == "any") & (table["term"] == "captured")]
    assert captured["estimate"].tolist() == [0.25, 0.0]
    assert set(table["flag"]) == {"suppressed"}
    assert "region = 1: any channel: base too small." in share.summary()


def test_the_survey_is_no_channel(survey: pd.DataFrame) -> None:
    records = calls(id=[7], date=["2026-03-01"])
    pool = pool_dissatisfied([PoolSource(name="survey", records=records)], as_of=TODAY)
    with pytest.raises(DissatisfiedError, match="nothing but the survey itself"):
        estimate_capture_share(pool, make_design(survey), "rating", interviewed="asked")


def test_faults_of_a_capture_share(pool: DissatisfiedPool, survey: pd.DataFrame) -> None:
    design = make_design(survey, weights="w")
    with pytest.raises(DissatisfiedError, match="`interviewed` is needed with a pool"):
        estimate_capture_share(pool, design, "rating")
    with pytest.raises(DissatisfiedError, match="The pool is of 2026-03-31, after the first"):
        estimate_capture_share(pool, design, "rating", interviewed=date(2026, 3, 1))
    with pytest.raises(DissatisfiedError, match="No respondent gave `rating` 1 or less"):
        estimate_capture_share(pool, design, "rating", interviewed="asked", dissatisfied_to=1.0)
    with pytest.raises(DissatisfiedError, match="`pool` names `hotlin`; columns of truth values"):
        estimate_capture_share(["hotlin"], design, "rating")
    text = make_design(survey.assign(id=[f"k{i}" for i in range(6)]))
    with pytest.raises(DissatisfiedError, match="Keys are whole numbers on one side and text"):
        estimate_capture_share(pool, text, "rating", interviewed="asked")


def test_an_interval_of_no_share_at_all_is_not_empty(survey: pd.DataFrame) -> None:
    design = make_design(survey.assign(none=False))
    row = estimate_capture_share("none", design, "rating").tidy().iloc[0]
    assert row["estimate"] == row["conf_low"] == 0.0
    assert row["conf_high"] == pytest.approx(1 - 0.025 ** (1 / 3))
