"""Shares of explained variance: LMG (Shapley) and Johnson's relative weights, with derivatives."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np

from csi.errors import ModelError
from csi.inference import FloatArray

MAX_DRIVERS = 12


def lmg_shares(C: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Split R² into the average contributions over all orders of entry.

    LMG_j = Σ_S |S|!(k−|S|−1)!/k! · [R²(S∪j) − R²(S)] (Lindeman, Merenda and Gold 1980), the
    Shapley value of R².

    Parameters
    ----------
    C : FloatArray, shape (k + 1, k + 1)
        Covariances: the outcome first, then the k drivers.

    Returns
    -------
    shares : FloatArray, shape (k,)
        They sum to R².
    jacobian : FloatArray, shape (k, (k + 1)(k + 2)/2)
        Derivatives with respect to vech(C), lower triangle row by row.

    Raises
    ------
    ModelError
        With more than 12 drivers.
    """
    k = len(C) - 1
    if k > MAX_DRIVERS:
        raise ModelError(
            f"{k} drivers give {2**k} models; relative weights are limited to {MAX_DRIVERS} "
            "drivers. Group them into fewer constructs."
        )
    n_vech = (k + 1) * (k + 2) // 2
    shares, jacobian = np.zeros(k), np.zeros((k, n_vech))
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            r2, slope = _r_squared(C, subset)
            joins = factorial(size - 1) * factorial(k - size) / factorial(k)
            leaves = factorial(size) * factorial(k - size - 1) / factorial(k) if size < k else 0.0
            for j in range(k):
                factor = joins if j in subset else -leaves
                shares[j] += factor * r2
                jacobian[j] += factor * slope
    return shares, jacobian


def johnson_weights(C: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Split R² by Johnson's (2000) relative weights.

    With R the drivers' correlations, r theirs with the outcome, L = R^½ and b = L⁻¹r, the weight of
    driver j is Σ_k L_jk² b_k²; the weights sum to R².

    Parameters
    ----------
    C : FloatArray, shape (k + 1, k + 1)
        Covariances: the outcome first, then the k drivers.

    Returns
    -------
    weights : FloatArray, shape (k,)
    jacobian : FloatArray, shape (k, (k + 1)(k + 2)/2)
        Derivatives with respect to vech(C), lower triangle row by row.
    """
    sd = np.sqrt(np.diag(C))
    R = C / np.outer(sd, sd)
    values, vectors = np.linalg.eigh(R[1:, 1:])
    roots = np.sqrt(values)
    L = (vectors * roots) @ vectors.T
    b = np.linalg.solve(L, R[1:, 0])
    columns = []
    for i, j in zip(*np.tril_indices(len(C)), strict=True):
        dR = _correlation_slope(C, R, sd, int(i), int(j))
        # L dL + dL L = dR, solved in the eigenvectors of R
        dL = vectors @ ((vectors.T @ dR[1:, 1:] @ vectors) / np.add.outer(roots, roots)) @ vectors.T
        db = np.linalg.solve(L, dR[1:, 0] - dL @ b)
        columns.append(2.0 * (L * dL) @ b**2 + 2.0 * L**2 @ (b * db))
    return np.asarray(L**2 @ b**2), np.column_stack(columns)


def as_shares(weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return weights as shares of their sum, shape (k,), and the derivatives, shape (k, k)."""
    total = float(weights.sum())
    shares = weights / total
    return shares, (np.eye(len(shares)) - shares[:, None]) / total


def _correlation_slope(C: FloatArray, R: FloatArray, sd: FloatArray, i: int, j: int) -> FloatArray:
    """Return dR for a unit change of C_ij and C_ji."""
    dR = np.zeros_like(R)
    if i != j:
        dR[i, j] = dR[j, i] = 1.0 / (sd[i] * sd[j])
        return dR
    dR[i, :] = -R[i, :] / (2.0 * C[i, i])
    dR[:, i] = dR[i, :]
    dR[i, i] = 0.0
    return dR


def _r_squared(C: FloatArray, subset: tuple[int, ...]) -> tuple[float, FloatArray]:
    """Return R² of the outcome on some drivers: c'A⁻¹c / s, and its derivative.

    dR² = [2b'dc − b'dA b − R² ds] / s with b = A⁻¹c.
    """
    rows = np.asarray(subset) + 1
    c, s = C[rows, 0], float(C[0, 0])
    b = np.linalg.solve(C[np.ix_(rows, rows)], c)
    r2 = float(b @ c) / s
    full = np.zeros(len(C))
    full[rows] = b
    weight = -np.outer(full, full)
    weight[0, 1:] = weight[1:, 0] = full[1:]
    weight[0, 0] = -r2
    i, j = np.tril_indices(len(C))
    return r2, np.where(i == j, 1.0, 2.0) * weight[i, j] / s
