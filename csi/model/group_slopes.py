"""Slopes and curvature of one group's discrepancy, means included, in closed form.

With d = m − μ, e = Σ⁻¹d, T = S + ddᵀ and G = Σ⁻¹ − Σ⁻¹TΣ⁻¹ the discrepancy
F = log|Σ| + tr(TΣ⁻¹) − log|S| − p has the derivatives

    dF/da      = tr(G Σ_a) − 2 eᵀμ_a
    d²F/da db  = −tr(Σ⁻¹Σ_aΣ⁻¹Σ_b) + 2 tr(Σ⁻¹Σ_b Σ⁻¹TΣ⁻¹ Σ_a) + 2 μ_bᵀΣ⁻¹Σ_a e
                 + 2 μ_aᵀΣ⁻¹Σ_b e + 2 μ_aᵀΣ⁻¹μ_b + tr(G Σ_ab) − 2 eᵀμ_ab

(subscripts: derivatives), where Σ_a = U_aV_aᵀ + V_aU_aᵀ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csi.inference import FloatArray
from csi.model.structure import (
    BETA,
    Implied,
    Structure,
    curvature,
    expected_information,
    implied_moments,
    trace_products,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupPoint:
    """A group's model at one set of parameters (θ, ν, α), with all that its slopes need.

    Attributes
    ----------
    structure : Structure
    theta : FloatArray, shape (k,)
    implied : Implied
    W : FloatArray, shape (p, p)
        Σ⁻¹.
    log_det : float
        log|Σ|; infinite where Σ is not positive definite.
    M : FloatArray, shape (p, m)
        Λ(I−B)⁻¹: the items' slopes on α.
    level : FloatArray, shape (m,)
        (I−B)⁻¹α: the means of the nodes.
    mu : FloatArray, shape (p,)
    mean_rows : FloatArray, shape (p, q)
        dμ by every free row of the table.
    """

    structure: Structure
    theta: FloatArray
    implied: Implied
    W: FloatArray
    log_det: float
    M: FloatArray
    level: FloatArray
    mu: FloatArray
    mean_rows: FloatArray


def group_point(structure: Structure, own: FloatArray) -> GroupPoint:
    """Evaluate Σ, μ and their first derivatives at (θ, ν, α), shape (k + p + m,)."""
    k, p = structure.n_free, len(structure.items)
    theta, nu, alpha = own[:k], own[k : k + p], own[k + p :]
    implied = implied_moments(structure, theta)
    M = structure.matrices(theta)[0] @ implied.total
    level = implied.total @ alpha
    use = np.flatnonzero(structure.free >= 0)
    moving = structure.matrix[use] <= BETA
    at = np.where(moving, level[np.where(moving, structure.column[use], 0)], 0.0)
    try:
        root = np.linalg.cholesky(implied.sigma)
        log_det = 2.0 * float(np.log(np.diag(root)).sum())
        W: FloatArray = np.asarray(np.linalg.inv(implied.sigma))
    except np.linalg.LinAlgError:
        log_det, W = np.inf, np.full((p, p), np.nan)
    return GroupPoint(
        structure=structure,
        theta=theta,
        implied=implied,
        W=W,
        log_det=log_det,
        M=M,
        level=level,
        mu=nu + M @ alpha,
        mean_rows=implied.U * at,
    )


def group_discrepancy(point: GroupPoint, mean: FloatArray, S: FloatArray) -> float:
    """Return log|Σ| + tr(TΣ⁻¹): the discrepancy but for a constant of the data."""
    if not np.isfinite(point.log_det):
        return np.inf
    d = mean - point.mu
    return point.log_det + float((point.W * S).sum() + d @ point.W @ d)


def group_gradient(point: GroupPoint, mean: FloatArray, S: FloatArray) -> FloatArray:
    """Return dF/d(θ, ν, α), shape (k + p + m,)."""
    implied, W = point.implied, point.W
    d = mean - point.mu
    G = W - W @ (S + np.outer(d, d)) @ W
    rows = 2.0 * (implied.U * (G @ implied.V)).sum(axis=0)
    e = W @ d
    rows -= 2.0 * (e @ point.mean_rows)
    return np.concatenate([implied.collect(rows), -2.0 * e, -2.0 * (e @ point.M)])


def group_expected(point: GroupPoint) -> FloatArray:
    """Return half the expected second derivative, shape (k + p + m, k + p + m)."""
    slope = mean_slope(point)
    information = slope.T @ point.W @ slope
    k = point.structure.n_free
    information[:k, :k] += expected_information(point.implied)
    return np.asarray(information)


def mean_slope(point: GroupPoint) -> FloatArray:
    """Return dμ/d(θ, ν, α), shape (p, k + p + m)."""
    by_theta = point.implied.collect(point.mean_rows)
    return np.hstack([by_theta, np.eye(len(point.mu)), point.M])


def group_hessian(point: GroupPoint, mean: FloatArray, S: FloatArray) -> FloatArray:
    """Return half the second derivative of F, shape (k + p + m, k + p + m)."""
    implied, W = point.implied, point.W
    U, V, p = implied.U, implied.V, len(mean)
    d = mean - point.mu
    e = W @ d
    K = W @ (S + np.outer(d, d)) @ W
    shifts = np.hstack([np.eye(p), point.M])
    sigma_e = U * (e @ V) + V * (e @ U)
    cross = sigma_e.T @ W @ point.mean_rows
    by_row = 2.0 * trace_products(U, V, W, K - 0.5 * W)
    by_row += 2.0 * (cross + cross.T + point.mean_rows.T @ W @ point.mean_rows)
    by_row -= 2.0 * _mean_bends(point, e)
    mixed = 2.0 * ((sigma_e + point.mean_rows).T @ W @ shifts)
    mixed[:, p:] -= 2.0 * _mixed_mean_bends(point, e)
    theta = implied.collect(implied.collect(by_row).T)
    theta += curvature(point.structure, point.theta, W - K)
    mixed = implied.collect(mixed.T).T
    hessian = np.block([[theta, mixed], [mixed.T, 2.0 * (shifts.T @ W @ shifts)]])
    return np.asarray((hessian + hessian.T) / 4.0)


def _mean_bends(point: GroupPoint, e: FloatArray) -> FloatArray:
    """Return eᵀ d²μ/dθdθ for every pair of rows of the table.

    A path's dμ = M_i·level_j moves with every loading and path b, by dM_i/db = U_b C_{j_b i}.
    """
    structure = point.structure
    use = np.flatnonzero(structure.free >= 0)
    kind = structure.matrix[use]
    path = kind == BETA
    source = np.where(kind <= BETA, structure.column[use], 0)
    outcome = np.where(path, structure.row[use], 0)
    by = ((e @ point.implied.U) * (kind <= BETA))[:, None] * point.implied.total[
        np.ix_(source, outcome)
    ]
    half = by * np.where(path, point.level[source], 0.0)
    return np.asarray(half + half.T)


def _mixed_mean_bends(point: GroupPoint, e: FloatArray) -> FloatArray:
    """Return eᵀ d²μ/(dθ dα) for every row of the table, shape (q, m)."""
    structure = point.structure
    use = np.flatnonzero(structure.free >= 0)
    moving = structure.matrix[use] <= BETA
    source = np.where(moving, structure.column[use], 0)
    return np.asarray(((e @ point.implied.U) * moving)[:, None] * point.implied.total[source])


def moment_slope(point: GroupPoint, mean: FloatArray) -> FloatArray:
    """Return the derivatives of the gradient by the group's means and covariances.

    −WΣ_aW (2 − δ_ij) by the covariances; −2 WΣ_a e − 2 W μ_a by the means.

    Returns
    -------
    FloatArray, shape (k + p + m, p + p(p+1)/2)
        Covariances lower triangle row by row.
    """
    implied, W = point.implied, point.W
    U, V = implied.U, implied.V
    e = W @ (mean - point.mu)
    rows, columns = np.tril_indices(len(mean))
    WU, WV = W @ U, W @ V
    k, p = point.structure.n_free, len(mean)
    result = np.zeros((k + p + point.M.shape[1], p + len(rows)))
    result[:, :p] = -2.0 * mean_slope(point).T @ W
    result[:k, :p] -= 2.0 * implied.collect(WU * (e @ V) + WV * (e @ U)).T
    double = np.where(rows == columns, 1.0, 2.0)[:, None]
    result[:k, p:] = -implied.collect((WU[rows] * WV[columns] + WV[rows] * WU[columns]) * double).T
    return result
