"""Paths, total effects and the consistency correction, for a stack of correlation matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi.model.pls.spec import PLSModel
from csi.model.pls.weights import regress

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """The path model of r correlation matrices; J x J matrices are read ``[from, to]``.

    Attributes
    ----------
    paths, total_effects : ndarray, shape (r, J, J)
    r_squared : ndarray, shape (r, J)
        NaN for constructs without arrows into them.
    """

    paths: Array
    total_effects: Array
    r_squared: Array


def fit_structure(C: Array, model: PLSModel) -> Structure:
    """Regress every construct on its predecessors; total effects are ``(I - B)^-1 - I``.

    Parameters
    ----------
    C : ndarray, shape (r, J, J)
        Correlations of the constructs.
    model : PLSModel

    Returns
    -------
    Structure
    """
    paths = np.zeros_like(C)
    r_squared = np.full(C.shape[:2], np.nan)
    for j, predictors in model.endogenous:
        coefficients = regress(C, predictors, j)
        paths[:, predictors, j] = coefficients
        r_squared[:, j] = (coefficients * C[:, predictors, j]).sum(axis=1)
    identity = np.eye(C.shape[1])
    # The paths have no cycle, so I - B is triangular up to order and always invertible.
    total = np.linalg.inv(identity - paths) - identity
    return Structure(paths=paths, total_effects=total, r_squared=r_squared)


def reliability_rho_a(weights: Array, model: PLSModel) -> Array:
    """Return ρ_A of every construct, shape (r, J); 1 where consistent PLS corrects nothing.

    With ``w'Rw = 1`` Dijkstra and Henseler's ratio of off-diagonal sums needs only the weights:
    ``ρ_A = t² (1 - t) / (t² - q)``, ``t = Σ w²``, ``q = Σ w⁴`` (Dijkstra & Henseler 2015).
    """
    member = np.eye(len(model.constructs))[model.owner]
    t = weights**2 @ member
    q = weights**4 @ member
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = t**2 * (1 - t) / (t**2 - q)
    return np.where(model.corrected, rho, 1.0)


def consistent_loadings(weights: Array, loadings: Array, rho_a: Array, model: PLSModel) -> Array:
    """Return the loadings ``w √ρ_A / w'w`` of the corrected constructs, shape (r, k)."""
    member = np.eye(len(model.constructs))[model.owner]
    with np.errstate(invalid="ignore"):
        slope = np.sqrt(rho_a) / (weights**2 @ member)
    chosen = model.corrected[model.owner]
    return np.asarray(np.where(chosen, weights * slope[:, model.owner], loadings))


def disattenuate(C: Array, rho_a: Array) -> Array:
    """Return the correlations ``c_ij / √(ρ_i ρ_j)`` of the latent variables, shape (r, J, J)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(rho_a)
        latent = C / (root[:, :, None] * root[:, None, :])
    diagonal = np.arange(C.shape[1])
    latent[:, diagonal, diagonal] = 1.0
    return np.asarray(latent)
