"""Which targets stand in the way when no weights within the bounds meet all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csi.inference import FloatArray

LARGEST = 2_000_000
"""Cells times targets beyond which the linear programme would take too long."""

SHOWN = 5
"""Targets named in a message."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflict:
    """The targets that must be missed, with how near weights within the bounds come.

    Attributes
    ----------
    positions : tuple of int
        Of the missed targets.
    reached : tuple of float
        What they come to while all others hold.
    """

    positions: tuple[int, ...]
    reached: tuple[float, ...]


def find_conflict(
    auxiliaries: FloatArray,
    low: FloatArray,
    high: FloatArray,
    targets: FloatArray,
    population: float | None,
) -> Conflict | None:
    """Return a small set of missed targets, by linear programming; None if all can be met.

    Minimises the sum of relative misses over the sums of weights of the cells, which lie between
    ``low`` and ``high``, each of shape (n_cells,), and add up to the population.
    """
    from scipy.optimize import linprog

    n_cells, q = auxiliaries.shape
    unit = np.where(targets != 0, np.abs(targets), 1.0)
    A = np.hstack([(auxiliaries / unit).T, np.eye(q), -np.eye(q)])
    b = targets / unit
    if population is not None:
        A = np.vstack([A, np.concatenate([np.full(n_cells, 1.0 / population), np.zeros(2 * q)])])
        b = np.append(b, 1.0)
    limits: list[tuple[float, float | None]] = [
        (float(a), float(b) if np.isfinite(b) else None) for a, b in zip(low, high, strict=True)
    ]
    limits += [(0.0, None)] * (2 * q)
    result = linprog(
        np.concatenate([np.zeros(n_cells), np.ones(2 * q)]),
        A_eq=A,
        b_eq=b,
        bounds=limits,
        method="highs",
    )
    if result.status != 0 or result.x is None:
        return None
    short, over = result.x[n_cells : n_cells + q], result.x[n_cells + q :]
    missed = over - short
    positions = np.flatnonzero(np.abs(missed) > 1e-7)
    if len(positions) == 0:
        return None
    reached = targets[positions] + missed[positions] * unit[positions]
    return Conflict(positions=tuple(positions.tolist()), reached=tuple(reached.tolist()))


def conflict_text(conflict: Conflict, names: Sequence[str], targets: FloatArray) -> str:
    """Name the targets that must be missed and how near they can be met."""
    parts = [
        f"{names[k]}: target {targets[k]:.6g}, reached {value:.6g}"
        for k, value in zip(conflict.positions[:SHOWN], conflict.reached[:SHOWN], strict=True)
    ]
    more = len(conflict.positions) - SHOWN
    return "; ".join(parts) + (f"; and {more} more" if more > 0 else "")
