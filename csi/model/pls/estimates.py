"""The result of a PLS fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csi.model.pls.spec import PLSModel

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PLSConsistent:
    """Consistent PLS: the estimates corrected for unreliability (Dijkstra & Henseler 2015).

    Shapes are those of one matrix; a stack of r matrices adds a leading axis. J x J matrices are
    read ``[from, to]``. The numbers are given even when they are inadmissible: look at the flag.

    Attributes
    ----------
    rho_a : ndarray, shape (J,)
        Reliability; 1 for single items, mode B and declared composites, which stay as they are.
    loadings : ndarray, shape (k,)
    construct_correlations, path_matrix, total_effect_matrix : ndarray, shape (J, J)
    r_squared : ndarray, shape (J,)
    admissible : bool
        False when the corrected numbers cannot come from any population: see `problems`.
    problems : tuple of str
        Why a single fit is inadmissible, one sentence each; empty for a stack.
    """

    rho_a: Array
    loadings: Array
    construct_correlations: Array
    path_matrix: Array
    total_effect_matrix: Array
    r_squared: Array
    admissible: np.bool_ | NDArray[np.bool_]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PLSFit:
    """A fitted PLS path model.

    Shapes are those of one matrix; a stack of r matrices adds a leading axis. Items follow
    ``model.items`` (k of them), constructs ``model.constructs`` (J), J x J matrices are read
    ``[from, to]``.

    Attributes
    ----------
    model : PLSModel
    covariance : ndarray, shape (p, p)
        The matrix as given, over ``model.matrix_items``.
    weights : ndarray, shape (k,)
        Outer weights of the standardised items; every composite has variance 1.
    index_weights : ndarray, shape (k,)
        Weights of the items in their own units, ``w/sd``, with sum 1 in every block: the weights
        of the index. An index needs them all positive.
    loadings : ndarray, shape (k,)
        Correlation of an item with its own composite. In every block their sum is positive:
        this fixes the sign of a construct.
    cross_loadings : ndarray, shape (k, J)
    construct_correlations : ndarray, shape (J, J)
    path_matrix, total_effect_matrix : ndarray, shape (J, J)
        Standardised.
    index_effect_matrix : ndarray, shape (J, J)
        Total effects in index units: the change of index ``to`` that goes with one unit of index
        ``from``. With all items on 0-100 these are index points per index point, the importance
        of an importance-performance map (Ringle & Sarstedt 2016).
    r_squared : ndarray, shape (J,)
        NaN for constructs without arrows into them.
    communality : ndarray, shape (J,)
        Mean squared loading of the block (the AVE of a mode A block); one item's is its
        squared loading.
    redundancy : ndarray, shape (J,)
        ``communality * r_squared``.
    consistent : PLSConsistent
    iterations : int
    change : float
        The largest change of a weight in the last iteration.
    converged : bool
    """

    model: PLSModel
    covariance: Array
    weights: Array
    index_weights: Array
    loadings: Array
    cross_loadings: Array
    construct_correlations: Array
    path_matrix: Array
    total_effect_matrix: Array
    index_effect_matrix: Array
    r_squared: Array
    communality: Array
    redundancy: Array
    consistent: PLSConsistent
    iterations: np.int64 | NDArray[np.int64]
    change: np.float64 | Array
    converged: np.bool_ | NDArray[np.bool_]

    @property
    def paths(self) -> Array:
        """Path coefficients in the order of ``model.paths``, shape (m,)."""
        return pick_pairs(self.path_matrix, self.model, self.model.paths)

    @property
    def total_effects(self) -> Array:
        """Total effects in the order of ``model.effects``."""
        return pick_pairs(self.total_effect_matrix, self.model, self.model.effects)


def pick_pairs(matrix: Array, model: PLSModel, pairs: tuple[tuple[str, str], ...]) -> Array:
    """Return the entries ``[..., from, to]`` of the named pairs."""
    rows = [model.constructs.index(start) for start, _ in pairs]
    columns = [model.constructs.index(end) for _, end in pairs]
    return np.asarray(matrix[..., rows, columns])
