"""Intervals of shares that hold at 0 and 1 too."""

from __future__ import annotations

import numpy as np
from scipy import stats

from csi.inference import BoolArray, Estimates, FloatArray, share_intervals


def share_limits(
    shares: Estimates, conf_level: float, certain: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return intervals symmetric on the logit scale; Clopper and Pearson's at 0 and 1.

    Where all or none of the answers fall on one side the linearised variance is 0, which is not
    the uncertainty: there the interval is the exact binomial one on the effective base. Shares
    that are ``certain`` by design, such as the users of what everybody is asked, have none.
    """
    low, high = share_intervals(shares, "xlogit", conf_level)
    base, tail = np.maximum(shares.n_eff, 1.0), (1.0 - conf_level) / 2.0
    none, every = shares.values == 0.0, shares.values == 1.0
    low = np.where(none, 0.0, np.where(every, stats.beta.ppf(tail, base, 1.0), low))
    high = np.where(every, 1.0, np.where(none, stats.beta.isf(tail, 1.0, base), high))
    return np.where(certain, shares.values, low), np.where(certain, shares.values, high)
