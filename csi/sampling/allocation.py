"""Interviews over strata: a given total by size, or the least cost that gives wanted margins."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq

from csi.errors import SamplingError
from csi.sampling.collisions import check_bounds, check_budget, check_reachable
from csi.sampling.least_cost import Optimum, minimise_cost
from csi.sampling.limits import FloatArray, IntArray, VarianceLimits
from csi.sampling.whole_numbers import repair_to_limits, round_to_total

Method = Literal["proportional", "equal", "neyman", "cost", "power"]
METHODS: tuple[Method, ...] = ("proportional", "equal", "neyman", "cost", "power")

_LOOSEST = 1e8
"""Limits are loosened at most by this factor (of variance) to fit a total."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Allocation:
    """Interviews per stratum.

    Attributes
    ----------
    method : str
    n : ndarray of int, shape (H,)
        Whole interviews, within every minimum and maximum.
    exact : ndarray, shape (H,)
        Before rounding.
    cost : float
        Of `n`.
    bound : float
        No allocation that keeps the limits can cost less; NaN for a given total.
    gap : float
        Relative distance of the cost of `exact` from `bound`: the certificate; NaN likewise.
    excess : float
        Relative distance of `cost` from `bound`: what whole numbers cost; NaN likewise.
    limits : VarianceLimits or None
        As used: loosened where a total was asked for.
    multipliers : ndarray, shape (K,)
        Cost saved per unit by which a limit's variance is raised.
    loosened : float
        Factor by which every half-width was widened to fit a total; 1 where none was asked for.
    """

    method: str
    n: IntArray
    exact: FloatArray
    cost: float
    bound: float = math.nan
    gap: float = math.nan
    excess: float = math.nan
    limits: VarianceLimits | None = None
    multipliers: FloatArray = field(default_factory=lambda: np.zeros(0))
    loosened: float = 1.0

    def prices(self) -> pd.DataFrame:
        """Return the limits that cost something, dearest first.

        Returns
        -------
        DataFrame
            ``limit``, ``saving``: cost saved if its half-width were one percent wider (first
            order), ``used``: share of the allowed variance that the whole interviews use.
        """
        if self.limits is None:
            return pd.DataFrame({"limit": [], "saving": [], "used": []})
        table = pd.DataFrame(
            {
                "limit": self.limits.labels,
                "saving": 0.02 * self.multipliers * self.limits.variances,
                "used": self.limits.variance(self.n) / self.limits.variances,
            }
        )
        binding = table["saving"] > 1e-7 * self.cost
        return table[binding].sort_values("saving", ascending=False, ignore_index=True)


def allocate_total(
    total: float,
    population: npt.ArrayLike,
    *,
    method: Method = "proportional",
    sd: npt.ArrayLike | None = None,
    mean: npt.ArrayLike | None = None,
    cost: npt.ArrayLike | None = None,
    power: float = 0.5,
    minimum: npt.ArrayLike = 0,
    maximum: npt.ArrayLike | None = None,
    is_budget: bool = False,
) -> Allocation:
    """Divide a given total between strata, within a minimum and a maximum for each.

    Without bounds ``n_h ∝ d_h``: N_h (proportional), 1 (equal), N_h S_h (Neyman 1934),
    N_h S_h / √c_h (cost), or N_h^q S_h / Ȳ_h (power, Bankier 1988). With bounds
    ``n_h = clip(t d_h, m_h, M_h)`` with the one t that gives the total, which for Neyman and cost
    is the exact optimum (Gabler, Ganninger and Münnich 2012).

    Parameters
    ----------
    total : float
        Interviews; with ``is_budget`` what they may cost together.
    population : array_like, shape (H,)
        Customers in each stratum, N_h.
    method : {"proportional", "equal", "neyman", "cost", "power"}
    sd : array_like, shape (H,), optional
        S_h, for neyman, cost and power; by default equal.
    mean : array_like, shape (H,), optional
        Ȳ_h, for power; by default equal.
    cost : array_like, shape (H,), optional
        Of one interview; by default 1.
    power : float
        q of the power method: 1 is Neyman for a constant mean, 0 gives equal relative precision.
    minimum, maximum : array_like, shape (H,) or number
        The maximum is at most the population.
    is_budget : bool

    Returns
    -------
    Allocation
        Whole interviews add up to ``total`` (or cost at most that, as a budget).

    Raises
    ------
    SamplingError
        With every argument that cannot be used, or if the bounds cannot hold the total.

    Examples
    --------
    >>> allocate_total(190, [3000, 4000, 5000, 2000], method="neyman", sd=[48, 179, 176, 16]).n
    array([16, 77, 94,  3])
    """
    if method not in METHODS:
        raise SamplingError(f"`method` must be one of {', '.join(METHODS)}; got {method!r}.")
    N = _strata("population", population, None, above=0)
    sizes = {
        "sd": _strata("sd", sd if sd is not None else 1.0, len(N), above=0),
        "mean": _strata("mean", mean if mean is not None else 1.0, len(N), above=0),
        "cost": _strata("cost", cost if cost is not None else 1.0, len(N), above=0),
    }
    low, high = _bounds(minimum, maximum, N, least=0)
    direction = {
        "proportional": N,
        "equal": np.ones_like(N),
        "neyman": N * sizes["sd"],
        "cost": N * sizes["sd"] / np.sqrt(sizes["cost"]),
        "power": N**power * sizes["sd"] / sizes["mean"],
    }[method]
    unit = sizes["cost"] if is_budget else np.ones_like(N)
    _check_total("budget" if is_budget else "total", total, unit, low, high)
    exact = _fill(direction, unit, low, high, total)
    whole_low, whole_high = low.astype(np.int64), high.astype(np.int64)
    if is_budget:
        n = np.clip(np.floor(exact + 1e-9).astype(np.int64), whole_low, whole_high)
    else:
        n = round_to_total(exact, whole_low, whole_high)
    return Allocation(method=method, n=n, exact=exact, cost=float(sizes["cost"] @ n))


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
    c = _strata("cost", cost, strata, above=0)
    N = _strata("maximum", maximum, strata, above=-1)
    low, high = _bounds(minimum, N, N, least=1)
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
    c = _strata("cost", cost, strata, above=0)
    N = _strata("maximum", maximum, strata, above=-1)
    low, high = _bounds(minimum, N, N, least=1)
    _check_total("total", total, np.ones_like(low), low, high)
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
    exact = _fill(optimum.n, np.ones_like(low), low, high, total)
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
    bounds = low.astype(np.int64), high.astype(np.int64)
    n = repair_to_limits(optimum.n, limits, optimum.multipliers, cost, *bounds)
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


def _check_total(
    what: str, total: float, unit: FloatArray, low: FloatArray, high: FloatArray
) -> None:
    if not float(unit @ low) <= total <= float(unit @ high):
        raise SamplingError(
            f"The {what} is {total:g}, but the minima need {unit @ low:g} and the maxima allow "
            f"{unit @ high:g}. Change the {what} or the bounds."
        )


def _fill(
    direction: FloatArray, unit: FloatArray, low: FloatArray, high: FloatArray, total: float
) -> FloatArray:
    """Return clip(t · direction) with the t that gives the total: linear between breakpoints."""
    points = np.unique(np.concatenate([low / direction, high / direction]))

    def spent(t: float) -> float:
        return float(unit @ np.clip(t * direction, low, high))

    first, last = 0, len(points) - 1
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if spent(points[middle]) <= total else (first, middle)
    inside = np.clip(0.5 * (points[first] + points[last]) * direction, low, high)
    free = (inside > low) & (inside < high)
    slope = float(unit[free] @ direction[free])
    t = points[first]
    if slope > 0:
        t = (total - float(unit[~free] @ inside[~free])) / slope
    return np.asarray(np.clip(t * direction, low, high))


def _strata(
    name: str, values: npt.ArrayLike, strata: int | None, *, above: float
) -> FloatArray:
    array = np.asarray(values, dtype=float)
    if strata is not None and array.ndim == 0:
        array = np.full(strata, float(array))
    if array.ndim != 1 or (strata is not None and len(array) != strata):
        wanted = "one number per stratum" if strata is None else f"one number, or {strata}"
        raise SamplingError(f"`{name}` must be {wanted}; got an array of shape {array.shape}.")
    if not (np.isfinite(array) & (array > above)).all():
        bad = int(np.flatnonzero(~(np.isfinite(array) & (array > above)))[0])
        raise SamplingError(
            f"`{name}` must be above {above:g} in every stratum; got {array[bad]:g} in stratum "
            f"{bad + 1} of {len(array)}."
        )
    return array


def _bounds(
    minimum: npt.ArrayLike, maximum: npt.ArrayLike | None, population: FloatArray, *, least: int
) -> tuple[FloatArray, FloatArray]:
    low = np.maximum(np.ceil(_strata("minimum", minimum, len(population), above=-1)), least)
    high = np.floor(population)
    if maximum is not None:
        high = np.minimum(high, np.floor(_strata("maximum", maximum, len(population), above=-1)))
    check_bounds(low, high)
    return low, high
