"""From data to millimetres: linear scales and round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from [low, high] to the millimetres [start, end]."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 7) -> tuple[float, ...]:
        """Return at most ``most`` round values inside the scale."""
        step = round_step((self.high - self.low) / max(most - 1, 1))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(step * i for i in range(first, last + 1))

    def tick_label(self, tick: float, most: int = 7) -> str:
        """Write a tick with just the decimals that its step needs."""
        step = round_step((self.high - self.low) / max(most - 1, 1))
        least = max(0, -math.floor(math.log10(step) + 1e-9))
        # A step of 2.5 needs one decimal more than its size tells.
        decimals = least if math.isclose(round(step, least), step) else least + 1
        return f"{tick + 0.0:.{decimals}f}".replace("-", "\u2212")


def round_step(rough: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 × 10ᵏ that is not below ``rough``.

    Examples
    --------
    >>> round_step(0.13)
    0.2
    """
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * power >= rough * (1 - 1e-9):
            return float(factor * power)
    return 10 * power


def limits(
    values: Iterable[float],
    *,
    floor: float = -math.inf,
    ceiling: float = math.inf,
    pad: float = 0.04,
) -> tuple[float, float]:
    """Return limits that hold every finite value, padded, inside [floor, ceiling]."""
    finite = [v for v in values if math.isfinite(v)]
    if not finite:
        low, high = (0.0, 1.0)
        return low, high
    low, high = min(finite), max(finite)
    margin = max((high - low) * pad, 1e-6 * max(abs(low), abs(high), 1.0))
    return max(low - margin, floor), min(high + margin, ceiling)
