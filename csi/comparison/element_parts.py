"""Which constructs the level part of a change goes with: the elements of quality, the price."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csi.drivers import score_covariances
from csi.index import Index, construct_items
from csi.inference import Estimates, FloatArray, IntArray, join_estimates

UNEXPLAINED = "unexplained"
"""The level part that goes with no element."""


def elements_of(index: Index, term: str) -> tuple[str, ...]:
    """Return the constructs with scores that have a path to a construct."""
    scored = construct_items(index.fit)
    return tuple(a for a, b in index.fit.table.paths if b == term and a in scored and a != term)


def element_rows(
    index: Index, sides: tuple[int, int], level: Estimates, levels: Sequence[Estimates], term: str
) -> Estimates:
    """Split the level part of a change among elements.

    An element's part is b_j L_j: its own level part L_j, in its own points within the same cells,
    times the slope b_j of the construct's score on the scores of all elements, averaged over both
    sides (Oaxaca 1973; Blinder 1973, with the common slopes of Reimers 1983). The rest, among it
    what changed slopes add, is unexplained. It says what goes together, not what causes what.

    Parameters
    ----------
    index : Index
    sides : (int, int)
        The group of the fit that each side belongs to; twice the same for a pooled fit.
    level : Estimates, length 1
        The level part.
    levels : sequence of Estimates, each of length 1
        The level parts of the elements.
    term : str

    Returns
    -------
    Estimates
        One per element, and the rest. Labels: ``element``.
    """
    names = elements_of(index, term)
    slopes = [_slopes(index, group, (term, *names)) for group in sides]
    parts = [level, *levels, *slopes]
    joined = join_estimates(
        [each.relabel(pd.DataFrame({"term": ["x"] * len(each)})) for each in parts]
    )
    k = len(names)
    own = joined.values[1 : 1 + k]
    b = (joined.values[1 + k : 1 + 2 * k] + joined.values[1 + 2 * k :]) / 2.0
    values = np.append(b * own, joined.values[0] - b @ own)
    jacobian = np.zeros((k + 1, len(joined)))
    at: IntArray = np.arange(k, dtype=np.int64)
    jacobian[at, 1 + at] = b
    jacobian[at, 1 + k + at] = own / 2.0
    jacobian[at, 1 + 2 * k + at] = own / 2.0
    jacobian[k] = -jacobian[:k].sum(axis=0)
    jacobian[k, 0] = 1.0
    labels = pd.DataFrame({"element": [*names, UNEXPLAINED]})
    size = k + 1
    return joined.map(
        values,
        jacobian,
        labels,
        n=np.full(size, level.n[0]),
        n_eff=np.full(size, level.n_eff[0]),
        df=np.full(size, level.df[0]),
    )


def _slopes(index: Index, group: int, constructs: tuple[str, ...]) -> Estimates:
    """Return the regression slopes of the first construct's score on those of the others."""
    weights = index.weights
    mine = weights.labels["construct"].isin(constructs).to_numpy()
    for name, level in index.fit.groups[group].group.items():
        if name in weights.labels:
            mine = mine & (weights.labels[name] == level).to_numpy()
    covariances = score_covariances(index.fit, weights.select(mine), constructs, group=group)
    k = len(constructs)
    C = np.zeros((k, k))
    rows, columns = np.tril_indices(k)
    C[rows, columns] = C[columns, rows] = covariances.values
    inverse = np.linalg.inv(C[1:, 1:])
    b = inverse @ C[1:, 0]
    jacobian = np.zeros((k - 1, len(rows)))
    for number, (i, j) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        jacobian[:, number] = inverse @ _change(k, i, j, b)
    return covariances.map(b, jacobian, pd.DataFrame({"term": constructs[1:]}))


def _change(k: int, i: int, j: int, b: FloatArray) -> FloatArray:
    """Return dc − dC·b for a unit change of the covariance of i and j."""
    step = np.zeros((k, k))
    step[i, j] = step[j, i] = 1.0
    return np.asarray(step[1:, 0] - step[1:, 1:] @ b)
