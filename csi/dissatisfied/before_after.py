"""The change of those cared for, naive and corrected for regression to the mean.

Whoever is chosen for a low score was, on average, also unlucky on the day: asked again, the group
rises by itself. With reliability ρ and mean μ of all, a score X₀ at the start and X₁ later,
E(X₁ | X₀) = μ + ρ (X₀ − μ) if nothing happens, so that a group whose mean was x̄₀ is expected to
change by (1 − ρ)(μ − x̄₀), whatever the rule was by which X₀ chose it (Davis 1976). Where all with
X₀ ≤ c were chosen and errors are normal, the change expected is (1 − ρ) σ² f(c) / F(c), with f and
F the density and distribution of X₀: true scores may then have any shape (Das and Mulder 1983).
Both agree for normal scores, where x̄₀ is the mean of a truncated normal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.ranking import as_estimates
from csi.dissatisfied.reliability import Reliability
from csi.inference import BoolArray, FloatArray, SurveyDesign

BEFORE_AFTER_TERMS = (
    "mean_before",
    "mean_after",
    "naive_change",
    "expected_change",
    "corrected_change",
)
CUT_TERMS = ("expected_change_cut", "corrected_change_cut")
_LEAST = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changes:
    """Numbers of a before-after comparison.

    Attributes
    ----------
    terms : tuple of str
    values, std_errors : FloatArray, shape (k,)
    n : int
        Customers with both scores.
    n_eff : float
    df : float
    """

    terms: tuple[str, ...]
    values: FloatArray
    std_errors: FloatArray
    n: int
    n_eff: float
    df: float


def correct_change(
    design: SurveyDesign,
    before: FloatArray,
    after: FloatArray,
    reliability: Reliability,
    *,
    cut: float | None = None,
) -> Changes:
    """Return the naive change, what chance alone makes of it, and the rest.

    Parameters
    ----------
    design : SurveyDesign
        The survey of all in which the customers were found.
    before : FloatArray, shape (n,)
        Scores of everybody in it, 0-100.
    after : FloatArray, shape (n,)
        Scores at follow-up of those cared for; NaN for all others.
    reliability : Reliability
        Of the score. Its standard error is propagated.
    cut : float, optional
        Everybody with this score or less was chosen: adds `CUT_TERMS`.

    Returns
    -------
    Changes

    Raises
    ------
    DissatisfiedError
        With fewer than 30 customers who have both scores, or none above the cut.
    """
    w = design.weights
    everybody = ~np.isnan(before) & (w > 0)
    cared = everybody & ~np.isnan(after)
    if cared.sum() < _LEAST:
        raise DissatisfiedError(
            f"{int(cared.sum())} customers have a score before and after; at least {_LEAST} are "
            "needed."
        )
    x0, x1 = np.where(everybody, before, 0.0), np.where(cared, after, 0.0)
    rho = reliability.value
    m0, i0 = _mean(w, x0, cared)
    m1, i1 = _mean(w, x1, cared)
    mu, i_mu = _mean(w, x0, everybody)
    gap, i_gap = mu - m0, i_mu - i0
    expected, i_expected = (1.0 - rho) * gap, (1.0 - rho) * i_gap
    naive, i_naive = m1 - m0, i1 - i0
    values = [m0, m1, naive, expected, naive - expected]
    influences = [i0, i1, i_naive, i_expected, i_naive - i_expected]
    slopes = [0.0, 0.0, 0.0, -gap, gap]
    terms = list(BEFORE_AFTER_TERMS)
    if cut is not None:
        variance_part, i_part = _error_at_cut(w, x0, everybody, cut)
        values += [(1.0 - rho) * variance_part, naive - (1.0 - rho) * variance_part]
        influences += [(1.0 - rho) * i_part, i_naive - (1.0 - rho) * i_part]
        slopes += [-variance_part, variance_part]
        terms += CUT_TERMS
    estimates = as_estimates(
        design,
        pd.DataFrame({"term": terms}),
        np.array(values),
        np.column_stack(influences),
        everybody,
    )
    design_variance = estimates.std_errors() ** 2
    return Changes(
        terms=tuple(terms),
        values=np.array(values),
        std_errors=np.sqrt(design_variance + (np.array(slopes) * reliability.std_error) ** 2),
        n=int(cared.sum()),
        n_eff=float(w[cared].sum() ** 2 / (w[cared] @ w[cared])),
        df=design.domain_df(cared),
    )


def _mean(w: FloatArray, y: FloatArray, who: BoolArray) -> tuple[float, FloatArray]:
    total = float(w[who].sum())
    mean = float(w[who] @ y[who]) / total
    return mean, np.where(who, (y - mean) / total, 0.0)


def _error_at_cut(
    w: FloatArray, x: FloatArray, inside: BoolArray, cut: float
) -> tuple[float, FloatArray]:
    """Return σ² f(c) / F(c) and its influences; f from the scores around the cut."""
    below = inside & (x <= cut + 1e-9)
    if not below.any() or below.sum() == inside.sum():
        raise DissatisfiedError(
            f"`cut` = {cut:g} does not part the scores: some must lie on either side."
        )
    mean, _ = _mean(w, x, inside)
    squares = (x - mean) ** 2
    variance, i_variance = _mean(w, squares, inside)
    low, high = _window(x[inside], cut, float(np.sqrt(variance)))
    near = inside & (x > low) & (x <= high)
    share, i_share = _mean(w, near.astype(np.float64), inside)
    held, i_held = _mean(w, below.astype(np.float64), inside)
    density = share / (high - low)
    value = variance * density / held
    influence = value * (
        i_variance / variance + (i_share / share if share > 0 else 0.0) - i_held / held
    )
    return value, influence


def _window(x: FloatArray, cut: float, sd: float) -> tuple[float, float]:
    """Return the ends of an interval around the cut: one step either side of a coarse scale.

    A score that takes few values stands for the step around it: ``cut`` itself ends half a step
    above the last score chosen.
    """
    levels = np.unique(x)
    if len(levels) <= 40:
        at = int(np.searchsorted(levels, cut + 1e-9)) - 1
        lower = levels[at - 1] if at > 0 else 2 * levels[at] - levels[at + 1]
        return float((lower + levels[at]) / 2), float((levels[at + 1] + _next(levels, at + 1)) / 2)
    half = 0.6 * sd * len(x) ** -0.2
    return cut - half, cut + half


def _next(levels: FloatArray, at: int) -> float:
    return float(levels[at + 1]) if at + 1 < len(levels) else float(2 * levels[at] - levels[at - 1])
