"""Allocations in whole interviews: rounding that keeps a total, repair that keeps limits."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from csi.sampling.limits import FloatArray, IntArray, VarianceLimits

_FEASIBLE = 1e-9
"""Relative overstepping of a limit that counts as rounding error."""

_ROUNDS = 100
_EFFORT = 2_500_000
"""Rounds times limits times strata: about half a second."""

_KICKED, _NOISE, _NEAR, _SEED = 16, 0.6, 3e-4, 1


def round_to_total(exact: FloatArray, minimum: IntArray, maximum: IntArray) -> IntArray:
    """Round so that the total is kept: the largest remainders go up (Hamilton's method).

    Parameters
    ----------
    exact : ndarray, shape (H,)
        Lies within the bounds; its sum, rounded, is the total.
    minimum, maximum : ndarray of int, shape (H,)

    Returns
    -------
    ndarray of int, shape (H,)
    """
    # 7.9999999999 is 8: rounding error must not send it down.
    n = np.clip(np.floor(exact + 1e-9).astype(np.int64), minimum, maximum)
    missing = math.floor(float(exact.sum()) + 0.5) - int(n.sum())
    remainder = np.where(n < maximum, exact - n, -np.inf)
    n[np.argsort(-remainder, kind="stable")[: max(missing, 0)]] += 1
    return n


def repair_to_limits(
    exact: FloatArray,
    limits: VarianceLimits,
    multipliers: FloatArray,
    cost: FloatArray,
    minimum: IntArray,
    maximum: IntArray,
) -> IntArray:
    """Turn an optimum into whole interviews that keep every limit, at little more cost.

    From several roundings of the optimum: add the interview that mends most per cost until every
    limit is kept, drop what is not needed, then look for one interview that makes one dearer or two
    others superfluous. From the best result so far a few strata are lowered and mended again, with
    prices that vary a little, as long as there are rounds (iterated local search: Lourenço, Martin
    and Stützle 2003). The same problem gives the same numbers.

    Parameters
    ----------
    exact : ndarray, shape (H,)
        The optimum.
    limits : VarianceLimits
    multipliers : ndarray, shape (K,)
        Its prices: which limits matter.
    cost : ndarray, shape (H,)
    minimum, maximum : ndarray of int, shape (H,)

    Returns
    -------
    ndarray of int, shape (H,)
    """
    rows = limits.coefficients / limits.limits[:, None]
    # A limit that the minima keep can never be broken.
    rows = rows[(broken := rows @ (1 / minimum) > 1.0)]
    price = (multipliers * limits.limits)[broken]
    price = price / max(float(price.max(initial=0.0)), 1e-300) + 1e-6
    repair = _Repair(rows, price, cost, minimum, maximum)
    starts = []
    for root in (1.0, 0.5):
        repair.price = price**root
        starts += [repair.exchanged(repair.mended(n)) for n in _roundings(exact, minimum, maximum)]
    best = min(starts, key=lambda n: float(cost @ n))
    members = [np.flatnonzero(row) for row in rows]
    members = [cells for cells in members if len(cells) <= _KICKED]
    if not members:
        return best
    rng = np.random.default_rng(_SEED)
    for _ in range(min(_ROUNDS, _EFFORT // rows.size)):
        repair.price = price * np.exp(_NOISE * rng.normal(size=len(price)))
        found = repair.mended(_lowered(best, members, minimum, rng))
        # What is far from the best will not be mended by exchanges.
        if cost @ found < (1.0 + _NEAR) * (cost @ best):
            found = repair.exchanged(found)
        if cost @ found <= cost @ best:
            best = found
    return best


def _roundings(exact: FloatArray, minimum: IntArray, maximum: IntArray) -> Iterator[IntArray]:
    for shift in (0.0, 0.5, 1.0 - 2e-9):
        yield np.clip(np.floor(exact + 1e-9 + shift).astype(np.int64), minimum, maximum)


def _lowered(
    n: IntArray, members: list[IntArray], minimum: IntArray, rng: np.random.Generator
) -> IntArray:
    """Take an interview from about half of the strata of a few limits."""
    chosen = [members[k] for k in rng.integers(len(members), size=2)]
    cells = np.unique(np.concatenate(chosen))
    lowered = n.copy()
    lowered[cells] = np.maximum(n[cells] - rng.integers(0, 2, len(cells)), minimum[cells])
    return lowered


class _Repair:
    """Moves of single interviews; limits are scaled to 1, prices say which of them matter."""

    def __init__(
        self,
        rows: FloatArray,
        price: FloatArray,
        cost: FloatArray,
        minimum: IntArray,
        maximum: IntArray,
    ) -> None:
        self.rows, self.price, self.cost = rows, price, cost
        self.minimum, self.maximum = minimum, maximum

    def mended(self, n: IntArray) -> IntArray:
        """Add interviews until every limit is kept, then drop what is not needed."""
        return self.dropped(self.added(n))

    def excess(self, n: IntArray) -> FloatArray:
        return np.asarray(self.rows @ (1 / n) - 1.0)

    def harm(self, n: IntArray) -> FloatArray:
        """Return what one interview fewer adds to each row, shape (K, H)."""
        return self.rows * (1 / np.maximum(n - 1, 1) - 1 / n)

    def added(self, n: IntArray) -> IntArray:
        n = n.copy()
        excess = self.excess(n)
        while (broken := excess > _FEASIBLE).any():
            gain = self.rows[broken] * (1 / n - 1 / (n + 1))
            worth = self.price[broken] @ np.minimum(gain, excess[broken, None]) / self.cost
            worth[n >= self.maximum] = -1.0
            n[best := int(np.argmax(worth))] += 1
            excess = excess + self.rows[:, best] * (1 / n[best] - 1 / (n[best] - 1))
        return n

    def dropped(self, n: IntArray) -> IntArray:
        n = n.copy()
        excess = self.excess(n)
        while True:
            harm = self.harm(n)
            possible = (n > self.minimum) & (excess[:, None] + harm <= _FEASIBLE).all(axis=0)
            if not possible.any():
                return n
            # The dearest interview that uses up least of what is scarce.
            worth = np.where(possible, self.cost / (self.price @ harm + 1e-300), -1.0)
            n[best := int(np.argmax(worth))] -= 1
            excess = excess + self.rows[:, best] * (1 / n[best] - 1 / (n[best] + 1))

    def exchanged(self, n: IntArray) -> IntArray:
        """Add one interview and drop one or two, as long as that saves."""
        saved = True
        while saved:
            saved = False
            excess, harm = self.excess(n), self.harm(n)
            for cell in np.flatnonzero(n < self.maximum).tolist():
                gain = self.rows[:, cell] * (1 / n[cell] - 1 / (n[cell] + 1))
                gone = self.superfluous(n, cell, _FEASIBLE - excess + gain, harm)
                if self.cost[gone].sum() > self.cost[cell] + 1e-9:
                    n = n.copy()
                    n[cell] += 1
                    n[gone] -= 1
                    excess, harm = self.excess(n), self.harm(n)
                    saved = True
        return self.dropped(n)

    def superfluous(self, n: IntArray, cell: int, room: FloatArray, harm: FloatArray) -> list[int]:
        """Return the dearest one or two cells that can spare an interview if ``cell`` gets one."""
        possible = (n > self.minimum) & (harm <= room[:, None]).all(axis=0)
        possible[cell] = False
        cells = np.flatnonzero(possible)
        if not len(cells):
            return []
        harm, cost = harm[:, cells], self.cost[cells]
        pairs = (harm[:, :, None] + harm[:, None, :] <= room[:, None, None]).all(axis=0)
        pairs &= ~np.eye(len(cells), dtype=bool)
        together = np.where(pairs, cost[:, None] + cost, -np.inf)
        first, second = np.unravel_index(int(np.argmax(together)), together.shape)
        if together[first, second] > cost.max():
            return [int(cells[first]), int(cells[second])]
        return [int(cells[int(np.argmax(cost))])]
