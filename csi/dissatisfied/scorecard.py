"""Main effects distilled to a scorecard: few indicators, few bins each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from csi.dissatisfied.bins import segment
from csi.dissatisfied.boosting import MIN_ROWS, MainEffects, boost_main_effects
from csi.dissatisfied.counts import sums_by_code
from csi.inference import BoolArray, FloatArray, IntArray

LEAST_SPREAD = 0.02
"""An indicator whose contributions have a smaller standard deviation (log-odds) is left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scorecard:
    """A scorecard on fine bins.

    Attributes
    ----------
    intercept : float
    chosen : tuple of int
        Positions of the indicators, the strongest first.
    groups : tuple of IntArray
        For each chosen indicator, the coarse bin of every fine bin, the null bin left out.
    tables : tuple of FloatArray
        Log-odds of the coarse bins, the null bin last.
    """

    intercept: float
    chosen: tuple[int, ...]
    groups: tuple[IntArray, ...]
    tables: tuple[FloatArray, ...]

    def log_odds(self, codes: npt.NDArray[np.integer]) -> FloatArray:
        """Return the log-odds of rows of fine codes (n, J), shape (n,)."""
        z = np.full(len(codes), self.intercept)
        for j, group, table in zip(self.chosen, self.groups, self.tables, strict=True):
            z += table[np.append(group, len(table) - 1)][codes[:, j]]
        return z


def fit_scorecard(
    codes: npt.NDArray[np.integer],
    sizes: IntArray,
    ordered: BoolArray,
    y: FloatArray,
    weights: FloatArray,
    *,
    max_indicators: int,
    max_bins: int,
) -> Scorecard:
    """Boost main effects of all indicators, keep the strongest, boost again, and distil.

    Parameters
    ----------
    codes : array of int, shape (n, J)
        Fine bins; the last code of each column stands for null.
    sizes : IntArray, shape (J,)
    ordered : BoolArray, shape (J,)
    y, weights : FloatArray, shape (n,)
    max_indicators, max_bins : int

    Returns
    -------
    Scorecard
    """
    first = boost_main_effects(codes, sizes, ordered, y, weights)
    spread = first.spreads(codes, weights)
    strongest = np.argsort(-spread, kind="stable")[:max_indicators]
    kept = strongest[spread[strongest] >= LEAST_SPREAD]
    if len(kept) == 0:
        kept = strongest[:1]
    own = codes[:, kept]
    model = boost_main_effects(own, sizes[kept], ordered[kept], y, weights)
    return distil(model, kept, own, weights, ordered[kept], max_bins=max_bins)


def distil(
    model: MainEffects,
    chosen: IntArray,
    codes: npt.NDArray[np.integer],
    weights: FloatArray,
    ordered: BoolArray,
    *,
    max_bins: int,
) -> Scorecard:
    """Replace each curve by the step function with few steps that fits it best.

    Parameters
    ----------
    model : MainEffects
        On the columns of ``codes``.
    chosen : IntArray, shape (J,)
        What those columns are called by the caller.
    codes : array of int, shape (n, J)
    weights : FloatArray, shape (n,)
    ordered : BoolArray, shape (J,)
    max_bins : int

    Returns
    -------
    Scorecard
    """
    tables, groups = [], []
    for j, curve in enumerate(model.curves):
        size = len(curve) - 1
        rows = np.bincount(codes[:, j], minlength=size + 1)
        weight = sums_by_code(codes[:, j], weights, size + 1)
        group = _groups(curve[:size], weight[:size], rows[:size], bool(ordered[j]), max_bins)
        most = int(group.max()) + 1
        inside = sums_by_code(group, weight[:size], most)
        total = sums_by_code(group, weight[:size] * curve[:size], most)
        plain = sums_by_code(group, curve[:size], most) / np.bincount(group)
        table = np.where(inside > 0, total / np.where(inside > 0, inside, 1.0), plain)
        mean = float(weight @ curve) / float(weight.sum())
        null = float(curve[-1]) if rows[-1] >= MIN_ROWS else mean
        tables.append(np.append(table, null))
        groups.append(group)
    return Scorecard(
        intercept=model.intercept,
        chosen=tuple(int(k) for k in chosen),
        groups=tuple(groups),
        tables=tuple(tables),
    )


def _groups(
    curve: FloatArray, weight: FloatArray, rows: IntArray, ordered: bool, max_bins: int
) -> IntArray:
    order = np.arange(len(curve)) if ordered else np.argsort(curve, kind="stable")
    group = np.empty(len(curve), dtype=np.int64)
    group[order] = segment(
        curve[order], weight[order], rows[order], max_groups=max_bins, min_rows=MIN_ROWS
    )
    return group
