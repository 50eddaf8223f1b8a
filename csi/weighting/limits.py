"""Limits of final weights, as multiples of their mean."""

from __future__ import annotations

import numpy as np

from csi.inference import FloatArray

Trim = float | tuple[float, float]
"""Largest, or smallest and largest, weight as multiples of the mean weight."""


def trim_faults(trim: Trim) -> list[str]:
    """Return what is wrong with trimming limits."""
    low, high = limit_factors(trim)
    if 0.0 <= low < 1.0 < high:
        return []
    return [
        "`trim` must be the largest weight as a multiple of the mean weight, above 1, or "
        f"(smallest, largest) with smallest < 1 < largest; got {trim!r}."
    ]


def limit_factors(trim: Trim) -> tuple[float, float]:
    """Return smallest and largest multiple of the mean weight."""
    return trim if isinstance(trim, tuple) else (0.0, trim)


def weight_limits(
    base: FloatArray, trim: Trim, population: float | None
) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and the largest final weight of every respondent."""
    low, high = limit_factors(trim)
    active = base > 0
    mean = (base.sum() if population is None else population) / np.count_nonzero(active)
    return np.where(active, low * mean, 0.0), np.where(active, high * mean, 0.0)
