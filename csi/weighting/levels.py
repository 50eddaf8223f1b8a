"""The levels of a column as numbers 0, 1, ..., a million rows at a time."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from csi.inference import IntArray


def encode_levels(column: pd.Series) -> tuple[IntArray, list[Hashable]]:
    """Return level codes, -1 for missing, and the levels; whole numbers need no hashing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = np.asarray(column.cat.codes, dtype=np.int64)
        return codes, [plain_level(level) for level in column.cat.categories]
    whole = _whole_numbers(column)
    if whole is not None and len(whole) and int(whole.max()) - int(whole.min()) < 100_000:
        low = int(whole.min())
        codes, _ = renumber(whole - low, int(whole.max()) - low + 1)
        present = np.flatnonzero(np.bincount(whole - low)) + low
        return codes, [int(level) for level in present]
    codes, levels = pd.factorize(column)
    return codes.astype(np.int64), [plain_level(level) for level in levels]


def renumber(codes: IntArray, size: int) -> tuple[IntArray, int]:
    """Return codes 0, 1, ... for the codes that occur, in order, and how many occur."""
    if size > max(4 * len(codes), 100_000):
        occurring, renumbered = np.unique(codes, return_inverse=True)
        return renumbered.astype(np.int64), len(occurring)
    occurs = np.bincount(codes, minlength=size) > 0
    if occurs.all():
        return codes, size
    return (np.cumsum(occurs) - 1)[codes], int(occurs.sum())


def plain_level(level: object) -> Hashable:
    """Return numpy's numbers as Python's, so that messages show 1 and not np.int64(1)."""
    value = level.item() if isinstance(level, np.generic) else level
    shown = shown_level(value)
    assert isinstance(shown, Hashable)
    return shown


def shown_level(level: object) -> object:
    """Return 2 for 2.0: codes are whole numbers that NaN turned into floats."""
    return int(level) if isinstance(level, float) and level.is_integer() else level


def _whole_numbers(column: pd.Series) -> IntArray | None:
    if column.dtype.kind in "iu" and isinstance(column.dtype, np.dtype):
        return column.to_numpy(dtype=np.int64)
    if column.dtype.kind == "f" and isinstance(column.dtype, np.dtype):
        values = column.to_numpy()
        if np.isfinite(values).all() and np.abs(values).max(initial=0.0) < 2**53:
            whole = values.astype(np.int64)
            if (whole == values).all():
                return whole
    return None
