"""What can be wrong with a matrix, with the weights, and with the corrected estimates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csi.model.pls.spec import PLSModel

Array = NDArray[np.float64]

SINGULAR = 1e-10
"""A mode B block is singular when an eigenvalue of its correlation matrix is not above this."""

INDEFINITE = -1e-8
"""A correlation matrix may miss being positive semidefinite by rounding, not by more than this."""


def matrix_faults(matrix: Array, model: PLSModel) -> list[str]:
    """Return why PLS cannot start from this matrix; empty when it can."""
    p = len(model.matrix_items)
    if matrix.shape != (p, p):
        return [f"The covariance matrix has shape {matrix.shape}; the model names {p} items."]
    rows = model.positions
    own = matrix[rows[:, None], rows]
    if not np.isfinite(own).all():
        bad = _names(model, np.asarray(~np.isfinite(own).all(axis=1)))
        return [f"The covariance matrix has missing or infinite entries at {bad}."]
    variance = np.diagonal(own)
    constant = variance <= 0
    if constant.any():
        return [
            f"Construct `{model.constructs[j]}`: item `{item}` has variance {value:g}; "
            "everybody gave the same answer. Drop the item."
            for item, j, value in zip(model.items, model.owner, variance, strict=True)
            if value <= 0
        ]
    sd = np.sqrt(variance)
    R = own / np.outer(sd, sd)
    if np.abs(R - R.T).max() > -INDEFINITE:
        return [f"The covariance matrix is not symmetric at {_names(model, _uneven(R))}."]
    lowest = float(np.linalg.eigvalsh(R)[0])
    if lowest < INDEFINITE:
        return [
            "The matrix is not a covariance matrix: its correlations have an eigenvalue of "
            f"{lowest:.3g}, and none may be negative. Moments from pairs of answers do this; "
            "use complete answers or maximum-likelihood moments."
        ]
    return _cancelling_faults(R, model) + _mode_b_faults(R, model)


def usable_matrices(stack: Array, model: PLSModel) -> NDArray[np.bool_]:
    """Return which matrices of a stack PLS can start from, shape (r,)."""
    rows = model.positions
    own = stack[:, rows[:, None], rows]
    variance = np.diagonal(own, axis1=1, axis2=2)
    usable = np.asarray(np.isfinite(own).all(axis=(1, 2)) & (variance > 0).all(axis=1))
    for i in np.flatnonzero(usable):
        sd = np.sqrt(variance[i])
        R = own[i] / np.outer(sd, sd)
        usable[i] = not (_cancelling_faults(R, model) or _mode_b_faults(R, model))
    return usable


def solution_faults(
    weights: Array, paths: Array, change: float, model: PLSModel, tol: float, max_iter: int
) -> list[str]:
    """Return why the fit of one matrix cannot be used; empty when it can."""
    lost = np.isnan(weights)
    if lost.any():
        names = ", ".join(f"`{model.constructs[j]}`" for j in np.unique(model.owner[lost]))
        return [
            f"PLS found no weights for {names}: a construct is uncorrelated with its neighbours, "
            "or its predecessors are collinear. Drop it, or drop the paths that repeat each other."
        ]
    collinear = [model.constructs[j] for j, _ in model.endogenous if np.isnan(paths[:, j]).any()]
    if collinear:
        names = ", ".join(f"`{name}`" for name in collinear)
        return [f"The predictors of {names} are collinear; drop or merge one of them."]
    if not change <= tol:
        return [
            f"PLS did not settle in {max_iter} iterations: a weight still moved by {change:.2g}, "
            f"and tol is {tol:g}. Raise max_iter, or look for constructs that the items do not "
            "tell apart."
        ]
    return []


def is_admissible(
    rho_a: Array, loadings: Array, latent: Array, r_squared: Array, model: PLSModel
) -> NDArray[np.bool_]:
    """Return which corrected solutions could come from a population, shape (r,)."""
    off = ~np.eye(latent.shape[1], dtype=np.bool_)
    finite = np.isfinite(rho_a).all(axis=1) & np.isfinite(latent).all(axis=(1, 2))
    smallest = np.full(len(rho_a), np.nan)
    smallest[finite] = np.linalg.eigvalsh(latent[finite])[:, 0]
    corrected = model.corrected[model.owner]
    with np.errstate(invalid="ignore"):
        return np.asarray(
            finite
            & (rho_a > 0).all(axis=1)
            & (rho_a <= 1).all(axis=1)
            & (np.abs(loadings[:, corrected]) <= 1).all(axis=1)
            & (np.abs(latent[:, off]) < 1).all(axis=1)
            & (smallest > 0)
            & ~(r_squared > 1).any(axis=1)
        )


def consistency_problems(
    rho_a: Array, loadings: Array, latent: Array, r_squared: Array, model: PLSModel
) -> tuple[str, ...]:
    """Return why the corrected solution of one matrix is inadmissible, a sentence each."""
    names = model.constructs
    problems = [
        f"The reliability of `{names[j]}` is {rho_a[j]:.3f}; it must lie between 0 and 1."
        for j in range(len(names))
        if not 0 < rho_a[j] <= 1
    ]
    problems += [
        f"The loading of `{item}` is {loading:.3f}: its error variance is negative."
        for item, loading, j in zip(model.items, loadings, model.owner, strict=True)
        if model.corrected[j] and abs(loading) > 1
    ]
    problems += [
        f"The latent correlation of `{names[i]}` and `{names[j]}` is {latent[i, j]:.3f}."
        for i in range(len(names))
        for j in range(i)
        if abs(latent[i, j]) >= 1
    ]
    problems += [
        f"R² of `{names[j]}` is {r_squared[j]:.3f}: its disturbance variance is negative."
        for j in range(len(names))
        if r_squared[j] > 1
    ]
    if np.isfinite(latent).all() and np.linalg.eigvalsh(latent)[0] <= 0:
        problems.append("The latent correlation matrix is not positive definite.")
    return tuple(problems)


def _cancelling_faults(R: Array, model: PLSModel) -> list[str]:
    member = np.eye(len(model.constructs))[model.owner]
    cancelling = np.flatnonzero(((R @ member) * member).sum(axis=0) <= SINGULAR)
    return [
        f"Construct `{model.constructs[j]}`: its items cancel out "
        f"({_names(model, model.owner == j)}). Reverse the items that point the other way."
        for j in cancelling
    ]


def _mode_b_faults(R: Array, model: PLSModel) -> list[str]:
    faults = []
    for j, (name, mode) in enumerate(zip(model.constructs, model.modes, strict=True)):
        if mode == "B":
            rows = np.flatnonzero(model.owner == j)
            values, vectors = np.linalg.eigh(R[np.ix_(rows, rows)])
            if values[0] <= SINGULAR:
                tied = np.zeros(len(R), dtype=np.bool_)
                tied[rows] = np.abs(vectors[:, 0]) > 1e-3
                faults.append(
                    f"Construct `{name}` (mode B): items {_names(model, tied)} are linearly "
                    "dependent. Drop one of them, or use mode A."
                )
    return faults


def _uneven(R: Array) -> NDArray[np.bool_]:
    return np.asarray(np.abs(R - R.T).max(axis=1) > -INDEFINITE)


def _names(model: PLSModel, chosen: NDArray[np.bool_]) -> str:
    named = [f"`{item}`" for item, is_in in zip(model.items, chosen, strict=True) if is_in]
    return ", ".join(named)
