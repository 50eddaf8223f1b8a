"""How PLS weights and composite moments move when a correlation moves.

The outer weights solve ``w = T(w, R)``, so by the implicit function theorem
``dw/dρ = (I - ∂T/∂w)^-1 ∂T/∂ρ``. One direction is one correlation ``ρ_ab``, a > b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi.model.pls.spec import PLSModel
from csi.model.pls.weights import inner_weights, mode_b_inverses, outer_step

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tangent:
    """Derivatives in D directions.

    Attributes
    ----------
    weights : ndarray, shape (D, k)
    cross : ndarray, shape (D, k, J)
        Of the cross loadings ``P = RW``.
    composites : ndarray, shape (D, J, J)
        Of the composite correlations ``C = W'RW``.
    """

    weights: Array
    cross: Array
    composites: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """A settled fit: correlations R (k, k), weights (k,), cross loadings (k, J), C (J, J)."""

    model: PLSModel
    R: Array
    weights: Array
    cross: Array
    composites: Array

    @property
    def loadings(self) -> Array:
        """Correlation of each item with its own composite, shape (k,)."""
        return np.take_along_axis(self.cross, self.model.owner[:, None], axis=1)[:, 0]


def correlation_tangent(at: Solution) -> Tangent:
    """Differentiate the solution in every correlation, in the order of ``tril_indices(k, -1)``."""
    by_weight = _move_weights(at)
    direct = _move_correlations(at)
    feedback = _step_tangent(by_weight, at)
    push = _step_tangent(direct, at, pairs=np.tril_indices(len(at.weights), -1))
    # A settled iteration contracts, so I - ∂T/∂w is regular; rows of a tangent are directions.
    contraction = np.eye(len(at.weights)) - feedback.T
    moved = np.asarray(np.linalg.solve(contraction, push.T).T, dtype=np.float64)
    return Tangent(
        weights=moved,
        cross=direct.cross + np.tensordot(moved, by_weight.cross, axes=1),
        composites=direct.composites + np.tensordot(moved, by_weight.composites, axes=1),
    )


def regress_tangent(
    C: Array, dC: Array, coefficients: Array, predictors: NDArray[np.intp], j: int
) -> Array:
    """Differentiate ``b = C_pp^-1 c_pj``: ``db = C_pp^-1 (dc_pj - dC_pp b)``, shape (D, p)."""
    among = np.ix_(predictors, predictors)
    moved = dC[:, predictors, j] - dC[:, predictors[:, None], predictors] @ coefficients
    return np.asarray(np.linalg.solve(C[among], moved.T).T, dtype=np.float64)


def _move_weights(at: Solution) -> Tangent:
    """Moments when one weight moves and R stays: ``dP = R dW``, ``dC = dW'P + P'dW``."""
    k, J = at.cross.shape
    each, owner = np.arange(k), at.model.owner
    cross = np.zeros((k, k, J))
    cross[each, :, owner] = at.R
    composites = np.zeros((k, J, J))
    composites[each, owner] = at.cross
    return Tangent(
        weights=np.eye(k), cross=cross, composites=composites + composites.swapaxes(1, 2)
    )


def _move_correlations(at: Solution) -> Tangent:
    """Moments when one correlation moves and w stays: ``dP = dR W``, ``dC = W'dR W``."""
    k, J = at.cross.shape
    a, b = np.tril_indices(k, -1)
    each, owner, w = np.arange(len(a)), at.model.owner, at.weights
    cross = np.zeros((len(a), k, J))
    cross[each, a, owner[b]] = w[b]
    cross[each, b, owner[a]] = w[a]
    composites = np.zeros((len(a), J, J))
    composites[each, owner[a], owner[b]] = w[a] * w[b]
    return Tangent(
        weights=np.zeros((len(a), k)),
        cross=cross,
        composites=composites + composites.swapaxes(1, 2),
    )


def _step_tangent(
    moved: Tangent,
    at: Solution,
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None,
) -> Array:
    """Differentiate one iteration, proxies to scaled weights, shape (D, k).

    `pairs` are the correlations that move themselves, besides moving the moments.
    """
    model, owner = at.model, at.model.owner
    inverses = mode_b_inverses(at.R[None], model)
    raw = outer_step(at.weights[None], at.cross[None], inverses, model)[0]
    inner = inner_weights(at.composites[None], model)[0]
    d_inner = _inner_tangent(moved.composites, inner, at)
    d_raw = np.einsum("daj,aj->da", moved.cross, inner.T[owner])
    d_raw += np.einsum("aj,daj->da", at.cross, d_inner.swapaxes(1, 2)[:, owner])
    if inverses is not None:
        if pairs is not None:
            d_raw -= _block_product(pairs, raw, np.array(model.modes)[owner] == "B", at)
        d_raw = d_raw @ inverses[0].T
    member = np.eye(len(model.constructs))[owner]
    # At the solution raw = w s, with s the standard deviation of the raw composite.
    s = (raw * at.loadings) @ member
    ds = (d_raw * at.loadings) @ member
    if pairs is not None:
        everywhere = np.ones(len(owner), dtype=np.bool_)
        ds += (_block_product(pairs, at.weights, everywhere, at) * at.weights) @ member * s / 2
    return np.asarray((d_raw - at.weights * ds[:, owner]) / s[owner])


def _inner_tangent(dC: Array, inner: Array, at: Solution) -> Array:
    edges = at.model.adjacency
    if at.model.scheme == "centroid":
        return np.zeros_like(dC)
    if at.model.scheme == "factorial":
        return dC * (edges | edges.T)
    d_inner = dC * edges.T
    for j, predictors in at.model.endogenous:
        d_inner[:, predictors, j] = regress_tangent(
            at.composites, dC, inner[predictors, j], predictors, j
        )
    return d_inner


def _block_product(
    pairs: tuple[NDArray[np.intp], NDArray[np.intp]],
    vector: Array,
    chosen: NDArray[np.bool_],
    at: Solution,
) -> Array:
    """Return ``dR_jj v`` for every direction: only a pair within one block has a `dR_jj`."""
    a, b = pairs
    product = np.zeros((len(a), len(vector)))
    inside = np.flatnonzero((at.model.owner[a] == at.model.owner[b]) & chosen[a])
    product[inside, a[inside]] = vector[b[inside]]
    product[inside, b[inside]] = vector[a[inside]]
    return product
