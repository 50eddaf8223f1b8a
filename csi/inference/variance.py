"""The variance of weighted totals of influences: the one place where designs matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from csi.inference.design import Calibration, FloatArray, IntArray, Stage, SurveyDesign

CHUNK_CELLS = 4_000_000
"""Influences held in memory at a time (32 MB)."""

Rows = Callable[[IntArray], FloatArray]
"""Gives the influences of some respondents, shape (n_rows, width)."""


def total_covariance(design: SurveyDesign, rows: Rows, width: int) -> FloatArray:
    """Return the covariance of the weighted totals of influences.

    With t_hc the total of w·u over unit c of stratum h, the variance of a stage is
    Σ_h (1−f_h) n_h/(n_h−1) Σ_c (t_hc − t̄_h)(t_hc − t̄_h)ᵀ, and later stages are added with the
    sampling fraction of the unit that encloses them (Binder 1983; Särndal, Swensson and Wretman
    1992, ch. 4). After calibration the influences are replaced by their residuals.

    Parameters
    ----------
    design : SurveyDesign
    rows : callable
        Row numbers to influences per unit weight; asked for in chunks.
    width : int
        Number of influences per respondent.

    Returns
    -------
    FloatArray, shape (width, width)
    """
    for calibration in reversed(design.calibrations):
        rows = _residuals(calibration, rows, width)
    covariance = np.zeros((width, width))
    for stage in design.stages:
        covariance += _stage_covariance(design, stage, rows, width)
    return covariance


def _residuals(calibration: Calibration, rows: Rows, width: int) -> Rows:
    """Replace influences by residuals from the regression on the auxiliaries."""
    X, d = calibration.auxiliaries, calibration.base_weights
    cross = np.zeros((X.shape[1], width))
    for chunk in _chunks(np.arange(len(d)), width):
        cross += (X[chunk] * d[chunk, None]).T @ rows(chunk)
    slope = np.linalg.pinv((X * d[:, None]).T @ X, hermitian=True) @ cross

    def residual(index: IntArray) -> FloatArray:
        return rows(index) - X[index] @ slope

    return residual


def _stage_covariance(design: SurveyDesign, stage: Stage, rows: Rows, width: int) -> FloatArray:
    n_units = stage.units_per_stratum
    open_ = stage.multiplier * (1.0 - stage.fraction)
    factor = np.where(n_units > 1, open_ * n_units / np.maximum(n_units - 1, 1), open_)
    lonely = (n_units == 1) & (open_ > 0)
    centred = ~lonely if design.lonely == "adjust" else np.ones(len(lonely), dtype=bool)

    squares = np.zeros((width, width))
    sums = np.zeros((len(n_units), width))
    for totals, stratum in _unit_totals(design, stage, rows, width):
        squares += (totals * factor[stratum, None]).T @ totals
        np.add.at(sums, stratum, totals)
    shift = np.where(centred, factor / n_units, 0.0)
    covariance = squares - (sums * shift[:, None]).T @ sums
    if design.lonely == "average" and lonely.any():
        covariance *= len(lonely) / np.count_nonzero(~lonely)
    return np.asarray(covariance)


def _unit_totals(
    design: SurveyDesign, stage: Stage, rows: Rows, width: int
) -> Iterator[tuple[FloatArray, IntArray]]:
    """Give the weighted totals of whole units and their strata, chunk by chunk."""
    starts = stage.unit_starts
    first = 0
    while first < len(starts) - 1:
        limit = starts[first] + max(CHUNK_CELLS // max(width, 1), 1)
        last = max(int(np.searchsorted(starts, limit, side="right")) - 1, first + 1)
        index = stage.order[starts[first] : starts[last]]
        weighted = rows(index) * design.weights[index, None]
        if len(index) > last - first:
            weighted = np.add.reduceat(weighted, starts[first:last] - starts[first], axis=0)
        yield weighted, stage.stratum_of_unit[first:last]
        first = last


def _chunks(index: IntArray, width: int) -> list[IntArray]:
    size = max(CHUNK_CELLS // max(width, 1), 1)
    return [index[k : k + size] for k in range(0, len(index), size)]
