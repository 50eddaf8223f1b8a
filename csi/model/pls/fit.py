"""Fit a PLS path model to one covariance matrix, or to a stack of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csi.errors import ModelError
from csi.model.pls.checks import (
    consistency_problems,
    is_admissible,
    matrix_faults,
    solution_faults,
    usable_matrices,
)
from csi.model.pls.estimates import PLSConsistent, PLSFit
from csi.model.pls.spec import PLSModel
from csi.model.pls.structure import (
    consistent_loadings,
    disattenuate,
    fit_structure,
    reliability_rho_a,
)
from csi.model.pls.weights import composite_correlations, settle_weights

Array = NDArray[np.float64]


def fit_pls(
    covariance: ArrayLike, model: PLSModel, *, tol: float = 1e-10, max_iter: int = 1000
) -> PLSFit:
    """Fit a PLS path model to one covariance or correlation matrix.

    Survey weights enter through the matrix: pass the weighted covariance. Wold's algorithm with
    Lohmöller's inner schemes, started from equal weights.

    Parameters
    ----------
    covariance : array_like, shape (p, p)
        Covariance matrix of ``model.matrix_items``. A correlation matrix gives the same
        standardised results; the index weights then belong to standardised items.
    model : PLSModel
    tol : float
        Largest change of an outer weight that counts as settled. SmartPLS stops at 1e-7.
    max_iter : int

    Returns
    -------
    PLSFit

    Raises
    ------
    ModelError
        A matrix that is not a covariance matrix, an item without variance, a singular mode B
        block, a construct uncorrelated with its neighbours, collinear predictors, weights that
        do not settle.

    References
    ----------
    Wold (1982), in Jöreskog & Wold, *Systems under indirect observation II*; Lohmöller (1989);
    Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), *CSDA* 48; Becker & Ismail (2016),
    *European Management Journal* 34, on sampling weights.

    Examples
    --------
    >>> from csi.model.pls import fit_pls, pls_model
    >>> model = pls_model(
    ...     ["q1", "q2", "s"], {"Quality": ["q1", "q2"], "Satisfaction": ["s"]},
    ...     [("Quality", "Satisfaction")],
    ... )
    >>> fit = fit_pls([[1, 0.5, 0.6], [0.5, 1, 0.3], [0.6, 0.3, 1]], model)
    >>> fit.weights.round(4), fit.paths.round(4)
    (array([0.7559, 0.378 , 1.    ]), array([0.5669]))
    """
    _check_options(tol, max_iter)
    matrix = np.asarray(covariance, dtype=np.float64)
    faults = matrix_faults(matrix, model)
    if faults:
        raise ModelError("\n".join(faults))
    fit = _unstack(_fit_usable(matrix[None], model, tol=tol, max_iter=max_iter))
    faults = solution_faults(fit.weights, fit.path_matrix, float(fit.change), model, tol, max_iter)
    if faults:
        raise ModelError("\n".join(faults))
    return fit


def fit_pls_stack(
    covariances: ArrayLike, model: PLSModel, *, tol: float = 1e-8, max_iter: int = 300
) -> PLSFit:
    """Fit a PLS path model to many covariance matrices at once: resamples, replicate weights.

    A matrix that cannot be fitted does not stop the others: its numbers are NaN, and it counts as
    not converged. Report the share; do not drop such resamples without a word.

    Parameters
    ----------
    covariances : array_like, shape (r, p, p)
    model : PLSModel
    tol : float
    max_iter : int

    Returns
    -------
    PLSFit
        Every array with a leading axis of length r.

    Raises
    ------
    ModelError
        When the stack does not have that shape.

    Examples
    --------
    >>> import numpy as np
    >>> from csi.model.pls import fit_pls_stack, pls_model
    >>> model = pls_model(["q", "s"], {"Q": ["q"], "S": ["s"]}, [("Q", "S")])
    >>> fit = fit_pls_stack([[[1, 0.5], [0.5, 1]], [[1, 0.2], [0.2, 1]]], model)
    >>> fit.paths
    array([[0.5],
           [0.2]])
    """
    _check_options(tol, max_iter)
    stack = np.asarray(covariances, dtype=np.float64)
    p = len(model.matrix_items)
    if stack.ndim != 3 or stack.shape[1:] != (p, p):
        raise ModelError(
            f"The stack of matrices has shape {stack.shape}; the model needs (r, {p}, {p})."
        )
    usable = usable_matrices(stack, model)
    fitted = _fit_usable(stack[usable], model, tol=tol, max_iter=max_iter)
    return _spread(fitted, usable, stack)


def _check_options(tol: float, max_iter: int) -> None:
    faults = []
    if not 0 < tol < 1:
        faults.append(f"tol is {tol}; it must lie between 0 and 1.")
    if max_iter < 1:
        faults.append(f"max_iter is {max_iter}; it must be at least 1.")
    if faults:
        raise ModelError("\n".join(faults))


def _fit_usable(stack: Array, model: PLSModel, *, tol: float, max_iter: int) -> PLSFit:
    rows = model.positions
    own = stack[:, rows[:, None], rows]
    sd = np.sqrt(np.diagonal(own, axis1=1, axis2=2))
    R = own / (sd[:, :, None] * sd[:, None, :])
    settled = settle_weights(R, model, tol=tol, max_iter=max_iter)
    weights, cross = settled.weights, settled.cross_loadings
    member = np.eye(len(model.constructs))[model.owner]
    C = composite_correlations(weights, cross, model)
    loadings = np.take_along_axis(cross, model.owner[None, :, None], axis=2)[..., 0]
    structure = fit_structure(C, model)
    in_units = weights / sd
    total = in_units @ member
    communality = loadings**2 @ member / member.sum(axis=0)
    return PLSFit(
        model=model,
        covariance=stack,
        weights=weights,
        index_weights=in_units / total[:, model.owner],
        loadings=loadings,
        cross_loadings=cross,
        construct_correlations=C,
        path_matrix=structure.paths,
        total_effect_matrix=structure.total_effects,
        index_effect_matrix=structure.total_effects * total[:, :, None] / total[:, None, :],
        r_squared=structure.r_squared,
        communality=communality,
        redundancy=communality * structure.r_squared,
        consistent=_correct(weights, loadings, C, model),
        iterations=settled.iterations,
        change=settled.change,
        converged=settled.change <= tol,
    )


def _correct(weights: Array, loadings: Array, C: Array, model: PLSModel) -> PLSConsistent:
    rho_a = reliability_rho_a(weights, model)
    latent = disattenuate(C, rho_a)
    structure = fit_structure(latent, model)
    corrected = consistent_loadings(weights, loadings, rho_a, model)
    return PLSConsistent(
        rho_a=rho_a,
        loadings=corrected,
        construct_correlations=latent,
        path_matrix=structure.paths,
        total_effect_matrix=structure.total_effects,
        r_squared=structure.r_squared,
        admissible=is_admissible(rho_a, corrected, latent, structure.r_squared, model),
        problems=(),
    )


def _unstack(stacked: PLSFit) -> PLSFit:
    single = _map_arrays(stacked, lambda array: array[0])
    fixed = single.consistent
    problems = consistency_problems(
        fixed.rho_a,
        fixed.loadings,
        fixed.construct_correlations,
        fixed.r_squared,
        stacked.model,
    )
    return replace(single, consistent=replace(fixed, problems=problems))


def _spread(fitted: PLSFit, usable: NDArray[np.bool_], stack: Array) -> PLSFit:
    def place(array: Any) -> Any:
        fill = np.nan if array.dtype.kind == "f" else 0
        full = np.full((len(usable), *array.shape[1:]), fill, dtype=array.dtype)
        full[usable] = array
        return full

    return replace(_map_arrays(fitted, place), covariance=stack)


def _map_arrays(fit: PLSFit, change: Callable[[Any], Any]) -> PLSFit:
    def changed(part: PLSFit | PLSConsistent) -> dict[str, Any]:
        values = {field.name: getattr(part, field.name) for field in fields(part)}
        return {name: change(v) for name, v in values.items() if isinstance(v, np.ndarray)}

    return replace(
        fit, **changed(fit), consistent=replace(fit.consistent, **changed(fit.consistent))
    )
