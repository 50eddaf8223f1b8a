"""p-values that answer for the number of tests."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from csi.inference.arrays import FloatArray

Correction = Literal["holm", "bh"]


def adjust_p_values(p_values: npt.ArrayLike, correction: Correction) -> FloatArray:
    """Return p-values adjusted for one family of tests, in the order given.

    ``holm`` (Holm 1979) bounds the chance of any false finding; ``bh`` (Benjamini and Hochberg
    1995) the expected share of false ones among the findings. statsmodels has both, but collects
    all garbage of the process at every call, which takes longer than the survey's statistics.

    Parameters
    ----------
    p_values : array_like, shape (k,)
    correction : {"holm", "bh"}

    Returns
    -------
    FloatArray, shape (k,)

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03], "holm").round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    k = len(p)
    order = np.argsort(p)
    ranked = p[order]
    if correction == "holm":
        raised = np.maximum.accumulate(ranked * np.arange(k, 0, -1))
    else:
        raised = np.minimum.accumulate((ranked * k / np.arange(1, k + 1))[::-1])[::-1]
    adjusted = np.empty(k)
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted
