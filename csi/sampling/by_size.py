"""A given total divided between strata by their size: proportional, equal, Neyman, cost, power."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from csi.errors import SamplingError
from csi.sampling.allocated import Allocation
from csi.sampling.bounds import check_total, fill, per_stratum, whole_bounds
from csi.sampling.whole_numbers import round_to_total

Method = Literal["proportional", "equal", "neyman", "cost", "power"]
METHODS: tuple[Method, ...] = ("proportional", "equal", "neyman", "cost", "power")


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
        If an argument cannot be used, or the bounds cannot hold the total.

    Examples
    --------
    >>> allocate_total(190, [3000, 4000, 5000, 2000], method="neyman", sd=[48, 179, 176, 16]).n
    array([16, 77, 94,  3])
    """
    if method not in METHODS:
        raise SamplingError(f"`method` must be one of {', '.join(METHODS)}; got {method!r}.")
    N = per_stratum("population", population, None, above=0)
    sizes = {
        "sd": per_stratum("sd", sd if sd is not None else 1.0, len(N), above=0),
        "mean": per_stratum("mean", mean if mean is not None else 1.0, len(N), above=0),
        "cost": per_stratum("cost", cost if cost is not None else 1.0, len(N), above=0),
    }
    low, high = whole_bounds(minimum, maximum, N, least=0)
    direction = {
        "proportional": N,
        "equal": np.ones_like(N),
        "neyman": N * sizes["sd"],
        "cost": N * sizes["sd"] / np.sqrt(sizes["cost"]),
        "power": N**power * sizes["sd"] / sizes["mean"],
    }[method]
    unit = sizes["cost"] if is_budget else np.ones_like(N)
    check_total("budget" if is_budget else "total", total, unit, low, high)
    exact = fill(direction, unit, low, high, total)
    whole_low, whole_high = low.astype(np.int64), high.astype(np.int64)
    if is_budget:
        n = np.clip(np.floor(exact + 1e-9).astype(np.int64), whole_low, whole_high)
    else:
        n = round_to_total(exact, whole_low, whole_high)
    return Allocation(method=method, n=n, exact=exact, cost=float(sizes["cost"] @ n))
