"""Indicators cut into bins: midpoint edges, groups of levels, a bin of its own for nulls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.dissatisfied.counts import sums_by_code
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.indicators import Indicator, Kind, Level, level_counts
from csi.inference import FloatArray, IntArray

FINE_BINS = 48
SMALLEST_TEXT = 10
LARGEST = 1.7976931348623157e308
"""Only a value up to this is in a bin; null, NaN and infinity are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """How one column falls into bins.

    Attributes
    ----------
    column : str
    kind : {"number", "date", "level"}
    edges : tuple of float
        Ascending. Bin k holds edges[k−1] ≤ x < edges[k]; of a date, x is days before the
        snapshot. Edges lie between values that occur, so that no engine rounds across one.
    levels : tuple of tuple
        The levels in each bin, for ``kind="level"``.
    """

    column: str
    kind: Kind
    edges: tuple[float, ...] = ()
    levels: tuple[tuple[Level, ...], ...] = ()

    @property
    def size(self) -> int:
        """Number of bins without the one for nulls, which has the code ``size``."""
        return len(self.levels) if self.kind == "level" else len(self.edges) + 1

    def codes(self, values: npt.NDArray[Any]) -> IntArray:
        """Return the bin of each value, shape (n,); nulls and unknown levels get ``size``."""
        if self.kind == "level":
            code = {level: k for k, group in enumerate(self.levels) for level in group}
            known = pd.Series(values, dtype=object).map(code)
            return np.asarray(known.fillna(self.size), dtype=np.int64)
        found = np.searchsorted(np.asarray(self.edges), values, side="right")
        return np.where(values <= LARGEST, found, self.size).astype(np.int64)

    def shares(self, values: npt.NDArray[Any], weights: FloatArray) -> tuple[float, ...]:
        """Return the share of the weight in every bin, nulls last."""
        held = sums_by_code(self.codes(values), weights, self.size + 1)
        return tuple((held / weights.sum()).tolist())

    def describe(self, code: int) -> str:
        """Return the bin in words: ``3.5 to 7``, ``below 2``, ``missing``, ``1, 2``."""
        if code == self.size:
            return "missing"
        if self.kind == "level":
            return ", ".join(str(level) for level in self.levels[code])
        if not self.edges:
            return "any"
        if code == 0:
            return f"below {self.edges[0]:g}"
        low = self.edges[code - 1]
        return f"{low:g} or more" if code == len(self.edges) else f"{low:g} to {self.edges[code]:g}"


def fine_bins(
    indicator: Indicator,
    values: npt.NDArray[Any],
    weights: FloatArray,
    *,
    max_bins: int = FINE_BINS,
    min_rows: int = 25,
) -> Bins:
    """Cut an indicator into many bins of about equal weight, without looking at any outcome.

    Parameters
    ----------
    indicator : Indicator
    values : array, shape (n,)
    weights : FloatArray, shape (n,)
    max_bins : int
    min_rows : int
        Fewer rows are joined to the bin before; a level with fewer rows joins the rare levels.
        Text of fewer than 10 rows, which might be about a person, is not written down and counts
        as missing.

    Returns
    -------
    Bins
    """
    if indicator.kind == "level":
        rows = level_counts(values, np.ones(len(values)))
        common = [(level,) for level, count in rows.items() if count >= min_rows]
        rare = tuple(
            level
            for level, count in rows.items()
            if count < min_rows and not (isinstance(level, str) and count < SMALLEST_TEXT)
        )
        if not (common or rare):
            raise DissatisfiedError(
                f"Indicator `{indicator.column}` has no text that {SMALLEST_TEXT} respondents "
                "share: it looks like free text, names or numbers of persons. Give coded levels."
            )
        groups = (*common, rare) if rare else tuple(common)
        return Bins(column=indicator.column, kind="level", levels=groups)
    known = values <= LARGEST
    x, first = np.unique(values[known], return_inverse=True)
    weight = sums_by_code(first, weights[known], len(x))
    rows_at = np.bincount(first, minlength=len(x))
    edges = _edges(x.astype(np.float64), weight, rows_at, max_bins, min_rows)
    return Bins(column=indicator.column, kind=indicator.kind, edges=edges)


def _edges(
    x: FloatArray, weight: FloatArray, rows: IntArray, max_bins: int, min_rows: int
) -> tuple[float, ...]:
    """Close a bin once it holds its share of the weight and enough rows remain for another."""
    if len(x) == 0:
        return ()
    target = weight.sum() / max_bins
    left = np.cumsum(rows[::-1])[::-1]
    edges: list[float] = []
    held, count = 0.0, 0
    for k in range(len(x) - 1):
        held += float(weight[k])
        count += int(rows[k])
        if held >= target * 0.999 and count >= min_rows and left[k + 1] >= min_rows:
            edges.append(float(x[k] + (x[k + 1] - x[k]) / 2.0))
            held, count = 0.0, 0
    return tuple(edges)


def merge_bins(bins: Bins, groups: Sequence[int]) -> Bins:
    """Join bins that have the same group; groups are numbered from 0, null left out.

    Parameters
    ----------
    bins : Bins
    groups : sequence of int, length ``bins.size``
        Non-decreasing unless ``kind="level"``.

    Returns
    -------
    Bins
    """
    if bins.kind == "level":
        joined = tuple(
            tuple(
                level
                for members, g in zip(bins.levels, groups, strict=True)
                if g == group
                for level in members
            )
            for group in range(max(groups) + 1)
        )
        return replace(bins, levels=joined)
    kept = [edge for k, edge in enumerate(bins.edges) if groups[k] != groups[k + 1]]
    return replace(bins, edges=tuple(kept))


def segment(
    target: FloatArray,
    weight: FloatArray,
    rows: IntArray,
    *,
    max_groups: int,
    min_rows: int,
    tolerance: float = 1e-3,
) -> IntArray:
    """Group neighbours so that the weighted squared deviations within groups are least.

    Exact, by dynamic programming (Fisher 1958), over all numbers of groups up to ``max_groups``
    whose members together have ``min_rows`` rows. The fewest groups are taken that leave at most
    ``tolerance`` of the deviations more than the best number does.

    Parameters
    ----------
    target, weight : FloatArray, shape (m,)
        In the order in which neighbours may be joined.
    rows : IntArray, shape (m,)
    max_groups, min_rows : int
    tolerance : float

    Returns
    -------
    IntArray, shape (m,)
        The group of each entry, numbered from 0.
    """
    m = len(target)
    w = np.concatenate([[0.0], np.cumsum(weight)])
    s = np.concatenate([[0.0], np.cumsum(weight * target)])
    q = np.concatenate([[0.0], np.cumsum(weight * target**2)])
    n = np.concatenate([[0], np.cumsum(rows)])
    a, b = np.arange(m)[:, None], np.arange(1, m + 1)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = (q[b] - q[a]) - (s[b] - s[a]) ** 2 / np.where(w[b] > w[a], w[b] - w[a], np.inf)
    cost = np.where((n[b] - n[a] >= min_rows) & (b > a), np.maximum(cost, 0.0), np.inf)
    best = [np.full(m + 1, np.inf)]
    best[0][0] = 0.0
    back: list[IntArray] = []
    for _ in range(min(max_groups, m)):
        through = best[-1][:m, None] + cost
        back.append(through.argmin(axis=0))
        best.append(np.concatenate([[np.inf], through.min(axis=0)]))
    totals = np.array([layer[m] for layer in best[1:]])
    if not np.isfinite(totals).any():
        return np.zeros(m, dtype=np.int64)
    whole = float(q[m] - s[m] ** 2 / w[m]) if w[m] > 0 else 0.0
    floor = totals.min() + max(tolerance, 1e-12) * whole
    k = int(np.argmax(totals <= floor))
    groups = np.zeros(m, dtype=np.int64)
    stop = m
    for layer in range(k, -1, -1):
        start = int(back[layer][stop - 1])
        groups[start:stop] = layer
        stop = start
    return groups
