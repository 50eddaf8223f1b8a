"""A survey of a simulated base: a stratified sample, non-response, answers with error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.simulate.subscriber_columns import pseudonyms
from csi.simulate.subscriber_truth import CAUSES, Mechanisms, to_rating
from csi.simulate.subscribers import SubscriberBase

FIELD_DAYS = 30
_STRATUM = "region"


def draw_survey(
    base: SubscriberBase,
    n: int,
    *,
    seed: int,
    response_rate: float = 0.35,
    informative: float = 0.0,
) -> pd.DataFrame:
    """Draw subscribers, the same number in every region, and interview those who respond.

    Parameters
    ----------
    base : SubscriberBase
    n : int
        Subscribers to issue to the field; about ``n * response_rate`` respond.
    seed : int
    response_rate : float
        Between 0 and 1. Silent and long-standing subscribers respond less.
    informative : float
        How much the log-odds of responding rise with dissatisfaction itself: what no weighting
        by known data can repair.

    Returns
    -------
    DataFrame
        One row per issued subscriber in the order of keys: the base's columns, ``region_size``,
        ``design_weight``, ``responded``, ``interview_date`` (after the snapshot),
        ``satisfaction`` and ``satisfaction_second`` (1-10), ``reason`` (the stated cause of a
        dissatisfied respondent), ``true_…`` (what no survey would know) and ``synthetic``;
        answers are missing without a response.

    Raises
    ------
    ValueError
        If ``n`` exceeds the base, or the rate does not lie between 0 and 1.
    """
    if not 0 < n <= base.n:
        raise ValueError(f"Between 1 and {base.n} subscribers can be issued; got n = {n}.")
    if not 0.0 < response_rate < 1.0:
        raise ValueError(f"The response rate must lie between 0 and 1; got {response_rate!r}.")
    issued = _select(base, n, seed)
    return _interview(issued, base, np.random.default_rng([seed, 7]), response_rate, informative)


def answer(
    truth: pd.DataFrame, mechanisms: Mechanisms, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the lasting state of each subscriber and one score measured with error."""
    state = truth["expected"].to_numpy() + mechanisms.state_sd * rng.standard_normal(len(truth))
    return state, state + mechanisms.error_sd * rng.standard_normal(len(truth))


def _select(base: SubscriberBase, n: int, seed: int) -> pd.DataFrame:
    """Take in each region the subscribers with the smallest of stable random numbers."""
    import pyarrow.parquet as pq

    kept: list[pd.DataFrame] = []
    sizes = pd.Series(dtype=np.int64)
    for number, path in enumerate(base.parts()):
        part = pq.read_table(path, columns=["id", _STRATUM]).to_pandas()
        sizes = sizes.add(part[_STRATUM].value_counts(), fill_value=0)
        draw = pseudonyms(part["id"].to_numpy().view(np.uint64), seed)
        part = part.assign(part=number, row=np.arange(len(part)), draw=draw)
        quota = -(-n // len(sizes))
        first = part.sort_values(["draw", "id"]).groupby(_STRATUM).head(quota)
        kept.append(first)
    pool = pd.concat(kept).sort_values(["draw", "id"])
    quota = -(-n // len(sizes))
    chosen = pool.groupby(_STRATUM).head(quota)
    rows = [
        _read_rows(base, part, np.sort(chosen["row"].to_numpy()[chosen["part"] == part]))
        for part in sorted(set(chosen["part"].tolist()))
    ]
    issued = pd.concat(rows, ignore_index=True).sort_values("id", ignore_index=True)
    size = issued[_STRATUM].map(sizes).to_numpy(dtype=np.float64)
    drawn = issued.groupby(_STRATUM)["id"].transform("size").to_numpy(dtype=np.float64)
    return issued.assign(region_size=size, design_weight=size / drawn)


def _read_rows(base: SubscriberBase, part: int, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    stored = _take(base.parts()[part], rows)
    truth = _take(base.parts("truth")[part], rows).drop(columns="id")
    return pd.concat([stored, truth.add_prefix("true_")], axis=1)


def _take(path: Path, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    import pyarrow.parquet as pq

    taken: pd.DataFrame = pq.read_table(path).take(rows).to_pandas(date_as_object=False)
    return taken


def _interview(
    issued: pd.DataFrame,
    base: SubscriberBase,
    rng: np.random.Generator,
    response_rate: float,
    informative: float,
) -> pd.DataFrame:
    n, m = len(issued), base.mechanisms
    truth = issued.filter(like="true_").rename(columns=lambda name: name.removeprefix("true_"))
    state, first = answer(truth, m, rng)
    gap = truth["expected_second"].to_numpy() - truth["expected"].to_numpy()
    second = state + gap + m.error_sd * rng.standard_normal(n)
    rating = to_rating(first)
    logit = (
        np.log(response_rate / (1.0 - response_rate))
        - 0.5 * truth["silent"].to_numpy()
        - 0.3 * (issued["tenure_months"].to_numpy() > 60.0)
        + 0.15 * (issued["age_band"].to_numpy() - 3.0)
        + informative * (rating <= 5)
    )
    responded = rng.random(n) < 1.0 / (1.0 + np.exp(-logit))
    day = np.datetime64(base.as_of, "D") + (1 + rng.integers(0, FIELD_DAYS, n))
    stated = np.where(rng.random(n) < 0.8, truth["cause"], rng.integers(1, len(CAUSES), n))
    reason = np.where(responded & (rating <= 5) & (stated > 0), stated, np.nan)
    return issued.assign(
        responded=responded,
        interview_date=np.where(responded, day, np.datetime64("NaT")).astype("datetime64[s]"),
        satisfaction=np.where(responded, rating, np.nan),
        satisfaction_second=np.where(responded, to_rating(second), np.nan),
        reason=reason,
        true_state=state,
        synthetic=True,
    )
