"""Weighted naive Bayes and tree-augmented naive Bayes, as tables of log-odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from csi.dissatisfied.calibration import fit_logistic
from csi.dissatisfied.counts import sums_by_code
from csi.dissatisfied.information import conditional_information
from csi.dissatisfied.table_model import Term
from csi.inference import FloatArray, IntArray, effective_base

PRIOR_ROWS = 1.0
"""Pseudo-rows per bin of a marginal table (Laplace)."""

PARENT_ROWS = 100.0
"""Pseudo-rows that a bin given its parent takes from the bin without it (Friedman et al. 1997)."""

RIDGE_ROWS = 5.0
"""Penalty on the weights of terms, in rows of average weight."""

MIN_CELL = 50
"""A bin of a parent with fewer rows says nothing of its own: a cell must not show an answer."""


def fit_naive(
    codes: npt.NDArray[np.integer],
    sizes: IntArray,
    names: Sequence[str],
    y: FloatArray,
    weights: FloatArray,
) -> tuple[float, tuple[Term, ...]]:
    """Fit naive Bayes on binned indicators.

    table_j[k] = log P(x_j = k | 1) − log P(x_j = k | 0) with weighted counts scaled to the
    effective base and one pseudo-row per bin.

    Parameters
    ----------
    codes : array of int, shape (n, J)
    sizes : IntArray, shape (J,)
        Number of bins of each indicator, the null bin included.
    names : sequence of str, length J
    y, weights : FloatArray, shape (n,)

    Returns
    -------
    intercept : float
    terms : tuple of Term
    """
    w = _scaled(weights)
    terms = tuple(
        Term(
            indicator=name,
            columns=(name,),
            table=_log_ratio(_marginal(codes[:, j], int(sizes[j]), y, w)),
        )
        for j, name in enumerate(names)
    )
    return _prior(y, w), terms


def fit_tan(
    codes: npt.NDArray[np.integer],
    sizes: IntArray,
    names: Sequence[str],
    y: FloatArray,
    weights: FloatArray,
) -> tuple[float, tuple[Term, ...]]:
    """Fit a tree-augmented naive Bayes network (Friedman, Geiger and Goldszmidt 1997).

    Every indicator but the root has one other indicator as a parent besides the outcome: the
    maximum spanning tree of I(X_i; X_j | Y) (Chow and Liu 1968). The first indicator is the root.

    Parameters
    ----------
    codes : array of int, shape (n, J)
    sizes : IntArray, shape (J,)
    names : sequence of str, length J
    y, weights : FloatArray, shape (n,)

    Returns
    -------
    intercept : float
    terms : tuple of Term
        With columns (indicator, parent), but for the root.
    """
    w = _scaled(weights)
    parents = tree_parents(codes, sizes, y, w)
    terms = []
    for j, name in enumerate(names):
        marginal = _marginal(codes[:, j], int(sizes[j]), y, w)
        if parents[j] < 0:
            terms.append(Term(indicator=name, columns=(name,), table=_log_ratio(marginal)))
            continue
        parent = int(parents[j])
        table = _given_parent(codes[:, [j, parent]], sizes[[j, parent]], y, w, marginal)
        terms.append(Term(indicator=name, columns=(name, names[parent]), table=_log_ratio(table)))
    return _prior(y, w), tuple(terms)


def tree_parents(
    codes: npt.NDArray[np.integer], sizes: IntArray, y: FloatArray, weights: FloatArray
) -> IntArray:
    """Return each indicator's parent in the maximum spanning tree, -1 for the root (Prim)."""
    J = codes.shape[1]
    outcome = y.astype(np.int64)
    parent = np.full(J, -1, dtype=np.int64)
    strength = np.full(J, -np.inf)
    open_ = np.ones(J, dtype=np.bool_)
    newest = 0
    open_[0] = False
    while open_.any():
        for k in np.flatnonzero(open_):
            shape = (int(sizes[newest]), int(sizes[k]), 2)
            value = conditional_information(codes[:, newest], codes[:, k], outcome, shape, weights)
            if value > strength[k]:
                strength[k], parent[k] = value, newest
        newest = int(np.argmax(np.where(open_, strength, -np.inf)))
        open_[newest] = False
    return parent


def weigh_terms(
    intercept: float,
    terms: tuple[Term, ...],
    values: FloatArray,
    y: FloatArray,
    weights: FloatArray,
) -> tuple[float, tuple[Term, ...]]:
    """Weight the terms of a Bayesian network so that repeated evidence counts once.

    z = b₀ + Σ α_j t_j with α ≥ 0 by penalised logistic regression on the terms; naive Bayes has
    all α = 1, which counts seven copies of one figure seven times. Terms without weight go.

    Parameters
    ----------
    intercept : float
    terms : tuple of Term
    values : FloatArray, shape (n, n_terms)
        The terms' log-odds of the training rows.
    y, weights : FloatArray, shape (n,)

    Returns
    -------
    intercept : float
    terms : tuple of Term
        At least one.
    """
    kept = np.flatnonzero(values.std(axis=0) > 0)
    while len(kept) > 0:
        X = np.column_stack([np.ones(len(y)), values[:, kept]])
        fit = fit_logistic(X, y, weights, ridge=RIDGE_ROWS)
        alpha = fit.coefficients[1:]
        if (alpha > 0).all():
            weighed = tuple(
                replace(terms[j], table=terms[j].table * a)
                for j, a in zip(kept, alpha, strict=True)
            )
            return float(fit.coefficients[0]), weighed
        kept = kept[alpha > 0]
    return intercept, terms[:1]


def _scaled(weights: FloatArray) -> FloatArray:
    """Scale weights to add up to the effective base, so that a pseudo-row is a row."""
    return np.asarray(weights * (effective_base(weights) / weights.sum()))


def _prior(y: FloatArray, w: FloatArray) -> float:
    return float(np.log((w @ y + PRIOR_ROWS) / (w @ (1.0 - y) + PRIOR_ROWS)))


def _marginal(code: npt.NDArray[np.integer], size: int, y: FloatArray, w: FloatArray) -> FloatArray:
    """Return P(x | y), shape (size, 2)."""
    flat = code.astype(np.int64) * 2 + y.astype(np.int64)
    counts = sums_by_code(flat, w, 2 * size).reshape(size, 2)
    empty = np.bincount(code, minlength=size) == 0
    counts = counts + PRIOR_ROWS
    share = counts / counts.sum(axis=0)
    even = share.mean(axis=1, keepdims=True)  # a bin never seen is no evidence either way
    return np.asarray(np.where(empty[:, None], even, share), dtype=np.float64)


def _given_parent(
    codes: npt.NDArray[np.integer],
    sizes: IntArray,
    y: FloatArray,
    w: FloatArray,
    marginal: FloatArray,
) -> FloatArray:
    """Return P(x | parent, y), shape (size, parent size, 2), shrunk towards P(x | y)."""
    size, parent_size = int(sizes[0]), int(sizes[1])
    flat = (codes[:, 0].astype(np.int64) * parent_size + codes[:, 1]) * 2 + y.astype(np.int64)
    counts = sums_by_code(flat, w, 2 * size * parent_size)
    counts = counts.reshape(size, parent_size, 2)
    few = np.bincount(codes[:, 1], minlength=parent_size) < MIN_CELL
    counts[:, few] = 0.0
    return np.asarray(
        (counts + PARENT_ROWS * marginal[:, None, :]) / (counts.sum(axis=0) + PARENT_ROWS)
    )


def _log_ratio(table: FloatArray) -> FloatArray:
    return np.asarray(np.log(table[..., 1]) - np.log(table[..., 0]))
