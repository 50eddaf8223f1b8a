"""The hold-out: drawn at random by permanent numbers of the keys, stratum by stratum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.inference import BoolArray
from csi.sampling.hashing import UInt64Array, random_numbers

_SALT = 0x686F6C646F7574
"""Sets the hold-out apart from a sample that was drawn with the same seed."""


def permanent_numbers(keys: pd.Series, seed: int) -> UInt64Array:
    """Return a number for each key that depends on the key and the seed only, shape (n,)."""
    import pyarrow as pa

    return random_numbers(pa.array(keys.to_numpy()), seed ^ _SALT)


def list_length(able: int, capacity: float, share: float) -> int:
    """Return how many customers to put on a list of whom ``share`` are held out.

    The longest list, of those able, of which no more than the capacity are cared for.
    """
    if not np.isfinite(capacity):
        return able
    return min(able, int(np.floor(capacity / (1.0 - share) + 1e-9)))


def draw_hold_out(
    stratum: pd.Series, numbers: UInt64Array, share: float, capacity: float
) -> BoolArray:
    """Choose who is held out, shape (n,): in each stratum those with the smallest numbers.

    Strata get their part of the whole number by largest remainders; equal remainders are decided
    by the strata's own smallest numbers, so that a small stratum has its chance.

    Parameters
    ----------
    stratum : Series, length n
    numbers : ndarray of uint64, shape (n,)
    share : float
    capacity : float
        The most who may not be held out.
    """
    held = np.zeros(len(stratum), dtype=np.bool_)
    if share == 0.0 or len(stratum) == 0:
        return held
    codes = pd.factorize(stratum, sort=True)[0]
    sizes = np.bincount(codes)
    total = max(round(share * len(stratum)), int(max(len(stratum) - capacity, 0)))
    exact = total * sizes / len(stratum)
    quota = np.floor(exact + 1e-9).astype(np.int64)
    order = np.lexsort([numbers, codes])
    first = np.searchsorted(codes[order], np.arange(len(sizes)))
    smallest = numbers[order][first]
    by_remainder = np.lexsort([smallest, -np.round(exact - quota, 9)])
    quota[by_remainder[: total - int(quota.sum())]] += 1
    rank = np.arange(len(order)) - first[codes[order]]
    held[order] = rank < quota[codes[order]]
    return held
