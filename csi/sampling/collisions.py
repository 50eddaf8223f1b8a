"""Why a plan cannot be made: which limits, minima, maxima and budget collide."""

from __future__ import annotations

import math

import numpy as np

from csi.errors import SamplingError
from csi.sampling.least_cost import Optimum, minimise_cost
from csi.sampling.limits import FloatArray, VarianceLimits

_SHOWN = 8


def check_bounds(minimum: FloatArray, maximum: FloatArray) -> None:
    """Raise if a minimum is above its maximum.

    Raises
    ------
    SamplingError
        With each stratum.
    """
    bad = np.flatnonzero(minimum > maximum)
    if len(bad):
        lines = [
            f"Stratum {h + 1}: the minimum {minimum[h]:g} is above the maximum {maximum[h]:g}."
            for h in bad[:_SHOWN]
        ]
        raise SamplingError("\n".join([*lines, *_more(len(bad))]))


def check_reachable(limits: VarianceLimits, maximum: FloatArray) -> None:
    """Raise if a limit cannot be kept even with every stratum at its maximum.

    More interviews never hurt a limit, so this is the whole condition for a plan to exist.

    Raises
    ------
    SamplingError
        With each such limit, and the factor by which its half-width would have to be wider.
    """
    needed = limits.variance(maximum) / limits.variances
    bad = np.flatnonzero(limits.coefficients @ (1 / maximum) > limits.limits * (1.0 + 1e-9))
    if len(bad):
        lines = [
            f"{limits.labels[k]}: out of reach. All that its {_members(limits, k)} strata may give "
            f"at most leaves a half-width {math.sqrt(needed[k]):.3g} times the wanted one."
            for k in bad[np.argsort(-needed[bad], kind="stable")][:_SHOWN]
        ]
        hint = "Raise the maxima of these strata or widen these half-widths."
        raise SamplingError("\n".join([*lines, *_more(len(bad)), hint]))


def check_budget(
    limits: VarianceLimits,
    optimum: Optimum,
    cost: FloatArray,
    minimum: FloatArray,
    maximum: FloatArray,
    budget: float,
) -> None:
    """Raise if the least cost is above the budget.

    Raises
    ------
    SamplingError
        With limits that together are too dear: without any one of them they would not be.
    """
    if optimum.bound <= budget:
        return
    least = float(cost @ minimum)
    if least > budget:
        raise SamplingError(
            f"The budget {budget:g} does not pay for the minima, which cost {least:g}. "
            f"Raise the budget or lower the minima."
        )
    kept = _colliding(limits, optimum, cost, minimum, maximum, budget)
    lines = [
        f"The wanted half-widths cost at least {optimum.bound:.6g}; the budget is {budget:g}. "
        f"These {len(kept)} already collide with it:",
        *(f"  {limits.labels[k]}" for k in kept[:_SHOWN]),
        *_more(len(kept)),
        f"Raise the budget, or widen every half-width by about "
        f"{100 * (math.sqrt(optimum.bound / budget) - 1):.0f} %.",
    ]
    raise SamplingError("\n".join(lines))


def _colliding(
    limits: VarianceLimits,
    optimum: Optimum,
    cost: FloatArray,
    minimum: FloatArray,
    maximum: FloatArray,
    budget: float,
) -> list[int]:
    """Return rows that cost more than the budget, and without any one of them do not."""
    price = optimum.multipliers * limits.limits
    # Limits without a price play no part; cheap ones are tried first, so the dear ones stay.
    kept = [int(k) for k in np.argsort(price, kind="stable") if price[k] > 1e-7 * optimum.cost]
    for row in tuple(kept):
        rest = [k for k in kept if k != row]
        if rest and minimise_cost(limits.chosen(rest), cost, minimum, maximum).bound > budget:
            kept = rest
    return sorted(kept, key=lambda k: -price[k])


def _members(limits: VarianceLimits, row: int) -> int:
    return int((limits.coefficients[row] > 0).sum())


def _more(count: int) -> list[str]:
    return [f"… and {count - _SHOWN} more."] if count > _SHOWN else []
