"""Weighted logistic regression of an outcome on a few columns, and the calibration slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from csi.dissatisfied.faults import DissatisfiedError
from csi.inference import FloatArray

_MAX_STEPS = 60
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class LogisticFit:
    """A weighted logistic regression.

    Attributes
    ----------
    coefficients : FloatArray, shape (k,)
    influence : FloatArray, shape (n, k)
        Per unit of weight: H⁻¹ x (y − p).
    """

    coefficients: FloatArray
    influence: FloatArray


def fit_logistic(
    X: FloatArray, y: FloatArray, weights: FloatArray, *, ridge: float = 0.0
) -> LogisticFit:
    """Maximise the weighted likelihood of a logistic regression by Newton's method.

    Parameters
    ----------
    X : FloatArray, shape (n, k)
        With a column of ones for an intercept.
    y : FloatArray, shape (n,)
        0 or 1.
    weights : FloatArray, shape (n,)
    ridge : float
        Penalty on the squares of all coefficients but the first, in units of weight.

    Returns
    -------
    LogisticFit

    Raises
    ------
    DissatisfiedError
        If the likelihood has no maximum: the outcome is constant or separated.
    """
    scale = weights.sum() / len(weights)
    w = weights / scale
    penalty = np.full(X.shape[1], ridge)
    penalty[0] = 0.0
    beta = np.zeros(X.shape[1])
    for _ in range(_MAX_STEPS):
        p = expit(X @ beta)
        gradient = X.T @ (w * (y - p)) - penalty * beta
        information = (X * (w * p * (1.0 - p))[:, None]).T @ X + np.diag(penalty)
        step = np.linalg.lstsq(information, gradient, rcond=1e-12)[0]
        beta = beta + step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < _TOLERANCE:
            residual = (y - expit(X @ beta))[:, None] * X
            inverse = np.linalg.pinv(information * scale, hermitian=True)
            return LogisticFit(beta, np.asarray(residual @ inverse))
    raise DissatisfiedError(
        "The logistic regression has no maximum: the outcome is the same for all, or the "
        "columns separate it completely."
    )


def fit_calibration(z: FloatArray, y: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """Return offset a and slope s of logit P(y) = a + s z (Platt 1999), by maximum likelihood.

    ``z`` must come from models that did not see ``y``. A negative slope is returned as it is: it
    says that the ranking is upside down.
    """
    if np.ptp(z) == 0.0:
        rate = float(np.average(y, weights=weights))
        return float(np.log(rate / (1.0 - rate)) - z[0]), 1.0
    centre, spread = float(z.mean()), float(z.std())
    X = np.column_stack([np.ones_like(z), (z - centre) / spread])
    b0, b1 = fit_logistic(X, y, weights).coefficients
    slope = float(b1) / spread
    return float(b0) - slope * centre, slope


def offset_for_rate(z: FloatArray, weights: FloatArray, rate: float) -> float:
    """Return a with Σ w expit(a + z) / Σ w = rate, shape of ``z`` (n,).

    Raises
    ------
    DissatisfiedError
        If the rate does not lie between 0 and 1.
    """
    if not 0.0 < rate < 1.0:
        raise DissatisfiedError(f"A rate lies between 0 and 1; got {rate!r}.")

    def excess(a: float) -> float:
        return float(np.average(expit(a + z), weights=weights)) - rate

    middle = float(np.log(rate / (1.0 - rate)) - np.average(z, weights=weights))
    return float(brentq(excess, middle - 60.0, middle + 60.0, xtol=1e-12))
