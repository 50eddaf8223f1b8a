"""One model in several groups at once, with means and equality constraints across groups.

F = Σ_g (n_g/n) [log|Σ_g| + tr(T_g Σ_g⁻¹) − log|S_g| − p] with T_g = S_g + (m_g − μ_g)(m_g − μ_g)ᵀ
and μ_g = ν_g + Λ(I−B)⁻¹α_g (Jöreskog 1971; Sörbom 1974). A label map says which parameters of which
groups are the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csi.inference import Estimates, FloatArray
from csi.model.arrowhead import Arrowhead
from csi.model.group_model import GroupModel, LabelMap
from csi.model.group_moments import GroupMoments
from csi.model.group_slopes import group_gradient, group_hessian, moment_slope
from csi.model.missing import saturated_implied
from csi.model.multigroup_climb import Problem
from csi.model.structure import expected_information


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupPart:
    """A group's slopes at the solution.

    Attributes
    ----------
    gradient : FloatArray, shape (w,)
    hessian : FloatArray, shape (w, w)
        Half the second derivative.
    slope : FloatArray, shape (w, p + p(p+1)/2)
        Of the gradient by the group's moments.
    """

    gradient: FloatArray
    hessian: FloatArray
    slope: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class MultiGroupFit:
    """A fitted multi-group model.

    Attributes
    ----------
    model : GroupModel
    data : GroupMoments
    labels : LabelMap
    values : FloatArray, shape (n_free,)
    gradient : float
        Largest |dF/dθ| on items scaled to unit mean variance.
    chi2 : float
    df : int
    scaling : float
        Mean eigenvalue of U·Γ, what χ² is divided by (Satorra and Bentler 1994).
    spread : float
        n·tr(H·V): the parameters' part of the scaling, which differences need.
    parts : tuple of GroupPart
    bread : Arrowhead
        Half the second derivative of F.
    """

    model: GroupModel
    data: GroupMoments
    labels: LabelMap
    values: FloatArray
    gradient: float
    chi2: float
    df: int
    scaling: float
    spread: float
    parts: tuple[GroupPart, ...]
    bread: Arrowhead

    def of_group(self, group: int) -> FloatArray:
        """Return θ, ν and α of a group, shape (k + p + m,)."""
        return self.labels.entries(self.model, group, self.values)

    def functions(
        self,
        values: FloatArray,
        by_number: FloatArray,
        labels: pd.DataFrame,
        groups: Sequence[Sequence[int]] | None = None,
    ) -> Estimates:
        """Return functions of the free numbers with their influences.

        dθ/d(moments) = −(2H)⁻¹ d(gradient)/d(moments). Where equality constraints do not hold
        exactly, a group pulls the common numbers towards its own, and its share of the sample
        matters too.

        Parameters
        ----------
        values : FloatArray, shape (r,)
        by_number : FloatArray, shape (r, n_free)
            Derivatives by the free numbers.
        labels : DataFrame, shape (r, n_labels)
        groups : sequence of sequences of int, optional
            The groups that each function is about.
        """
        return adjoint_functions(
            self, values, -0.5 * self.bread.solve(by_number.T), labels, groups=groups
        )


def adjoint_functions(
    fit: MultiGroupFit,
    values: FloatArray,
    adjoint: FloatArray,
    labels: pd.DataFrame,
    *,
    direct: Sequence[FloatArray] | None = None,
    groups: Sequence[Sequence[int]] | None = None,
) -> Estimates:
    """Return numbers whose slopes are ``adjoint``ᵀ times the gradient's, plus ``direct``."""
    slopes, pulls = [], np.zeros((len(values), len(fit.parts)))
    for g, part in enumerate(fit.parts):
        number = fit.labels.own[g]
        kept = number >= 0
        weight = adjoint[number[kept]].T
        slope = fit.data.share[g] * (weight @ part.slope[kept])
        slopes.append(slope if direct is None else slope + direct[g])
        pulls[:, g] = weight @ part.gradient[kept]
    return fit.data.functions(values, slopes, pulls, labels, groups)


def fit_multigroup(
    model: GroupModel, data: GroupMoments, labels: LabelMap, start: FloatArray
) -> MultiGroupFit:
    """Fit by damped Fisher scoring, then Newton steps.

    Parameters
    ----------
    model : GroupModel
    data : GroupMoments
    labels : LabelMap
    start : FloatArray, shape (n_groups, k + p + m)
        Shared numbers start at the average of the groups.
    """
    problem = Problem(model, data, labels)
    values = problem.climb(problem.start(start))
    points = problem.points(values)
    parts = tuple(
        GroupPart(
            gradient=group_gradient(point, each.mean, each.cov),
            hessian=group_hessian(point, each.mean, each.cov),
            slope=moment_slope(point, each.mean),
        )
        for point, each in zip(points, data.moments, strict=True)
    )
    bread = problem.factored([part.hessian for part in parts])
    p = len(model.structure.items)
    df = len(data) * (p + p * (p + 1) // 2) - labels.n_free
    fit = MultiGroupFit(
        model=model,
        data=data,
        labels=labels,
        values=values,
        gradient=problem.largest(problem.gradient(points)),
        chi2=data.n * max(problem.misfit(points), 0.0),
        df=df,
        scaling=np.nan,
        spread=np.nan,
        parts=parts,
        bread=bread,
    )
    spread = _spread(fit)
    scaling = (saturated_spread(data) - spread) / df if df else np.nan
    return replace(fit, spread=spread, scaling=scaling)


def _spread(fit: MultiGroupFit) -> float:
    """Return n·tr(HV), V = (2H)⁻¹ K Γ Kᵀ (2H)⁻¹, without forming V.

    H⁻¹ is the inverse of the groups' own blocks plus Z S⁻¹ Zᵀ; so the groups' own numbers need the
    covariances within groups only, and the shared ones those of as many profile scores.
    """
    total = 0.0
    for g, part in enumerate(fit.parts):
        number, own = fit.labels.own[g], fit.bread.own[g]
        position = np.full(fit.labels.n_free, -1, dtype=np.int64)
        position[number[number >= 0]] = np.flatnonzero(number >= 0)
        K = fit.data.share[g] * part.slope[position[own]]
        gamma = fit.data.moments[g].estimates.covariance()
        total += float(((fit.bread.inverse[g] @ K) * (K @ gamma)).sum())
    if len(fit.bread.shared):
        profile = fit.bread.profile(np.eye(fit.labels.n_free)).T
        names = pd.DataFrame({"term": [""] * len(fit.bread.shared)})
        scores = adjoint_functions(fit, np.zeros(len(names)), profile, names)
        total += float((fit.bread.core * scores.covariance()).sum())
    return fit.data.n * total / 4.0


def saturated_spread(data: GroupMoments) -> float:
    """Return n·tr(HΓ) of the model without restrictions."""
    total, p = 0.0, len(data.items)
    for share, each in zip(data.share, data.moments, strict=True):
        gamma = each.estimates.covariance()
        information = expected_information(saturated_implied(each.cov))
        total += share * float((np.linalg.inv(each.cov) * gamma[:p, :p]).sum())
        total += share * float((information * gamma[p:, p:]).sum())
    return data.n * total
