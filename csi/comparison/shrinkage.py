"""Scores of many groups, each drawn to what all have in common as far as its own is uncertain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from csi.inference import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Shrunken values of k groups.

    Attributes
    ----------
    values : FloatArray, shape (k,)
        μ + B_i (y_i − μ).
    std_errors : FloatArray, shape (k,)
        Roots of the mean squared error of prediction.
    weights : FloatArray, shape (k,)
        B_i = A / (A + ψ_i): how much of each group's own value is kept.
    mean, variance : float
        μ, and A, the variance between groups that is not sampling.
    """

    values: FloatArray
    std_errors: FloatArray
    weights: FloatArray
    mean: float
    variance: float


def shrink(values: FloatArray, std_errors: FloatArray) -> Shrunk:
    """Shrink values to their common mean by the model of Fay and Herriot (1979).

    y_i = θ_i + e_i with known Var(e_i) = ψ_i and θ_i of mean μ and variance A. A solves
    Σ (y_i − μ(A))² / (ψ_i + A) = k − 1, or is 0; μ(A) is the mean weighted by 1/(ψ_i + A). The mean
    squared error is g1 + g2 + 2·g3 − (1 − B_i)² bias(A) (Datta, Rao and Smith 2005) with
    g1 = A ψ_i/(A + ψ_i), g2 = (1 − B_i)²/P, g3 = ψ_i²/(A + ψ_i)³ · 2k/P², P = Σ 1/(ψ_j + A), Q = Σ
    1/(ψ_j + A)² and bias(A) = 2(kQ − P²)/P³.

    Parameters
    ----------
    values, std_errors : FloatArray, shape (k,)
        NaN values stay NaN and count nowhere.

    Returns
    -------
    Shrunk

    Examples
    --------
    >>> import numpy as np
    >>> found = shrink(np.array([60.0, 70.0, 80.0]), np.array([5.0, 5.0, 5.0]))
    >>> found.variance, found.values.tolist()  # S² = 100, so A = 100 − 25 and B = 3/4
    (75.0, [62.5, 70.0, 77.5])
    """
    known = np.isfinite(values) & np.isfinite(std_errors)
    y, psi = values[known], std_errors[known] ** 2
    result, errors, kept = (np.full(len(values), np.nan) for _ in range(3))
    if len(y) < 3:
        result[known], errors[known], kept[known] = y, std_errors[known], 1.0
        return Shrunk(result, errors, kept, float(y.mean()) if len(y) else np.nan, np.nan)
    A = between_variance(y, psi)
    precision = 1.0 / (psi + A)
    mu = float(precision @ y / precision.sum())
    B = A * precision
    result[known], kept[known] = mu + B * (y - mu), B
    errors[known] = np.sqrt(_prediction_error(psi, A))
    return Shrunk(result, errors, kept, mu, A)


def between_variance(y: FloatArray, psi: FloatArray) -> float:
    """Return A of Fay and Herriot: the variance between groups beyond sampling, at least 0."""

    def excess(A: float) -> float:
        precision = 1.0 / (psi + A)
        mu = precision @ y / precision.sum()
        return float(precision @ (y - mu) ** 2 - (len(y) - 1))

    smallest = 0.0 if (psi > 0).all() else 1e-12
    if excess(smallest) <= 0.0:
        return 0.0
    high = float(((y - y.mean()) ** 2).sum()) + 1.0
    while excess(high) > 0.0:
        high *= 2.0
    return float(optimize.brentq(excess, smallest, high, xtol=1e-12, rtol=1e-14))


def _prediction_error(psi: FloatArray, A: float) -> FloatArray:
    k, precision = len(psi), 1.0 / (psi + A)
    total, squares = precision.sum(), (precision**2).sum()
    drawn = psi * precision  # 1 − B
    own, common = A * drawn, drawn**2 / total
    spread = psi**2 * precision**3 * 2.0 * k / total**2
    bias = 2.0 * (k * squares - total**2) / total**3
    return np.asarray(np.maximum(own + common + 2.0 * spread - drawn**2 * bias, 0.0))
