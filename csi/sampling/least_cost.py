"""Least cost under variance limits, with a certificate of optimality.

Minimise ``Σ c_h n_h`` subject to ``Σ_h a_kh / n_h ≤ b_k`` and ``m_h ≤ n_h ≤ M_h`` (Bethel 1989;
Chromy 1987). With ``t = 1/n`` the limits are linear and the cost ``Σ c_h / t_h`` is convex: a
primal-dual interior-point method (Boyd and Vandenberghe 2004, 11.7) finds the optimum and a
multiplier per limit.

The proof does not rest on the method. For any multipliers λ ≥ 0 the Lagrangian is least at

    n_h(λ) = clip(√(Σ_k λ_k a_kh / c_h), m_h, M_h)

and its value there, the dual function, is never above the least cost (weak duality). So λ proves a
bound, and the distance between it and the cost of an allocation that keeps every limit is the gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from csi.sampling.limits import BoolArray, FloatArray, VarianceLimits

_GAP = 1e-11
_MAX_STEPS = 200
_HALVINGS = 40
_CENTRE = 1e-3
"""Least fraction of the complementarity that a step aims at: less loses the central path."""

_TIGHT = 1e-9
"""A limit that the maxima keep by less than this leaves its strata no choice."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """A proven optimum.

    Attributes
    ----------
    n : ndarray, shape (H,)
        Not whole numbers; keeps every limit.
    multipliers : ndarray, shape (K,)
        Cost saved per unit by which a limit is raised.
    cost, bound : float
        Of `n`, and what no allocation can go below.
    steps : int
        Of the interior-point method.
    """

    n: FloatArray
    multipliers: FloatArray
    cost: float
    bound: float
    steps: int

    @property
    def gap(self) -> float:
        """Relative distance of `cost` from `bound`."""
        return (self.cost - self.bound) / self.bound if self.bound > 0 else 0.0


def minimise_cost(
    limits: VarianceLimits, cost: FloatArray, minimum: FloatArray, maximum: FloatArray
) -> Optimum:
    """Find the least cost that keeps every limit; the maxima must be enough to keep them.

    Parameters
    ----------
    limits : VarianceLimits
    cost, minimum, maximum : ndarray, shape (H,)
        Cost of an interview; least and greatest interviews, with 0 < minimum <= maximum.

    Returns
    -------
    Optimum
    """
    rows = limits.coefficients / limits.limits[:, None]
    # What the minima keep already never binds; what only the maxima keep leaves no choice.
    binding = rows @ (1 / minimum) > 1.0
    tight = binding & (rows @ (1 / maximum) >= 1.0 - _TIGHT)
    fixed = (minimum == maximum) | (rows[tight] > 0).any(axis=0)
    n = np.where(fixed, maximum, minimum)
    multipliers = np.zeros(len(rows))
    loose = binding & ~tight
    room = 1.0 - rows[:, fixed] @ (1 / n[fixed])
    # Without the fixed strata the rest of a limit may be kept already.
    loose &= rows[:, ~fixed] @ (1 / minimum[~fixed]) > room
    ascent = _Interior(
        rows=rows[np.ix_(loose, ~fixed)] / room[loose, None],
        cost=cost[~fixed],
        minimum=minimum[~fixed],
        maximum=maximum[~fixed],
    )
    if loose.any():
        n[~fixed], found = ascent.solve()
        multipliers[loose] = found / room[loose] / limits.limits[loose]
    bound = float(cost[fixed] @ n[fixed]) + ascent.bound
    return Optimum(
        n=n, multipliers=multipliers, cost=float(cost @ n), bound=bound, steps=ascent.steps
    )


@dataclass(slots=True, kw_only=True)
class _Interior:
    """The strata with a choice; limits scaled to 1."""

    rows: FloatArray
    cost: FloatArray
    minimum: FloatArray
    maximum: FloatArray
    bound: float = field(init=False)
    steps: int = 0

    def __post_init__(self) -> None:
        self.bound = float(self.cost @ self.minimum)

    def solve(self) -> tuple[FloatArray, FloatArray]:
        """Return the allocation, shape (H,), and the multipliers, shape (K,)."""
        self.bound = -np.inf
        t = self.start()
        slack = self.slack(t)
        price = float(np.sum(self.cost / t)) / len(slack) / slack
        best = price[: len(self.rows)]
        for step in range(_MAX_STEPS):
            bound = self.dual(price[: len(self.rows)])
            if bound > self.bound:
                self.bound, best = bound, price[: len(self.rows)]
            self.steps = step
            if float(np.sum(self.cost / t)) - self.bound <= _GAP * self.bound:
                break
            t, slack, price = self.step(t, slack, price)
        return 1 / t, np.asarray(best)

    def start(self) -> FloatArray:
        """Return a point strictly inside: half of the way from the maxima to the first limit."""
        low, high = 1 / self.maximum, 1 / self.minimum
        room, slope = 1.0 - self.rows @ low, self.rows @ (high - low)
        way = min(1.0, float((room / slope).min()))
        return np.asarray(low + 0.5 * way * (high - low))

    def slack(self, t: FloatArray) -> FloatArray:
        return np.concatenate([1.0 - self.rows @ t, 1 / self.minimum - t, t - 1 / self.maximum])

    def dual(self, multipliers: FloatArray) -> float:
        n = np.sqrt(multipliers @ self.rows / self.cost)
        n = np.clip(n, self.minimum, self.maximum)
        return float(self.cost @ n + multipliers @ (self.rows @ (1 / n) - 1.0))

    def step(
        self, t: FloatArray, slack: FloatArray, price: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Make one step towards the central path; its aim follows Mehrotra's predictor."""
        K, H = self.rows.shape
        ratio = price / slack
        curvature = (self.rows.T * ratio[:K]) @ self.rows
        diagonal = 2 * self.cost / t**3 + ratio[K : K + H] + ratio[K + H :]
        curvature[np.diag_indices(H)] += diagonal
        # Strata differ in t by orders of magnitude: solve in units of each one's curvature.
        unit = 1 / np.sqrt(np.diag(curvature))
        factor = cho_factor(curvature * unit * unit[:, None], check_finite=False)
        residual = self.turned(price) - self.cost / t**2

        def direction(goal: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
            # `goal` is what slack · price is to become.
            right = -residual - self.turned(goal / slack - price)
            dt = unit * cho_solve(factor, unit * right, check_finite=False)
            ds = -np.concatenate([self.rows @ dt, dt, -dt])
            return dt, ds, (goal - price * ds) / slack - price

        mean = float(slack @ price) / len(slack)
        _, ds, dp = direction(np.zeros_like(slack))
        length = min(_way(slack, ds), _way(price, dp))
        after = float((slack + length * ds) @ (price + length * dp)) / len(slack)
        goal = np.full_like(slack, max((after / mean) ** 3, _CENTRE) * mean)
        dt, ds, dp = direction(goal)
        before = self.distance(t, slack, price, goal, t)
        length = min(1.0, 0.995 * _way(slack, ds), 0.995 * _way(price, dp))
        # The cost is not quadratic: go only as far as the optimality conditions get closer.
        for _ in range(_HALVINGS):
            # Slacks are carried along: 1/m − t would cancel to nothing near a bound.
            there = (t + length * dt, slack + length * ds, price + length * dp)
            if self.distance(*there, goal, t) <= (1 - 0.01 * length) * before:
                break
            length *= 0.5
        return there

    def distance(
        self,
        t: FloatArray,
        slack: FloatArray,
        price: FloatArray,
        goal: FloatArray,
        unit: FloatArray,
    ) -> float:
        """Return how far a point is from the conditions for ``goal``, in units of cost."""
        residual = (self.turned(price) - self.cost / t**2) * unit
        return float(np.sqrt(residual @ residual + np.sum((slack * price - goal) ** 2)))

    def turned(self, price: FloatArray) -> FloatArray:
        """Return the transposed constraints times ``price``."""
        K, H = self.rows.shape
        return np.asarray(price[:K] @ self.rows + price[K : K + H] - price[K + H :])


def _way(value: FloatArray, change: FloatArray) -> float:
    """Return how far ``value`` can go along ``change`` and stay positive, at most 1 / 0.995."""
    falling: BoolArray = change < 0
    return float(np.min(-value[falling] / change[falling], initial=1 / 0.995))
