"""Indicators: kinds from types, and nothing from after the interview."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from csi.dissatisfied.faults import DissatisfiedError, LeakageError
from csi.dissatisfied.indicators import (
    Indicator,
    days_of,
    find_indicators,
    read_values,
    refuse_leakage,
)

DAY = date(2026, 3, 31)


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "minutes": np.array([1.5, np.nan, 3.0], dtype=np.float32),
            "region": [1, 2, 2],
            "bundle": [True, False, True],
            "plan": ["A", None, "B"],
            "last_contact": pd.to_datetime(["2026-03-30", None, "2025-03-31"]),
            "last_visit": [date(2026, 1, 1), None, date(2026, 3, 31)],
            "interview": pd.to_datetime(["2026-04-02", "2026-04-01", "2026-05-01"]),
            "phone": ["13912345678", "13900000000", "13811112222"],
        }
    )


def test_kinds_follow_types_unless_declared(frame: pd.DataFrame) -> None:
    names = ["minutes", Indicator(column="region", kind="level"), "bundle", "plan"]
    found = find_indicators(frame, [*names, "last_contact", "last_visit"])
    assert [i.kind for i in found] == ["number", "level", "level", "level", "date", "date"]


def test_values_are_numbers_days_and_plain_levels(frame: pd.DataFrame) -> None:
    wanted = find_indicators(frame, ["minutes", "bundle", "plan", "last_contact", "last_visit"])
    values = read_values(frame, wanted, as_of=DAY)
    np.testing.assert_array_equal(values["minutes"], [1.5, np.nan, 3.0])
    assert values["bundle"].tolist() == [True, False, True]
    assert values["plan"].tolist() == ["A", None, "B"]
    np.testing.assert_array_equal(values["last_contact"], [1.0, np.nan, 365.0])
    np.testing.assert_array_equal(values["last_visit"], [89.0, np.nan, 0.0])


def test_a_snapshot_per_row_is_used_row_by_row(frame: pd.DataFrame) -> None:
    wanted = find_indicators(frame, ["last_contact"])
    values = read_values(frame, wanted, as_of="interview")
    np.testing.assert_array_equal(values["last_contact"], [3.0, np.nan, 396.0])


def test_every_fault_is_named_at_once(frame: pd.DataFrame) -> None:
    empty = frame.assign(nothing=np.nan)
    with pytest.raises(DissatisfiedError) as caught:
        find_indicators(empty, ["minuets", "region", "region", "nothing"])
    text = str(caught.value)
    assert "There is no column `minuets`. Did you mean `minutes`?" in text
    assert "Indicator `region` is named 2 times." in text
    assert "Indicator `nothing` has no value in any row." in text


def test_no_indicator_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(DissatisfiedError, match="Name at least one indicator"):
        find_indicators(frame, [])


def test_a_snapshot_before_every_interview_is_accepted(frame: pd.DataFrame) -> None:
    wanted = find_indicators(frame, ["minutes", "last_contact"])
    refuse_leakage(frame, wanted, observed=DAY, interviewed="interview")


def test_future_indicators_are_refused_by_name_without_values(frame: pd.DataFrame) -> None:
    late = frame.assign(
        complaint=pd.to_datetime(["2026-04-02", None, None]),
        known_on=pd.to_datetime(["2026-04-02", None, "2026-04-30"]),
    )
    wanted = [
        *find_indicators(late, ["minutes", "complaint"]),
        Indicator(column="region", kind="number", observed="known_on"),
    ]
    with pytest.raises(LeakageError) as caught:
        refuse_leakage(late, wanted, observed=DAY, interviewed="interview")
    text = str(caught.value)
    assert "`complaint` was observed on or after the interview" in text
    assert "in 1 of 3 rows" in text
    assert "`region`" in text
    assert "in 2 of 3 rows" in text  # same day, and an unknown day
    assert "`minutes`" not in text
    assert "2026" not in text
    assert "snapshot that precedes the field work" in text


def test_the_day_of_the_interview_itself_is_too_late(frame: pd.DataFrame) -> None:
    wanted = find_indicators(frame, ["minutes"])
    with pytest.raises(LeakageError, match="in 1 of 3 rows"):
        refuse_leakage(frame, wanted, observed=date(2026, 4, 1), interviewed="interview")


def test_a_missing_interview_day_counts_as_leakage(frame: pd.DataFrame) -> None:
    unknown = frame.assign(interview=pd.NaT)
    with pytest.raises(LeakageError, match="in 3 of 3 rows"):
        refuse_leakage(
            unknown,
            find_indicators(frame, ["minutes"]),
            observed=DAY,
            interviewed="interview",
        )


def test_messages_about_columns_do_not_show_their_values(frame: pd.DataFrame) -> None:
    with pytest.raises(DissatisfiedError, match="does not hold dates") as caught:
        days_of(frame, "plan", "as_of")
    assert "'A'" not in str(caught.value)
    with pytest.raises(DissatisfiedError, match="`phone` is declared a number") as caught:
        read_values(
            frame.assign(phone=["x1391234", "", ""]),
            [Indicator(column="phone", kind="number")],
            as_of=DAY,
        )
    assert "1391234" not in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(DissatisfiedError, match="no column `interveiw` for `interviewed`"):
        days_of(frame, "interveiw", "interviewed")
