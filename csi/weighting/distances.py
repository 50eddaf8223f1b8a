"""How far calibrated weights may stray from the base weights (Deville and Särndal 1992).

A distance gives the factor g = F(u) on a base weight whose auxiliaries have the multiplier
u = xᵀλ, its slope F′, and the convex primitive Φ with Φ′ = F, whose weighted sum less the targets
is what calibration minimises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from csi.inference import FloatArray


class Distance(Protocol):
    """Factors as a function of the multiplier."""

    @property
    def low(self) -> float | FloatArray:
        """Smallest factor, for all respondents or for each."""
        ...

    @property
    def high(self) -> float | FloatArray:
        """Largest factor."""
        ...

    def factor(self, u: FloatArray) -> FloatArray:
        """Return F(u)."""
        ...

    def slope(self, u: FloatArray) -> FloatArray:
        """Return F′(u)."""
        ...

    def slope_at(self, g: FloatArray) -> FloatArray:
        """Return F′ where F is g."""
        ...

    def primitive(self, u: FloatArray) -> FloatArray:
        """Return Φ(u)."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Linear:
    """F(u) = 1 + u, cut at the bounds: the regression estimator (GREG)."""

    low: float | FloatArray = -np.inf
    high: float | FloatArray = np.inf

    def factor(self, u: FloatArray) -> FloatArray:
        """Return 1 + u within the bounds."""
        return np.asarray(np.clip(1.0 + u, self.low, self.high))

    def slope(self, u: FloatArray) -> FloatArray:
        """Return 1, and 0 at a bound."""
        return np.asarray((1.0 + u > self.low) & (1.0 + u < self.high), dtype=np.float64)

    def slope_at(self, g: FloatArray) -> FloatArray:
        """Return 1, and 0 at a bound."""
        return np.asarray((g > self.low) & (g < self.high), dtype=np.float64)

    def primitive(self, u: FloatArray) -> FloatArray:
        """Return g·u − (g − 1)²/2."""
        g = self.factor(u)
        return np.asarray(g * u - (g - 1.0) ** 2 / 2.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Exponential:
    """F(u) = exp u, cut at the bounds: raking."""

    low: float | FloatArray = 0.0
    high: float | FloatArray = np.inf

    def factor(self, u: FloatArray) -> FloatArray:
        """Return exp u within the bounds."""
        return np.asarray(np.clip(_exp(u), self.low, self.high))

    def slope(self, u: FloatArray) -> FloatArray:
        """Return exp u, and 0 at a bound."""
        g = _exp(u)
        return np.where((g > self.low) & (g < self.high), g, 0.0)

    def slope_at(self, g: FloatArray) -> FloatArray:
        """Return g, and 0 at a bound."""
        return np.where((g > self.low) & (g < self.high), g, 0.0)

    def primitive(self, u: FloatArray) -> FloatArray:
        """Return g·(u − log g + 1)."""
        g = self.factor(u)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(g > 0, g * (u - np.log(g) + 1.0), 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Logit:
    """F rises smoothly from the lower to the upper bound; both must be finite, around 1."""

    low: float
    high: float

    @property
    def _steepness(self) -> float:
        return (self.high - self.low) / ((1.0 - self.low) * (self.high - 1.0))

    def _grown(self, u: FloatArray) -> FloatArray:
        return _exp(self._steepness * u)

    def factor(self, u: FloatArray) -> FloatArray:
        """Return (L(U−1) + U(1−L)e) / ((U−1) + (1−L)e) with e = exp(Au)."""
        below, above, e = 1.0 - self.low, self.high - 1.0, self._grown(u)
        return np.asarray((self.low * above + self.high * below * e) / (above + below * e))

    def slope(self, u: FloatArray) -> FloatArray:
        """Return A (U − L)(U−1)(1−L)e / ((U−1) + (1−L)e)²."""
        below, above, e = 1.0 - self.low, self.high - 1.0, self._grown(u)
        top = self._steepness * (self.high - self.low) * above * below
        return np.asarray(top / (above + below * e) / (above / e + below))

    def slope_at(self, g: FloatArray) -> FloatArray:
        """Return (g − L)(U − g) / ((1 − L)(U − 1)), from F′ = A (g − L)(U − g) / (U − L)."""
        return np.asarray((g - self.low) * (self.high - g) / ((1.0 - self.low) * (self.high - 1.0)))

    def primitive(self, u: FloatArray) -> FloatArray:
        """Return L·u + (U − L)/A · log((U−1) + (1−L)e)."""
        below, above, e = 1.0 - self.low, self.high - 1.0, self._grown(u)
        width = (self.high - self.low) / self._steepness
        return np.asarray(self.low * u + width * np.log(above + below * e))


def _exp(u: FloatArray) -> FloatArray:
    """Return exp u without overflow."""
    return np.asarray(np.exp(np.clip(u, -700.0, 700.0)))
