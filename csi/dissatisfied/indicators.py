"""Operational indicators: what they are, and that they were known before the interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError, LeakageError
from csi.errors import suggest
from csi.inference import FloatArray

Kind = Literal["number", "date", "level"]
Level = int | str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One column of operational data.

    Attributes
    ----------
    column : str
    kind : {"number", "date", "level"}
        A date counts as days before the snapshot; levels have no order.
    observed : str or date, optional
        When the value was known: a day, or a column of days. By default the snapshot's day.
    """

    column: str
    kind: Kind
    observed: str | date | None = None


def find_indicators(
    frame: pd.DataFrame, indicators: Sequence[str | Indicator]
) -> tuple[Indicator, ...]:
    """Return every indicator with its kind, taken from the column's type where only named.

    Parameters
    ----------
    frame : DataFrame
    indicators : sequence of str or Indicator
        Numbers stay numbers (name codes such as regions as ``Indicator(kind="level")``), dates
        become dates; truth values, text and categories become levels.

    Returns
    -------
    tuple of Indicator

    Raises
    ------
    DissatisfiedError
        For every unknown, repeated or unusable column at once.
    """
    faults, found = [], []
    names = [entry if isinstance(entry, str) else entry.column for entry in indicators]
    for entry, name in zip(indicators, names, strict=True):
        if name not in frame.columns:
            faults.append(f"There is no column `{name}`. {suggest(name, frame.columns)}".rstrip())
        elif names.count(name) > 1:
            faults.append(f"Indicator `{name}` is named {names.count(name)} times.")
        elif frame[name].notna().sum() == 0:
            faults.append(f"Indicator `{name}` has no value in any row.")
        else:
            found.append(
                entry
                if isinstance(entry, Indicator)
                else Indicator(column=name, kind=_kind(frame[name]))
            )
    if not names:
        faults.append("Name at least one indicator.")
    if faults:
        raise DissatisfiedError("\n".join(dict.fromkeys(faults)))
    return tuple(found)


def refuse_leakage(
    frame: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    observed: str | date,
    interviewed: str | date,
) -> None:
    """Raise unless every indicator was known strictly before every interview.

    Parameters
    ----------
    frame : DataFrame
    indicators : sequence of Indicator
    observed : str or date
        The day of the snapshot, or its column.
    interviewed : str or date
        The day of the interview, or its column.

    Raises
    ------
    LeakageError
        With every indicator that was observed on or after an interview, or that holds an event
        on or after it, and the number of rows. Values are not shown.
    """
    interview = days_of(frame, interviewed, "interviewed")
    faults = []
    for indicator in indicators:
        known = days_of(frame, indicator.observed or observed, "observed")
        late = ~(known < interview)
        if indicator.kind == "date":
            event = days_of(frame, indicator.column, "indicator")
            late |= event >= interview
        if late.any():
            faults.append(
                f"`{indicator.column}` was observed on or after the interview, or without a known "
                f"day, in {int(late.sum())} of {len(frame)} rows."
            )
    if faults:
        raise LeakageError(
            "\n".join(faults)
            + "\nA model may only use what was known before the answer: take the values from a "
            "snapshot that precedes the field work."
        )


def read_values(
    frame: pd.DataFrame, indicators: Sequence[Indicator], *, as_of: str | date
) -> dict[str, npt.NDArray[Any]]:
    """Return the values of indicators: numbers, days before the snapshot, or levels as objects.

    Parameters
    ----------
    frame : DataFrame
    indicators : sequence of Indicator
    as_of : str or date
        The day of the snapshot, or its column.

    Returns
    -------
    dict of str to array, shape (n,)
        Missing is NaN, for levels None.
    """
    snapshot = days_of(frame, as_of, "as_of")
    return {
        indicator.column: (
            snapshot - days_of(frame, indicator.column, "indicator")
            if indicator.kind == "date"
            else _numbers(frame[indicator.column])
            if indicator.kind == "number"
            else _levels(frame[indicator.column])
        )
        for indicator in indicators
    }


def days_of(frame: pd.DataFrame, day: str | date, role: str) -> FloatArray:
    """Return days since 1970 from a column of dates or from one day, shape (n,); NaN missing."""
    if isinstance(day, date):
        return np.full(len(frame), float(np.datetime64(day, "D").astype(np.int64)))
    if day not in frame.columns:
        raise DissatisfiedError(
            f"There is no column `{day}` for `{role}`. {suggest(day, frame.columns)}".rstrip()
        )
    column = frame[day]
    if pd.api.types.is_numeric_dtype(column):
        column = column.astype(str)  # a number is not a day, though pandas would take it for one
    dates = pd.to_datetime(column, format="%Y-%m-%d", errors="coerce")
    if pd.api.types.is_datetime64_any_dtype(column):
        dates = column
    if (dates.isna() & frame[day].notna()).any():
        raise DissatisfiedError(
            f"Column `{day}` (`{role}`) does not hold dates; dates or text such as 2026-03-31 can "
            "be read."
        )
    values = dates.to_numpy().astype("datetime64[D]")
    whole = values.astype(np.int64).astype(np.float64)
    return np.where(np.isnat(values), np.nan, whole)


def level_counts(values: npt.NDArray[Any], weights: FloatArray) -> Mapping[Level, float]:
    """Return the weight of every level that occurs, in sorted order."""
    known = np.array([value is not None for value in values])
    totals = pd.Series(weights[known]).groupby(pd.Series(values[known])).sum()
    return {_plain(level): float(total) for level, total in totals.items()}


def _kind(column: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(column):
        return "level"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    first = column.dropna().iloc[0]
    return "date" if isinstance(first, date) else "level"


def _numbers(column: pd.Series) -> FloatArray:
    try:
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError):
        raise DissatisfiedError(
            f"Indicator `{column.name}` is declared a number but holds other values."
        ) from None


def _levels(column: pd.Series) -> npt.NDArray[Any]:
    values = column.astype(object).to_numpy()
    missing = column.isna().to_numpy()
    return np.array(
        [None if gone else _plain(value) for value, gone in zip(values, missing, strict=True)],
        dtype=object,
    )


def _plain(value: object) -> Level:
    """Return a level as a plain Python value; 2.0 is the level 2."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return int(value)
    return int(value) if isinstance(value, int | np.integer) else str(value)
