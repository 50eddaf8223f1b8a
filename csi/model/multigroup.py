"""One model in several groups at once, with means and equality constraints across groups.

F = Σ_g (n_g/n) [log|Σ_g| + tr(S*_g Σ_g⁻¹) − log|S_g| − p] with S*_g = S_g + (m_g − μ_g)(m_g − μ_g)ᵀ
and μ_g = ν_g + Λ(I−B)⁻¹α_g (Jöreskog 1971; Sörbom 1974). A label map says which parameters of which
groups are the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from csi.inference import ArrayBasis, Estimates, FloatArray, IntArray, join_estimates
from csi.model.missing import saturated_implied
from csi.model.structure import (
    BETA,
    LAMBDA,
    Implied,
    Structure,
    complex_jacobian,
    expected_information,
    implied_moments,
)
from csi.moments import Moments

Level = Literal["configural", "metric", "scalar"]

_TARGET = 1e-10
_MAX_STEPS = 300


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelMap:
    """Which free number each group's parameters are.

    Attributes
    ----------
    own : tuple of IntArray, one per group, shape (k + p + m,)
        Number of each of the group's parameters θ, intercepts ν and construct means α; -1 for a
        construct mean that is fixed at zero.
    n_free : int
    """

    own: tuple[IntArray, ...]
    n_free: int


@dataclass(frozen=True, kw_only=True, eq=False)
class MultiGroupFit:
    """A fitted multi-group model.

    Attributes
    ----------
    structure : Structure
    labels : LabelMap
    values : FloatArray, shape (n_free,)
    gradient : float
        Largest |dF/dθ|.
    chi2 : float
    df : int
    scaling : float
    hessian : FloatArray, shape (n_free, n_free)
        Half the second derivative of F.
    """

    structure: Structure
    labels: LabelMap
    values: FloatArray
    gradient: float
    chi2: float
    df: int
    scaling: float
    hessian: FloatArray

    def of_group(self, group: int) -> FloatArray:
        """Return θ, ν and α of a group, shape (k + p + m,)."""
        own = self.labels.own[group]
        return np.where(own >= 0, self.values[np.maximum(own, 0)], 0.0)


def label_map(
    structure: Structure,
    n_groups: int,
    level: Level,
    *,
    free_loadings: Sequence[str] = (),
    free_intercepts: Sequence[str] = (),
) -> LabelMap:
    """Give numbers to the parameters of a level of invariance, some items excepted."""
    k, p, m = structure.n_free, len(structure.items), len(structure.nodes)
    loading = np.zeros(k, dtype=bool)
    for parameter, free in zip(structure.table.parameters, structure.free, strict=True):
        if free >= 0 and parameter.op == "=~" and parameter.rhs not in free_loadings:
            loading[free] = level != "configural"
    intercept = np.array([item not in free_intercepts for item in structure.items])
    shared = np.concatenate([loading, intercept & (level == "scalar"), np.zeros(m, dtype=bool)])
    groups: list[IntArray] = []
    count = 0
    for g in range(n_groups):
        own = np.empty(k + p + m, dtype=np.int64)
        if g:
            own[shared] = groups[0][shared]
        new = ~shared if g else np.ones_like(shared)
        new[k + p :] = g > 0 and level == "scalar"
        own[k + p :] = -1
        own[new] = count + np.arange(int(new.sum()))
        count += int(new.sum())
        groups.append(own)
    return LabelMap(own=tuple(groups), n_free=count)


def fit_multigroup(
    structure: Structure,
    moments: Sequence[Moments],
    labels: LabelMap,
    start: FloatArray,
    gamma: FloatArray,
) -> MultiGroupFit:
    """Fit by damped Fisher scoring, then Newton steps.

    Parameters
    ----------
    structure : Structure
    moments : sequence of Moments
        One per group.
    labels : LabelMap
    start : FloatArray, shape (k,)
        Starting values of every group's θ; intercepts start at the item means.
    gamma : FloatArray, shape (G·(p + p*) + G, G·(p + p*) + G)
        Covariance of `group_moments`.
    """
    share = np.array([each.n for each in moments], dtype=np.float64)
    n, share = int(share.sum()), share / share.sum()
    values = _starting(labels, structure, moments, share, start)
    problem = _Problem(structure, moments, labels, share)
    F, damping = problem.discrepancy(values), 0.0
    for _ in range(_MAX_STEPS):
        g, information = problem.slopes(values)
        size = float(np.abs(g).max())
        if size < _TARGET:
            break
        if size < 1e-3:
            information = problem.hessian(values)
        diagonal = np.diag(np.maximum(np.diag(information), 1e-12))
        for _ in range(14):
            delta = _step(information + damping * diagonal, g)
            candidate = problem.discrepancy(values - delta)
            if candidate < F + 1e-13 * max(1.0, abs(F)):
                values, F = values - delta, candidate
                damping = damping / 10.0 if damping > 1e-8 else 0.0
                break
            damping = max(10.0 * damping, 1e-6)
        else:
            break
    hessian = problem.hessian(values)
    p = len(structure.items)
    df = len(moments) * (p + p * (p + 1) // 2) - labels.n_free
    fit = MultiGroupFit(
        structure=structure,
        labels=labels,
        values=values,
        gradient=float(np.abs(problem.slopes(values)[0]).max()),
        chi2=n * max(F, 0.0),
        df=df,
        scaling=np.nan,
        hessian=hessian,
    )
    if df == 0:
        return fit
    jacobian = moment_jacobian(fit, moments)
    saturated = _saturated_information(moments, share)
    width = len(saturated)
    unrestricted = n * np.trace(saturated @ gamma[:width, :width])
    restricted = n * np.trace(hessian @ jacobian @ gamma @ jacobian.T)
    scaling = float(unrestricted - restricted) / df
    return replace(fit, scaling=scaling)


def score_test(fit: MultiGroupFit, moments: Sequence[Moments], released: LabelMap) -> float:
    """Return how much χ² would fall, about, if equal parameters were released.

    The Lagrange multiplier test n/4 · gᵀI⁻¹g of the released model at the restricted solution (Rao
    1948; Sörbom 1989), so that many releases can be tried without a refit.
    """
    share = np.array([each.n for each in moments], dtype=np.float64)
    n, share = float(share.sum()), share / share.sum()
    values = np.zeros(released.n_free)
    for group, number in enumerate(released.own):
        kept = number >= 0
        values[number[kept]] = fit.of_group(group)[kept]
    gradient, information = _Problem(fit.structure, moments, released, share).slopes(values)
    return n / 2.0 * float(gradient @ _step(information, gradient))


def _step(information: FloatArray, gradient: FloatArray) -> FloatArray:
    """Return ½ I⁻¹g; where I is singular, in the directions that the data determine."""
    try:
        return np.asarray(np.linalg.solve(2.0 * information, gradient))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(2.0 * information, gradient, rcond=None)[0])


def moment_jacobian(fit: MultiGroupFit, moments: Sequence[Moments]) -> FloatArray:
    """Return the derivatives of the free numbers by `group_moments`.

    Where equality constraints do not hold exactly, a group pulls the common numbers towards its
    own; how much of the sample each group makes up then matters too.
    """
    share = np.array([each.n for each in moments], dtype=np.float64)
    share /= share.sum()
    by_moment, by_share = [], []
    for g, each in enumerate(moments):
        own, number = fit.of_group(g), fit.labels.own[g]
        kept = number >= 0
        slope = share[g] * _gradient_slope(fit.structure, own, each)
        scattered = np.zeros((fit.labels.n_free, slope.shape[1]))
        np.add.at(scattered, number[kept], slope[kept])
        by_moment.append(scattered)
        pull = np.zeros((fit.labels.n_free, 1))
        gradient = _group_gradient(fit.structure, own, each.mean, each.cov)
        np.add.at(pull, number[kept], gradient[kept, None])
        by_share.append(pull)
    return np.asarray(-np.linalg.solve(2.0 * fit.hessian, np.hstack(by_moment + by_share)))


def _gradient_slope(structure: Structure, own: FloatArray, each: Moments) -> FloatArray:
    """Return the derivatives of a group's gradient by its means and covariances.

    With A_k = Σ⁻¹ dΣ_k Σ⁻¹ and d = m − μ: −A_k,ij (2 − δ_ij) by the covariances, and by the means
    −2 A_k d − 2 (dμ/dθ)ᵀΣ⁻¹.
    """
    mu, slope, implied = _implied(structure, own)
    W, d = np.linalg.inv(implied.sigma), each.mean - mu
    WU, WV, e = W @ implied.U, W @ implied.V, W @ d
    rows, columns = np.tril_indices(len(d))
    double = np.where(rows == columns, 1.0, 2.0)[:, None]
    k = structure.n_free
    result = np.zeros((len(own), len(d) + len(rows)))
    result[:, : len(d)] = -2.0 * slope.T @ W
    by_mean = WU * (implied.V.T @ e) + WV * (implied.U.T @ e)
    result[:k, : len(d)] -= 2.0 * implied.collect(by_mean).T
    by_cov = (WU[rows] * WV[columns] + WV[rows] * WU[columns]) * double
    result[:k, len(d) :] = -implied.collect(by_cov).T
    return result


def group_moments(moments: Sequence[Moments]) -> Estimates:
    """Return all groups' means, covariances and shares, with the covariances between them."""
    design = moments[0].estimates.design
    n = sum(each.n for each in moments)
    pull = np.zeros((design.n, len(moments)))
    for g, each in enumerate(moments):
        pull[each.inside, g] = each.n / n / design.weights[each.inside].sum()
    base = np.array([float(each.n) for each in moments])
    shares = Estimates(
        design=design,
        labels=pd.DataFrame({"lhs": "share", "op": "", "rhs": [""] * len(moments)}),
        values=base / n,
        n=base,
        n_eff=np.array([each.n_eff for each in moments]),
        df=np.array([each.estimates.df[0] for each in moments]),
        basis=ArrayBasis(pull),
        jacobian=np.eye(len(moments)),
    )
    return join_estimates([*(each.estimates for each in moments), shares])


@dataclass(frozen=True, eq=False)
class _Problem:
    structure: Structure
    moments: Sequence[Moments]
    labels: LabelMap
    share: FloatArray

    def _own(self, values: FloatArray, g: int) -> FloatArray:
        own = self.labels.own[g]
        return np.where(own >= 0, values[np.maximum(own, 0)], 0.0)

    def discrepancy(self, values: FloatArray) -> float:
        total = 0.0
        for g, each in enumerate(self.moments):
            mu, _, implied = _implied(self.structure, self._own(values, g))
            sigma = implied.sigma
            try:
                root = np.linalg.cholesky(sigma)
            except np.linalg.LinAlgError:
                return np.inf
            d = each.mean - mu
            W = np.linalg.inv(sigma)
            F = 2.0 * float(np.log(np.diag(root)).sum()) - float(np.linalg.slogdet(each.cov)[1])
            F += float(np.trace(W @ each.cov) + d @ W @ d) - len(d)
            total += self.share[g] * F
        return total

    def slopes(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        g_all = np.zeros(self.labels.n_free)
        information = np.zeros((self.labels.n_free, self.labels.n_free))
        for g, each in enumerate(self.moments):
            own, kept = self._own(values, g), self.labels.own[g] >= 0
            index = self.labels.own[g][kept]
            slope = _group_gradient(self.structure, own, each.mean, each.cov)
            np.add.at(g_all, index, self.share[g] * slope[kept])
            expected = _group_information(self.structure, own)[np.ix_(kept, kept)]
            np.add.at(information, np.ix_(index, index), self.share[g] * expected)
        return g_all, information

    def hessian(self, values: FloatArray) -> FloatArray:
        result = np.zeros((self.labels.n_free, self.labels.n_free))
        for g, each in enumerate(self.moments):
            own, kept = self._own(values, g), self.labels.own[g] >= 0

            def slope(point: FloatArray, each: Moments = each) -> FloatArray:
                return _group_gradient(self.structure, point, each.mean, each.cov)

            H = complex_jacobian(slope, own)[np.ix_(kept, kept)]
            index = self.labels.own[g][kept]
            np.add.at(result, np.ix_(index, index), self.share[g] * (H + H.T) / 4.0)
        return result


def _implied(structure: Structure, own: FloatArray) -> tuple[FloatArray, FloatArray, Implied]:
    """Return μ, dμ/d(θ, ν, α), and Σ with its factors, of a group."""
    k, p = structure.n_free, len(structure.items)
    theta, nu, alpha = own[:k], own[k : k + p], own[k + p :]
    implied = implied_moments(structure, theta)
    Lambda = structure.matrices(theta)[0]
    M, level = Lambda @ implied.total, implied.total @ alpha
    use = np.flatnonzero(structure.free >= 0)
    by_row = np.zeros((p, len(use)), dtype=own.dtype)
    row, column, matrix = structure.row[use], structure.column[use], structure.matrix[use]
    loading, path = matrix == LAMBDA, matrix == BETA
    by_row[row[loading], np.flatnonzero(loading)] = level[column[loading]]
    by_row[:, path] = M[:, row[path]] * level[column[path]]
    slope = np.hstack([implied.collect(by_row), np.eye(p), M])
    return nu + M @ alpha, slope, implied


def _group_gradient(
    structure: Structure, own: FloatArray, mean: FloatArray, S: FloatArray
) -> FloatArray:
    mu, slope, implied = _implied(structure, own)
    W, d = np.linalg.inv(implied.sigma), mean - mu
    G = W - W @ (S + np.outer(d, d)) @ W
    result = -2.0 * (slope.T @ (W @ d))
    result[: structure.n_free] += implied.collect(2.0 * (implied.U * (G @ implied.V)).sum(axis=0))
    return np.asarray(result)


def _group_information(structure: Structure, own: FloatArray) -> FloatArray:
    _, slope, implied = _implied(structure, own)
    information = slope.T @ np.linalg.solve(implied.sigma, slope)
    k = structure.n_free
    information[:k, :k] += expected_information(implied)
    return np.asarray(information)


def _saturated_information(moments: Sequence[Moments], share: FloatArray) -> FloatArray:
    p = len(moments[0].mean)
    width = p + p * (p + 1) // 2
    result = np.zeros((len(moments) * width, len(moments) * width))
    for g, each in enumerate(moments):
        first = g * width
        means = slice(first, first + p)
        covariances = slice(first + p, first + width)
        result[means, means] = share[g] * np.linalg.inv(each.cov)
        information = expected_information(saturated_implied(each.cov))
        result[covariances, covariances] = share[g] * information
    return result


def _starting(
    labels: LabelMap,
    structure: Structure,
    moments: Sequence[Moments],
    share: FloatArray,
    start: FloatArray,
) -> FloatArray:
    """Start every group at the pooled model, and shared numbers at the average."""
    total, weight = np.zeros(labels.n_free), np.zeros(labels.n_free)
    for g, each in enumerate(moments):
        own = np.concatenate([start, each.mean, np.zeros(len(structure.nodes))])
        kept = labels.own[g] >= 0
        np.add.at(total, labels.own[g][kept], share[g] * own[kept])
        np.add.at(weight, labels.own[g][kept], share[g])
    return total / weight
