"""The way to the optimum of a multi-group model: damped Fisher scoring, then Newton steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csi.inference import FloatArray
from csi.model.arrowhead import Arrowhead, factor_arrowhead
from csi.model.group_model import GroupModel, LabelMap
from csi.model.group_moments import GroupMoments
from csi.model.group_slopes import (
    GroupPoint,
    group_discrepancy,
    group_expected,
    group_gradient,
    group_hessian,
    group_point,
)

_TARGET = 1e-10
_MAX_STEPS = 150
_NEAR = 1e-2
"""Largest gradient at which Newton steps take over from scoring."""
_SLOW = 1e-3
"""Fall of F at which they do, too."""


class Problem:
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
        """Return the free numbers where every group starts, shared ones at the average."""
        total, weight = np.zeros(self.labels.n_free), np.zeros(self.labels.n_free)
        for g, (number, kept) in enumerate(zip(self.numbers, self.kept, strict=True)):
            total[number] += self.data.share[g] * start[g, kept]
            weight[number] += self.data.share[g]
        return total / weight

    def points(self, values: FloatArray) -> list[GroupPoint]:
        """Evaluate every group's model."""
        return [
            group_point(self.model.structure, self.labels.entries(self.model, g, values))
            for g in range(len(self.data))
        ]

    def misfit(self, points: Sequence[GroupPoint]) -> float:
        """Return F; infinite where a covariance matrix is not positive definite."""
        each = [
            group_discrepancy(point, moments.mean, moments.cov)
            for point, moments in zip(points, self.data.moments, strict=True)
        ]
        return float(self.data.share @ each) - self.constant

    def gradient(self, points: Sequence[GroupPoint]) -> FloatArray:
        """Return dF by the free numbers."""
        result = np.zeros(self.labels.n_free)
        for g, (point, moments) in enumerate(zip(points, self.data.moments, strict=True)):
            slope = group_gradient(point, moments.mean, moments.cov)
            result[self.numbers[g]] += self.data.share[g] * slope[self.kept[g]]
        return result

    def largest(self, gradient: FloatArray) -> float:
        """Return the largest slope on items of unit mean variance."""
        return float(np.abs(gradient * self.units).max(initial=0.0))

    def factored(self, blocks: Sequence[FloatArray], damping: float = 0.0) -> Arrowhead:
        """Put the groups' blocks together, each by its share, and factor the whole."""
        weighted = [
            share * block[np.ix_(kept, kept)]
            for share, block, kept in zip(self.data.share, blocks, self.kept, strict=True)
        ]
        return factor_arrowhead(self.numbers, weighted, self.labels.n_free, damping=damping)

    def climb(self, values: FloatArray) -> FloatArray:
        """Return the optimum that the steps lead to from ``values``."""
        points = self.points(values)
        F, damping, newton = self.misfit(points), 0.0, False
        for _ in range(_MAX_STEPS):
            gradient = self.gradient(points)
            largest = self.largest(gradient)
            if largest < _TARGET:
                break
            newton = newton or largest < _NEAR
            step = self._step(values, points, gradient, F, damping, newton)
            if step is None:
                break
            newton = F - step[2] < _SLOW
            values, points, F, damping = step
        return values

    def _step(
        self,
        values: FloatArray,
        points: list[GroupPoint],
        gradient: FloatArray,
        F: float,
        damping: float,
        newton: bool,
    ) -> tuple[FloatArray, list[GroupPoint], float, float] | None:
        """Take the first step that does not raise F; near the optimum, Newton's."""
        for blocks in self._curvatures(points, newton=newton):
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
