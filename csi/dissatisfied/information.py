"""Weighted mutual information of binned indicators, and a choice that avoids repetition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from csi.dissatisfied.counts import sums_by_code
from csi.inference import FloatArray, IntArray, effective_base

CHANCE = 0.005
"""How often an indicator without any information may be taken for one with some."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Indicators chosen one after the other.

    Attributes
    ----------
    chosen : tuple of int
        Positions, in the order of choice.
    gain : FloatArray, shape (J,)
        What each indicator still tells about the outcome at the moment of its choice, or at the
        end if it was not chosen: nats, less what chance alone gives.
    repeats : IntArray, shape (J,)
        The chosen indicator beside which it tells least; -1 for the first.
    """

    chosen: tuple[int, ...]
    gain: FloatArray
    repeats: IntArray


def choose_indicators(
    codes: npt.NDArray[np.integer],
    sizes: IntArray,
    y: FloatArray,
    weights: FloatArray,
    *,
    most: int,
) -> Choice:
    """Choose indicators by conditional mutual information maximisation (Fleuret 2004).

    The next indicator is the one with the largest min_s I(Y; X | X_s) over those already chosen:
    a near-copy of a chosen indicator has nothing left to tell. From every I the mean under
    independence, df / (2 n_eff), is taken off (Miller 1955), and the choice stops where
    independence would give as much in more than one of 200 cases.

    Parameters
    ----------
    codes : array of int, shape (n, J)
    sizes : IntArray, shape (J,)
        Number of bins of each indicator, the null bin included.
    y : FloatArray, shape (n,)
        0 or 1.
    weights : FloatArray, shape (n,)
    most : int

    Returns
    -------
    Choice
    """
    J = codes.shape[1]
    n_eff = effective_base(weights)
    one = np.zeros(len(y), dtype=np.int64)
    gain = np.empty(J)
    noise = np.empty(J)
    for j in range(J):
        gain[j], noise[j] = _information(codes[:, j], int(sizes[j]), one, 1, y, weights, n_eff)
    repeats = np.full(J, -1, dtype=np.int64)
    chosen: list[int] = []
    open_ = np.ones(J, dtype=np.bool_)
    while open_.any() and len(chosen) < most:
        j = int(np.argmax(np.where(open_, gain - noise, -np.inf)))
        if gain[j] <= noise[j]:
            break
        chosen.append(j)
        open_[j] = False
        for k in np.flatnonzero(open_):
            left, limit = _information(
                codes[:, k], int(sizes[k]), codes[:, j], int(sizes[j]), y, weights, n_eff
            )
            if left < gain[k]:
                gain[k], noise[k], repeats[k] = left, limit, j
    return Choice(tuple(chosen), gain, repeats)


def conditional_information(
    a: npt.NDArray[np.integer],
    b: npt.NDArray[np.integer],
    given: npt.NDArray[np.integer],
    shape: tuple[int, int, int],
    weights: FloatArray,
) -> float:
    """Return I(A; B | C) in nats from codes of shape (n,) with numbers of levels ``shape``."""
    flat = (a.astype(np.int64) * shape[1] + b) * shape[2] + given
    joint = sums_by_code(flat, weights, int(np.prod(shape))).reshape(shape)
    joint = joint / joint.sum()
    ac, bc, c = joint.sum(axis=1), joint.sum(axis=0), joint.sum(axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = joint * c / (ac[:, None, :] * bc[None, :, :])
        return float(np.sum(np.where(joint > 0, joint * np.log(ratio), 0.0)))


def _information(
    x: npt.NDArray[np.integer],
    size: int,
    given: npt.NDArray[np.integer],
    given_size: int,
    y: FloatArray,
    weights: FloatArray,
    n_eff: float,
) -> tuple[float, float]:
    """Return I(Y; X | Z) less its mean under independence, and what chance rarely exceeds."""
    shape = (size, 2, given_size)
    value = conditional_information(x, y.astype(np.int64), given, shape, weights)
    cells = np.bincount(x.astype(np.int64) * given_size + given, minlength=size * given_size)
    present = (cells > 0).reshape(size, given_size)
    df = float(present.sum() - present.any(axis=0).sum())
    # 2 n I is about chi-squared with df degrees of freedom under independence
    limit = float(chi2.isf(CHANCE, max(df, 1.0))) - df
    return value - df / (2.0 * n_eff), limit / (2.0 * n_eff)
