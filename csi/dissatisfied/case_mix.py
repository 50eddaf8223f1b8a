"""The case mix: bins of what customers are like, as columns of a regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_free_text
from csi.errors import suggest
from csi.inference import BoolArray, FloatArray, IntArray

FIFTHS = (0.2, 0.4, 0.6, 0.8)
MISSING = "missing"
FEW_LEVELS = 8
"""Numbers with no more distinct values than this are levels already."""

LEAST_OTHERS = 10
"""A level that fewer of the others have gives no counterpart to the named in it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseMix:
    """Each respondent's level in each column.

    Attributes
    ----------
    columns : tuple of str
    codes : IntArray, shape (n, n_columns)
    levels : tuple of tuple of str
        Names of the levels of each column.
    """

    columns: tuple[str, ...]
    codes: IntArray
    levels: tuple[tuple[str, ...], ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of levels of each column."""
        return tuple(len(names) for names in self.levels)

    def supported(self, others: BoolArray) -> BoolArray:
        """Tell whose levels at least ten of the others have, in every column."""
        inside = np.ones(len(self.codes), dtype=np.bool_)
        for column, size in zip(self.codes.T, self.sizes, strict=True):
            held = np.bincount(column[others], minlength=size)
            inside &= held[column] >= LEAST_OTHERS
        return inside

    def matrix(self, rows: BoolArray) -> FloatArray:
        """Return ones and a column for every level but the first that ``rows`` have, (n, k)."""
        parts = [np.ones((len(self.codes), 1))]
        for column, size in zip(self.codes.T, self.sizes, strict=True):
            used = np.flatnonzero(np.bincount(column[rows], minlength=size))
            parts.append((column[:, None] == used[None, 1:]).astype(np.float64))
        return np.hstack(parts)


def build_case_mix(
    frame: pd.DataFrame, columns: Sequence[str], weights: FloatArray
) -> CaseMix | None:
    """Cut columns into levels: numbers at their weighted fifths, missing as a level of its own.

    Returns
    -------
    CaseMix or None
        None without columns.

    Raises
    ------
    DissatisfiedError
        For every unknown or repeated column, and text with more than 50 levels.
    """
    if not columns:
        return None
    faults = []
    for name in dict.fromkeys(columns):
        if name not in frame.columns:
            faults.append(f"There is no column `{name}`. {suggest(name, frame.columns)}".rstrip())
        elif list(columns).count(name) > 1:
            faults.append(f"`adjust` names `{name}` {list(columns).count(name)} times.")
        elif not _is_measure(frame[name]) and frame[name].nunique() > 50:
            faults.append(
                f"`{name}` has {frame[name].nunique()} levels; a case mix takes columns with at "
                "most 50."
            )
    if faults:
        raise DissatisfiedError("\n".join(faults))
    cut = [_cut(frame[name], weights) for name in columns]
    return CaseMix(
        columns=tuple(columns),
        codes=np.column_stack([codes for codes, _ in cut]),
        levels=tuple(names for _, names in cut),
    )


def _is_measure(column: pd.Series) -> bool:
    return bool(
        pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    ) and (column.nunique() > FEW_LEVELS)


def _cut(column: pd.Series, weights: FloatArray) -> tuple[IntArray, tuple[str, ...]]:
    """Return levels from 0 in sorted order, missing last, and their names."""
    if not _is_measure(column):
        codes, levels = pd.factorize(column, sort=True)
        refuse_free_text(levels, f"The column `{column.name}`")
        names = [f"{level:g}" if isinstance(level, float) else str(level) for level in levels]
        return _used(np.where(codes < 0, len(levels), codes), names)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known = ~np.isnan(values)
    order = np.argsort(values[known], kind="stable")
    reached = np.cumsum(weights[known][order]) / weights[known].sum()
    last = len(order) - 1
    edges = np.unique(values[known][order][np.minimum(np.searchsorted(reached, FIFTHS), last)])
    codes = np.searchsorted(edges, values, side="left")
    codes[~known] = len(edges) + 1
    ends = [f"{edge:.4g}" for edge in edges]
    between = [f"{a} to {b}" for a, b in pairwise(ends)]
    return _used(codes, [f"to {ends[0]}", *between, f"over {ends[-1]}"])


def _used(codes: IntArray, names: list[str]) -> tuple[IntArray, tuple[str, ...]]:
    """Return codes that number only the levels that occur, and the names of these."""
    used, dense = np.unique(codes, return_inverse=True)
    every = [*names, MISSING]
    return dense.astype(np.int64), tuple(every[level] for level in used)
