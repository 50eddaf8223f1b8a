"""Replicate weights: a check on linearised standard errors, and a way for small samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from csi.errors import WeightingError
from csi.inference import FloatArray, IntArray, SurveyDesign
from csi.weighting.margins import Margins, MarginSet, read_margins

ReplicateMethod = Literal["bootstrap", "jackknife"]

REPLICATE_TOLERANCE = 1e-6
"""Largest relative misfit of a raked replicate: far below its sampling error."""

REPLICATE_SWEEPS = 200

MOST_JACKKNIFED = 5_000
"""Sampling units beyond which one replicate each takes too much memory."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplicateWeights:
    """Weights of many pseudo-samples.

    Attributes
    ----------
    design : SurveyDesign
    weights : FloatArray, shape (n, n_replicates)
    coefficients : FloatArray, shape (n_replicates,)
        The variance of a statistic θ is Σ_r coefficient_r (θ_r − θ)².
    method : {"bootstrap", "jackknife"}
    seed : int or None
    unmet : int
        Replicates in which a margin could not be met, because a level lost all its respondents.
    """

    design: SurveyDesign
    weights: FloatArray
    coefficients: FloatArray
    method: ReplicateMethod
    seed: int | None
    unmet: int

    def __repr__(self) -> str:
        return (
            f"ReplicateWeights({self.method}, replicates={len(self.coefficients)}, "
            f"n={self.design.n}, unmet={self.unmet})"
        )

    def replicates(self, statistic: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Return a statistic under every replicate's weights, shape (n_replicates, k)."""
        return np.vstack([np.atleast_1d(statistic(w)) for w in self.weights.T])

    def covariance(self, statistic: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Return the covariance of a smooth statistic of the weights, shape (k, k).

        The jackknife is wrong for quantiles and other statistics that jump.
        """
        centre = np.atleast_1d(statistic(self.design.weights))
        deviations = self.replicates(statistic) - centre
        return np.asarray((deviations * self.coefficients[:, None]).T @ deviations)

    def std_errors(self, statistic: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Return the standard errors of a smooth statistic of the weights, shape (k,)."""
        return np.sqrt(np.diag(self.covariance(statistic)))


def replicate_weights(
    design: SurveyDesign,
    *,
    method: ReplicateMethod = "bootstrap",
    n_replicates: int = 500,
    seed: int | None = None,
    margins: Margins | None = None,
) -> ReplicateWeights:
    """Make replicate weights from the first stage of selection.

    Bootstrap: n_h − 1 of the n_h sampling units of a stratum are drawn with replacement, and the
    multiplier of a unit drawn r times is 1 + √(1 − f_h) (r n_h/(n_h − 1) − 1) (Rao and Wu 1988;
    Rao, Wu and Yue 1992). Jackknife: each unit is left out once and the others of its stratum are
    scaled by n_h/(n_h − 1), with the coefficient (1 − f_h)(n_h − 1)/n_h (JKn). Strata with one unit
    are left as they are.

    Parameters
    ----------
    design : SurveyDesign
        After `weight_responses`, multipliers act on the base weights and ``margins`` are met again
        in every replicate.
    method : {"bootstrap", "jackknife"}
    n_replicates : int
        Of the bootstrap; the jackknife has one per sampling unit.
    seed : int, optional
        Required by the bootstrap.
    margins : mapping, optional
        As in `weight_responses`: replicates are raked to them. Required for calibrated designs.

    Returns
    -------
    ReplicateWeights

    Raises
    ------
    WeightingError
        Without a seed, with too few replicates, or without margins for a calibrated design.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> design = make_design(pd.DataFrame({"y": [1.0, 2.0, 6.0]}))
    >>> y = design.frame["y"].to_numpy()
    >>> jackknife = replicate_weights(design, method="jackknife")
    >>> jackknife.std_errors(lambda w: w @ y / w.sum()).round(6)
    array([1.527525])
    """
    _check_options(design, method, n_replicates, seed, margins)
    if method == "bootstrap":
        multipliers = _bootstrap_multipliers(design, n_replicates, np.random.default_rng(seed))
        coefficients = np.full(n_replicates, 1.0 / n_replicates)
    else:
        multipliers, coefficients = _jackknife_multipliers(design)
    base = design.calibrations[0].base_weights if design.calibrations else design.weights
    weights = base[:, None] * multipliers[design.psu]
    unmet = 0
    if margins is not None:
        weights, unmet = _rake_replicates(weights, read_margins(design, margins))
        weights *= design.weights.sum() / weights.sum(axis=0)
    return ReplicateWeights(
        design=design,
        weights=weights,
        coefficients=coefficients,
        method=method,
        seed=seed,
        unmet=unmet,
    )


def _check_options(
    design: SurveyDesign,
    method: str,
    n_replicates: int,
    seed: int | None,
    margins: Margins | None,
) -> None:
    faults = []
    if method not in get_args(ReplicateMethod):
        allowed = ", ".join(get_args(ReplicateMethod))
        faults.append(f"`method` must be one of {allowed}; got {method!r}.")
    if method == "bootstrap" and seed is None:
        faults.append("The bootstrap needs a `seed`: the same seed gives the same replicates.")
    if method == "bootstrap" and n_replicates < 2:
        faults.append(f"`n_replicates` must be at least 2; got {n_replicates!r}.")
    n_units = len(design.stages[0].stratum_of_unit)
    if method == "jackknife" and n_units > MOST_JACKKNIFED:
        faults.append(
            f"The jackknife would make {n_units} replicates, one per sampling unit (at most "
            f'{MOST_JACKKNIFED}). Use method="bootstrap".'
        )
    if design.calibrations and margins is None:
        faults.append(
            "The design is calibrated: give its `margins`, so that every replicate meets them too."
        )
    if faults:
        raise WeightingError(faults)


def _bootstrap_multipliers(
    design: SurveyDesign, n_replicates: int, generator: np.random.Generator
) -> FloatArray:
    """Return the multiplier of every sampling unit in every replicate."""
    stage = design.stages[0]
    multipliers = np.ones((len(stage.stratum_of_unit), n_replicates))
    for h, size in enumerate(stage.units_per_stratum):
        if size < 2:
            continue
        units = np.flatnonzero(stage.stratum_of_unit == h)
        drawn = generator.multinomial(size - 1, np.full(size, 1.0 / size), size=n_replicates).T
        spread = np.sqrt(1.0 - stage.fraction[h])
        multipliers[units] = 1.0 + spread * (drawn * (size / (size - 1.0)) - 1.0)
    return multipliers


def _jackknife_multipliers(design: SurveyDesign) -> tuple[FloatArray, FloatArray]:
    stage = design.stages[0]
    stratum, sizes = stage.stratum_of_unit, stage.units_per_stratum
    left_out = np.flatnonzero(sizes[stratum] > 1)
    multipliers = np.ones((len(stratum), len(left_out)))
    for r, unit in enumerate(left_out):
        size = sizes[stratum[unit]]
        multipliers[stratum == stratum[unit], r] = size / (size - 1.0)
        multipliers[unit, r] = 0.0
    size = sizes[stratum[left_out]]
    return multipliers, (1.0 - stage.fraction[stratum[left_out]]) * (size - 1.0) / size


def _rake_replicates(weights: FloatArray, wanted: MarginSet) -> tuple[FloatArray, int]:
    """Rake every column of weights to the margins; return them and how many columns failed.

    A level that lost all its respondents in a replicate is passed over there.
    """
    if wanted.numeric:
        names = ", ".join(t.variable for t in wanted.numeric)
        raise WeightingError(f"Replicates are raked to levels only; numeric totals: {names}.")
    cells, codes = wanted.collapse()
    totals = [margin.totals for margin in wanted.margins]
    unmet = 0
    result = np.empty_like(weights)
    for r, w in enumerate(weights.T):
        before = np.bincount(cells, weights=w, minlength=len(codes[0])).astype(np.float64)
        after, met = _rake_cells(before, codes, totals)
        factor = np.divide(after, before, out=np.zeros_like(before), where=before > 0)
        result[:, r] = w * factor[cells]
        unmet += not met
    return result, unmet


def _rake_cells(
    weights: FloatArray, codes: tuple[IntArray, ...], totals: list[FloatArray]
) -> tuple[FloatArray, bool]:
    for _ in range(REPLICATE_SWEEPS):
        worst = 0.0
        for code, total in zip(codes, totals, strict=True):
            sums = np.bincount(code, weights=weights, minlength=len(total))
            with np.errstate(divide="ignore"):
                factor = np.where(sums > 0, total / sums, 1.0)
            worst = max(worst, float(np.abs(sums / total - 1.0).max()))
            weights = weights * factor[code]
        if worst <= REPLICATE_TOLERANCE:
            return weights, True
    return weights, False
