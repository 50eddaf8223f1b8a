"""Variances of many numbers by domain, without the covariances between them.

A respondent has influence on the numbers of the own domain only, so unit totals need room for the
occupied (unit, domain) cells instead of units × domains: a table of 100 items by 16 domains costs
as much as one of 100 items.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from csi.inference.arrays import BoolArray, FloatArray, IntArray, group_sums, number_rows
from csi.inference.design import SurveyDesign
from csi.inference.domains import DomainBasis
from csi.inference.stages import Stage
from csi.inference.variance import CHUNK_CELLS, ROUNDING, stage_factors


def single_variances(
    design: SurveyDesign, basis: object, jacobian: FloatArray | sparse.csr_array[np.float64]
) -> FloatArray | None:
    """Return the variances of numbers that each rest on one domain number, else None."""
    if not isinstance(basis, DomainBasis):
        return None
    single = sparse.csr_array(jacobian)
    if (np.diff(single.indptr) != 1).any():
        return None
    return np.asarray(single.data**2 * domain_variances(design, basis).ravel()[single.indices])


def domain_variances(design: SurveyDesign, basis: DomainBasis) -> FloatArray:
    """Return the variance of each number of a basis, shape (n_domains, p)."""
    n_domains, p = basis.centre.shape
    inside = np.flatnonzero(_with_influence(design, basis))
    auxiliaries = _auxiliaries(design)
    variance = np.zeros((n_domains, p))
    width = max(CHUNK_CELLS // max(design.n, 1), 1)
    for first in range(0, p, width):
        part = slice(first, first + width)
        own = _columns(basis, part).own(inside)
        slope = _slopes(design, basis.domain[inside], n_domains, inside, own)
        own *= design.variance_weights[inside, None]
        for stage in design.stages:
            cells = _StageCells(design, stage, inside, basis.domain[inside], n_domains)
            variance[:, part] += cells.variances(own, auxiliaries, slope)
    return variance


def _with_influence(design: SurveyDesign, basis: DomainBasis) -> BoolArray:
    left_out = design.left_out
    return basis.inside if left_out is None else basis.inside & ~left_out


def _columns(basis: DomainBasis, part: slice) -> DomainBasis:
    x = None if basis.x is None else basis.x[:, part]
    return DomainBasis(
        basis.y[:, part], x, basis.domain, basis.centre[:, part], basis.scale[:, part]
    )


def _auxiliaries(design: SurveyDesign) -> FloatArray | None:
    """Return w·x of all calibrations side by side, or None."""
    if not design.calibrations:
        return None
    rows = np.arange(design.n)
    stacked = np.hstack([calibration.rows(rows) for calibration in design.calibrations])
    return np.asarray(stacked * design.variance_weights[:, None])


def _slopes(
    design: SurveyDesign, code: IntArray, n_domains: int, inside: IntArray, own: FloatArray
) -> FloatArray | None:
    """Return the coefficients of the auxiliaries for each domain, (n_domains, q, p).

    The last calibration is swept out first; what the later ones left of an earlier regression is
    taken off its right-hand side.
    """
    if not design.calibrations:
        return None
    rows = np.arange(design.n)
    slopes = [
        np.empty((n_domains, c.auxiliaries.shape[1], own.shape[1])) for c in design.calibrations
    ]
    for k in reversed(range(len(slopes))):
        calibration = design.calibrations[k]
        overlap = [
            calibration.cross(rows, later.rows(rows)) for later in design.calibrations[k + 1 :]
        ]
        for g in range(n_domains):
            members = code == g
            cross = calibration.cross(inside[members], own[members])
            for between, later_slope in zip(overlap, slopes[k + 1 :], strict=True):
                cross -= between @ later_slope[g]
            slopes[k][g] = calibration.inverse @ cross
    return np.concatenate(slopes, axis=1)


class _StageCells:
    """The occupied (unit, domain) cells of one stage of selection."""

    def __init__(
        self,
        design: SurveyDesign,
        stage: Stage,
        inside: IntArray,
        code: IntArray,
        n_domains: int,
    ) -> None:
        self.stage, self.n_domains = stage, n_domains
        self.factor, self.shift = stage_factors(design, stage)
        unit = stage.unit[inside]
        if len(unit) and np.bincount(unit).max() == 1:  # respondents drawn one by one
            self.cell = np.arange(len(inside), dtype=np.int64)
            self.unit, self.domain = unit, code
        else:
            self.cell = number_rows(np.column_stack([unit, code]))
            size = int(self.cell.max()) + 1 if len(self.cell) else 0
            self.unit, self.domain = np.empty(size, np.int64), np.empty(size, np.int64)
            self.unit[self.cell], self.domain[self.cell] = unit, code
        self.stratum = stage.stratum_of_unit[self.unit]

    def variances(
        self, weighted: FloatArray, auxiliaries: FloatArray | None, slope: FloatArray | None
    ) -> FloatArray:
        """Return Σ_h a Σ_c t² − b (Σ_c t)² with t the totals a − zᵀB of residuals."""
        totals = group_sums(self.cell, len(self.unit), weighted)
        factor = self.factor[self.stratum, None]
        squares = group_sums(self.domain, self.n_domains, factor * totals**2)
        pair = self.stratum * self.n_domains + self.domain
        n_strata = len(self.factor)
        by_stratum = group_sums(pair, n_strata * self.n_domains, totals)
        by_stratum = by_stratum.reshape(n_strata, self.n_domains, -1)
        variance = squares - np.einsum("h,hgj->gj", self.shift, by_stratum**2)
        if auxiliaries is not None and slope is not None:
            variance -= self._explained(totals, by_stratum, auxiliaries, slope)
        return np.where(variance > ROUNDING * squares, variance, 0.0)

    def _explained(
        self,
        totals: FloatArray,
        by_stratum: FloatArray,
        auxiliaries: FloatArray,
        slope: FloatArray,
    ) -> FloatArray:
        """Return by how much the regression on the auxiliaries lowers the variances."""
        stage = self.stage
        z = group_sums(stage.unit, len(stage.stratum_of_unit), auxiliaries)
        a, b = self.factor[stage.stratum_of_unit], self.shift
        z_sums = group_sums(stage.stratum_of_unit, len(b), z)
        zz = (z * a[:, None]).T @ z - (z_sums * b[:, None]).T @ z_sums
        explained = np.empty((self.n_domains, totals.shape[1]))
        for g in range(self.n_domains):
            members = np.flatnonzero(self.domain == g)
            weighted_z = z[self.unit[members]] * self.factor[self.stratum[members], None]
            za = weighted_z.T @ totals[members] - (z_sums * b[:, None]).T @ by_stratum[:, g]
            explained[g] = np.einsum("qj,qj->j", slope[g], 2.0 * za - zz @ slope[g])
        return explained
