"""Boosted main effects: log-odds as a sum of curves, one per indicator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit

from csi.inference import BoolArray, FloatArray, IntArray

ROUNDS = 400
RATE = 0.06
SHRINKAGE = 5.0
"""Added to the information of a leaf (in rows of average weight): a small leaf moves little."""

MIN_ROWS = 50
"""Rows on each side of a split: fewer could show an answer, and say little."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainEffects:
    """A sum of curves on binned indicators.

    Attributes
    ----------
    intercept : float
        Log-odds.
    curves : tuple of FloatArray
        The log-odds of every bin of every indicator, the null bin last.
    """

    intercept: float
    curves: tuple[FloatArray, ...]

    def log_odds(self, codes: npt.NDArray[np.integer]) -> FloatArray:
        """Return the log-odds of rows of codes (n, J), shape (n,)."""
        z = np.full(len(codes), self.intercept)
        for j, curve in enumerate(self.curves):
            z += curve[codes[:, j]]
        return z

    def spreads(self, codes: npt.NDArray[np.integer], weights: FloatArray) -> FloatArray:
        """Return the weighted standard deviation of each indicator's contributions, shape (J,)."""
        share = weights / weights.sum()
        result = np.zeros(len(self.curves))
        for j, curve in enumerate(self.curves):
            value = curve[codes[:, j]]
            result[j] = np.sqrt(share @ (value - share @ value) ** 2)
        return result


def boost_main_effects(
    codes: npt.NDArray[np.integer],
    sizes: IntArray,
    ordered: BoolArray,
    y: FloatArray,
    weights: FloatArray,
    *,
    rounds: int = ROUNDS,
    rate: float = RATE,
) -> MainEffects:
    """Boost stumps: each round adds the one split of one indicator that helps most.

    Gradient boosting with second-order steps (Friedman 2001; Friedman, Hastie and Tibshirani
    2000). A tree with a single split uses a single indicator, so that the sum is additive. Nulls
    go to the side that suits them better. There is nothing random in it.

    Parameters
    ----------
    codes : array of int, shape (n, J)
        The last code of each column stands for null.
    sizes : IntArray, shape (J,)
        Number of codes.
    ordered : BoolArray, shape (J,)
        False for levels: they are put in the order of their gradients in each round.
    y : FloatArray, shape (n,)
        0 or 1, both present.
    weights : FloatArray, shape (n,)
    rounds : int
    rate : float
        The part of each step that is taken.

    Returns
    -------
    MainEffects
    """
    w = weights * (len(weights) / weights.sum())
    grid = _Grid.over(codes, sizes, ordered)
    share = float(np.average(y, weights=w))
    intercept = float(np.log(share / (1.0 - share)))
    z = np.full(len(y), intercept)
    curves = np.zeros(grid.shape)
    for _ in range(rounds):
        p = expit(z)
        sums = grid.sums(np.column_stack([w * (y - p), w * p * (1.0 - p)]))
        split = grid.best_split(sums)
        if split is None:
            break
        j, steps = split
        curves[j] += rate * steps
        z += rate * steps[codes[:, j]]
    return MainEffects(
        intercept=intercept,
        curves=tuple(curves[j, : int(size)] for j, size in enumerate(sizes)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Indicators × bins, padded to the largest number of bins.

    Attributes
    ----------
    members : sparse array, shape (J * widest, n)
        Who is in each bin.
    rows : FloatArray, shape (J, widest)
    null : BoolArray, shape (J, widest)
        The null bin of each indicator.
    levels : IntArray
        The indicators without order.
    """

    members: sparse.csr_array[np.float64]
    rows: FloatArray
    null: BoolArray
    levels: IntArray

    @classmethod
    def over(cls, codes: npt.NDArray[np.integer], sizes: IntArray, ordered: BoolArray) -> _Grid:
        n, J = codes.shape
        widest = int(sizes.max())
        cell = (codes.astype(np.int64) + widest * np.arange(J)).ravel()
        who = np.repeat(np.arange(n), J)
        members = sparse.csr_array((np.ones(n * J), (cell, who)), shape=(J * widest, n))
        rows = np.bincount(cell, minlength=J * widest).reshape(J, widest).astype(np.float64)
        null = np.arange(widest) == (sizes - 1)[:, None]
        return cls(members, rows, null, np.flatnonzero(~ordered))

    @property
    def shape(self) -> tuple[int, int]:
        return int(self.rows.shape[0]), int(self.rows.shape[1])

    def sums(self, columns: FloatArray) -> FloatArray:
        """Return the sums of columns (n, 2) in every bin, shape (2, J, widest)."""
        return np.asarray(self.members @ columns).T.reshape(2, *self.shape)

    def best_split(self, sums: FloatArray) -> tuple[int, FloatArray] | None:
        """Return the indicator and the step of each of its bins; None where no split helps."""
        order = self._order(sums)
        gradient, information, rows = (
            np.take_along_axis(a * ~self.null, order, axis=1) for a in (*sums, self.rows)
        )
        missing = [(a * self.null).sum(axis=1, keepdims=True) for a in (*sums, self.rows)]
        left = [np.cumsum(a, axis=1) for a in (gradient, information, rows)]
        whole = [a[:, -1:] for a in left]
        gains, sides = [], []
        for null_left in (True, False):
            low = [a + b * null_left for a, b in zip(left, missing, strict=True)]
            high = [
                t - a + b * (not null_left) for t, a, b in zip(whole, left, missing, strict=True)
            ]
            gain = _value(*low[:2]) + _value(*high[:2])
            gains.append(np.where((low[2] >= MIN_ROWS) & (high[2] >= MIN_ROWS), gain, -np.inf))
            sides.append((low, high))
        whole_gain = _value(whole[0] + missing[0], whole[1] + missing[1])
        best = np.stack(gains) - whole_gain
        side, j, k = np.unravel_index(int(best.argmax()), best.shape)
        if not best[side, j, k] > 1e-9:
            return None
        low, high = sides[side]
        steps = np.empty(self.shape[1])
        position = np.argsort(order[j])
        is_low = np.where(self.null[j], side == 0, position <= k)
        steps = np.where(is_low, _step(low, j, k), _step(high, j, k))
        return int(j), steps

    def _order(self, sums: FloatArray) -> IntArray:
        """Return for every indicator the order of its bins; levels by their gradients."""
        order = np.tile(np.arange(self.shape[1]), (self.shape[0], 1))
        for j in self.levels:
            pull = sums[0, j] / (sums[1, j] + SHRINKAGE)
            order[j] = np.argsort(np.where(self.null[j], np.inf, pull), kind="stable")
        return order


def _value(gradient: FloatArray, information: FloatArray) -> FloatArray:
    return np.asarray(gradient**2 / (information + SHRINKAGE))


def _step(side: list[FloatArray], j: np.intp, k: np.intp) -> float:
    gradient, information = side[0], side[1]
    return float(gradient[j, k] / (information[j, k] + SHRINKAGE))
