"""Derivatives of every PLS estimate with respect to the covariance matrix."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from csi.errors import ModelError, suggest
from csi.model.pls.estimates import PLSFit, pick_pairs
from csi.model.pls.spec import PLSModel
from csi.model.pls.tangents import Solution, Tangent, correlation_tangent, regress_tangent

Array = NDArray[np.float64]

TARGETS = (
    "weight",
    "index_weight",
    "loading",
    "path",
    "total_effect",
    "index_effect",
    "r_squared",
    "rho_a",
    "consistent_path",
    "consistent_total_effect",
)
"""The estimates that `pls_jacobian` differentiates, in the order of its rows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PLSJacobian:
    """Derivatives of PLS estimates with respect to vech(S).

    Attributes
    ----------
    labels : tuple of (str, str, str)
        One per estimate: its kind (see `TARGETS`) and two names: construct and item for weights
        and loadings, from and to for paths and effects, construct and ``""`` for the others.
    values : ndarray, shape (t,)
        The estimates themselves.
    matrix : ndarray, shape (t, p (p + 1) / 2)
        Columns follow the lower triangle of the covariance matrix row by row: (0, 0), (1, 0),
        (1, 1), (2, 0), ... Zero for items outside the model, NaN where a consistent estimate
        does not exist.
    """

    labels: tuple[tuple[str, str, str], ...]
    values: Array
    matrix: Array


_Rows: TypeAlias = tuple[tuple[tuple[str, str], ...], Array, Array]
"""One kind of estimate: names (t), values (t,), tangents (D, t)."""


def pls_jacobian(fit: PLSFit, targets: Collection[str] = TARGETS) -> PLSJacobian:
    """Differentiate the estimates of one PLS fit with respect to its covariance matrix.

    The weights by the implicit function theorem at the fixed point, the rest by the chain rule.
    With ``V`` the design-based covariance of vech(S), ``matrix @ V @ matrix.T`` is that of the
    estimates: the re-estimation of the weights is in it.

    Parameters
    ----------
    fit : PLSFit
        From `fit_pls`, with a tolerance of 1e-8 or less.
    targets : collection of str
        Kinds of estimates, from `TARGETS`.

    Returns
    -------
    PLSJacobian

    Raises
    ------
    ModelError
        An unknown target, or a fit of a stack.

    Notes
    -----
    The centroid scheme has no derivative where a correlation of neighbours is exactly zero; close
    to it the standard errors are those of the sign as found.

    Examples
    --------
    >>> from csi.model.pls import fit_pls, pls_jacobian, pls_model
    >>> model = pls_model(["q", "s"], {"Q": ["q"], "S": ["s"]}, [("Q", "S")])
    >>> jacobian = pls_jacobian(fit_pls([[1, 0.5], [0.5, 1]], model), ["path"])
    >>> jacobian.labels, jacobian.matrix.round(3)
    ((('path', 'Q', 'S'),), array([[-0.25,  1.  , -0.25]]))
    """
    _check(fit, targets)
    rows = fit.model.positions
    own = fit.covariance[np.ix_(rows, rows)]
    sd = np.sqrt(np.diagonal(own))
    R = own / np.outer(sd, sd)
    at = Solution(
        model=fit.model,
        R=R,
        weights=fit.weights,
        cross=fit.cross_loadings,
        composites=fit.construct_correlations,
    )
    moved = _append_scales(correlation_tangent(at), len(sd))
    found = _weight_rows(fit, moved, sd) | _path_rows(fit, moved, sd) | _consistent_rows(fit, moved)
    kinds = [kind for kind in TARGETS if kind in targets]
    tangent = np.concatenate([found[kind][2] for kind in kinds], axis=1)
    return PLSJacobian(
        labels=tuple((kind, *names) for kind in kinds for names in found[kind][0]),
        values=np.concatenate([found[kind][1] for kind in kinds]),
        matrix=_carry_to_covariances(tangent, R, sd, fit.model),
    )


def _check(fit: PLSFit, targets: Collection[str]) -> None:
    faults = [
        f"No estimate is called `{name}`. {suggest(name, TARGETS)}".rstrip()
        + f" Allowed are {', '.join(TARGETS)}."
        for name in targets
        if name not in TARGETS
    ]
    if fit.weights.ndim != 1:
        faults.append("pls_jacobian takes the fit of one matrix (fit_pls), not of a stack.")
    if not targets:
        faults.append(f"No targets are given. Allowed are {', '.join(TARGETS)}.")
    if faults:
        raise ModelError("\n".join(faults))


def _append_scales(moved: Tangent, k: int) -> Tangent:
    """Add the directions of the k standard deviations, in which nothing standardised moves."""

    def extended(array: Array) -> Array:
        return np.concatenate([array, np.zeros((k, *array.shape[1:]))])

    return Tangent(
        weights=extended(moved.weights),
        cross=extended(moved.cross),
        composites=extended(moved.composites),
    )


def _weight_rows(fit: PLSFit, moved: Tangent, sd: Array) -> dict[str, _Rows]:
    model = fit.model
    names = tuple((model.constructs[j], i) for j, i in zip(model.owner, model.items, strict=True))
    d_loadings = np.take_along_axis(moved.cross, model.owner[None, :, None], axis=2)[..., 0]
    in_units, d_in_units, total, d_log_total = _index_scale(fit, moved, sd)
    index_weights = in_units / total[model.owner]
    d_index = d_in_units / total[model.owner] - index_weights * d_log_total[:, model.owner]
    return {
        "weight": (names, fit.weights, moved.weights),
        "index_weight": (names, index_weights, d_index),
        "loading": (names, fit.loadings, d_loadings),
    }


def _path_rows(fit: PLSFit, moved: Tangent, sd: Array) -> dict[str, _Rows]:
    model = fit.model
    d_paths, d_total, d_r_squared = _structure_tangent(
        fit.construct_correlations, moved.composites, fit.path_matrix, model
    )
    _, _, total, d_log_total = _index_scale(fit, moved, sd)
    d_index = d_total * (total[:, None] / total) + fit.index_effect_matrix * (
        d_log_total[:, :, None] - d_log_total[:, None, :]
    )
    explained = [j for j, _ in model.endogenous]
    return {
        "path": _pair_rows(fit.path_matrix, d_paths, model, model.paths),
        "total_effect": _pair_rows(fit.total_effect_matrix, d_total, model, model.effects),
        "index_effect": _pair_rows(fit.index_effect_matrix, d_index, model, model.effects),
        "r_squared": (
            tuple((model.constructs[j], "") for j in explained),
            fit.r_squared[explained],
            d_r_squared[:, explained],
        ),
    }


def _consistent_rows(fit: PLSFit, moved: Tangent) -> dict[str, _Rows]:
    model, latent = fit.model, fit.consistent
    d_rho = _rho_a_tangent(fit, moved)
    d_paths, d_total, _ = _structure_tangent(
        latent.construct_correlations,
        _disattenuate_tangent(fit, moved.composites, d_rho),
        latent.path_matrix,
        model,
    )
    return {
        "rho_a": (tuple((name, "") for name in model.constructs), latent.rho_a, d_rho),
        "consistent_path": _pair_rows(latent.path_matrix, d_paths, model, model.paths),
        "consistent_total_effect": _pair_rows(
            latent.total_effect_matrix, d_total, model, model.effects
        ),
    }


def _pair_rows(
    values: Array, tangent: Array, model: PLSModel, pairs: tuple[tuple[str, str], ...]
) -> _Rows:
    return pairs, pick_pairs(values, model, pairs), pick_pairs(tangent, model, pairs)


def _index_scale(fit: PLSFit, moved: Tangent, sd: Array) -> tuple[Array, Array, Array, Array]:
    """Return ``w/sd`` (k,), its tangent (D, k), its block sums (J,), and d log of these (D, J)."""
    member = np.eye(len(fit.model.constructs))[fit.model.owner]
    in_units = fit.weights / sd
    tangent = moved.weights / sd
    tangent[-len(sd) :] -= np.diag(in_units / sd)
    total = in_units @ member
    return in_units, tangent, total, tangent @ member / total


def _structure_tangent(
    C: Array, dC: Array, paths: Array, model: PLSModel
) -> tuple[Array, Array, Array]:
    """Differentiate paths (D, J, J), total effects (D, J, J) and R² (D, J)."""
    d_paths = np.zeros_like(dC)
    d_r_squared = np.zeros(dC.shape[:2])
    for j, predictors in model.endogenous:
        coefficients = paths[predictors, j]
        moved = regress_tangent(C, dC, coefficients, predictors, j)
        d_paths[:, predictors, j] = moved
        d_r_squared[:, j] = moved @ C[predictors, j] + dC[:, predictors, j] @ coefficients
    reach = np.linalg.inv(np.eye(len(C)) - paths)
    return d_paths, reach @ d_paths @ reach, d_r_squared


def _rho_a_tangent(fit: PLSFit, moved: Tangent) -> Array:
    """Differentiate ``ρ_A = t² (1 - t) / (t² - q)``; zero where nothing is corrected."""
    w, member = fit.weights, np.eye(len(fit.model.constructs))[fit.model.owner]
    t, q = w**2 @ member, w**4 @ member
    dt, dq = (moved.weights * 2 * w) @ member, (moved.weights * 4 * w**3) @ member
    rest = np.where(fit.model.corrected, t**2 - q, 1.0)
    d_rho = ((2 * t - 3 * t**2) * dt - fit.consistent.rho_a * (2 * t * dt - dq)) / rest
    return np.where(fit.model.corrected, d_rho, 0.0)


def _disattenuate_tangent(fit: PLSFit, dC: Array, d_rho: Array) -> Array:
    """Differentiate ``c_ij / √(ρ_i ρ_j)``, shape (D, J, J)."""
    rho, latent = fit.consistent.rho_a, fit.consistent.construct_correlations
    with np.errstate(invalid="ignore"):
        d_latent = dC / np.sqrt(np.outer(rho, rho))
    relative = d_rho / rho
    d_latent -= latent * (relative[:, :, None] + relative[:, None, :]) / 2
    diagonal = np.arange(len(rho))
    d_latent[:, diagonal, diagonal] = 0.0
    return d_latent


def _carry_to_covariances(tangent: Array, R: Array, sd: Array, model: PLSModel) -> Array:
    """From (D, t) in correlations and standard deviations to (t, p (p + 1) / 2) in vech(S).

    ``dρ_ab/ds_ab = 1/(sd_a sd_b)``, ``dρ_ab/ds_aa = -ρ_ab/(2 s_aa)``, ``dsd_a/ds_aa = 1/(2 sd_a)``.
    """
    k, p = len(sd), len(model.matrix_items)
    a, b = np.tril_indices(k, -1)
    by_pair, by_sd = tangent[: len(a)].T, tangent[len(a) :].T
    spread = np.zeros((len(by_pair), k, k))
    spread[:, a, b] = spread[:, b, a] = by_pair
    by_variance = by_sd / (2 * sd) - (spread * R).sum(axis=2) / (2 * sd**2)
    rows = model.positions
    matrix = np.zeros((len(by_pair), p * (p + 1) // 2))
    matrix[:, _vech_position(rows[a], rows[b])] = by_pair / (sd[a] * sd[b])
    matrix[:, _vech_position(rows, rows)] = by_variance
    return matrix


def _vech_position(i: NDArray[np.intp], j: NDArray[np.intp]) -> NDArray[np.intp]:
    high, low = np.maximum(i, j), np.minimum(i, j)
    return np.asarray(high * (high + 1) // 2 + low)
