"""Cut extreme weights and weight again, until limits and margins hold together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csi.errors import WeightingError
from csi.inference import FloatArray, SurveyDesign, kish_deff
from csi.weighting.calibration import TOLERANCE, calibrate
from csi.weighting.diagnostics import margin_table
from csi.weighting.distances import Exponential
from csi.weighting.fitting import (
    Limits,
    calibration_of,
    fit_margins,
    nearest_conflict,
    rows_of,
    scale_to,
)
from csi.weighting.limits import Trim, trim_faults, weight_limits
from csi.weighting.margins import Margins, MarginSet, read_margins

ALMOST_NOTHING = 1e-9
"""Of the largest weight."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trimmed:
    """A design with trimmed weights.

    Attributes
    ----------
    design : SurveyDesign
        Its weights lie within the limits.
    n_trimmed : int
        Respondents whose weights were outside the limits before.
    deff_before, deff_after : float
        Kish's design effect of the weights.
    margins : DataFrame
        ``variable, level, target, achieved, misfit, n``, a row per target; empty without margins.
    missed : DataFrame
        The rows of ``margins`` that are missed by more than the tolerance.
    """

    design: SurveyDesign
    n_trimmed: int
    deff_before: float
    deff_after: float
    margins: pd.DataFrame
    missed: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"Trimmed(n_trimmed={self.n_trimmed}, deff={self.deff_before:.2f}→"
            f"{self.deff_after:.2f}, missed={len(self.missed)})"
        )

    def tidy(self) -> pd.DataFrame:
        """Return one row per target."""
        return self.margins.copy()

    def summary(self) -> str:
        """Return what was cut and which targets are missed, as text."""
        lines = [
            f"{self.n_trimmed} weights trimmed; design effect of the weights "
            f"{self.deff_before:.3f} before, {self.deff_after:.3f} after."
        ]
        if len(self.missed):
            lines.append(f"{len(self.missed)} targets are missed:")
            lines.append(self.missed.to_string(index=False, float_format="%.6g"))
        elif len(self.margins):
            lines.append(f"All {len(self.margins)} targets hold.")
        return "\n".join(lines)


def trim_weights(
    design: SurveyDesign,
    *,
    trim: Trim,
    margins: Margins | None = None,
    tolerance: float = TOLERANCE,
    max_iter: int = 200,
) -> Trimmed:
    """Bring weights within limits; with margins, rake again within the limits.

    Where limits and margins can hold together, they do. Where they cannot, the limits hold, the
    sum of relative misses is as small as the limits allow, and the missed targets are listed.
    (`weight_responses` with ``trim`` refuses instead.)

    Parameters
    ----------
    design : SurveyDesign
    trim : float or (float, float)
        Largest, or smallest and largest, weight as multiples of the mean weight.
    margins : mapping, optional
        As in `weight_responses`. Without, what is cut off is spread over the other weights in
        proportion, so that the sum stays.
    tolerance : float
        Largest relative misfit of a target that counts as met.
    max_iter : int

    Returns
    -------
    Trimmed

    Raises
    ------
    WeightingError
        For wrong limits and wrong margins.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> design = make_design(pd.DataFrame({"w": [1.0, 1.0, 1.0, 1.0, 6.0]}), weights="w")
    >>> trim_weights(design, trim=2.0).design.weights
    array([1.5, 1.5, 1.5, 1.5, 4. ])
    """
    faults = trim_faults(trim)
    if faults:
        raise WeightingError(faults)
    base = design.weights
    wanted = None if margins is None else read_margins(design, margins)
    population = None if wanted is None else wanted.population
    low, high = weight_limits(base, trim, population)
    start = base if population is None else base * (population / base.sum())
    outside = (start < low * (1 - 1e-12)) | (start > high * (1 + 1e-12))
    calibrations = design.calibrations
    if wanted is None:
        weights = _spread(base, low, high, float(base.sum()))
    else:
        weights = _rake_within(base, wanted, (low, high), tolerance, max_iter)
        calibrations = (*calibrations, calibration_of(base, wanted))
    trimmed = replace(design, weights=weights, calibrations=calibrations)
    table = margin_table(trimmed, wanted)
    return Trimmed(
        design=trimmed,
        n_trimmed=int(outside.sum()),
        deff_before=kish_deff(base),
        deff_after=kish_deff(weights),
        margins=table,
        missed=table[table["misfit"].abs() > tolerance].reset_index(drop=True),
    )


def _spread(base: FloatArray, low: FloatArray, high: FloatArray, total: float) -> FloatArray:
    """Cut weights at the limits and scale the others so that the sum is right.

    Σ min(max(c·d, low), high) rises with c: bisect for the c that gives the sum. Weights that
    raking all but took away start from almost nothing, so that they can rise too.
    """
    base = np.where(high > 0, np.maximum(base, ALMOST_NOTHING * high), 0.0)
    left, right = 0.0, 1.0
    while np.clip(right * base, low, high).sum() < total * (1 - 1e-12):
        right *= 2.0
    for _ in range(200):
        middle = (left + right) / 2.0
        if np.clip(middle * base, low, high).sum() < total:
            left = middle
        else:
            right = middle
    return np.asarray(np.clip(right * base, low, high))


def _rake_within(
    base: FloatArray, wanted: MarginSet, limits: Limits, tolerance: float, max_iter: int
) -> FloatArray:
    """Rake within limits; where targets collide with them, to the nearest that do not."""
    fitted = fit_margins(
        base,
        wanted,
        method="rake",
        bounds=None,
        limits=limits,
        tolerance=tolerance,
        max_iter=max_iter,
    )
    if fitted.converged:
        return fitted.weights
    conflict = nearest_conflict(base, wanted, method="rake", bounds=None, limits=limits)
    X, cells, targets = rows_of(wanted)
    if conflict is not None:
        targets[list(conflict.positions)] = conflict.reached
    low, high = limits
    scaled = scale_to(base, wanted.population)
    d = np.where(scaled > 0, scaled, 1.0)
    nearest = calibrate(
        X,
        scaled,
        targets,
        distance=Exponential(low=low / d, high=high / d),
        cells=cells,
        tolerance=tolerance,
        max_iter=max_iter,
    )
    return _spread(nearest.weights, low, high, float(scaled.sum()))
