"""Full-information maximum likelihood for answers missing at random.

Respondents are grouped by which items they answered. Each group contributes the likelihood of its
own items, so nobody is dropped and nothing is filled in (Arbuckle 1996). Casewise scores give the
influences, hence design-based standard errors (Yuan and Bentler 2000).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from csi.errors import ModelError
from csi.inference import FloatArray, IntArray
from csi.model.structure import (
    Implied,
    Structure,
    curvature,
    implied_moments,
    trace_products,
)

_TARGET = 1e-9
_MAX_STEPS = 500
_MAX_EM_STEPS = 5000


@dataclass(frozen=True, kw_only=True, eq=False)
class Pattern:
    """Respondents who answered the same items.

    Attributes
    ----------
    items : IntArray
        Which items they answered.
    rows : IntArray
        Who they are.
    share : float
        Their share of the weight.
    mean : FloatArray
        Their weighted means.
    cov : FloatArray
        Their covariances about those means.
    """

    items: IntArray
    rows: IntArray
    share: float
    mean: FloatArray
    cov: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Incomplete:
    """Answers with gaps.

    Attributes
    ----------
    y : FloatArray, shape (n, p)
    weights : FloatArray, shape (n,)
        Scaled to sum to n.
    patterns : tuple of Pattern
    """

    y: FloatArray
    weights: FloatArray
    patterns: tuple[Pattern, ...]


def group_patterns(y: FloatArray, weights: FloatArray) -> Incomplete:
    """Group respondents by the items they answered; those without any answer must be left out."""
    w = weights * (len(weights) / weights.sum())
    seen, which = np.unique(~np.isnan(y), axis=0, return_inverse=True)
    patterns = []
    for k, answered in enumerate(seen):
        rows = np.flatnonzero(which.ravel() == k)
        items = np.flatnonzero(answered)
        part = y[np.ix_(rows, items)]
        total = float(w[rows].sum())
        mean = w[rows] @ part / total
        z = part - mean
        patterns.append(
            Pattern(
                items=items,
                rows=rows,
                share=total / len(y),
                mean=mean,
                cov=(z * w[rows, None]).T @ z / total,
            )
        )
    return Incomplete(y=y, weights=w, patterns=tuple(patterns))


def saturated_moments(data: Incomplete) -> tuple[FloatArray, FloatArray]:
    """Return means and covariances by the EM algorithm (Dempster, Laird and Rubin 1977).

    Raises
    ------
    ModelError
        If two items were never answered together, or EM does not settle.
    """
    p = data.y.shape[1]
    _refuse_unconnected(data, p)
    w = data.weights[:, None] * ~np.isnan(data.y)
    mean = np.nansum(w * data.y, axis=0) / w.sum(axis=0)
    cov = np.diag(np.nansum(w * (data.y - mean) ** 2, axis=0) / w.sum(axis=0))
    for _ in range(_MAX_EM_STEPS):
        new_mean, new_cov = _em_step(data, mean, cov)
        sd = np.sqrt(np.diag(cov))
        change = max(
            float(np.abs((new_mean - mean) / sd).max()),
            float(np.abs((new_cov - cov) / np.outer(sd, sd)).max()),
        )
        mean, cov = new_mean, new_cov
        if change < 1e-11:
            return mean, cov
    raise ModelError(
        f"The means and covariances of the incomplete answers did not settle in {_MAX_EM_STEPS} "
        'EM steps: too much is missing. Drop the emptiest items, or use missing="listwise".'
    )


def _em_step(data: Incomplete, mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    p = len(mean)
    first = np.zeros(p)
    second = np.zeros((p, p))
    for pattern in data.patterns:
        o = pattern.items
        u = np.setdiff1d(np.arange(p), o)
        slope = np.linalg.solve(cov[np.ix_(o, o)], cov[np.ix_(o, u)]).T
        full_mean = np.empty(p)
        full_mean[o] = pattern.mean
        full_mean[u] = mean[u] + slope @ (pattern.mean - mean[o])
        full_cov = np.empty((p, p))
        full_cov[np.ix_(o, o)] = pattern.cov
        full_cov[np.ix_(u, o)] = slope @ pattern.cov
        full_cov[np.ix_(o, u)] = full_cov[np.ix_(u, o)].T
        full_cov[np.ix_(u, u)] = (
            cov[np.ix_(u, u)] - slope @ cov[np.ix_(o, u)] + slope @ pattern.cov @ slope.T
        )
        first += pattern.share * full_mean
        second += pattern.share * (full_cov + np.outer(full_mean, full_mean))
    return first, second - np.outer(first, first)


def minus_two_log_likelihood(data: Incomplete, mean: FloatArray, sigma: FloatArray) -> float:
    """Return −2 log L per respondent, or infinity where Σ is not positive definite."""
    total = 0.0
    for pattern in data.patterns:
        o = pattern.items
        try:
            root = np.linalg.cholesky(sigma[np.ix_(o, o)])
        except np.linalg.LinAlgError:
            return np.inf
        d = pattern.mean - mean[o]
        S = pattern.cov + np.outer(d, d)
        trace = float(np.trace(np.linalg.solve(root.T, np.linalg.solve(root, S))))
        log_det = 2.0 * float(np.log(np.diag(root)).sum())
        total += pattern.share * (len(o) * np.log(2.0 * np.pi) + log_det + trace)
    return total


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """First and second derivatives of −2 log L per respondent at one point.

    Attributes
    ----------
    implied : Implied
        The model's covariances there.
    patterns : tuple of PatternSlope
    G : FloatArray, shape (p, p)
        Derivative with respect to Σ.
    gradient : FloatArray, shape (k + p,)
        With respect to the parameters, then the means.
    """

    implied: Implied
    patterns: tuple[PatternSlope, ...]
    G: FloatArray
    gradient: FloatArray

    @cached_property
    def expected(self) -> FloatArray:
        """Half the expected second derivative, shape (k + p, k + p)."""
        U, V = self.implied.U, self.implied.V
        p, k = U.shape
        result = np.zeros((k + p, k + p))
        for each in self.patterns:
            result[:k, :k] += each.share / 2.0 * trace_products(U, V, each.W, each.W)
            result[k:, k:] += each.share * each.W
        return _collected(self.implied, result, p)

    @cached_property
    def observed(self) -> FloatArray:
        """Half the second derivative, without the curvature of Σ(θ), shape (k + p, k + p)."""
        U, V = self.implied.U, self.implied.V
        p, k = U.shape
        result = np.zeros((k + p, k + p))
        for each in self.patterns:
            result[:k, :k] += each.share * trace_products(U, V, each.W, each.K - each.W / 2.0)
            result[k:, k:] += each.share * each.W
            WU, WV, e = each.W @ U, each.W @ V, each.W @ each.d
            result[k:, :k] += each.share * (WU * (V.T @ e) + WV * (U.T @ e))
        result[:k, k:] = result[k:, :k].T
        return _collected(self.implied, result, p)


@dataclass(frozen=True, slots=True, eq=False)
class PatternSlope:
    """What the respondents of one pattern add: their share, W = Σ⁻¹, K = WSW and d = ȳ − μ."""

    share: float
    W: FloatArray
    K: FloatArray
    d: FloatArray


def slopes(data: Incomplete, mean: FloatArray, implied: Implied) -> Slopes:
    """Add up the derivatives over the patterns."""
    parts = tuple(_pattern_slope(pattern, mean, implied.sigma) for pattern in data.patterns)
    p = len(mean)
    G, of_mean = np.zeros((p, p)), np.zeros(p)
    for each in parts:
        G += each.share * (each.W - each.K)
        of_mean -= 2.0 * each.share * (each.W @ each.d)
    of_theta = implied.collect(2.0 * (implied.U * (G @ implied.V)).sum(axis=0))
    return Slopes(
        implied=implied, patterns=parts, G=G, gradient=np.concatenate([of_theta, of_mean])
    )


def _pattern_slope(pattern: Pattern, mean: FloatArray, sigma: FloatArray) -> PatternSlope:
    o, p = pattern.items, len(mean)
    d, W, K = np.zeros(p), np.zeros((p, p)), np.zeros((p, p))
    d[o] = pattern.mean - mean[o]
    inverse = np.linalg.inv(sigma[np.ix_(o, o)])
    W[np.ix_(o, o)] = inverse
    K[np.ix_(o, o)] = inverse @ (pattern.cov + np.outer(d[o], d[o])) @ inverse
    return PatternSlope(pattern.share, W, K, d)


def _collected(implied: Implied, square: FloatArray, p: int) -> FloatArray:
    """Merge rows and columns of parameters that share a label; the means stay."""
    k = square.shape[0] - p
    once = np.concatenate([implied.collect(square[:, :k]), square[:, k:]], axis=1).T
    return np.concatenate([implied.collect(once[:, :k]), once[:, k:]], axis=1)


def observed_information(
    structure: Structure, theta: FloatArray, data: Incomplete, mean: FloatArray
) -> FloatArray:
    """Return half the second derivative of −2 log L per respondent, parameters then means."""
    return _curved(structure, theta, slopes(data, mean, implied_moments(structure, theta)))


def _curved(structure: Structure, theta: FloatArray, at: Slopes) -> FloatArray:
    """Add the curvature of Σ(θ) to the second derivative."""
    result, k = at.observed.copy(), structure.n_free
    result[:k, :k] += 0.5 * curvature(structure, theta, at.G)
    return result


def casewise_scores(data: Incomplete, mean: FloatArray, implied: Implied) -> FloatArray:
    """Return d log L_i / d(θ, μ) per unit weight, shape (n, k + p)."""
    n, p = data.y.shape
    result = np.zeros((n, implied.n_free + p))
    for pattern in data.patterns:
        o = pattern.items
        W = np.linalg.inv(implied.sigma[np.ix_(o, o)])
        U, V = implied.U[o], implied.V[o]
        Z = (data.y[np.ix_(pattern.rows, o)] - mean[o]) @ W
        constant = (U * (W @ V)).sum(axis=0)
        result[pattern.rows, : implied.n_free] = implied.collect((Z @ U) * (Z @ V) - constant)
        result[np.ix_(pattern.rows, implied.n_free + o)] = Z
    return result


def polish_incomplete(
    structure: Structure, theta: FloatArray, data: Incomplete, mean: FloatArray
) -> tuple[FloatArray, FloatArray, int, float]:
    """Climb to the maximum likelihood of incomplete answers by damped Fisher scoring.

    Returns
    -------
    theta : FloatArray, shape (k,)
    mean : FloatArray, shape (p,)
    steps : int
    gradient : float
        Largest derivative of −2 log L per respondent, in units of one standard deviation.
    """
    k = structure.n_free
    F = minus_two_log_likelihood(data, mean, implied_moments(structure, theta).sigma)
    damping = 0.0
    size = np.inf
    for step in range(_MAX_STEPS):
        at = slopes(data, mean, implied_moments(structure, theta))
        size = float(np.abs(at.gradient).max())
        if size < _TARGET:
            return theta, mean, step, size
        information = at.expected
        if size < 1e-3:
            information = _curved(structure, theta, at)
        diagonal = np.diag(np.maximum(np.diag(at.expected), 1e-12))
        for _ in range(14):
            delta = np.linalg.lstsq(
                2.0 * (information + damping * diagonal), at.gradient, rcond=None
            )[0]
            new_theta, new_mean = theta - delta[:k], mean - delta[k:]
            sigma = implied_moments(structure, new_theta).sigma
            value = minus_two_log_likelihood(data, new_mean, sigma)
            if value < F + 1e-13 * abs(F):
                theta, mean, F = new_theta, new_mean, value
                damping = damping / 10.0 if damping > 1e-8 else 0.0
                break
            damping = max(10.0 * damping, 1e-6)
            information = at.expected
        else:
            return theta, mean, step, size
    return theta, mean, _MAX_STEPS, size


def saturated_implied(cov: FloatArray) -> Implied:
    """Return the unrestricted model: every covariance a parameter, lower triangle row by row."""
    p = len(cov)
    rows, columns = np.tril_indices(p)
    identity = np.eye(p)
    half = np.where(rows == columns, 0.5, 1.0)
    return Implied(
        sigma=cov,
        phi=cov,
        total=identity,
        U=identity[:, rows] * half,
        V=identity[:, columns],
        rows=np.arange(len(rows)),
        n_free=len(rows),
    )


def scaled_data(data: Incomplete, scale: float) -> Incomplete:
    """Divide the answers by ``scale``."""
    patterns = tuple(
        replace(pattern, mean=pattern.mean / scale, cov=pattern.cov / scale**2)
        for pattern in data.patterns
    )
    return Incomplete(y=data.y / scale, weights=data.weights, patterns=patterns)


def _refuse_unconnected(data: Incomplete, p: int) -> None:
    together = np.zeros((p, p), dtype=bool)
    for pattern in data.patterns:
        together[np.ix_(pattern.items, pattern.items)] = True
    if not together.all():
        i, j = np.argwhere(~together)[0]
        raise ModelError(
            f"Items {i + 1} and {j + 1} of the model were never answered by the same respondent, "
            "so their covariance is unknown. They probably belong to different channels: fit them "
            "in separate models, by the users of each channel."
        )
