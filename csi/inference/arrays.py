"""Names of the array types, and sums of rows by group."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def group_sums(groups: IntArray, n_groups: int, rows: FloatArray) -> FloatArray:
    """Return the sums of the rows of each group, shape (n_groups, rows.shape[1])."""
    n = len(groups)
    if n_groups == n and np.array_equal(groups, np.arange(n)):
        return rows
    members = np.argsort(groups, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=n_groups))])
    indicator = sparse.csr_array((np.ones(n), members, starts), shape=(n_groups, n))
    return np.asarray(indicator @ rows)


def number_rows(columns: npt.NDArray[np.int64]) -> IntArray:
    """Return the number of each row among the distinct rows of codes (n, k), in sorted order."""
    code = columns[:, 0].astype(np.int64)
    for column in columns.T[1:]:
        code = np.unique(code * (int(column.max()) + 1) + column, return_inverse=True)[1]
    return np.unique(code, return_inverse=True)[1].astype(np.int64)
