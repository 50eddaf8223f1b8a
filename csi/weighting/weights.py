"""`weight_responses`: from respondents and population margins to a calibrated design."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from csi.errors import WeightingError
from csi.inference import FloatArray, SurveyDesign, make_design
from csi.responses.data import Responses
from csi.weighting.calibration import TOLERANCE
from csi.weighting.fitting import (
    Method,
    calibration_of,
    fit_margins,
    refuse_failure,
    scale_to,
    tangent_weights,
)
from csi.weighting.limits import Trim, limit_factors, trim_faults, weight_limits
from csi.weighting.margins import Margins, MarginSet, margin_name, read_margins

Residuals = Literal["base", "calibrated"]
"""Weights of the regression on the margins; see `weight_responses`."""


def weight_responses(
    responses: Responses | pd.DataFrame | SurveyDesign,
    *,
    margins: Margins,
    method: Method = "rake",
    bounds: tuple[float, float] | None = None,
    trim: Trim | None = None,
    total: float | None = None,
    residuals: Residuals = "base",
    tolerance: float = TOLERANCE,
    max_iter: int = 200,
) -> SurveyDesign:
    """Weight respondents to population margins.

    The base weights of the design are scaled to the population and then changed as little as the
    margins allow, in the sense of ``method`` (Deville and Särndal 1992). Standard errors of the
    weighted design use residuals from the regression on the margins.

    Parameters
    ----------
    responses : Responses, DataFrame or SurveyDesign
        Respondents. Only a design has base weights, strata and clusters (see `make_design`); the
        others count as equally weighted.
    margins : mapping
        ``{variable: {level: total}}``. A tuple of variables is a crossed margin with tuples for
        levels; a numeric variable may have its total alone, ``{"bill": 52_000.0}``. All margins
        have one sum: the population, or 1 for shares, or 100.
    method : {"rake", "poststratify", "linear", "truncated", "logit"}
        Raking; one margin, simple or crossed; the regression estimator (GREG); the same within
        ``bounds``; or smoothly within ``bounds``.
    bounds : (float, float), optional
        Smallest and largest factor on the scaled base weights, around 1. For ``"truncated"`` and
        ``"logit"``; raking takes them too.
    trim : float or (float, float), optional
        Largest, or smallest and largest, final weight as multiples of the mean weight. The weights
        are fitted within these limits, so that margins and limits hold together.
    total : float, optional
        What the weights add up to; by default what the margins do. ``design.n`` makes their mean 1.
    residuals : {"base", "calibrated"}
        Weights of the regression that the residuals come from. ``"base"``: the base weights, as in
        R's survey package; right where the base weights are those of the design and calibration
        corrects chance. ``"calibrated"``: base weight times F′, the derivative of the calibration
        (of raking the calibrated weights themselves), and the variance times n/(n − q) for q
        independent targets; right also where calibration corrects non-response.
        Both agree in large samples without non-response; see `benchmarks/results/weighting.md`.
    tolerance : float
        Largest relative misfit max |achieved/target − 1|.
    max_iter : int
        Newton steps allowed.

    Returns
    -------
    SurveyDesign
        With the new weights and the calibration in ``calibrations``.

    Raises
    ------
    WeightingError
        With everything that is wrong with the margins, or the targets that cannot be met together.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"sex": [1, 1, 1, 2], "line": [1, 1, 2, 2]})
    >>> weighted = weight_responses(
    ...     data, margins={"sex": {1: 48, 2: 52}, "line": {1: 30, 2: 70}}
    ... )
    >>> weighted.weights.round(6)
    array([15., 15., 18., 52.])
    """
    design = responses if isinstance(responses, SurveyDesign) else make_design(responses)
    if design.full_weights is not None:
        raise WeightingError(
            "The design is restricted to some respondents; weight everybody first, then restrict."
        )
    _check_options(method, bounds, trim, total, tolerance)
    if residuals not in get_args(Residuals):
        raise WeightingError(
            f"`residuals` must be one of {', '.join(get_args(Residuals))}; got {residuals!r}."
        )
    wanted = read_margins(design, margins)
    _check_method(method, wanted)
    limits = None if trim is None else weight_limits(design.weights, trim, wanted.population)
    base = design.weights
    fitted = fit_margins(
        base,
        wanted,
        method=method,
        bounds=bounds,
        limits=limits,
        tolerance=tolerance,
        max_iter=max_iter,
    )
    refuse_failure(fitted, base, wanted, method=method, bounds=bounds, limits=limits)
    _refuse_negative(fitted.weights)
    slopes = None
    if residuals == "calibrated":
        slopes = tangent_weights(
            fitted.weights, base, wanted, method=method, bounds=bounds, limits=limits
        )
    return replace(
        design,
        weights=scale_to(fitted.weights, total),
        calibrations=(*design.calibrations, calibration_of(base, wanted, slopes)),
        description={
            **design.description,
            "calibration": _description(method, wanted, bounds, trim),
        },
    )


def _check_options(
    method: str,
    bounds: tuple[float, float] | None,
    trim: Trim | None,
    total: float | None,
    tolerance: float,
) -> None:
    faults = []
    if method not in get_args(Method):
        faults.append(f"`method` must be one of {', '.join(get_args(Method))}; got {method!r}.")
    if bounds is None and method in ("truncated", "logit"):
        faults.append(f"method={method!r} needs `bounds`, such as bounds=(0.3, 3.0).")
    if bounds is not None:
        if method == "linear":
            faults.append('method="linear" has no bounds: use "truncated" or "logit".')
        elif method == "poststratify":
            faults.append('method="poststratify" has no bounds: use "rake", or `trim`.')
        low, high = bounds
        if not 0.0 <= low < 1.0 < high < np.inf:
            faults.append(
                "`bounds` must be (smallest, largest) factors with 0 <= smallest < 1 < largest; "
                f"got {bounds!r}."
            )
    if trim is not None:
        faults += trim_faults(trim)
        if method == "logit":
            faults.append('method="logit" cannot be trimmed: use "truncated" or "rake".')
    if total is not None and not 0.0 < total < np.inf:
        faults.append(f"`total` must be a positive number; got {total!r}.")
    if not 0.0 < tolerance < 1.0:
        faults.append(f"`tolerance` must lie between 0 and 1; got {tolerance!r}.")
    if faults:
        raise WeightingError(faults)


def _check_method(method: Method, wanted: MarginSet) -> None:
    if method == "poststratify" and (len(wanted.margins) != 1 or wanted.numeric):
        given = [margin_name(m.variables) for m in wanted.margins]
        given += [t.variable for t in wanted.numeric]
        raise WeightingError(
            f'method="poststratify" takes one margin, simple or crossed; got {len(given)} '
            f'({", ".join(given)}). Cross them, or use "rake".'
        )


def _refuse_negative(weights: FloatArray) -> None:
    if (weights < 0).any():
        row = int(np.argmin(weights))
        raise WeightingError(
            f"Linear calibration gives {int((weights < 0).sum())} respondents negative weights "
            f'(lowest {weights[row]:.4g} in row {row + 1}). Use method="truncated" or "logit" '
            "with `bounds`."
        )


def _description(
    method: Method,
    wanted: MarginSet,
    bounds: tuple[float, float] | None,
    trim: Trim | None,
) -> str:
    names = [margin_name(m.variables) for m in wanted.margins]
    names += [f"total of {t.variable}" for t in wanted.numeric]
    text = f"{method}: {', '.join(names)}"
    if bounds is not None:
        text += f"; factors {bounds[0]:g} to {bounds[1]:g}"
    if trim is not None:
        low, high = limit_factors(trim)
        text += f"; weights {low:g} to {high:g} times their mean"
    return text
