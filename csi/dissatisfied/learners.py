"""One way in and one way out for every learner: binned indicators in, a table model out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from csi.dissatisfied.bayes import fit_naive, fit_tan, weigh_terms
from csi.dissatisfied.bins import Bins, fine_bins, merge_bins
from csi.dissatisfied.indicators import Indicator
from csi.dissatisfied.information import choose_indicators
from csi.dissatisfied.scorecard import fit_scorecard
from csi.dissatisfied.table_model import Term, term_values
from csi.inference import FloatArray, IntArray

Learner = Literal["scorecard", "tan", "naive"]
LEARNERS: tuple[Learner, ...] = ("scorecard", "tan", "naive")
COARSE_BINS = 6
COARSE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binned:
    """Indicators in fine and coarse bins, cut without looking at the outcome.

    Attributes
    ----------
    values : mapping of str to array, shape (n,)
    fine, coarse : tuple of Bins, length J
    fine_codes, coarse_codes : array of int, shape (n, J)
    ordered : BoolArray, shape (J,)
    """

    values: Mapping[str, npt.NDArray[Any]]
    fine: tuple[Bins, ...]
    coarse: tuple[Bins, ...]
    fine_codes: npt.NDArray[np.int64]
    coarse_codes: npt.NDArray[np.int64]
    ordered: npt.NDArray[np.bool_]

    @property
    def names(self) -> tuple[str, ...]:
        """The indicators."""
        return tuple(bins.column for bins in self.fine)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """What a learner found, before calibration.

    Attributes
    ----------
    bins : mapping of str to Bins
    terms : tuple of Term
    intercept : float
    """

    bins: Mapping[str, Bins]
    terms: tuple[Term, ...]
    intercept: float

    def term_values(self, values: Mapping[str, npt.NDArray[Any]], rows: IntArray) -> FloatArray:
        """Return the log-odds of every term for some rows, shape (len(rows), n_terms)."""
        codes = {name: bins.codes(values[name][rows]) for name, bins in self.bins.items()}
        return term_values(self.terms, codes)

    def log_odds(self, values: Mapping[str, npt.NDArray[Any]], rows: IntArray) -> FloatArray:
        """Return log-odds for some rows, shape (len(rows),)."""
        return np.asarray(self.intercept + self.term_values(values, rows).sum(axis=1))


def bin_indicators(
    indicators: Sequence[Indicator],
    values: Mapping[str, npt.NDArray[Any]],
    weights: FloatArray,
) -> Binned:
    """Cut every indicator into fine and coarse bins of about equal weight."""
    fine = tuple(fine_bins(i, values[i.column], weights) for i in indicators)
    coarse = tuple(
        fine_bins(i, values[i.column], weights, max_bins=COARSE_BINS, min_rows=COARSE_ROWS)
        for i in indicators
    )
    return Binned(
        values=values,
        fine=fine,
        coarse=coarse,
        fine_codes=np.column_stack([b.codes(values[b.column]) for b in fine]),
        coarse_codes=np.column_stack([b.codes(values[b.column]) for b in coarse]),
        ordered=np.array([b.kind != "level" for b in fine]),
    )


def learn(
    learner: Learner,
    binned: Binned,
    y: FloatArray,
    weights: FloatArray,
    rows: IntArray,
    *,
    max_indicators: int,
    max_bins: int,
    only: Sequence[str] | None = None,
) -> Tables:
    """Fit a learner to some rows.

    Parameters
    ----------
    learner : {"scorecard", "tan", "naive"}
        The scorecard chooses among all indicators by the strength of their contributions; the
        Bayesian networks take the redundancy-aware choice of `choose_indicators`.
    binned : Binned
    y, weights : FloatArray, shape (n,)
    rows : IntArray
        The rows to learn from.
    max_indicators, max_bins : int
    only : sequence of str, optional
        Use exactly these indicators in a Bayesian network.

    Returns
    -------
    Tables
    """
    if learner == "scorecard":
        return _scorecard(binned, y[rows], weights[rows], rows, max_indicators, max_bins)
    sizes = np.array([bins.size + 1 for bins in binned.coarse])
    codes = binned.coarse_codes[rows]
    if only is None:
        choice = choose_indicators(codes, sizes, y[rows], weights[rows], most=max_indicators)
        chosen = list(choice.chosen) or [int(np.argmax(choice.gain))]
    else:
        chosen = [binned.names.index(name) for name in only]
    names = [binned.names[j] for j in chosen]
    fit = fit_tan if learner == "tan" else fit_naive
    intercept, terms = fit(codes[:, chosen], sizes[chosen], names, y[rows], weights[rows])
    own = dict(zip(names, codes[:, chosen].T, strict=True))
    intercept, terms = weigh_terms(
        intercept, terms, term_values(terms, own), y[rows], weights[rows]
    )
    used = {name for term in terms for name in term.columns}
    bins = {name: binned.coarse[j] for name, j in zip(names, chosen, strict=True) if name in used}
    return Tables(bins=bins, terms=terms, intercept=intercept)


def _scorecard(
    binned: Binned,
    y: FloatArray,
    weights: FloatArray,
    rows: IntArray,
    max_indicators: int,
    max_bins: int,
) -> Tables:
    sizes = np.array([bins.size + 1 for bins in binned.fine])
    card = fit_scorecard(
        binned.fine_codes[rows],
        sizes,
        binned.ordered,
        y,
        weights,
        max_indicators=max_indicators,
        max_bins=max_bins,
    )
    bins, terms = {}, []
    for j, groups, table in zip(card.chosen, card.groups, card.tables, strict=True):
        name = binned.names[j]
        bins[name] = merge_bins(binned.fine[j], groups.tolist())
        terms.append(Term(indicator=name, columns=(name,), table=table))
    return Tables(bins=bins, terms=tuple(terms), intercept=card.intercept)
