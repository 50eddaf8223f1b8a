"""One model in several groups at once, with means and equality constraints across groups.

F = Σ_g (n_g/n) [log|Σ_g| + tr(T_g Σ_g⁻¹) − log|S_g| − p] with T_g = S_g + (m_g − μ_g)(m_g − μ_g)ᵀ
and μ_g = ν_g + Λ(I−B)⁻¹α_g (Jöreskog 1971; Sörbom 1974). A label map says which parameters of which
groups are the same number.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from csi.inference import BoolArray, Estimates, FloatArray, IntArray
from csi.model.arrowhead import Arrowhead, factor_arrowhead
from csi.model.curvature import (
    GroupPoint,
    group_discrepancy,
    group_expected,
    group_gradient,
    group_hessian,
    group_point,
    moment_slope,
)
from csi.model.estimation import variance_units
from csi.model.group_moments import GroupMoments
from csi.model.missing import saturated_implied
from csi.model.structure import LAMBDA, Structure, compile_structure, expected_information
from csi.model.syntax import ParameterTable

Level = Literal["configural", "metric", "scalar"]
Release = tuple[int, int]
"""An entry of θ, ν, α and the group in which it is a number of its own."""

_TARGET = 1e-10
_MAX_STEPS = 300
_NEAR = 1e-2
"""Largest gradient at which Newton steps take over from scoring."""


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupModel:
    """A model whose parameters θ, intercepts ν and construct means α have a place each.

    Attributes
    ----------
    structure : Structure
        With a place in θ for the markers' loadings too, so that they can be released.
    fixed : FloatArray, shape (k + p + m,)
        The value where a parameter is not free: of markers and of construct means.
    loading, intercept, mean : BoolArray, shape (k + p + m,)
        Which entries are loadings, intercepts of items that measure, and means of constructs.
    marker : BoolArray, shape (k + p + m,)
        Loadings that give a construct its unit.
    """

    structure: Structure
    fixed: FloatArray
    loading: BoolArray
    intercept: BoolArray
    mean: BoolArray
    marker: BoolArray

    @property
    def width(self) -> int:
        """Number of entries of θ, ν and α."""
        return len(self.fixed)

    def units(self, scale: float) -> FloatArray:
        """Return what each entry is multiplied by when variances are multiplied by ``scale``."""
        theta = variance_units(self.structure, scale)
        return np.concatenate([theta, np.full(self.width - len(theta), scale**0.5)])


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelMap:
    """Which number each group's entries are.

    Attributes
    ----------
    own : IntArray, shape (n_groups, k + p + m)
        -1 for fixed entries.
    n_free : int
    """

    own: IntArray
    n_free: int


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
        return _spread_out(self.model, self.labels.own[group], self.values)

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


def lay_out(table: ParameterTable) -> GroupModel:
    """Give every parameter a place, the markers' loadings last among θ."""
    compiled = compile_structure(table)
    markers = np.flatnonzero((compiled.matrix == LAMBDA) & (compiled.free < 0))
    free = compiled.free.copy()
    free[markers] = compiled.n_free + np.arange(len(markers))
    structure = replace(compiled, free=free, n_free=compiled.n_free + len(markers))
    k, p, m = structure.n_free, len(structure.items), len(structure.nodes)
    fixed = np.zeros(k + p + m)
    fixed[free[markers]] = compiled.fixed_values[markers]
    loading, marker, intercept, mean = (np.zeros(k + p + m, dtype=bool) for _ in range(4))
    loading[free[compiled.matrix == LAMBDA]] = True
    marker[free[markers]] = True
    intercept[k : k + p] = True
    mean[k + p :] = True
    for item, node in structure.observed_node:
        intercept[k + item], mean[k + p + node] = False, False
    return GroupModel(
        structure=structure,
        fixed=fixed,
        loading=loading,
        intercept=intercept,
        mean=mean,
        marker=marker,
    )


def label_map(
    model: GroupModel, n_groups: int, level: Level, released: Collection[Release] = ()
) -> LabelMap:
    """Number the parameters of a level of invariance, some entries released in some groups."""
    shared = model.loading & ~model.marker & (level != "configural")
    shared |= model.intercept & (level == "scalar")
    parameter = np.arange(model.width) < model.width - len(model.structure.nodes)
    separate = parameter & ~model.marker & ~shared
    means = model.mean & (level == "scalar")
    own = np.full((n_groups, model.width), -1, dtype=np.int64)
    loose = np.zeros((n_groups, model.width), dtype=bool)
    for entry, group in released:
        loose[group, entry] = True
    common = np.full(model.width, -1, dtype=np.int64)
    count = 0
    for g in range(n_groups):
        alone = separate | loose[g] | (means & (g > 0))
        first = shared & ~loose[g] & (common < 0)
        common[first] = count + np.arange(int(first.sum()))
        count += int(first.sum())
        own[g, shared & ~loose[g]] = common[shared & ~loose[g]]
        own[g, alone] = count + np.arange(int(alone.sum()))
        count += int(alone.sum())
    return LabelMap(own=own, n_free=count)


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
    problem = _Problem(model, data, labels)
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


def _spread_out(model: GroupModel, number: IntArray, values: FloatArray) -> FloatArray:
    return np.where(number >= 0, values[np.maximum(number, 0)], model.fixed)


class _Problem:
    """The discrepancy of all groups as a function of the free numbers."""

    def __init__(self, model: GroupModel, data: GroupMoments, labels: LabelMap) -> None:
        self.model, self.data, self.labels = model, data, labels
        self.kept = labels.own >= 0
        self.numbers = [own[kept] for own, kept in zip(labels.own, self.kept, strict=True)]
        self.units = np.zeros(labels.n_free)
        for number, kept in zip(self.numbers, self.kept, strict=True):
            self.units[number] = model.units(data.scale)[kept]
        p = len(data.items)
        self.constant = float(
            data.share @ [np.linalg.slogdet(each.cov)[1] + p for each in data.moments]
        )

    def start(self, start: FloatArray) -> FloatArray:
        total, weight = np.zeros(self.labels.n_free), np.zeros(self.labels.n_free)
        for g, (number, kept) in enumerate(zip(self.numbers, self.kept, strict=True)):
            total[number] += self.data.share[g] * start[g, kept]
            weight[number] += self.data.share[g]
        return total / weight

    def points(self, values: FloatArray) -> list[GroupPoint]:
        return [
            group_point(self.model.structure, _spread_out(self.model, own, values))
            for own in self.labels.own
        ]

    def misfit(self, points: Sequence[GroupPoint]) -> float:
        each = [
            group_discrepancy(point, moments.mean, moments.cov)
            for point, moments in zip(points, self.data.moments, strict=True)
        ]
        return float(self.data.share @ each) - self.constant

    def gradient(self, points: Sequence[GroupPoint]) -> FloatArray:
        result = np.zeros(self.labels.n_free)
        for g, (point, moments) in enumerate(zip(points, self.data.moments, strict=True)):
            slope = group_gradient(point, moments.mean, moments.cov)
            result[self.numbers[g]] += self.data.share[g] * slope[self.kept[g]]
        return result

    def largest(self, gradient: FloatArray) -> float:
        return float(np.abs(gradient * self.units).max(initial=0.0))

    def factored(self, blocks: Sequence[FloatArray], damping: float = 0.0) -> Arrowhead:
        weighted = [
            share * block[np.ix_(kept, kept)]
            for share, block, kept in zip(self.data.share, blocks, self.kept, strict=True)
        ]
        return factor_arrowhead(self.numbers, weighted, self.labels.n_free, damping=damping)

    def climb(self, values: FloatArray) -> FloatArray:
        points = self.points(values)
        F, damping = self.misfit(points), 0.0
        for _ in range(_MAX_STEPS):
            gradient = self.gradient(points)
            if self.largest(gradient) < _TARGET:
                break
            step = self._step(values, points, gradient, F, damping)
            if step is None:
                break
            values, points, F, damping = step
        return values

    def _step(
        self,
        values: FloatArray,
        points: list[GroupPoint],
        gradient: FloatArray,
        F: float,
        damping: float,
    ) -> tuple[FloatArray, list[GroupPoint], float, float] | None:
        """Take the first step that does not raise F; near the optimum, Newton's."""
        for blocks in self._curvatures(points, newton=self.largest(gradient) < _NEAR):
            damp = damping
            for _ in range(14):
                try:
                    move = self.factored(blocks, damp).solve(gradient) / 2.0
                except np.linalg.LinAlgError:
                    damp = max(10.0 * damp, 1e-6)
                    continue
                there = self.points(values - move)
                value = self.misfit(there)
                if value < F + 1e-13 * max(1.0, abs(F)):
                    return values - move, there, value, damp / 10.0 if damp > 1e-8 else 0.0
                damp = max(10.0 * damp, 1e-6)
        return None

    def _curvatures(self, points: list[GroupPoint], *, newton: bool) -> list[list[FloatArray]]:
        expected = [group_expected(point) for point in points]
        if not newton:
            return [expected]
        observed = [
            group_hessian(point, each.mean, each.cov)
            for point, each in zip(points, self.data.moments, strict=True)
        ]
        return [observed, expected]
