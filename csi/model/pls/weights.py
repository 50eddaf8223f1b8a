"""The PLS iteration: outer weights of a stack of correlation matrices (Wold 1982)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi.model.pls.spec import PLSModel

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """Where the iteration ended, for r matrices.

    Attributes
    ----------
    weights : ndarray, shape (r, k)
        Outer weights of the standardised items; every composite has variance 1.
    cross_loadings : ndarray, shape (r, k, J)
        Correlation of every item with every composite.
    iterations : ndarray of int, shape (r,)
    change : ndarray, shape (r,)
        The largest change of a weight in the last iteration.
    """

    weights: Array
    cross_loadings: Array
    iterations: NDArray[np.int64]
    change: Array


def settle_weights(R: Array, model: PLSModel, *, tol: float, max_iter: int) -> Weights:
    """Iterate the outer weights of every matrix until none moves by more than `tol`.

    Matrices drop out as they settle, so that one slow resample does not hold up the others.
    Starts from equal weights; turns each construct so that its loadings have a positive sum.

    Parameters
    ----------
    R : ndarray, shape (r, k, k)
        Correlation matrices of ``model.items``.
    model : PLSModel
    tol : float
    max_iter : int

    Returns
    -------
    Weights
    """
    r, k = R.shape[:2]
    loosen = mode_b_inverses(R, model)
    weights, cross = _unit_variance(np.ones((r, k)), R, model)
    iterations = np.zeros(r, dtype=np.int64)
    change = np.full(r, np.inf)
    moving = np.arange(r)
    while moving.size and iterations.max(initial=0) < max_iter:
        inverses = None if loosen is None else loosen[moving]
        raw = outer_step(weights[moving], cross[moving], inverses, model)
        new, new_cross = _unit_variance(raw, R[moving], model)
        change[moving] = np.abs(new - weights[moving]).max(axis=1)
        weights[moving], cross[moving] = new, new_cross
        iterations[moving] += 1
        # NaN (a construct without any correlation) compares false and leaves the loop.
        moving = moving[change[moving] > tol]
    return _turn(weights, cross, iterations, change, model)


def outer_step(weights: Array, cross: Array, inverses: Array | None, model: PLSModel) -> Array:
    """Return the raw new weights, shape (r, k): before they are scaled to unit variance.

    With ``C`` the correlations of the composites and ``E(C)`` the inner weights, mode A gives an
    item its covariance with the inner proxy ``Σ_i E_ij ξ_i`` of its own construct j; mode B
    multiplies these by the inverse of the block's correlation matrix.
    """
    inner = inner_weights(composite_correlations(weights, cross, model), model)
    raw: Array = np.einsum("raj,raj->ra", cross, inner.swapaxes(1, 2)[:, model.owner])
    return raw if inverses is None else np.einsum("rab,rb->ra", inverses, raw)


def inner_weights(C: Array, model: PLSModel) -> Array:
    """Return the weight ``[:, i, j]`` of construct i in the proxy of j, shape (r, J, J)."""
    edges = model.adjacency
    if model.scheme == "centroid":
        return np.sign(C) * (edges | edges.T)
    if model.scheme == "factorial":
        return C * (edges | edges.T)
    inner = C * edges.T
    for j, predictors in model.endogenous:
        inner[:, predictors, j] = regress(C, predictors, j)
    return inner


def regress(C: Array, predictors: NDArray[np.intp], j: int) -> Array:
    """Return the coefficients of construct j on its predictors, shape (r, p); NaN if collinear."""
    among = C[:, predictors[:, None], predictors]
    with_j = C[:, predictors, j, None]
    try:
        return np.asarray(np.linalg.solve(among, with_j)[..., 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.stack([_solve_or_nan(a, b) for a, b in zip(among, with_j, strict=True)])


def composite_correlations(weights: Array, cross: Array, model: PLSModel) -> Array:
    """Return the correlations ``C = W'RW`` of the composites, shape (r, J, J)."""
    member = np.eye(len(model.constructs))[model.owner]
    return np.asarray(member.T @ (weights[:, :, None] * cross))


def mode_b_inverses(R: Array, model: PLSModel) -> Array | None:
    """Return block-diagonal (r, k, k): the inverse block in mode B, the identity in mode A."""
    if "B" not in model.modes:
        return None
    inverses = np.broadcast_to(np.eye(R.shape[1]), R.shape).copy()
    for j, mode in enumerate(model.modes):
        if mode == "B":
            rows = np.flatnonzero(model.owner == j)
            block = np.ix_(np.arange(len(R)), rows, rows)
            inverses[block] = np.linalg.inv(R[block])
    return inverses


def _unit_variance(raw: Array, R: Array, model: PLSModel) -> tuple[Array, Array]:
    member = np.eye(len(model.constructs))[model.owner]
    cross = R @ (raw[:, :, None] * member)
    own = np.take_along_axis(cross, model.owner[None, :, None], axis=2)[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.sqrt((raw * own) @ member)
        return raw / sd[:, model.owner], cross / sd[:, None, :]


def _turn(
    weights: Array,
    cross: Array,
    iterations: NDArray[np.int64],
    change: Array,
    model: PLSModel,
) -> Weights:
    member = np.eye(len(model.constructs))[model.owner]
    sign = np.where((cross * member).sum(axis=1) < 0, -1.0, 1.0)
    return Weights(
        weights=weights * sign[:, model.owner],
        cross_loadings=cross * sign[:, None, :],
        iterations=iterations,
        change=change,
    )


def _solve_or_nan(a: Array, b: Array) -> Array:
    try:
        return np.asarray(np.linalg.solve(a, b)[:, 0], dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full(len(b), np.nan)
