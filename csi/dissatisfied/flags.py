"""Whom the hypotheses silent and event name, from dates that precede the interview."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError, LeakageError
from csi.dissatisfied.indicators import days_of
from csi.errors import suggest
from csi.inference import FloatArray

MissingContact = Literal["never", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentRule:
    """Customers who were in touch on no channel for some months.

    Attributes
    ----------
    name : str
    months : int
        Silence of at least this many calendar months before the snapshot.
    channels : tuple of str
        Columns with the day of the last contact on each channel.
    missing : {"never", "unknown"}
        What an empty date means: no contact ever, or nothing known, so that the customer is left
        out unless another channel shows a contact.
    """

    name: str = "silent"
    months: int = 6
    channels: tuple[str, ...] = ()
    missing: MissingContact = "never"


@dataclass(frozen=True, kw_only=True, eq=False)
class EventRule:
    """Customers who were hit by an incident shortly before the interview.

    Attributes
    ----------
    name : str
    events : DataFrame
        One row per incident.
    on : str
        The column, of the incidents and of the survey, that says whom an incident hit: an area, or
        a customer's key.
    start, end : str
        Columns of the first and the last day; without ``end``, incidents of one day. An empty end
        is an incident that goes on.
    kind : str, optional
        Column of the kind of incident.
    kinds : collection, optional
        Only incidents of these kinds.
    within_days : int
        An incident counts if any of its days lies up to this long before the interview.
    """

    name: str = "event"
    events: pd.DataFrame
    on: str = "area"
    start: str = "date"
    end: str | None = None
    kind: str | None = None
    kinds: Collection[object] | None = None
    within_days: int = 90


def flag_silent(
    frame: pd.DataFrame, rule: SilentRule, *, observed: str | date, interviewed: str | date
) -> FloatArray:
    """Return 1 for the silent, 0 for others, NaN where a date would be needed; shape (n,).

    Raises
    ------
    LeakageError
        If a contact is dated after the snapshot, or on or after the interview.
    DissatisfiedError
        If the rule or its columns cannot be used.
    """
    _check_silent(frame, rule)
    snapshot = days_of(frame, observed, "observed")
    interview = days_of(frame, interviewed, "interviewed")
    first_quiet = months_before(snapshot, rule.months)
    contact = np.zeros(len(frame), dtype=np.bool_)
    unknown = np.isnan(first_quiet)
    late = []
    for channel in rule.channels:
        last = days_of(frame, channel, "channels")
        after = int(((last > snapshot) | (last >= interview)).sum())
        if after:
            late.append(
                f"`{channel}` holds a contact after the snapshot, or on or after the interview, "
                f"in {after} of {len(frame)} rows."
            )
        contact |= last >= first_quiet
        unknown |= np.isnan(last) & (rule.missing == "unknown")
    if late:
        raise LeakageError("\n".join([*late, "Silence may only be seen in what came before."]))
    return np.where(contact, 0.0, np.where(unknown, np.nan, 1.0))


def flag_events(frame: pd.DataFrame, rule: EventRule, *, interviewed: str | date) -> FloatArray:
    """Return 1 for customers hit strictly before the interview, 0 for others, shape (n,).

    An incident that began before the interview counts if any of its days lies in the
    ``within_days`` before it. NaN where the place or the day of the interview is not known.

    Raises
    ------
    DissatisfiedError
        If the rule or its columns cannot be used.
    """
    _check_event(frame, rule)
    events = rule.events
    if rule.kind is not None and rule.kinds is not None:
        events = events[events[rule.kind].isin(list(rule.kinds))]
    start = days_of(events, rule.start, "start")
    end = start if rule.end is None else days_of(events, rule.end, "end")
    spans = pd.DataFrame(
        {
            "place": events[rule.on].to_numpy(),
            "start": start,
            "end": np.where(np.isnan(end), np.inf, end),
        }
    )
    asked = days_of(frame, interviewed, "interviewed")
    place = frame[rule.on]
    people = pd.DataFrame({"place": place.to_numpy(), "asked": asked, "row": np.arange(len(frame))})
    # Days of interview are few: join places and days, not people.
    cells = people.drop(columns="row").drop_duplicates().dropna()
    pairs = cells.merge(spans, on="place")
    hit = (pairs["start"] < pairs["asked"]) & (pairs["end"] >= pairs["asked"] - rule.within_days)
    found = pairs.loc[hit, ["place", "asked"]].drop_duplicates().assign(hit=1.0)
    flag = people.merge(found, on=["place", "asked"], how="left").sort_values("row")["hit"]
    unknown = place.isna().to_numpy() | np.isnan(asked)
    return np.where(unknown, np.nan, flag.fillna(0.0).to_numpy())


def months_before(days: FloatArray, months: int) -> FloatArray:
    """Return the days some calendar months earlier, the last of a month staying the last.

    Parameters
    ----------
    days : FloatArray, shape (n,)
        Days since 1970; NaN missing.
    months : int

    Returns
    -------
    FloatArray, shape (n,)
    """
    known = np.where(np.isnan(days), 0.0, days).astype(np.int64).astype("datetime64[D]")
    month = known.astype("datetime64[M]")
    target = month - np.timedelta64(months, "M")
    day = (known - month.astype("datetime64[D]")).astype(np.int64)
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(int)
    own_length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    is_last = day == own_length - 1
    chosen = np.where(is_last, length - 1, np.minimum(day, length - 1))
    earlier = target.astype("datetime64[D]").astype(np.int64) + chosen
    return np.where(np.isnan(days), np.nan, earlier.astype(np.float64))


def _check_silent(frame: pd.DataFrame, rule: SilentRule) -> None:
    faults = []
    if not rule.channels:
        faults.append(f"Rule `{rule.name}` names no channel.")
    if rule.months < 1:
        faults.append(f"Rule `{rule.name}`: `months` must be at least 1; got {rule.months!r}.")
    if rule.missing not in get_args(MissingContact):
        faults.append(
            f"Rule `{rule.name}`: `missing` must be one of never, unknown; got {rule.missing!r}."
        )
    faults += _unknown(frame, rule.channels, f"Rule `{rule.name}`: the survey")
    if faults:
        raise DissatisfiedError("\n".join(faults))


def _check_event(frame: pd.DataFrame, rule: EventRule) -> None:
    named = [rule.on, rule.start, rule.end, rule.kind]
    columns = tuple(name for name in named if name is not None)
    faults = _unknown(rule.events, columns, f"Rule `{rule.name}`: the table of events")
    faults += _unknown(frame, (rule.on,), f"Rule `{rule.name}`: the survey")
    if rule.within_days < 1:
        faults.append(
            f"Rule `{rule.name}`: `within_days` must be at least 1; got {rule.within_days!r}."
        )
    if rule.kinds is not None and rule.kind is None:
        faults.append(f"Rule `{rule.name}`: `kinds` needs `kind`, the column that holds them.")
    if faults:
        raise DissatisfiedError("\n".join(faults))
    start = days_of(rule.events, rule.start, "start")
    if np.isnan(start).any():
        raise DissatisfiedError(
            f"Rule `{rule.name}`: {int(np.isnan(start).sum())} of {len(start)} events have no "
            f"`{rule.start}`."
        )
    if rule.end is not None:
        backwards = int((days_of(rule.events, rule.end, "end") < start).sum())
        if backwards:
            raise DissatisfiedError(
                f"Rule `{rule.name}`: {backwards} of {len(start)} events end before they start."
            )


def _unknown(frame: pd.DataFrame, columns: tuple[str, ...], where: str) -> list[str]:
    return [
        f"{where} has no column `{name}`. {suggest(name, frame.columns)}".rstrip()
        for name in columns
        if name not in frame.columns
    ]
