"""Arguments with one number per stratum, their bounds, and what fits between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from csi.errors import SamplingError
from csi.sampling.collisions import check_bounds
from csi.sampling.limits import FloatArray


def check_total(
    what: str, total: float, unit: FloatArray, low: FloatArray, high: FloatArray
) -> None:
    """Raise if the bounds cannot hold the total, counted in ``unit`` per interview.

    Raises
    ------
    SamplingError
    """
    if not float(unit @ low) <= total <= float(unit @ high):
        raise SamplingError(
            f"The {what} is {total:g}, but the minima need {unit @ low:g} and the maxima allow "
            f"{unit @ high:g}. Change the {what} or the bounds."
        )


def fill(
    direction: FloatArray, unit: FloatArray, low: FloatArray, high: FloatArray, total: float
) -> FloatArray:
    """Return clip(t · direction) with the t that gives the total: linear between breakpoints."""
    points = np.unique(np.concatenate([low / direction, high / direction]))

    def spent(t: float) -> float:
        return float(unit @ np.clip(t * direction, low, high))

    first, last = 0, len(points) - 1
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if spent(points[middle]) <= total else (first, middle)
    inside = np.clip(0.5 * (points[first] + points[last]) * direction, low, high)
    free = (inside > low) & (inside < high)
    slope = float(unit[free] @ direction[free])
    t = points[first]
    if slope > 0:
        t = (total - float(unit[~free] @ inside[~free])) / slope
    return np.asarray(np.clip(t * direction, low, high))


def per_stratum(
    name: str, values: npt.ArrayLike, strata: int | None, *, above: float
) -> FloatArray:
    """Return an argument with one number per stratum; a single number stands for all.

    Raises
    ------
    SamplingError
        If the shape is wrong, or a number is not above ``above``.
    """
    array = np.asarray(values, dtype=float)
    if strata is not None and array.ndim == 0:
        array = np.full(strata, float(array))
    if array.ndim != 1 or (strata is not None and len(array) != strata):
        wanted = "one number per stratum" if strata is None else f"one number, or {strata}"
        raise SamplingError(f"`{name}` must be {wanted}; got an array of shape {array.shape}.")
    if not (np.isfinite(array) & (array > above)).all():
        bad = int(np.flatnonzero(~(np.isfinite(array) & (array > above)))[0])
        raise SamplingError(
            f"`{name}` must be above {above:g} in every stratum; got {array[bad]:g} in stratum "
            f"{bad + 1} of {len(array)}."
        )
    return array


def whole_bounds(
    minimum: npt.ArrayLike, maximum: npt.ArrayLike | None, population: FloatArray, *, least: int
) -> tuple[FloatArray, FloatArray]:
    """Return whole minima of at least ``least`` and whole maxima of at most the population.

    Raises
    ------
    SamplingError
        If a minimum is above its maximum.
    """
    low = np.maximum(np.ceil(per_stratum("minimum", minimum, len(population), above=-1)), least)
    high = np.floor(population)
    if maximum is not None:
        high = np.minimum(
            high, np.floor(per_stratum("maximum", maximum, len(population), above=-1))
        )
    check_bounds(low, high)
    return low, high
