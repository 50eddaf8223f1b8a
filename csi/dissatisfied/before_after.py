"""The change of those cared for, naive and corrected for regression to the mean.

Whoever is chosen for a low score was, on average, also unlucky on the day: asked again, the group
rises by itself. Two ways to say by how much, if nothing happens:

* With reliability ρ and mean μ of all, E(X₁ | X₀) = μ + ρ (X₀ − μ) where true scores and errors
  are normal, so that a group whose mean was x̄₀ changes by (1 − ρ)(μ − x̄₀), whatever the rule was
  by which X₀ chose it (Davis 1976).
* Where all with X₀ ≤ c were chosen and errors are normal, the group changes by v(c) f(c) / F(c),
  with f and F the density and distribution of X₀ and v(c) the error variance of scores about c:
  true scores may then have any shape, and errors may be larger for some scores than for others
  (Das and Mulder 1983, with v = (1 − ρ) σ²).

Both agree for normal scores, where x̄₀ is the mean of a truncated normal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.ranking import as_estimates
from csi.dissatisfied.reliability import Reliability
from csi.inference import BoolArray, FloatArray, SurveyDesign, effective_base

BEFORE_AFTER_TERMS = (
    "mean_before",
    "mean_after",
    "naive_change",
    "expected_change",
    "corrected_change",
)
LINEAR_TERMS = ("expected_change_linear", "corrected_change_linear")
_LEAST = 30
_FEW_LEVELS = 40
_ROUNDING = 1e-6


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
    warnings : tuple of str
    """

    terms: tuple[str, ...]
    values: FloatArray
    std_errors: FloatArray
    n: int
    n_eff: float
    df: float
    warnings: tuple[str, ...] = ()


def correct_change(
    design: SurveyDesign,
    before: FloatArray,
    after: FloatArray,
    reliability: Reliability,
    *,
    cut: float | None = None,
    error_variance: FloatArray | None = None,
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
        Everybody with this score or less was chosen, and nobody else: the change expected is then
        that at the cut, and the linear one stands beside, as `LINEAR_TERMS`.
    error_variance : FloatArray, shape (n,), optional
        An unbiased estimate of each score's error variance, from the spread of its items: used at
        the cut instead of (1 − ρ) σ².

    Returns
    -------
    Changes

    Raises
    ------
    DissatisfiedError
        With fewer than 30 customers who have both scores, any of them above the cut, or nobody on
        one side of it.
    """
    w = design.weights
    everybody = ~np.isnan(before) & (w > 0)
    cared = everybody & ~np.isnan(after)
    _check(before, cared, cut)
    x0, x1 = np.where(everybody, before, 0.0), np.where(cared, after, 0.0)
    m0, m1 = _mean(w, x0, cared), _mean(w, x1, cared)
    naive = m1 - m0
    rho = Number(reliability.value, np.zeros(design.n), reliability.std_error)
    linear = (1.0 - rho) * (_mean(w, x0, everybody) - m0)
    expected = linear
    if cut is not None:
        noise = _variance_at(w, x0, everybody, cut, rho, error_variance)
        expected = noise * _hazard(w, x0, everybody, cut)
    numbers = [m0, m1, naive, expected, naive - expected]
    terms = list(BEFORE_AFTER_TERMS)
    if cut is not None:
        numbers += [linear, naive - linear]
        terms += LINEAR_TERMS
    estimates = as_estimates(
        design,
        pd.DataFrame({"term": terms}),
        np.array([number.value for number in numbers]),
        np.column_stack([number.influence for number in numbers]),
        everybody,
    )
    by_reliability = np.array([number.by_reliability for number in numbers])
    return Changes(
        terms=tuple(terms),
        values=estimates.values,
        std_errors=np.hypot(estimates.std_errors(), by_reliability),
        n=int(cared.sum()),
        n_eff=effective_base(w[cared]),
        df=design.domain_df(cared),
        warnings=() if cut is None else _selective_answers(design, x0, everybody, cared, cut),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A number with its influences, shape (n,), and what one standard error of ρ moves it by."""

    value: float
    influence: FloatArray
    by_reliability: float = 0.0

    def __add__(self, other: Number) -> Number:
        return Number(
            self.value + other.value,
            self.influence + other.influence,
            self.by_reliability + other.by_reliability,
        )

    def __sub__(self, other: Number) -> Number:
        return self + other * -1.0

    def __rsub__(self, constant: float) -> Number:
        return Number(constant - self.value, -self.influence, -self.by_reliability)

    def __mul__(self, other: Number | float) -> Number:
        if isinstance(other, float):
            return Number(self.value * other, self.influence * other, self.by_reliability * other)
        a, b = self.value, other.value
        return Number(
            a * b,
            b * self.influence + a * other.influence,
            b * self.by_reliability + a * other.by_reliability,
        )

    def power(self, exponent: float) -> Number:
        """Return the number to a power, above 0."""
        slope = exponent * self.value ** (exponent - 1.0)
        return Number(self.value**exponent, slope * self.influence, slope * self.by_reliability)


def _check(before: FloatArray, cared: BoolArray, cut: float | None) -> None:
    if cared.sum() < _LEAST:
        raise DissatisfiedError(
            f"{int(cared.sum())} customers have a score before and after; at least {_LEAST} are "
            "needed."
        )
    if cut is None:
        return
    below = before <= cut + _ROUNDING
    if not below.any() or below[~np.isnan(before)].all():
        raise DissatisfiedError(
            f"`cut` = {cut:g} points does not part the scores: some must lie on either side."
        )
    if not below[cared].all():
        raise DissatisfiedError(
            f"{int((cared & ~below).sum())} of {int(cared.sum())} customers scored more than the "
            f"`cut` of {cut:g} points: they were not chosen by it. Leave `cut` out."
        )


def _selective_answers(
    design: SurveyDesign, x0: FloatArray, everybody: BoolArray, cared: BoolArray, cut: float
) -> tuple[str, ...]:
    """Say so where those who answered again had scored unlike all who were chosen.

    The change expected at the cut is that of all below it.
    """
    w = design.weights
    chosen = everybody & (x0 <= cut + _ROUNDING)
    answered, all_chosen = _mean(w, x0, cared), _mean(w, x0, chosen)
    gap = answered - all_chosen
    label = pd.DataFrame({"term": ["gap"]})
    row = as_estimates(
        design, label, np.array([gap.value]), gap.influence[:, None], everybody
    ).tidy()
    if not row["p_value"][0] < 0.05:
        return ()
    return (
        f"Those who answered again had scored {answered.value:.1f} before, all who were chosen "
        f"{all_chosen.value:.1f}: the change expected at the cut is that of all. The linear one "
        "allows for the difference.",
    )


def _mean(w: FloatArray, y: FloatArray, who: BoolArray) -> Number:
    total = float(w[who].sum())
    mean = float(w[who] @ y[who]) / total
    return Number(mean, np.where(who, (y - mean) / total, 0.0))


def _variance_at(
    w: FloatArray,
    x: FloatArray,
    inside: BoolArray,
    cut: float,
    rho: Number,
    error_variance: FloatArray | None,
) -> Number:
    """Return the error variance of scores within one standard deviation of the cut."""
    spread = _mean(w, (x - _mean(w, x, inside).value) ** 2, inside)
    if error_variance is None:
        return (1.0 - rho) * spread
    near = inside & (np.abs(x - cut) <= np.sqrt(spread.value)) & ~np.isnan(error_variance)
    return _mean(w, np.where(near, error_variance, 0.0), near)


def _hazard(w: FloatArray, x: FloatArray, inside: BoolArray, cut: float) -> Number:
    """Return f(c) / F(c), f from the scores on either side of the cut.

    The tail is curved: the geometric mean of the densities on both sides follows it.
    """
    below = _mean(w, (x <= cut + _ROUNDING).astype(np.float64), inside)
    low, middle, high = _bands(x[inside], cut)
    sides = []
    for start, stop in ((low, middle), (middle, high)):
        band = ((x > start) & (x <= stop)).astype(np.float64)
        sides.append(_mean(w, band, inside) * (1.0 / (stop - start)))
    if min(side.value for side in sides) > 0.0:
        density = (sides[0] * sides[1]).power(0.5)
    else:
        density = (sides[0] + sides[1]) * 0.5
    return density * below.power(-1.0)


def _bands(x: FloatArray, cut: float) -> tuple[float, float, float]:
    """Return the ends of a band on either side of the cut and what parts them.

    A score that takes few values stands for the step around it: of these the bands are the last
    that was chosen and the first that was not.
    """
    levels = np.unique(np.round(x, 6))
    if len(levels) > _FEW_LEVELS:
        half = float(np.std(x)) * len(x) ** -0.2
        return cut - half, cut + _ROUNDING, cut + half
    at = int(np.searchsorted(levels, cut + _ROUNDING))
    last, first = float(levels[at - 1]), float(levels[at])
    step = first - last
    start = (float(levels[at - 2]) + last) / 2.0 if at > 1 else last - step / 2.0
    stop = (first + float(levels[at + 1])) / 2.0 if at + 1 < len(levels) else first + step / 2.0
    return start, (last + first) / 2.0, stop
