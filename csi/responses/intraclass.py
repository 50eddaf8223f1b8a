"""How much interviewers (outlets, districts) differ in the answers that they bring home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intraclass:
    """Intraclass correlation of one variable.

    Attributes
    ----------
    value : float
        Share of the variance that lies between groups; negative where groups are more alike than
        chance allows.
    statistic, p_high, p_low : float
        F of the one-way analysis of variance, and its two tails.
    n, n_groups : int
    """

    value: float
    statistic: float
    p_high: float
    p_low: float
    n: int
    n_groups: int


def intraclass(values: FloatArray, groups: pd.Series) -> Intraclass:
    """Estimate the intraclass correlation from a one-way analysis of variance.

    ``(B - W) / (B + (k - 1) W)`` with mean squares between and within groups, and
    ``k = (N - sum n_g**2 / N) / (G - 1)`` for groups of unequal size (Donner 1986).

    Parameters
    ----------
    values : ndarray, shape (n,)
        NaN are left out.
    groups : Series, shape (n,)
        Missing groups are left out.
    """
    from scipy import stats

    kept = ~np.isnan(values) & groups.notna().to_numpy()
    codes, _ = pd.factorize(groups[kept])
    y = values[kept]
    sizes = np.bincount(codes) if len(codes) else np.zeros(0)
    n, count = len(y), len(sizes)
    if count < 2 or n <= count:
        return Intraclass(
            value=np.nan, statistic=np.nan, p_high=np.nan, p_low=np.nan, n=n, n_groups=count
        )
    means = np.bincount(codes, weights=y) / sizes
    between = float((sizes * (means - y.mean()) ** 2).sum()) / (count - 1)
    within = float(((y - means[codes]) ** 2).sum()) / (n - count)
    size = (n - float((sizes**2).sum()) / n) / (count - 1)
    total = between + (size - 1) * within
    statistic = between / within if within > 0 else np.inf
    return Intraclass(
        value=(between - within) / total if total > 0 else np.nan,
        statistic=statistic,
        p_high=float(stats.f.sf(statistic, count - 1, n - count)),
        p_low=float(stats.f.cdf(statistic, count - 1, n - count)),
        n=n,
        n_groups=count,
    )
