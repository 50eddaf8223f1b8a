"""Subscriber bases of any size with known truth, written as parquet a chunk at a time.

Nothing in them is real: every file carries ``csi.synthetic = true`` in its metadata, the manifest
says so, and every row of a survey drawn from a base has ``synthetic`` = True.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.simulate.subscriber_columns import (
    AREAS_PER_REGION,
    CHANNELS,
    KPIS,
    N_REGIONS,
    NEVER,
    Columns,
    make_columns,
    pseudonyms,
)
from csi.simulate.subscriber_files import write_marked, write_part
from csi.simulate.subscriber_truth import (
    CAUSES,
    Mechanisms,
    dissatisfied_probability,
    expected_scores,
    losses,
    to_rating,
)
from csi.storage import whole_file

ROWS_PER_CHUNK = 250_000
ROWS_PER_PART = 1_000_000
AS_OF = date(2026, 3, 31)
HIDDEN = ("network_poor", "silent")
"""What the simulation knows and no warehouse would hold; kept with the truth."""

_NULL_SHARE = 0.08
_DECIMALS = {"change": 3, "jump": 3, "minutes": 0, "months": 0}
"""Decimals that a warehouse keeps, by the first matching part of the column's name; else 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberBase:
    """A simulated base on disk.

    Attributes
    ----------
    folder : Path
        Holds ``base/*.parquet`` (what a warehouse would have), ``truth/*.parquet`` (expected
        scores, probability, cause, by the same key), ``records/*.parquet`` (complaints and
        ratings by SMS, one row per event) and ``outages.parquet`` (by area and date).
    n : int
    seed : int
    as_of : date
        The day of the snapshot.
    mechanisms : Mechanisms
    """

    folder: Path
    n: int
    seed: int
    as_of: date
    mechanisms: Mechanisms

    @property
    def table(self) -> str:
        """The pattern of the base's files, as `score_customers` takes it."""
        return str(self.folder / "base" / "*.parquet")

    def parts(self, kind: str = "base") -> list[Path]:
        """Return the files of ``base``, ``truth`` or ``records`` in order."""
        return sorted((self.folder / kind).glob("*.parquet"))


def simulate_subscribers(
    folder: str | Path,
    n: int,
    *,
    seed: int,
    mechanisms: Mechanisms | None = None,
    as_of: date = AS_OF,
) -> SubscriberBase:
    """Write a base of ``n`` simulated subscribers with known truth.

    The rows of a chunk depend on the seed and the chunk's number only: a larger base begins with
    the same whole chunks. Memory does not grow with ``n``.

    Parameters
    ----------
    folder : str or Path
        Made where it does not exist; files of an earlier base with the same names are replaced.
    n : int
        Number of subscribers, at least 1.
    seed : int
    mechanisms : Mechanisms, optional
        Why subscribers are dissatisfied, and how strongly.
    as_of : date
        The day of the snapshot: nothing in the base is later.

    Returns
    -------
    SubscriberBase

    Raises
    ------
    ValueError
        If ``n`` is below 1.

    Examples
    --------
    >>> base = simulate_subscribers("base_2026", 10_000_000, seed=1)  # doctest: +SKIP
    """
    if n < 1:
        raise ValueError(f"A base needs at least one subscriber; got n = {n}.")
    base = SubscriberBase(
        folder=Path(folder), n=n, seed=seed, as_of=as_of, mechanisms=mechanisms or Mechanisms()
    )
    outages = _outages(base)
    write_marked(outages, base.folder / "outages.parquet")
    hours = outages[(outages["days_ago"] <= 90)].groupby("area")["hours"].sum()
    area_hours = hours.reindex(range(N_REGIONS * AREAS_PER_REGION), fill_value=0.0).to_numpy()
    for part, start in enumerate(range(0, n, ROWS_PER_PART)):
        stop = min(start + ROWS_PER_PART, n)
        chunks = _chunks(base, start, stop, area_hours)
        write_part(base.folder, f"part-{part:05d}.parquet", chunks)
    note = {
        "synthetic": True,
        "note": "Simulated subscribers: no row is a person.",
        "subscribers": n,
        "seed": seed,
        "as_of": as_of.isoformat(),
        "causes": list(CAUSES),
        "mechanisms": asdict(base.mechanisms),
    }
    with whole_file(base.folder / "manifest.json") as temporary:
        temporary.write_text(json.dumps(note, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return base


def _chunks(
    base: SubscriberBase, start: int, stop: int, area_hours: npt.NDArray[np.float64]
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    for first in range(start, stop, ROWS_PER_CHUNK):
        rows = np.arange(first, min(first + ROWS_PER_CHUNK, stop), dtype=np.uint64)
        rng = np.random.default_rng([base.seed, first // ROWS_PER_CHUNK])
        columns = make_columns(ROWS_PER_CHUNK, rng, area_hours)
        columns = {name: column[: len(rows)] for name, column in columns.items()}
        keys = pseudonyms(rows, base.seed)
        truth = _truth(keys, columns, base.mechanisms)
        blank = rng.random((ROWS_PER_CHUNK, len(KPIS)))[: len(rows)] < _NULL_SHARE
        records = _records(base, columns, truth, rng)
        yield _as_stored(base, keys, columns, blank), truth, records


def _truth(keys: npt.NDArray[np.int64], columns: Columns, m: Mechanisms) -> pd.DataFrame:
    lost = losses(columns, m)
    silent = np.asarray(columns["silent"], dtype=np.bool_)
    first, second = expected_scores(lost, silent, m)
    table = np.column_stack(list(lost.values()))
    cause = np.where(table.max(axis=1) > 1.0, 1 + table.argmax(axis=1), 0)
    return pd.DataFrame(
        {
            "id": keys,
            "expected": first,
            "expected_second": second,
            "probability": dissatisfied_probability(first, m),
            "cause": cause.astype(np.int8),
            "silent": silent,
        }
    )


def _as_stored(
    base: SubscriberBase,
    keys: npt.NDArray[np.int64],
    columns: Columns,
    blank: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """Give columns the types, the nulls and the dates of a warehouse."""
    stored: dict[str, Any] = {"id": keys}
    for name, column in columns.items():
        if name in HIDDEN:
            continue
        if name.startswith("days_"):
            stored[name.replace("days_", "last_")] = _dates(base.as_of, column)
        elif name.endswith("_6m") and name != "broadband_faults_6m":
            stored[name] = column.astype(np.int16)
        elif column.dtype == np.float64:
            stored[name] = np.round(column, _decimals(name)).astype(np.float32)
        else:
            stored[name] = column
    for k, name in enumerate(KPIS):
        stored[name] = np.where(blank[:, k], np.float32(np.nan), stored[name])
    lasts = [columns[f"days_{channel}"] for channel in CHANNELS]
    stored["last_contact"] = _dates(base.as_of, np.minimum.reduce(lasts))
    faults = np.where(columns["broadband"], columns["broadband_faults_6m"], np.nan)
    stored["broadband_faults_6m"] = faults.astype(np.float32)
    return pd.DataFrame(stored)


def _decimals(name: str) -> int:
    return next((places for part, places in _DECIMALS.items() if part in name), 2)


def _dates(as_of: date, days: npt.NDArray[Any]) -> npt.NDArray[Any]:
    known = np.asarray(days) != NEVER
    back = np.where(known, days, 0).astype(np.int64).view("timedelta64[D]")
    result = np.datetime64(as_of, "D") - back
    result[~known] = np.datetime64("NaT")
    return np.asarray(result)


def _records(
    base: SubscriberBase, columns: Columns, truth: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Write down what subscribers said by themselves: complaints, and ratings after a contact."""
    n = len(truth)
    score = truth["expected"].to_numpy() + base.mechanisms.noise_sd * rng.standard_normal(n)
    rated = (np.asarray(columns["sms_6m"]) > 0) & (rng.random(n) < 0.3)
    complained = np.asarray(columns["complaints_6m"]) > 0
    parts = []
    for source, who, days, rating in (
        ("complaint", complained, columns["days_hotline"], np.full(n, np.nan)),
        ("sms", rated, columns["days_sms"], to_rating(score).astype(np.float64)),
    ):
        use = np.flatnonzero(who)
        parts.append(
            pd.DataFrame(
                {
                    "id": truth["id"].to_numpy()[use],
                    "source": source,
                    "date": _dates(base.as_of, days[use]),
                    "rating": rating[use],
                    "cause": truth["cause"].to_numpy()[use],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _outages(base: SubscriberBase) -> pd.DataFrame:
    """Draw outages by area over the last year; about one area in four has one in 90 days."""
    rng = np.random.default_rng([base.seed, 2**32 - 1])
    per_area = rng.poisson(1.2, N_REGIONS * AREAS_PER_REGION)
    area = np.repeat(np.arange(len(per_area)), per_area)
    days = rng.integers(1, 366, len(area))
    return pd.DataFrame(
        {
            "area": area.astype(np.int16),
            "date": _dates(base.as_of, days),
            "days_ago": days,
            "hours": np.round(rng.gamma(1.5, 4.0, len(area)) + 0.5, 1),
        }
    )
