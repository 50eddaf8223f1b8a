"""Maximum likelihood on a covariance matrix: semopy's fit of record, verified and polished."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csi.errors import ModelError
from csi.inference import FloatArray
from csi.model._semopy import fit_semopy
from csi.model.structure import (
    PSI,
    Implied,
    Structure,
    discrepancy,
    expected_information,
    gradient,
    implied_moments,
    observed_information,
)

GRADIENT_TOLERANCE = 1e-6
"""Largest |dF/dθ| of an accepted solution, on items scaled to unit mean variance."""

_TARGET = 1e-10
_MAX_STEPS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRecord:
    """How the solution was found.

    Attributes
    ----------
    semopy_success, semopy_message, semopy_iterations
        What semopy said.
    semopy_gradient : float
        Largest |dF/dθ| at semopy's solution, on items scaled to unit mean variance.
    gradient : float
        The same at the solution that is reported.
    polish_steps : int
        Steps of Fisher scoring after semopy.
    polish_size : float
        Largest change of a parameter by the polish, in its standard errors for n respondents.
    converged : bool
        Whether ``gradient`` is below `GRADIENT_TOLERANCE`.
    """

    semopy_success: bool
    semopy_message: str
    semopy_iterations: int
    semopy_gradient: float
    gradient: float
    polish_steps: int
    polish_size: float
    converged: bool


def maximum_likelihood(structure: Structure, S: FloatArray, n: int) -> tuple[FloatArray, FitRecord]:
    """Fit Σ(θ) to S.

    Items are first divided by one common scale, which leaves loadings and paths as they are, so
    that tolerances mean the same for 1-10 and 0-100 answers.

    Parameters
    ----------
    structure : Structure
    S : FloatArray, shape (p, p)
    n : int

    Returns
    -------
    theta : FloatArray, shape (n_free,)
    record : FitRecord
    """
    scale = float(np.mean(np.diag(S)))
    unit = rescale_structure(structure, 1.0 / scale)
    S_unit = S / scale
    start = starting_values(unit, S_unit)
    answer = fit_semopy(unit, S_unit, n, start)
    semopy_gradient = _largest_gradient(unit, answer.theta, S_unit)
    begin = answer.theta if np.isfinite(semopy_gradient) else start
    theta, steps = polish(unit, begin, S_unit)
    final = _largest_gradient(unit, theta, S_unit)
    if not final < GRADIENT_TOLERANCE:
        again, more = polish(unit, start, S_unit)
        if discrepancy(unit, again, S_unit) < discrepancy(unit, theta, S_unit):
            theta, steps = again, steps + more
            final = _largest_gradient(unit, theta, S_unit)
    information = expected_information(implied_moments(unit, theta))
    errors = np.sqrt(np.abs(np.diag(np.linalg.pinv(information, hermitian=True))) / n)
    size = np.abs(theta - answer.theta) / np.where(errors > 0, errors, np.inf)
    record = FitRecord(
        semopy_success=answer.success,
        semopy_message=answer.message,
        semopy_iterations=answer.iterations,
        semopy_gradient=semopy_gradient,
        gradient=final,
        polish_steps=steps,
        polish_size=float(size.max(initial=0.0)),
        converged=bool(final < GRADIENT_TOLERANCE),
    )
    return theta * variance_units(structure, scale), record


def polish(structure: Structure, theta: FloatArray, S: FloatArray) -> tuple[FloatArray, int]:
    """Improve a solution by damped Fisher scoring, then by Newton steps.

    Returns
    -------
    theta : FloatArray, shape (n_free,)
    steps : int
    """
    F = discrepancy(structure, theta, S)
    if not np.isfinite(F):
        theta = starting_values(structure, S)
        F = discrepancy(structure, theta, S)
        if not np.isfinite(F):
            raise ModelError(
                "No starting point gives a positive definite covariance matrix. Check fixed values "
                "and `start()` values in the model."
            )
    damping = 0.0
    for step in range(_MAX_STEPS):
        implied = implied_moments(structure, theta)
        g = gradient(implied, S)
        if np.abs(g).max(initial=0.0) < _TARGET:
            return theta, step
        moved = _damped_step(structure, theta, S, F, g, implied, damping)
        if moved is None:
            return theta, step
        theta, F, damping = moved
    return theta, _MAX_STEPS


def _damped_step(
    structure: Structure,
    theta: FloatArray,
    S: FloatArray,
    F: float,
    g: FloatArray,
    implied: Implied,
    damping: float,
) -> tuple[FloatArray, float, float] | None:
    """Take the first step that lowers F; near the optimum, Newton's."""
    close = bool(np.abs(g).max() < 1e-3)
    for information in _informations(structure, theta, S, implied, newton_first=close):
        diagonal = np.diag(np.maximum(np.diag(information), 1e-12))
        damp = damping
        for _ in range(12):
            try:
                delta = np.linalg.solve(2.0 * (information + damp * diagonal), g)
            except np.linalg.LinAlgError:
                damp = max(10.0 * damp, 1e-6)
                continue
            candidate = theta - delta
            value = discrepancy(structure, candidate, S)
            better_gradient = abs(value - F) <= 1e-12 * max(1.0, abs(F)) and (
                _largest_gradient(structure, candidate, S) < np.abs(g).max()
            )
            if value < F - 1e-14 * max(1.0, abs(F)) or better_gradient:
                return candidate, value, (damp / 10.0 if damp > 1e-8 else 0.0)
            damp = max(10.0 * damp, 1e-6)
    return None


def _informations(
    structure: Structure,
    theta: FloatArray,
    S: FloatArray,
    implied: Implied,
    *,
    newton_first: bool,
) -> list[FloatArray]:
    expected = expected_information(implied)
    if not newton_first:
        return [expected]
    return [observed_information(structure, theta, S), expected]


def starting_values(structure: Structure, S: FloatArray) -> FloatArray:
    """Return starting values: loadings from covariance ratios, half of each variance as error."""
    item_of = {name: k for k, name in enumerate(structure.items)}
    theta = np.zeros(structure.n_free)
    for p, free in zip(structure.table.parameters, structure.free, strict=True):
        if free < 0:
            continue
        if p.start is not None:
            theta[free] = p.start
        elif p.op == "=~" and p.rhs in item_of:
            theta[free] = _loading_start(structure, S, item_of, p.lhs, p.rhs)
        elif p.op == "=~":
            theta[free] = 1.0
        elif p.op == "~~" and p.lhs == p.rhs:
            marker = p.lhs if p.lhs in item_of else next(iter(structure.table.items_of(p.lhs)))
            variance = S[item_of[marker], item_of[marker]] if marker in item_of else 1.0
            theta[free] = 0.5 * variance
    return theta


def _loading_start(
    structure: Structure, S: FloatArray, item_of: dict[str, int], construct: str, item: str
) -> float:
    own = [item_of[name] for name in structure.table.items_of(construct) if name in item_of]
    first, this = own[0], item_of[item]
    others = [k for k in own if k not in (first, this)]
    below = float(S[first, others].sum()) if others else 0.5 * float(S[first, first])
    above = float(S[this, others].sum()) if others else float(S[first, this])
    ratio = above / below if below else 1.0
    return float(np.clip(ratio, -3.0, 3.0))


def rescale_structure(structure: Structure, factor: float) -> Structure:
    """Return the structure for items multiplied by √factor: fixed variances change with it."""
    values = np.where(structure.matrix >= PSI, factor, 1.0) * structure.fixed_values
    return Structure(
        table=structure.table,
        nodes=structure.nodes,
        matrix=structure.matrix,
        row=structure.row,
        column=structure.column,
        free=structure.free,
        fixed_values=values,
        n_free=structure.n_free,
        observed_node=structure.observed_node,
    )


def variance_units(structure: Structure, scale: float) -> FloatArray:
    """Return what brings each free parameter back from unit scale: variances by the scale."""
    units = np.ones(structure.n_free)
    variances = structure.free[(structure.matrix >= PSI) & (structure.free >= 0)]
    units[variances] = scale
    return units


def _largest_gradient(structure: Structure, theta: FloatArray, S: FloatArray) -> float:
    if not np.isfinite(discrepancy(structure, theta, S)):
        return np.inf
    return float(np.abs(gradient(implied_moments(structure, theta), S)).max(initial=0.0))
