"""What every method of allocation returns."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from csi.sampling.limits import FloatArray, IntArray, VarianceLimits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocation:
    """Interviews per stratum.

    Attributes
    ----------
    method : str
    n : ndarray of int, shape (H,)
        Whole interviews, within every minimum and maximum.
    exact : ndarray, shape (H,)
        Before rounding.
    cost : float
        Of `n`.
    bound : float
        No allocation that keeps the limits can cost less; NaN for a given total.
    gap : float
        Relative distance of the cost of `exact` from `bound`: the certificate; NaN likewise.
    excess : float
        Relative distance of `cost` from `bound`: what whole numbers cost; NaN likewise.
    limits : VarianceLimits or None
        As used: loosened where a total was asked for.
    multipliers : ndarray, shape (K,)
        Cost saved per unit by which a limit's variance is raised.
    loosened : float
        Factor by which every half-width was widened to fit a total; 1 where none was asked for.
    """

    method: str
    n: IntArray
    exact: FloatArray
    cost: float
    bound: float = math.nan
    gap: float = math.nan
    excess: float = math.nan
    limits: VarianceLimits | None = None
    multipliers: FloatArray = field(default_factory=lambda: np.zeros(0))
    loosened: float = 1.0

    def prices(self) -> pd.DataFrame:
        """Return the limits that cost something, dearest first.

        Returns
        -------
        DataFrame
            ``limit``, ``saving``: cost saved if its half-width were one percent wider (first
            order), ``used``: share of the allowed variance that the whole interviews use.
        """
        if self.limits is None:
            return pd.DataFrame({"limit": [], "saving": [], "used": []})
        table = pd.DataFrame(
            {
                "limit": self.limits.labels,
                "saving": 0.02 * self.multipliers * self.limits.variances,
                "used": self.limits.variance(self.n) / self.limits.variances,
            }
        )
        binding = table["saving"] > 1e-7 * self.cost
        return table[binding].sort_values("saving", ascending=False, ignore_index=True)
