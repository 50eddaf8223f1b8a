"""Interviews after care of simulated subscribers: a planted effect on those who take it up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.simulate.subscriber_truth import to_rating
from csi.simulate.subscribers import SubscriberBase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FollowUpInterviews:
    """What came back after care.

    Attributes
    ----------
    interviews : DataFrame
        One row per interview: key, ``satisfaction`` (1-10) and ``synthetic``.
    participants : DataFrame
        One row per customer who took up what was offered: the key and ``synthetic``.
    """

    interviews: pd.DataFrame
    participants: pd.DataFrame


def draw_follow_up(
    base: SubscriberBase,
    customers: pd.DataFrame,
    *,
    seed: int,
    effect: float,
    take_up: float = 1.0,
    response_rate: float = 0.35,
    survey: pd.DataFrame | None = None,
) -> FollowUpInterviews:
    """Interview customers of an action list some time after care.

    The lasting state of those who were in the survey is the state that they had there; what an
    answer adds by chance is drawn anew, so that the worst-rated rise by themselves.

    Parameters
    ----------
    base : SubscriberBase
    customers : DataFrame
        ``id`` and ``arm``: those in ``care`` are offered it.
    seed : int
    effect : float
        Points of 100 that care adds to the score of who takes it up.
    take_up : float
        Share of those in care who take it up.
    response_rate : float
        Of both arms alike.
    survey : DataFrame, optional
        As `draw_survey` returns it.

    Returns
    -------
    FollowUpInterviews

    Raises
    ------
    ValueError
        If a customer is not in the base.
    """
    listed = customers[["id", "arm"]].sort_values("id", ignore_index=True)
    expected = _expected(base, listed["id"].to_numpy())
    if np.isnan(expected).any():
        raise ValueError(f"{int(np.isnan(expected).sum())} customers are not in the base.")
    rng, m = np.random.default_rng([seed, 11]), base.mechanisms
    state = expected + m.state_sd * rng.standard_normal(len(listed))
    if survey is not None:
        known = survey.set_index("id")["true_state"].reindex(listed["id"]).to_numpy(np.float64)
        state = np.where(np.isnan(known), state, known)
    takes = (listed["arm"] == "care").to_numpy() & (rng.random(len(listed)) < take_up)
    score = state + effect * takes + m.error_sd * rng.standard_normal(len(listed))
    answered = rng.random(len(listed)) < response_rate
    interviews = pd.DataFrame({"id": listed["id"], "satisfaction": to_rating(score)})
    return FollowUpInterviews(
        interviews=interviews[answered].assign(synthetic=True).reset_index(drop=True),
        participants=listed.loc[takes, ["id"]].assign(synthetic=True).reset_index(drop=True),
    )


def _expected(base: SubscriberBase, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the expected score of sorted keys, NaN where a key is not in the base."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    result = np.full(len(keys), np.nan)
    source = ds.dataset([str(path) for path in base.parts("truth")], format="parquet")
    wanted = ds.field("id").isin(pa.array(keys))
    for batch in source.to_batches(columns=["id", "expected"], filter=wanted):
        place = np.searchsorted(keys, batch.column("id").to_numpy())
        result[place] = batch.column("expected").to_numpy()
    return result
