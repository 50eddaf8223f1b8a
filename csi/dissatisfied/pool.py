"""The explicit pool: who has said so, through any channel, one row per pseudonymous customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_free_text, refuse_identities
from csi.dissatisfied.indicators import days_of
from csi.errors import suggest
from csi.inference import FloatArray

VALID_DAYS = 180
_COUNTS = ("records", "without_key", "without_date", "later", "satisfied", "expired", "duplicates")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoolSource:
    """One channel through which customers say that they are dissatisfied.

    Attributes
    ----------
    name : str
        ``hotline``, ``sms``, ``complaint``, ``survey`` or any other.
    records : DataFrame
        One row per record; other columns are not looked at.
    key, date : str
        Columns of pseudonymous keys and of the day of the record.
    rating : str, optional
        Column of ratings: a record counts where it is ``dissatisfied_to`` or less. Without it
        every record counts, as a complaint does.
    dissatisfied_to : float
    cause : str, optional
        Column of coded causes.
    valid_days : int
        Days after which a record no longer speaks for its customer.
    """

    name: str
    records: pd.DataFrame
    key: str = "id"
    date: str = "date"
    rating: str | None = None
    dissatisfied_to: float = 5.0
    cause: str | None = None
    valid_days: int = VALID_DAYS

    def __repr__(self) -> str:
        return f"PoolSource(name={self.name!r}, records={len(self.records):,})"


@dataclass(frozen=True, kw_only=True, eq=False)
class DissatisfiedPool:
    """Customers who have said that they are dissatisfied, and have not done so too long ago.

    Attributes
    ----------
    as_of : date
    key : str
        Name of the column of keys.
    customers : DataFrame
        One row per customer in the order of keys: the key, ``sources`` (names joined by ``+``),
        ``n_sources``, ``n_records``, ``first_date``, ``last_date``, ``expires`` (the last day on
        which a record counts) and ``cause`` (of the latest record that has one).
    records : DataFrame
        Every valid record, one per customer, source and day: key, ``source``, ``date``,
        ``expires``, ``rating``, ``cause``.
    counts : DataFrame
        Per source: ``records`` read and why records do not count (``without_key``,
        ``without_date``, ``later`` than ``as_of``, ``satisfied``, ``expired``, ``duplicates``),
        then ``customers``, ``only_here`` (whom no other source has) and ``valid_days``.
    """

    as_of: date
    key: str
    customers: pd.DataFrame
    records: pd.DataFrame
    counts: pd.DataFrame

    def __len__(self) -> int:
        return len(self.customers)

    def __repr__(self) -> str:
        sources = ", ".join(
            f"{row.source}={row.customers}" for row in self.counts.itertuples(index=False)
        )
        return f"DissatisfiedPool(customers={len(self)}, as_of={self.as_of}, {sources})"

    def tidy(self) -> pd.DataFrame:
        """Return `counts`: one row per source."""
        return self.counts.copy()

    def summary(self) -> str:
        """Return the sources in words."""
        lines = [f"{len(self)} customers have said so by {self.as_of} and are still in the pool."]
        for row in self.counts.to_dict("records"):
            left = ", ".join(f"{row[name]} {name.replace('_', ' ')}" for name in _COUNTS[1:])
            lines.append(
                f"{row['source']}: {row['customers']} customers ({row['only_here']} only here) "
                f"from {row['records']} records, valid for {row['valid_days']} days; "
                f"left out: {left}."
            )
        return "\n".join(lines)


def pool_dissatisfied(sources: Sequence[PoolSource], *, as_of: date) -> DissatisfiedPool:
    """Put together who has said that they are dissatisfied, once per customer.

    Records count from their own day up to ``valid_days`` later; several of one customer, source
    and day are one record.

    Parameters
    ----------
    sources : sequence of PoolSource
        Keys must be of one kind, whole numbers or text, and of one name.
    as_of : date
        Later records are not looked at.

    Returns
    -------
    DissatisfiedPool

    Raises
    ------
    IdentityError
        If keys look like names, telephone or identity numbers, or causes are free text.
    DissatisfiedError
        For every source that cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"id": [7, 7, 8], "date": ["2026-03-01", "2026-03-02", "2025-01-01"]})
    >>> pool_dissatisfied([PoolSource(name="hotline", records=calls)], as_of=date(2026, 3, 31))
    DissatisfiedPool(customers=1, as_of=2026-03-31, hotline=1)
    """
    _check(sources)
    key = sources[0].key
    parts, counts = [], []
    for source in sources:
        valid, count = _valid_records(source, as_of)
        parts.append(valid)
        counts.append(count)
    records = pd.concat(parts, ignore_index=True).sort_values(
        [key, "date", "source"], ignore_index=True
    )
    return DissatisfiedPool(
        as_of=as_of,
        key=key,
        customers=_customers(records, key),
        records=records,
        counts=_with_customers(pd.DataFrame(counts), records, key),
    )


def _check(sources: Sequence[PoolSource]) -> None:
    if not sources:
        raise DissatisfiedError("A pool needs at least one source.")
    faults, names = [], [source.name for source in sources]
    for source in sources:
        where = f"Source `{source.name}`"
        refuse_identities(source.records, source.key, where)
        if names.count(source.name) > 1:
            faults.append(f"{where} is named {names.count(source.name)} times.")
        if source.valid_days < 1:
            faults.append(f"{where}: `valid_days` must be at least 1; got {source.valid_days!r}.")
        if source.key != sources[0].key:
            faults.append(
                f"{where} calls its keys `{source.key}`, the first source `{sources[0].key}`: "
                "rename one column."
            )
        for column in (source.date, source.rating, source.cause):
            if column is not None and column not in source.records.columns:
                hint = suggest(column, source.records.columns)
                faults.append(f"{where} has no column `{column}`. {hint}".rstrip())
    kinds = {_is_number(source) for source in sources if len(source.records)}
    if len(kinds) > 1:
        faults.append("Keys are whole numbers in some sources and text in others: use one kind.")
    if faults:
        raise DissatisfiedError("\n".join(dict.fromkeys(faults)))


def _is_number(source: PoolSource) -> bool:
    return bool(pd.api.types.is_integer_dtype(source.records[source.key].dropna()))


def _valid_records(source: PoolSource, as_of: date) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return the records that count, and how many do not for which first reason."""
    frame = source.records.reset_index(drop=True)
    day = days_of(frame, source.date, "date")
    today = float(np.datetime64(as_of, "D").astype(np.int64))
    rating = _ratings(source, frame)
    left_out = {
        "without_key": frame[source.key].isna().to_numpy(),
        "without_date": np.isnan(day),
        "later": day > today,
        "satisfied": ~(rating <= source.dissatisfied_to) & (source.rating is not None),
        "expired": day + source.valid_days < today,
    }
    count: dict[str, object] = {"source": source.name, "records": len(frame)}
    keep = np.ones(len(frame), dtype=np.bool_)
    for name, mask in left_out.items():
        count[name] = int((keep & mask).sum())
        keep &= ~mask
    dates = day[keep].astype("datetime64[D]").astype("datetime64[s]")
    cause = None if source.cause is None else frame[source.cause].to_numpy()[keep]
    if cause is not None:
        refuse_free_text(pd.unique(cause), f"Source `{source.name}`: `{source.cause}`")
    keys = frame[source.key][keep]
    valid = pd.DataFrame(
        {
            source.key: keys.to_numpy(np.int64 if _is_number(source) else object),
            "source": source.name,
            "date": dates,
            "expires": dates + np.timedelta64(timedelta(days=source.valid_days)),
            "rating": rating[keep],
            "cause": pd.Series(cause, dtype=object, index=range(int(keep.sum()))),
        }
    )
    # Of several records on one day the worst rating stands, and a known cause before none.
    valid = valid.sort_values([source.key, "date", "rating"], kind="stable", na_position="last")
    cause_of_day = valid.groupby([source.key, "date"], sort=False)["cause"].transform("first")
    single = valid.assign(cause=cause_of_day).drop_duplicates([source.key, "date"])
    count["duplicates"] = len(valid) - len(single)
    return single, {**count, "valid_days": source.valid_days}


def _ratings(source: PoolSource, frame: pd.DataFrame) -> FloatArray:
    if source.rating is None:
        return np.full(len(frame), np.nan)
    column = frame[source.rating]
    if not pd.api.types.is_numeric_dtype(column):
        raise DissatisfiedError(
            f"Source `{source.name}`: ratings in `{source.rating}` must be numbers; got "
            f"{column.dtype}."
        )
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))


def _customers(records: pd.DataFrame, key: str) -> pd.DataFrame:
    grouped = records.groupby(key, sort=True)
    sources = records.drop_duplicates([key, "source"]).sort_values([key, "source"])
    joined = sources.groupby(key, sort=True)["source"]
    return pd.DataFrame(
        {
            "sources": joined.agg("+".join),
            "n_sources": joined.size(),
            "n_records": grouped.size(),
            "first_date": grouped["date"].min(),
            "last_date": grouped["date"].max(),
            "expires": grouped["expires"].max(),
            "cause": grouped["cause"].last(),
        }
    ).reset_index()


def _with_customers(counts: pd.DataFrame, records: pd.DataFrame, key: str) -> pd.DataFrame:
    pairs = records.drop_duplicates([key, "source"])
    alone = ~pairs[key].duplicated(keep=False)
    held = pairs["source"].value_counts()
    only = pairs.loc[alone, "source"].value_counts()
    return counts.assign(
        customers=counts["source"].map(held).fillna(0).astype(int),
        only_here=counts["source"].map(only).fillna(0).astype(int),
    )[["source", *_COUNTS, "customers", "only_here", "valid_days"]]
