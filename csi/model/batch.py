"""Maximum likelihood on many covariance matrices at once.

Every refit starts at one known solution. Most arrive by steps with that solution's own curvature,
which need no information matrix; those that do not go on by damped Fisher scoring. All refits step
together: every line is one product of stacked matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csi.inference import BoolArray, FloatArray, IntArray
from csi.model.structure import (
    BETA,
    LAMBDA,
    PSI,
    THETA,
    Structure,
    implied_moments,
    observed_information,
)

TOLERANCE = 1e-4
"""Largest last step of a converged refit, in standard errors."""

_CHORD_STEPS = 25
_SCORING_STEPS = 60
_CHUNK = 250
_SMALLEST = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchFit:
    """Solutions for many covariance matrices.

    Attributes
    ----------
    values : FloatArray, shape (R, n_parameters)
        Every row of the parameter table, fixed ones too.
    converged : BoolArray, shape (R,)
    admissible : BoolArray, shape (R,)
        Converged, all variances above zero and the nodes' covariances positive definite.
    """

    values: FloatArray
    converged: BoolArray
    admissible: BoolArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Stack:
    """Σ(θ) of many solutions, with the factors of its derivatives.

    Attributes
    ----------
    sigma : FloatArray, shape (R, p, p)
    phi : FloatArray, shape (R, m, m)
    M, D : FloatArray, shape (R, p, m)
        Λ(I−B)⁻¹ and ΛΦ.
    """

    sigma: FloatArray
    phi: FloatArray
    M: FloatArray
    D: FloatArray


def fit_batch(
    structure: Structure, S: FloatArray, start: FloatArray, fixed: FloatArray, n: float
) -> BatchFit:
    """Fit the model to a stack of covariance matrices.

    Parameters
    ----------
    structure : Structure
    S : FloatArray, shape (R, p, p)
    start : FloatArray, shape (n_free,)
        The solution for a matrix near all of them.
    fixed : FloatArray, shape (R, n_parameters)
        Values of the fixed rows of the parameter table.
    n : float
        Respondents; it sets the standard errors that the tolerance is measured in.

    Returns
    -------
    BatchFit
    """
    at_start = implied_moments(structure, start)
    H = 2.0 * observed_information(structure, start, at_start.sigma)
    inverse: FloatArray = np.asarray(np.linalg.pinv(H, hermitian=True))
    errors = np.sqrt(np.maximum(2.0 * np.diag(inverse) / n, 1e-300))
    theta = np.repeat(start[None], len(S), axis=0)
    converged = np.zeros(len(S), dtype=np.bool_)
    for first in range(0, len(S), _CHUNK):
        part = np.arange(first, min(first + _CHUNK, len(S)))
        theta[part], converged[part] = _chord(
            structure, S[part], theta[part], fixed[part], inverse, errors
        )
        left = part[~converged[part]]
        if len(left):
            theta[left], converged[left] = _scoring(structure, S[left], start, fixed[left], errors)
    values = table_values(structure, theta, fixed)
    proper = proper_solutions(structure, values, implied_stack(structure, values))
    return BatchFit(values=values, converged=converged, admissible=converged & proper)


def table_values(structure: Structure, theta: FloatArray, fixed: FloatArray) -> FloatArray:
    """Return the value of every row of the parameter table, shape (R, n_parameters)."""
    return np.where(structure.free >= 0, theta[:, np.maximum(structure.free, 0)], fixed)


def matrix_stack(structure: Structure, values: FloatArray) -> tuple[FloatArray, ...]:
    """Return Λ (R, p, m), B (R, m, m), Ψ (R, m, m) and Θ (R, p, p)."""
    R, p, m = len(values), len(structure.items), len(structure.nodes)
    shapes = ((R, p, m), (R, m, m), (R, m, m), (R, p, p))
    result = tuple(np.zeros(shape) for shape in shapes)
    for item, node in structure.observed_node:
        result[LAMBDA][:, item, node] = 1.0
    for which, target in enumerate(result):
        own = np.flatnonzero(structure.matrix == which)
        row, column = structure.row[own], structure.column[own]
        target[:, row, column] = values[:, own]
        if which >= PSI:
            target[:, column, row] = values[:, own]
    return result


def implied_stack(structure: Structure, values: FloatArray) -> Stack:
    """Return Σ(θ) of every solution."""
    Lambda, B, Psi, Theta = matrix_stack(structure, values)
    total: FloatArray = np.asarray(np.linalg.inv(np.eye(B.shape[1]) - B))
    phi = total @ Psi @ _t(total)
    D = Lambda @ phi
    return Stack(sigma=D @ _t(Lambda) + Theta, phi=phi, M=Lambda @ total, D=D)


def _chord(
    structure: Structure,
    S: FloatArray,
    theta: FloatArray,
    fixed: FloatArray,
    inverse: FloatArray,
    errors: FloatArray,
) -> tuple[FloatArray, BoolArray]:
    """Step by the curvature at the start until every refit stands still or is given up."""
    theta = theta.copy()
    converged = np.zeros(len(S), dtype=np.bool_)
    going = np.arange(len(S))
    last = np.full(len(S), np.inf)
    for _ in range(_CHORD_STEPS):
        try:
            stack = implied_stack(structure, table_values(structure, theta[going], fixed[going]))
            step = _gradients(structure, stack, S[going]) @ inverse
        except np.linalg.LinAlgError:
            break
        size = np.abs(step / errors).max(axis=1, initial=0.0)
        # a step that grows leads away: left to scoring, which goes back to the start
        growing = ~(size < 2.0 * last[going])
        theta[going[~growing]] -= step[~growing]
        last[going] = size
        converged[going[(size < TOLERANCE) & ~growing]] = True
        going = going[(size >= TOLERANCE) & ~growing]
        if len(going) == 0:
            break
    done = np.flatnonzero(converged)
    sigma = implied_stack(structure, table_values(structure, theta[done], fixed[done])).sigma
    converged[done] = positive_definite(sigma)
    return theta, converged


def _gradients(structure: Structure, stack: Stack, S: FloatArray) -> FloatArray:
    """Return dF/dθ of every refit, shape (R, n_free)."""
    W = np.linalg.inv(stack.sigma)
    return parameter_slopes(structure, stack, np.asarray(W - W @ S @ W))


def parameter_slopes(structure: Structure, stack: Stack, A: FloatArray) -> FloatArray:
    """Return tr(A dΣ/dθ) of every solution for symmetric A (R, p, p), shape (R, n_free).

    By matrix: 2AD for Λ, 2MᵀAD for B, MᵀAM for Ψ and A for Θ, twice off the diagonal.
    """
    AD = A @ stack.D
    MA = _t(stack.M) @ A
    slopes = {LAMBDA: 2.0 * AD, BETA: 2.0 * MA @ stack.D, PSI: MA @ stack.M, THETA: A}
    use = np.flatnonzero(structure.free >= 0)
    row, column, matrix = structure.row[use], structure.column[use], structure.matrix[use]
    by_row = np.empty((len(A), len(use)))
    for which, slope in slopes.items():
        own = np.flatnonzero(matrix == which)
        i, j = row[own], column[own]
        twice = np.where((which >= PSI) & (i != j), 2.0, 1.0)
        by_row[:, own] = slope[:, i, j] * twice
    return _collect(structure, by_row)


def _scoring(
    structure: Structure, S: FloatArray, start: FloatArray, fixed: FloatArray, errors: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Lower every F by damped Fisher scoring, each refit with a damping of its own."""
    theta = np.repeat(start[None], len(S), axis=0)
    F = _discrepancies(structure, theta, S, fixed)
    damping = np.full(len(S), 1e-3)
    converged = np.zeros(len(S), dtype=np.bool_)
    going = np.flatnonzero(np.isfinite(F))
    for _ in range(_SCORING_STEPS):
        if len(going) == 0:
            break
        values = table_values(structure, theta[going], fixed[going])
        stack = implied_stack(structure, values)
        g = _gradients(structure, stack, S[going])
        information = 2.0 * _informations(structure, stack)
        diagonal = np.maximum(np.diagonal(information, axis1=1, axis2=2), 1e-12)
        damped = information + (damping[going, None] * diagonal)[:, :, None] * np.eye(len(start))
        step = np.linalg.solve(damped, g[..., None])[..., 0]
        candidate = theta[going] - step
        value = _discrepancies(structure, candidate, S[going], fixed[going])
        size = np.abs(step / errors).max(axis=1, initial=0.0)
        better = value <= F[going] + 1e-12
        theta[going[better]], F[going[better]] = candidate[better], value[better]
        damping[going] = np.where(better, damping[going] / 10.0, damping[going] * 10.0)
        still = better & (size < TOLERANCE) & (damping[going] < 1e-3)
        converged[going[still]] = True
        going = going[~still & (damping[going] < 1e8)]
    return theta, converged


def _informations(structure: Structure, stack: Stack) -> FloatArray:
    """Return ½ tr(Σ⁻¹ dΣ_i Σ⁻¹ dΣ_j) of every refit, shape (R, n_free, n_free)."""
    U, V = _factors(structure, stack)
    W = np.linalg.inv(stack.sigma)
    WU, WV = W @ U, W @ V
    uv = _t(U) @ WV
    by_row = (_t(U) @ WU) * (_t(V) @ WV) + uv * _t(uv)
    return _collect(structure, _t(_collect(structure, by_row)))


def _factors(structure: Structure, stack: Stack) -> tuple[FloatArray, FloatArray]:
    """Return U and V, dΣ/dθ_k = U_k V_kᵀ + V_k U_kᵀ, shape (R, p, n_table)."""
    R, p = len(stack.sigma), len(structure.items)
    identity = np.broadcast_to(np.eye(p), (R, p, p))
    sides = {
        LAMBDA: (identity, stack.D),
        BETA: (stack.M, stack.D),
        PSI: (stack.M, stack.M),
        THETA: (identity, identity),
    }
    use = np.flatnonzero(structure.free >= 0)
    row, column, matrix = structure.row[use], structure.column[use], structure.matrix[use]
    U, V = np.zeros((R, p, len(use))), np.zeros((R, p, len(use)))
    for which, (left, right) in sides.items():
        own = np.flatnonzero(matrix == which)
        i, j = row[own], column[own]
        half = np.where((i == j) & (which >= PSI), 0.5, 1.0)
        U[:, :, own], V[:, :, own] = left[:, :, i] * half, right[:, :, j]
    return U, V


def _discrepancies(
    structure: Structure, theta: FloatArray, S: FloatArray, fixed: FloatArray
) -> FloatArray:
    """Return log|Σ| + tr(SΣ⁻¹) of every refit, infinite where Σ is not positive definite."""
    F = np.full(len(S), np.inf)
    finite = np.flatnonzero(np.isfinite(theta).all(axis=1))
    sigma = implied_stack(structure, table_values(structure, theta[finite], fixed[finite])).sigma
    roots = np.linalg.eigvalsh(sigma)
    good = roots[:, 0] > 0.0
    trace = np.trace(np.linalg.solve(sigma[good], S[finite[good]]), axis1=1, axis2=2)
    F[finite[good]] = np.log(roots[good]).sum(axis=1) + trace
    return F


def proper_solutions(structure: Structure, values: FloatArray, stack: Stack) -> BoolArray:
    """Tell which solutions have variances above zero and a positive definite Φ."""
    proper = np.isfinite(values).all(axis=1)
    diagonals = {PSI: stack.phi, THETA: stack.sigma}
    for which, total in diagonals.items():
        own = (structure.matrix == which) & (structure.row == structure.column)
        own = np.flatnonzero(own & (structure.free >= 0))
        k = structure.row[own]
        proper &= (values[:, own] > _SMALLEST * np.abs(total[:, k, k])).all(axis=1)
    variance = np.diagonal(stack.phi, axis1=1, axis2=2)
    rows = np.flatnonzero(proper & (variance > 0).all(axis=1))
    sd = np.sqrt(variance[rows])
    smallest = np.linalg.eigvalsh(stack.phi[rows] / (sd[:, :, None] * sd[:, None, :]))[:, 0]
    result = np.zeros(len(values), dtype=np.bool_)
    result[rows] = smallest > _SMALLEST
    return result


def positive_definite(matrices: FloatArray) -> BoolArray:
    """Tell which matrices of a stack are positive definite."""
    try:
        np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.eigvalsh(matrices)[:, 0] > 0.0)
    return np.ones(len(matrices), dtype=np.bool_)


def _collect(structure: Structure, by_row: FloatArray) -> FloatArray:
    """Add up the entries of parameters that share a label, along the last axis."""
    rows: IntArray = structure.free[structure.free >= 0]
    if len(rows) == structure.n_free and np.array_equal(rows, np.arange(structure.n_free)):
        return by_row
    result = np.zeros((*by_row.shape[:-1], structure.n_free))
    np.add.at(np.moveaxis(result, -1, 0), rows, np.moveaxis(by_row, -1, 0))
    return result


def _t(stack: FloatArray) -> FloatArray:
    return np.swapaxes(stack, -1, -2)
