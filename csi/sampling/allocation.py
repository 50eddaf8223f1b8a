"""Interviews over strata at least cost for wanted margins, with a certificate."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from csi.sampling.allocated import Allocation
from csi.sampling.bounds import check_total, fill, per_stratum, whole_bounds
from csi.sampling.collisions import check_budget, check_reachable
from csi.sampling.least_cost import Optimum, minimise_cost
from csi.sampling.limits import FloatArray, VarianceLimits
from csi.sampling.whole_numbers import repair_to_limits, round_to_total

_LOOSEST = 1e8
"""Limits are loosened at most by this factor (of variance) to fit a total."""


def allocate_for_limits(
    limits: VarianceLimits,
    *,
    cost: npt.ArrayLike = 1.0,
    minimum: npt.ArrayLike = 2,
    maximum: npt.ArrayLike,
    budget: float = math.inf,
) -> Allocation:
    """Find the cheapest interviews that keep every limit, with a proof that it is the cheapest.

    Parameters
    ----------
    limits : VarianceLimits, K rows over H strata
        See `csi.sampling.limits`.
    cost : array_like, shape (H,) or number
        Of one interview.
    minimum, maximum : array_like, shape (H,) or number
        Least (at least 1) and greatest interviews of a stratum; always honoured.
    budget : float
        The most it may cost.

    Returns
    -------
    Allocation

    Raises
    ------
    SamplingError
        If a minimum is above its maximum, a limit cannot be kept even by the maxima, or the
        budget is too small: with each limit that collides, and with what.

    Notes
    -----
    The method and the certificate: `csi.sampling.least_cost`.
    """
    strata = limits.coefficients.shape[1]
    c = per_stratum("cost", cost, strata, above=0)
    N = per_stratum("maximum", maximum, strata, above=-1)
    low, high = whole_bounds(minimum, N, N, least=1)
    check_reachable(limits, high)
    optimum = minimise_cost(limits, c, low, high)
    check_budget(limits, optimum, c, low, high, budget)
    return _whole(limits, optimum, c, low, high)


def allocate_total_for_limits(
    total: int,
    limits: VarianceLimits,
    *,
    cost: npt.ArrayLike = 1.0,
    minimum: npt.ArrayLike = 2,
    maximum: npt.ArrayLike,
) -> Allocation:
    """Spread a given total so that every half-width is widened by the same, smallest factor.

    The wanted variances are multiplied by a common factor until the cheapest allocation takes just
    the total: the best margins it can buy, in the proportions wanted.

    Parameters
    ----------
    total : int
        Interviews.
    limits, cost, minimum, maximum
        As in `allocate_for_limits`.

    Returns
    -------
    Allocation
        ``loosened`` is the factor on the half-widths: below 1 if the total gives more than wanted.
        Whole interviews add up to the total, so they may miss a limit by a rounding; ``excess`` is
        NaN.

    Raises
    ------
    SamplingError
        If the minima need more than the total, or the maxima give less.
    """
    strata = limits.coefficients.shape[1]
    c = per_stratum("cost", cost, strata, above=0)
    N = per_stratum("maximum", maximum, strata, above=-1)
    low, high = whole_bounds(minimum, N, N, least=1)
    check_total("total", total, np.ones_like(low), low, high)
    tightest = float((limits.variance(high) / limits.variances).max())

    def overspent(log_factor: float) -> float:
        optimum = minimise_cost(limits.loosened(math.exp(log_factor)), c, low, high)
        return float(optimum.n.sum()) / total - 1.0

    start, end = math.log(max(tightest, 1 / _LOOSEST)), math.log(_LOOSEST)
    if overspent(start) <= 0:
        factor = math.exp(start)
    elif overspent(end) > 0:
        factor = _LOOSEST
    else:
        factor = math.exp(brentq(overspent, start, end, xtol=1e-10))
    used = limits.loosened(factor)
    optimum = minimise_cost(used, c, low, high)
    # A limit may let go of some strata altogether: what is left is spread by the same pattern.
    exact = fill(optimum.n, np.ones_like(low), low, high, total)
    n = round_to_total(exact, low.astype(np.int64), high.astype(np.int64))
    return Allocation(
        method="least cost",
        n=n,
        exact=exact,
        cost=float(c @ n),
        bound=optimum.bound,
        gap=optimum.gap,
        limits=used,
        multipliers=optimum.multipliers,
        loosened=math.sqrt(factor),
    )


def _whole(
    limits: VarianceLimits,
    optimum: Optimum,
    cost: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> Allocation:
    whole = low.astype(np.int64), high.astype(np.int64)
    n = repair_to_limits(optimum.n, limits, optimum.multipliers, cost, *whole)
    total = float(cost @ n)
    return Allocation(
        method="least cost",
        n=n,
        exact=optimum.n,
        cost=total,
        bound=optimum.bound,
        gap=optimum.gap,
        excess=total / optimum.bound - 1.0,
        limits=limits,
        multipliers=optimum.multipliers,
    )
