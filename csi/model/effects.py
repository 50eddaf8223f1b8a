"""Standardised solution, R² and total effects as functions of the parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csi.errors import ModelError, suggest
from csi.inference import Estimates, FloatArray
from csi.model.structure import (
    BETA,
    LAMBDA,
    PSI,
    THETA,
    Structure,
    complex_jacobian,
    implied_covariances,
)


def parameter_values(structure: Structure, theta: Estimates) -> Estimates:
    """Return every row of the parameter table, fixed ones with no standard error."""
    jacobian = np.zeros((len(structure.free), structure.n_free))
    free = structure.free >= 0
    jacobian[free, structure.free[free]] = 1.0
    values = structure.values(theta.values)
    return theta.map(values, jacobian, parameter_labels(structure))


def standardised_values(structure: Structure, theta: Estimates) -> Estimates:
    """Return the completely standardised parameters, with standard errors by the delta method.

    Loadings times sd(construct)/sd(item), paths times sd(predictor)/sd(outcome), covariances as
    correlations of errors; lavaan's ``std.all``.
    """

    def function(point: FloatArray) -> FloatArray:
        sigma, phi = implied_covariances(structure, point)
        sd_item, sd_node = np.sqrt(np.diag(sigma)), np.sqrt(np.diag(phi))
        values = structure.values(point)
        _, _, Psi, Theta = structure.matrices(point)
        i, j, which = structure.row, structure.column, structure.matrix
        factor = np.empty(len(values), dtype=values.dtype)
        own = which == LAMBDA
        factor[own] = sd_node[j[own]] / sd_item[i[own]]
        own = which == BETA
        factor[own] = sd_node[j[own]] / sd_node[i[own]]
        for code, residual, total in ((PSI, Psi, sd_node), (THETA, Theta, sd_item)):
            own = which == code
            variance = np.diag(residual)
            error = 1.0 / np.sqrt(variance[i[own]] * variance[j[own]])
            factor[own] = np.where(i[own] == j[own], 1.0 / total[i[own]] ** 2, error)
        return values * factor

    with np.errstate(invalid="ignore", divide="ignore"):
        values = function(theta.values)
        jacobian = complex_jacobian(function, theta.values)
    broken = ~np.isfinite(values) | ~np.isfinite(jacobian).all(axis=1)
    values[broken] = np.nan
    jacobian[broken] = 0.0
    return theta.map(values, jacobian, parameter_labels(structure))


def explained_variances(structure: Structure, theta: Estimates) -> Estimates:
    """Return R² of every construct that has predictors: 1 − ψ / φ."""
    outcomes = [k for k, name in enumerate(structure.nodes) if structure.table.predictors_of(name)]

    def function(point: FloatArray) -> FloatArray:
        phi = implied_covariances(structure, point)[1]
        Psi = structure.matrices(point)[2]
        return 1.0 - np.diag(Psi)[outcomes] / np.diag(phi)[outcomes]

    labels = pd.DataFrame({"construct": [structure.nodes[k] for k in outcomes]})
    return theta.map(function(theta.values), complex_jacobian(function, theta.values), labels)


def latent_correlations(structure: Structure, theta: FloatArray) -> pd.DataFrame:
    """Return the model's correlations between constructs; NaN beside a negative variance."""
    phi = implied_covariances(structure, theta)[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.diag(phi))
        correlations = phi / np.outer(sd, sd)
    names = list(structure.nodes)
    return pd.DataFrame(correlations, index=names, columns=names)


def total_effects_in_points(
    structure: Structure, theta: Estimates, outcome: str, drivers: Sequence[str]
) -> Estimates:
    """Return total effects on ``outcome`` in index points per index point of each driver.

    TE = (I−B)⁻¹ − I is per unit of the driver's marker item. A construct's index moves by κ points
    when the construct moves by one unit, κ = Σλ²/Σλ for loading weights λ/Σλ, so the effect per
    point is TE·κ_outcome/κ_driver, which does not depend on the choice of markers.

    Parameters
    ----------
    structure : Structure
    theta : Estimates
        The free parameters.
    outcome : str
    drivers : sequence of str

    Returns
    -------
    Estimates
        Labels: ``term``.
    """
    nodes = structure.nodes
    if outcome not in nodes:
        raise ModelError(
            f"`{outcome}` is not a construct of the model ({', '.join(nodes)}). "
            f"{suggest(outcome, nodes)}".rstrip()
        )
    rows = [nodes.index(name) for name in drivers]
    target = nodes.index(outcome)

    def function(point: FloatArray) -> FloatArray:
        Lambda, B, _, _ = structure.matrices(point)
        total = np.linalg.inv(np.eye(len(B)) - B)
        kappa = (Lambda**2).sum(axis=0) / Lambda.sum(axis=0)
        return np.asarray(total[target, rows] * kappa[target] / kappa[rows])

    labels = pd.DataFrame({"term": list(drivers)})
    return theta.map(function(theta.values), complex_jacobian(function, theta.values), labels)


def parameter_labels(structure: Structure) -> pd.DataFrame:
    """Label the rows of the parameter table as ``lhs, op, rhs``."""
    parameters = structure.table.parameters
    return pd.DataFrame(
        {
            "lhs": [p.lhs for p in parameters],
            "op": [str(p.op) for p in parameters],
            "rhs": [p.rhs for p in parameters],
        }
    )
