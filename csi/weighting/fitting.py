"""From checked margins to weights that meet them, or the reason why none do."""

from __future__ import annotations

from typing import Literal

import numpy as np

from csi.errors import WeightingError
from csi.inference import Calibration, FloatArray, IntArray
from csi.weighting.calibration import Calibrated, calibrate, indicators, rake
from csi.weighting.distances import Distance, Exponential, Linear, Logit
from csi.weighting.feasibility import LARGEST, SHOWN, Conflict, conflict_text, find_conflict
from csi.weighting.margins import MarginSet, level_name

Method = Literal["rake", "poststratify", "linear", "truncated", "logit"]

Limits = tuple[FloatArray, FloatArray]
"""The smallest and the largest final weight, each of shape (n,)."""


VANISHED = 1e-6
"""A factor on the base weight below this takes a respondent out of the sample."""


def fit_margins(
    base: FloatArray,
    wanted: MarginSet,
    *,
    method: Method,
    bounds: tuple[float, float] | None,
    limits: Limits | None,
    tolerance: float,
    max_iter: int,
) -> Calibrated:
    """Calibrate base weights, scaled to the population first, to margins.

    Returns
    -------
    Calibrated
        ``converged`` says whether all targets are met.
    """
    scaled = scale_to(base, wanted.population)
    if wanted.numeric or limits is not None:
        X, cells, targets = rows_of(wanted)
        distance = _distance(method, bounds, limits, scaled)
        return calibrate(
            X,
            scaled,
            targets,
            distance=distance,
            cells=cells,
            tolerance=tolerance,
            max_iter=max_iter,
        )
    cells, codes = wanted.collapse()
    by_cell = group_totals(cells, scaled, len(codes[0]))
    totals = [margin.totals for margin in wanted.margins]
    if method in ("rake", "poststratify") and bounds is None:
        fitted = rake(codes, by_cell, totals, tolerance=tolerance, max_iter=max_iter)
    else:
        fitted = calibrate(
            indicators(codes, [len(t) for t in totals]),
            by_cell,
            np.concatenate(totals),
            distance=_distance(method, bounds, None, by_cell),
            tolerance=tolerance,
            max_iter=max_iter,
        )
    factor = np.divide(fitted.weights, by_cell, out=np.ones_like(by_cell), where=by_cell > 0)
    return Calibrated(
        weights=scaled * factor[cells],
        misfit=fitted.misfit,
        iterations=fitted.iterations,
        converged=fitted.converged,
    )


def group_totals(groups: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Return the sums of values by group, shape (size,)."""
    return np.bincount(groups, weights=values, minlength=size).astype(np.float64)


def scale_to(weights: FloatArray, total: float | None) -> FloatArray:
    """Scale weights to a total, where there is one."""
    return weights if total is None else weights * (total / weights.sum())


def rows_of(wanted: MarginSet) -> tuple[FloatArray, IntArray | None, FloatArray]:
    """Return auxiliaries, each respondent's row of them (None: the own one), and targets."""
    totals = [margin.totals for margin in wanted.margins]
    targets = np.concatenate([*totals, np.array([t.total for t in wanted.numeric])])
    sizes = [len(t) for t in totals]
    if not wanted.numeric:
        cells, codes = wanted.collapse()
        return indicators(codes, sizes), cells, targets
    numbers = np.column_stack([t.values for t in wanted.numeric])
    if not wanted.margins:
        return numbers, None, targets
    levels = indicators([margin.codes for margin in wanted.margins], sizes)
    return np.hstack([levels, numbers]), None, targets


def calibration_of(
    base: FloatArray, wanted: MarginSet, regression_weights: FloatArray | None = None
) -> Calibration:
    """Return what the variance needs to know of a calibration."""
    X, cells, _ = rows_of(wanted)
    return Calibration(
        auxiliaries=X, base_weights=base, cells=cells, regression_weights=regression_weights
    )


def tangent_weights(
    fitted: FloatArray,
    base: FloatArray,
    wanted: MarginSet,
    *,
    method: Method,
    bounds: tuple[float, float] | None,
    limits: Limits | None,
) -> FloatArray:
    """Return d·F′, how much each weight gives way when the targets move; of raking, the weights."""
    scaled = scale_to(base, wanted.population)
    factor = np.divide(fitted, scaled, out=np.ones_like(scaled), where=scaled > 0)
    return scaled * _distance(method, bounds, limits, scaled).slope_at(factor)


def target_names(wanted: MarginSet) -> list[str]:
    """Name every target: ``region = 3`` for a level, ``bill`` for a numeric total."""
    names = [name for margin in wanted.margins for name in margin.names()]
    return names + [t.variable for t in wanted.numeric]


def achieved_totals(weights: FloatArray, wanted: MarginSet) -> FloatArray:
    """Return the weighted totals that stand against the targets."""
    sums = [np.bincount(m.codes, weights=weights, minlength=len(m.totals)) for m in wanted.margins]
    return np.concatenate([*sums, np.array([weights @ t.values for t in wanted.numeric])])


def refuse_failure(
    fitted: Calibrated,
    base: FloatArray,
    wanted: MarginSet,
    *,
    method: Method,
    bounds: tuple[float, float] | None,
    limits: Limits | None,
) -> None:
    """Raise if the targets were not met, naming those that stand in the way."""
    if fitted.converged:
        if bounds is None and limits is None:
            _refuse_vanishing(fitted.weights, base, wanted)
        return
    names, targets = target_names(wanted), rows_of(wanted)[2]
    conflict = nearest_conflict(base, wanted, method=method, bounds=bounds, limits=limits)
    within = _range_text(bounds, limits)
    if conflict is not None:
        raise WeightingError(
            f"No weights{within} meet the margins together. Nearest: "
            f"{conflict_text(conflict, names, targets)}. Merge levels, drop a margin"
            f"{', or allow more' if within else ''}."
        )
    achieved = achieved_totals(fitted.weights, wanted)
    misfit = np.abs(achieved - targets) / np.where(targets != 0, np.abs(targets), 1.0)
    worst = np.argsort(-misfit, kind="stable")[:SHOWN]
    parts = "; ".join(
        f"{names[k]}: target {targets[k]:.6g}, got {achieved[k]:.6g}"
        for k in worst
        if misfit[k] > 0
    )
    raise WeightingError(
        f"The weights{within} do not settle on the margins: after {fitted.iterations} steps the "
        f"largest misfit is {fitted.misfit:.1e} ({parts}). Merge levels that rest on few "
        "respondents, drop a margin, or allow a larger `tolerance`."
    )


def nearest_conflict(
    base: FloatArray,
    wanted: MarginSet,
    *,
    method: Method,
    bounds: tuple[float, float] | None,
    limits: Limits | None,
) -> Conflict | None:
    """Return the targets that weights within the bounds must miss; None if none or too many."""
    X, cells, targets = rows_of(wanted)
    if X.size > LARGEST:
        return None
    scaled = scale_to(base, wanted.population)
    low, high = _weight_range(method, bounds, limits, scaled)
    if cells is not None:
        low, high = group_totals(cells, low, len(X)), group_totals(cells, high, len(X))
    return find_conflict(X, low, high, targets, wanted.population)


def _refuse_vanishing(weights: FloatArray, base: FloatArray, wanted: MarginSet) -> None:
    """Raise where the margins hold only because respondents lose their weight."""
    scaled = scale_to(base, wanted.population)
    gone = (scaled > 0) & (np.abs(weights) < VANISHED * scaled)
    if gone.any() and wanted.margins:
        row = int(np.argmax(gone))
        levels = ", ".join(level_name(m.variables, m.levels[m.codes[row]]) for m in wanted.margins)
        raise WeightingError(
            f"The margins can only be met by taking the weight of {int(gone.sum())} respondents "
            f"(first in row {row + 1}: {levels}). Merge levels, or drop a margin."
        )


def _distance(
    method: Method,
    bounds: tuple[float, float] | None,
    limits: Limits | None,
    scaled: FloatArray,
) -> Distance:
    if method == "logit":
        assert bounds is not None
        return Logit(low=bounds[0], high=bounds[1])
    exponential = method in ("rake", "poststratify")
    low: float | FloatArray = 0.0 if exponential else -np.inf
    high: float | FloatArray = np.inf
    if bounds is not None:
        low, high = bounds
    if limits is not None:
        d = np.where(scaled > 0, scaled, 1.0)
        low, high = np.maximum(low, limits[0] / d), np.minimum(high, limits[1] / d)
    return Exponential(low=low, high=high) if exponential else Linear(low=low, high=high)


def _weight_range(
    method: Method,
    bounds: tuple[float, float] | None,
    limits: Limits | None,
    scaled: FloatArray,
) -> Limits:
    """Return the smallest and largest weight that each respondent may get."""
    low = np.zeros_like(scaled) if method != "linear" else np.full_like(scaled, -np.inf)
    high = np.where(scaled > 0, np.inf, 0.0)
    if bounds is not None:
        low, high = bounds[0] * scaled, bounds[1] * scaled
    if limits is not None:
        low, high = np.maximum(low, limits[0]), np.minimum(high, limits[1])
        low, high = np.where(scaled > 0, low, 0.0), np.where(scaled > 0, high, 0.0)
    return low, high


def _range_text(bounds: tuple[float, float] | None, limits: Limits | None) -> str:
    parts = []
    if bounds is not None:
        parts.append(f"between {bounds[0]:g} and {bounds[1]:g} times the base weights")
    if limits is not None:
        parts.append(
            f"from {float(np.min(limits[0])):.6g} to {float(np.max(limits[1])):.6g}"
            if np.max(limits[0]) > 0
            else f"up to {float(np.max(limits[1])):.6g}"
        )
    return " " + " and ".join(parts) if parts else ""
