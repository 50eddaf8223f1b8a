"""Limits on the variance of published numbers: what an allocation must keep to.

A stratified mean of domain D has variance ``Σ_{h∈D} W_h² S_h² (1/n_h − 1/N_h)`` with W_h the
stratum's share of the domain (Cochran 1977, 5.6). Each published number gives one row: a
coefficient per stratum and a limit, so that ``Σ_h a_h / n_h ≤ b``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VarianceLimits:
    """Rows of ``coefficients @ (1/n) - correction <= variances``.

    Attributes
    ----------
    labels : tuple of str, length K
        What each row limits, in words.
    coefficients : ndarray, shape (K, H)
        At least 0; 0 where a stratum is not in the domain.
    variances : ndarray, shape (K,)
        The largest variance allowed, above 0.
    correction : ndarray, shape (K,)
        What the finite population takes off, ``Σ_h a_h / N_h``; 0 without it.
    """

    labels: tuple[str, ...]
    coefficients: FloatArray
    variances: FloatArray
    correction: FloatArray

    @property
    def limits(self) -> FloatArray:
        """Limits on ``coefficients @ (1/n)``, shape (K,)."""
        return self.variances + self.correction

    def variance(self, n: FloatArray | IntArray) -> FloatArray:
        """Return the variance that ``n`` interviews give, shape (K,)."""
        return np.maximum(self.coefficients @ (1 / n) - self.correction, 0.0)

    def loosened(self, factor: float) -> VarianceLimits:
        """Return the same rows with every variance times ``factor``."""
        return VarianceLimits(
            labels=self.labels,
            coefficients=self.coefficients,
            variances=self.variances * factor,
            correction=self.correction,
        )

    def ordered(self, strata: IntArray) -> VarianceLimits:
        """Return the same rows over the strata in another order."""
        return VarianceLimits(
            labels=self.labels,
            coefficients=self.coefficients[:, strata],
            variances=self.variances,
            correction=self.correction,
        )

    def chosen(self, rows: Sequence[int] | BoolArray) -> VarianceLimits:
        """Return some of the rows."""
        index = np.arange(len(self.labels))[np.asarray(rows)]
        return VarianceLimits(
            labels=tuple(self.labels[i] for i in index),
            coefficients=self.coefficients[index],
            variances=self.variances[index],
            correction=self.correction[index],
        )


def domain_coefficients(
    members: BoolArray, population: FloatArray, variance: FloatArray
) -> FloatArray:
    """Return ``W_h² S_h²`` for each domain and stratum.

    Parameters
    ----------
    members : ndarray of bool, shape (K, H)
        Which strata make up each domain.
    population : ndarray, shape (H,)
    variance : ndarray, shape (H,) or (K, H)
        Between the people of a stratum, times the design effect.

    Returns
    -------
    ndarray, shape (K, H)
    """
    share = members * population
    total = share.sum(axis=1, keepdims=True)
    share = np.divide(share, total, out=np.zeros_like(share), where=total > 0)
    return np.asarray(share**2 * variance, dtype=float)


def limit_variances(
    labels: Sequence[str],
    coefficients: FloatArray,
    variances: FloatArray,
    population: FloatArray | None = None,
) -> VarianceLimits:
    """Turn wanted variances into limits, with the finite population correction where asked.

    Parameters
    ----------
    labels : sequence of str, length K
    coefficients : ndarray, shape (K, H)
    variances : ndarray, shape (K,)
        The largest variance allowed: ``(half_width / z)²``.
    population : ndarray, shape (H,), optional
        Given, the finite population correction applies.

    Returns
    -------
    VarianceLimits
    """
    correction = np.zeros(len(labels)) if population is None else coefficients @ (1 / population)
    return VarianceLimits(
        labels=tuple(labels),
        coefficients=coefficients,
        variances=np.asarray(variances, dtype=float),
        correction=correction,
    )
