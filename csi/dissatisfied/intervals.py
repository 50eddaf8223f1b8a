"""Tables of shares with intervals that stay between 0 and 1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.inference import Estimates, share_intervals
from csi.results import base_flag


def share_table(shares: Estimates, conf_level: float) -> pd.DataFrame:
    """Return the tidy table of shares with logit intervals and a ``flag`` for small bases.

    Where the share is 0 or 1 the logit is infinite; there the interval is Clopper and Pearson's on
    the effective base.
    """
    table = shares.tidy(conf_level)
    with np.errstate(over="ignore"):  # next to 0 and 1 the logit's interval is all of them
        low, high = share_intervals(shares, "xlogit", conf_level)
    p, n = table["estimate"].to_numpy(), np.maximum(shares.n_eff, 1.0)
    all_or_none = np.isnan(low) & ~np.isnan(p)
    tail = ((1.0 - conf_level) / 2.0) ** (1.0 / n)
    table["conf_low"] = np.where(all_or_none, np.where(p > 0.5, tail, 0.0), low)
    table["conf_high"] = np.where(all_or_none, np.where(p > 0.5, 1.0, 1.0 - tail), high)
    return table.assign(flag=[base_flag(value) for value in shares.n_eff])
