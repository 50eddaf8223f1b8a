"""How many reserve numbers to release now, from the yield so far."""

from __future__ import annotations

import numpy as np
from scipy import stats

PLANNED_WEIGHT = 30.0
"""The planned response rate counts as much as this many numbers worked."""


def numbers_to_fill(
    missing: int, *, worked: int, complete: int, planned_rate: float, fill_probability: float
) -> int:
    """Return how many numbers, not yet worked, fill a cell with the probability wanted.

    The yield is a Beta variable: planned rate as a prior worth `PLANNED_WEIGHT` numbers, updated by
    the numbers worked. Interviews from m more numbers are then beta-binomial.

    Parameters
    ----------
    missing : int
        Interviews still wanted.
    worked, complete : int
        Numbers with a final disposition, and the interviews among them.
    planned_rate, fill_probability : float

    Returns
    -------
    int

    Examples
    --------
    >>> numbers_to_fill(10, worked=0, complete=0, planned_rate=0.15, fill_probability=0.95)
    183
    >>> numbers_to_fill(10, worked=400, complete=60, planned_rate=0.15, fill_probability=0.95)
    107
    """
    if missing <= 0:
        return 0
    a = planned_rate * PLANNED_WEIGHT + complete
    b = (1 - planned_rate) * PLANNED_WEIGHT + worked - complete
    if b <= 0:
        return missing

    def filled(numbers: int) -> bool:
        return fill_chance(missing, numbers, a, b) >= fill_probability

    low, high = missing - 1, 2 * missing
    while not filled(high):
        low, high = high, 2 * high
        if high > 1 << 40:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if filled(middle) else (middle, high)
    return high


def fill_chance(missing: int, numbers: int, a: float, b: float) -> float:
    """Return the chance of ``missing`` interviews from ``numbers``, with a Beta(a, b) yield."""
    if missing <= 0:
        return 1.0
    if numbers < missing:
        return 0.0
    if numbers <= 5000:
        return float(stats.betabinom.sf(missing - 1, numbers, a, b))
    # Far out the binomial part is small beside the uncertainty of the yield: integrate over it.
    yields = np.asarray(stats.beta.ppf((np.arange(200) + 0.5) / 200, a, b))
    return float(np.mean(stats.binom.sf(missing - 1, numbers, yields)))
