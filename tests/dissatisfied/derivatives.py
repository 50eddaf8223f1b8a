"""An influence is a derivative with respect to a weight: check it by moving weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Values = Callable[[np.ndarray], np.ndarray]


def derivative(values: Values, weights: np.ndarray, row: int, step: float = 1e-4) -> np.ndarray:
    """Return the central difference of numbers in one respondent's weight."""
    up, down = weights.copy(), weights.copy()
    up[row] += step
    down[row] -= step
    return (values(up) - values(down)) / (2.0 * step)


def assert_influences(
    influence: np.ndarray, values: Values, weights: np.ndarray, rows: Sequence[int], rtol: float
) -> None:
    for row in rows:
        expected = derivative(values, weights, row)
        scale = np.abs(influence).max(axis=0)
        np.testing.assert_allclose(influence[row], expected, atol=rtol * scale.max())
