"""The variance of weighted totals of influences: the one place where designs matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from csi.inference.arrays import BoolArray, FloatArray, IntArray, group_sums
from csi.inference.design import Calibration, SurveyDesign
from csi.inference.stages import Stage

CHUNK_CELLS = 4_000_000
"""Influences held in memory at a time (32 MB)."""

ROUNDING = 1e-13
"""A variance that is this part of the sum of squares it is the rest of is rounding: zero."""

Rows = Callable[[IntArray], FloatArray]
"""Gives the influences of some respondents, shape (n_rows, width)."""


def total_covariance(
    design: SurveyDesign,
    rows: Rows,
    width: int,
    *,
    inside: BoolArray | None = None,
    working: int = 0,
) -> FloatArray:
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
    inside : BoolArray, shape (n,), optional
        Who has any influence; the others are zero and are skipped.
    working : int
        Columns that ``rows`` needs room for on its way; chunks are cut so that these fit.

    Returns
    -------
    FloatArray, shape (width, width)
    """
    room = max(width, working)
    if design.left_out is not None:
        rows = _without(design.left_out, rows)
    if design.calibrations:
        inside = None  # residuals reach everybody
    for calibration in reversed(design.calibrations):
        rows = _residuals(calibration, rows, width, room)
    covariance = np.zeros((width, width))
    for stage in design.stages:
        covariance += _stage_covariance(design, stage, rows, width, room, inside)
    return covariance


def stage_factors(design: SurveyDesign, stage: Stage) -> tuple[FloatArray, FloatArray]:
    """Return a and b per stratum: its variance is Σ_c a t_c t_cᵀ − b (Σ_c t_c)(Σ_c t_c)ᵀ."""
    n_units = stage.units_per_stratum
    open_ = stage.multiplier * (1.0 - stage.fraction) * design.residual_factor
    factor = np.where(n_units > 1, open_ * n_units / np.maximum(n_units - 1, 1), open_)
    if design.lonely == "average" and stage.lonely.any() and not stage.lonely.all():
        factor = factor * len(stage.lonely) / np.count_nonzero(~stage.lonely)
    centred = ~stage.lonely | (design.lonely != "adjust")
    return factor, np.where(centred, factor / n_units, 0.0)


def _without(left_out: BoolArray, rows: Rows) -> Rows:
    """Take the influence from respondents who are set aside."""

    def masked(index: IntArray) -> FloatArray:
        return np.where(left_out[index, None], 0.0, rows(index))

    return masked


def _residuals(calibration: Calibration, rows: Rows, width: int, room: int) -> Rows:
    """Replace influences by residuals from the regression on the auxiliaries."""
    cross = np.zeros((calibration.auxiliaries.shape[1], width))
    for chunk in _chunks(np.arange(len(calibration.base_weights)), room):
        cross += calibration.cross(chunk, rows(chunk))
    slope = calibration.inverse @ cross

    def residual(index: IntArray) -> FloatArray:
        return np.asarray(rows(index) - calibration.rows(index) @ slope)

    return residual


def _stage_covariance(
    design: SurveyDesign,
    stage: Stage,
    rows: Rows,
    width: int,
    room: int,
    inside: BoolArray | None,
) -> FloatArray:
    factor, shift = stage_factors(design, stage)
    squares = np.zeros((width, width))
    sums = np.zeros((len(factor), width))
    for totals, stratum in _unit_totals(design, stage, rows, room, inside):
        sums += group_sums(stratum, len(factor), totals)
        totals *= np.sqrt(factor[stratum, None])
        squares += totals.T @ totals  # the product of a matrix with itself costs half
    covariance = squares - (sums * shift[:, None]).T @ sums
    nothing = np.diag(covariance) <= ROUNDING * np.diag(squares)
    covariance[nothing] = 0.0
    covariance[:, nothing] = 0.0
    return np.asarray(covariance)


def _unit_totals(
    design: SurveyDesign, stage: Stage, rows: Rows, room: int, inside: BoolArray | None
) -> Iterator[tuple[FloatArray, IntArray]]:
    """Give the weighted totals of whole units and their strata, chunk by chunk."""
    order = stage.order if inside is None else stage.order[inside[stage.order]]
    unit = stage.unit[order]
    begin = np.flatnonzero(np.diff(unit, prepend=-1))
    starts, strata = np.append(begin, len(order)), stage.stratum_of_unit[unit[begin]]
    first = 0
    while first < len(starts) - 1:
        limit = starts[first] + max(CHUNK_CELLS // max(room, 1), 1)
        last = max(int(np.searchsorted(starts, limit, side="right")) - 1, first + 1)
        index = order[starts[first] : starts[last]]
        weighted = rows(index) * design.variance_weights[index, None]
        if len(index) > last - first:
            weighted = np.add.reduceat(weighted, starts[first:last] - starts[first], axis=0)
        yield weighted, strata[first:last]
        first = last


def _chunks(index: IntArray, room: int) -> list[IntArray]:
    size = max(CHUNK_CELLS // max(room, 1), 1)
    return [index[k : k + size] for k in range(0, len(index), size)]
