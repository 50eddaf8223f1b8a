"""Replicate weights: the bootstrap of primary sampling units.

The check on linearisation, and the tool for what has no derivative: ranks, and how often a refit
goes wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from csi.errors import DesignError
from csi.inference.arrays import FloatArray, IntArray, group_sums
from csi.inference.design import SurveyDesign

Reweight = Callable[[FloatArray], FloatArray]
"""Turns one replicate's weights before calibration, shape (n,), into final ones."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BootstrapWeights:
    """Weights of the respondents in every replicate.

    Attributes
    ----------
    design : SurveyDesign
    factors : FloatArray, shape (R, n_units)
        What each primary sampling unit's weights are multiplied by.
    final : FloatArray, shape (R, n), or None
        The weights after calibration; None where they are weight times factor.
    """

    design: SurveyDesign
    factors: FloatArray
    final: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.factors)

    def __repr__(self) -> str:
        return f"BootstrapWeights(replicates={len(self)}, n={self.design.n})"

    def rows(self, replicates: IntArray) -> BootstrapWeights:
        """Return some of the replicates."""
        return BootstrapWeights(
            design=self.design,
            factors=self.factors[replicates],
            final=None if self.final is None else self.final[replicates],
        )

    def weights(self, replicates: IntArray) -> FloatArray:
        """Return the weights in some replicates, shape (len(replicates), n)."""
        if self.final is not None:
            return self.final[replicates]
        return np.asarray(self.factors[np.ix_(replicates, self.design.psu)] * self.design.weights)

    def totals(self, columns: FloatArray, rows: IntArray) -> FloatArray:
        """Return the weighted totals of columns in every replicate.

        Parameters
        ----------
        columns : FloatArray, shape (n_rows, width)
        rows : IntArray, shape (n_rows,)
            The respondents they belong to; the others count as zero.

        Returns
        -------
        FloatArray, shape (R, width)
        """
        if self.final is not None:
            return np.asarray(self.final[:, rows] @ columns)
        own, unit = np.unique(self.design.psu[rows], return_inverse=True)
        by_unit = group_sums(unit, len(own), columns * self.design.weights[rows, None])
        return np.asarray(self.factors[:, own] @ by_unit)


def bootstrap_weights(
    design: SurveyDesign, *, n_replicates: int, seed: int, reweight: Reweight | None = None
) -> BootstrapWeights:
    """Draw replicate weights by the rescaled bootstrap of primary sampling units.

    In a stratum with n units, n − 1 are drawn with replacement, and a unit drawn t times gets its
    weights times 1 − s + s·t·n/(n−1) with s = √(1 − f) (Rao, Wu and Yue 1992; Rao and Wu 1988 for
    the sampling fraction f of the first stage).

    Parameters
    ----------
    design : SurveyDesign
    n_replicates : int
    seed : int
    reweight : callable, optional
        Makes the final weights of a replicate from its weights before calibration, for instance by
        raking them again. Without it a calibrated design is calibrated again by regression.

    Returns
    -------
    BootstrapWeights

    Raises
    ------
    DesignError
        With fewer than two replicates, and for strata with a single unit unless they are certain.
    """
    if n_replicates < 2:
        raise DesignError(f"`n_replicates` must be at least 2; got {n_replicates!r}.")
    stage = design.stages[0]
    if stage.lonely.any() and design.lonely != "certainty":
        raise DesignError(
            f"{int(stage.lonely.sum())} strata have a single sampling unit, which cannot be drawn "
            'again. Merge strata, or make the design with lonely="certainty".'
        )
    rng = np.random.default_rng(seed)
    factors = np.ones((n_replicates, len(stage.stratum_of_unit)))
    for stratum, size in enumerate(stage.units_per_stratum):
        units = np.flatnonzero(stage.stratum_of_unit == stratum)
        if size > 1:
            s = np.sqrt(1.0 - stage.fraction[stratum])
            times = _draws(int(size), n_replicates, rng)
            factors[:, units] = 1.0 - s + s * times * (size / (size - 1.0))
    return BootstrapWeights(
        design=design, factors=factors, final=_final_weights(design, factors, reweight)
    )


def _final_weights(
    design: SurveyDesign, factors: FloatArray, reweight: Reweight | None
) -> FloatArray | None:
    """Reweight or calibrate every replicate; None where there is nothing to do."""
    if reweight is None and not design.calibrations:
        return None
    replicated = factors[:, design.psu]
    if reweight is not None:
        calibrations = design.calibrations
        base = calibrations[0].base_weights if calibrations else design.variance_weights
        final = np.stack([_checked(reweight(row * base), design.n) for row in replicated])
    else:
        for k in range(len(design.calibrations)):
            replicated = _calibrated(design, replicated, k)
        final = np.asarray(replicated * design.variance_weights)
    if design.left_out is not None:  # they were part of the calibration, not of the analysis
        final[:, design.left_out] = 0.0
    return final


def _checked(weights: FloatArray, n: int) -> FloatArray:
    result = np.asarray(weights, dtype=np.float64)
    if result.shape != (n,) or not np.isfinite(result).all():
        raise DesignError(
            f"`reweight` must return {n} finite weights, one per respondent; got shape "
            f"{result.shape}."
        )
    return result


def _calibrated(design: SurveyDesign, factors: FloatArray, k: int) -> FloatArray:
    """Meet the totals of calibration ``k`` in every replicate by regression (GREG)."""
    own, rest = design.calibrations[k], design.calibrations[k + 1 :]
    after = rest[0].base_weights if rest else design.variance_weights
    X = own.rows(np.arange(design.n))
    wanted = after @ X
    d = factors * own.base_weights
    gram = np.stack([(X * row[:, None]).T @ X for row in d])
    slope = np.linalg.pinv(gram, rcond=1e-12, hermitian=True) @ (wanted - d @ X)[..., None]
    calibrated = d * (1.0 + slope[..., 0] @ X.T)
    return np.asarray(np.divide(calibrated, after, out=np.zeros_like(d), where=after > 0))


def _draws(size: int, n_replicates: int, rng: np.random.Generator) -> FloatArray:
    """Return how often each of ``size`` units is drawn in ``size`` − 1 draws."""
    drawn = rng.integers(0, size, (n_replicates, size - 1))
    drawn += size * np.arange(n_replicates)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=size * n_replicates)
    return counts.reshape(n_replicates, size).astype(np.float64)
