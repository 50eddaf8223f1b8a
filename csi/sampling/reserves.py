"""How many numbers fill a cell: the negative binomial answer to "1:5 or 1:10?".

If each number gives an interview with probability r, independently, the numbers needed for n
interviews are n plus a negative binomial count of failures. A cell that is to be full with
probability p needs its p-quantile.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from csi.sampling.limits import FloatArray, IntArray


def numbers_needed(
    n: npt.ArrayLike, response_rate: npt.ArrayLike, fill_probability: float
) -> IntArray:
    """Return the least numbers that give ``n`` interviews with the probability wanted.

    Parameters
    ----------
    n : array_like of int
        Interviews wanted.
    response_rate : array_like
        Interviews per number, above 0.
    fill_probability : float

    Returns
    -------
    ndarray of int
        The shape of the arguments broadcast together.

    Examples
    --------
    >>> numbers_needed([30, 100, 400], 0.15, 0.95)
    array([ 259,  771, 2872])
    """
    wanted, rate = np.broadcast_arrays(np.asarray(n, dtype=float), response_rate)
    failures = stats.nbinom.ppf(fill_probability, np.maximum(wanted, 1), rate)
    return np.where(wanted > 0, wanted + failures, 0).astype(np.int64)


def fill_probability_of(
    n: npt.ArrayLike, numbers: npt.ArrayLike, response_rate: npt.ArrayLike
) -> FloatArray:
    """Return the probability that ``numbers`` give at least ``n`` interviews.

    Examples
    --------
    >>> fill_probability_of([1, 10], [6, 60], 0.15).round(2)
    array([0.62, 0.41])
    """
    wanted = np.asarray(n, dtype=float)
    return np.asarray(
        stats.binom.sf(wanted - 1, np.asarray(numbers), np.asarray(response_rate, dtype=float))
    )


def most_interviews(
    population: npt.ArrayLike, response_rate: npt.ArrayLike, fill_probability: float
) -> IntArray:
    """Return the most interviews that a frame of this size can promise with the probability.

    Examples
    --------
    >>> most_interviews(259, 0.15, 0.95)
    array(30)
    """
    return np.asarray(
        stats.binom.ppf(
            1 - fill_probability, np.asarray(population), np.asarray(response_rate, dtype=float)
        )
    ).astype(np.int64)
