"""Ranks with their uncertainty."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from csi.errors import DesignError
from csi.inference.arrays import BoolArray, FloatArray
from csi.inference.estimates import Estimates
from csi.inference.multiplicity import adjust_p_values


def rank_intervals(estimates: Estimates, conf_level: float = 0.95) -> pd.DataFrame:
    """Rank numbers from the largest down, each with the ranks it may truly have.

    A number's best possible rank is one more than the count of numbers that are significantly
    larger, its worst the count of numbers that are not significantly smaller; all pairs are tested
    with their covariance and Holm's correction, so all intervals hold together with at least the
    stated confidence (Mohamad, van Zwet, Solari and Goeman 2022).

    Parameters
    ----------
    estimates : Estimates
        k comparable numbers; NaN ones are left unranked.
    conf_level : float

    Returns
    -------
    DataFrame, shape (k, 3)
        ``rank, rank_low, rank_high``; 1 is the largest.
    """
    values = estimates.values
    known = np.flatnonzero(np.isfinite(values))
    ranks = np.full((len(values), 3), np.nan)
    larger = significantly_larger(estimates, 1.0 - conf_level)[np.ix_(known, known)]
    order = stats.rankdata(-values[known], method="min")
    ranks[known, 0] = order
    ranks[known, 1] = 1 + larger.sum(axis=0)
    ranks[known, 2] = len(known) - larger.sum(axis=1)
    return pd.DataFrame(ranks, columns=["rank", "rank_low", "rank_high"])


def top_probabilities(
    estimates: Estimates, k: int, *, seed: int, draws: int = 10_000
) -> pd.DataFrame:
    """Estimate how surely each number is among the k largest.

    The share of draws from the estimates' joint sampling distribution (multivariate t, with their
    covariance and smallest degrees of freedom) in which a number is among the k largest. It says
    how far the data fix the order, not how large the differences are.

    Parameters
    ----------
    estimates : Estimates
        Comparable numbers; NaN ones are never among the largest.
    k : int
    seed : int
    draws : int
        10,000 give the shares to .01.

    Returns
    -------
    DataFrame
        The labels, and ``estimate, probability``; the probabilities sum to k.

    Raises
    ------
    DesignError
        If ``k`` does not lie between 1 and the count of known numbers.
    """
    known = np.flatnonzero(np.isfinite(estimates.values))
    if not 1 <= k <= len(known):
        raise DesignError(f"`k` must lie between 1 and {len(known)}, the known numbers; got {k!r}.")
    rng = np.random.default_rng(seed)
    V = estimates.covariance()[np.ix_(known, known)]
    df = float(np.min(estimates.df[known]))
    normal = rng.multivariate_normal(np.zeros(len(known)), V, draws, method="eigh")
    spread = np.sqrt(rng.chisquare(df, draws) / df) if np.isfinite(df) else np.ones(draws)
    drawn = estimates.values[known] + normal / spread[:, None]
    chosen = np.argpartition(-drawn, k - 1, axis=1)[:, :k]
    probability = np.zeros(len(estimates))
    probability[known] = np.bincount(chosen.ravel(), minlength=len(known)) / draws
    return estimates.labels.assign(estimate=estimates.values, probability=probability)


def significantly_larger(estimates: Estimates, alpha: float = 0.05) -> BoolArray:
    """Return whether number i is significantly larger than number j, for all pairs.

    Parameters
    ----------
    estimates : Estimates
        k comparable numbers; NaN ones are never larger or smaller.
    alpha : float
        Chance of any false finding among all pairs (Holm 1979).

    Returns
    -------
    BoolArray, shape (k, k)
    """
    known = np.flatnonzero(np.isfinite(estimates.values))
    result = np.zeros((len(estimates),) * 2, dtype=np.bool_)
    first, second = np.tril_indices(len(known), -1)
    if len(first) == 0:
        return result
    i, j = known[first], known[second]
    V = estimates.covariance()
    variance = V[i, i] + V[j, j] - 2.0 * V[i, j]
    gap: FloatArray = estimates.values[i] - estimates.values[j]
    df = np.minimum(estimates.df[i], estimates.df[j])
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2.0 * stats.t.sf(np.abs(gap) / np.sqrt(variance), df)
    p = np.where(np.isfinite(p), p, 1.0)
    significant = adjust_p_values(p, "holm") <= alpha
    result[i, j] = significant & (gap > 0)
    result[j, i] = significant & (gap < 0)
    return result
