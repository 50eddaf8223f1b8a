"""Sums of weights by code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from csi.inference import FloatArray


def sums_by_code(codes: npt.NDArray[np.integer], weights: FloatArray, size: int) -> FloatArray:
    """Return the sum of the weights of each code from 0 to ``size`` − 1."""
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64)
