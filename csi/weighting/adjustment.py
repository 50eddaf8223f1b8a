"""Base weights and multiplicity: the weights that the draw itself implies."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.errors import WeightingError, suggest
from csi.inference import FloatArray, IntArray


def base_weights(
    frame: pd.DataFrame,
    *,
    strata: str,
    population: Mapping[Hashable, float],
    released: Mapping[Hashable, float] | None = None,
) -> FloatArray:
    """Return the base weights of a stratified sample.

    With ``released``, w = N_h / released_h: every number that was released counts, reserves too,
    whatever came of it, and non-response is to be adjusted for next. Without, w = N_h / rows_h:
    calls went on until the stratum was full (inverse sampling), which takes the respondents of a
    stratum as a random part of it.

    Parameters
    ----------
    frame : DataFrame, shape (n, n_columns)
        The respondents, or all released numbers.
    strata : str
        Column of strata.
    population : mapping
        Stratum to its number of units in the frame.
    released : mapping, optional
        Stratum to its number of released units, reserves counted.

    Returns
    -------
    FloatArray, shape (n,)

    Raises
    ------
    WeightingError
        For strata without a size, and for more rows than released or released than exist.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"region": ["a", "a", "b"]})
    >>> base_weights(data, strata="region", population={"a": 100, "b": 30})
    array([50., 50., 30.])
    """
    codes, levels = _strata(frame, strata)
    rows = np.bincount(codes, minlength=len(levels))
    faults: list[str] = []
    sizes = np.zeros(len(levels))
    for k, level in enumerate(levels):
        there = _size(population, level, "population", strata, faults)
        drawn = (
            float(rows[k])
            if released is None
            else _size(released, level, "released", strata, faults)
        )
        if np.isnan(there) or np.isnan(drawn):
            continue
        if drawn < rows[k]:
            faults.append(
                f"Stratum {strata} = {level}: {rows[k]} rows, but only {drawn:g} were released."
            )
        elif there < drawn:
            faults.append(
                f"Stratum {strata} = {level}: {drawn:g} units drawn from a population of {there:g}."
            )
        else:
            sizes[k] = there / drawn
    if faults:
        raise WeightingError(faults)
    return sizes[codes]


def share_multiplicity(weights: npt.ArrayLike, multiplicity: npt.ArrayLike) -> FloatArray:
    """Divide weights by the number of ways a person could have been drawn.

    Somebody with three lines in the frame has three chances: w / 3 makes the weights those of
    persons instead of lines (Lavallée 2007).

    Parameters
    ----------
    weights : array_like, shape (n,)
    multiplicity : array_like, shape (n,)
        Number of frame units that lead to the respondent, at least 1.

    Returns
    -------
    FloatArray, shape (n,)

    Raises
    ------
    WeightingError
        For a multiplicity that is missing, below 1, or not whole.

    Examples
    --------
    >>> share_multiplicity([60.0, 60.0], [1, 3])
    array([60., 20.])
    """
    ways = np.asarray(multiplicity, dtype=np.float64)
    bad = ~(ways >= 1) | (ways != np.floor(ways))
    if bad.any():
        row = int(np.argmax(bad))
        raise WeightingError(
            f"Multiplicities are whole numbers from 1; {int(bad.sum())} of {len(ways)} are not "
            f"(first in row {row + 1}: {ways[row]:g})."
        )
    return np.asarray(np.asarray(weights, dtype=np.float64) / ways)


def _strata(frame: pd.DataFrame, strata: str) -> tuple[IntArray, list[Hashable]]:
    if strata not in frame.columns:
        hint = suggest(strata, frame.columns)
        raise WeightingError(f"The data have no column `{strata}`. {hint}".rstrip())
    codes, levels = pd.factorize(frame[strata], sort=True)
    if (codes < 0).any():
        raise WeightingError(
            f"`{strata}` is missing for {int((codes < 0).sum())} of {len(frame)} rows (first in "
            f"row {int(np.argmax(codes < 0)) + 1}); every row belongs to a stratum."
        )
    return codes.astype(np.int64), list(levels)


def _size(
    sizes: Mapping[Hashable, float], level: Hashable, role: str, strata: str, faults: list[str]
) -> float:
    """Return a stratum's size, or NaN with a fault."""
    if level not in sizes:
        faults.append(f"`{role}` has no entry for stratum {strata} = {level}.")
        return np.nan
    size = float(sizes[level])
    if not 0 < size < np.inf:
        faults.append(f"`{role}` of stratum {strata} = {level} must be positive; got {size:g}.")
        return np.nan
    return size
