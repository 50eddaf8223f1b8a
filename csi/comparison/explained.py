"""The inputs of one explained change, and the functions of them that are its parts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.comparison.cells import CellTable, split_cells
from csi.comparison.pairs import Bases
from csi.comparison.parts import PartLabels, change_parts, part_labels, part_slopes
from csi.index import Index, construct_items
from csi.inference import (
    Estimates,
    FloatArray,
    IntArray,
    domain_means,
    join_estimates,
)
from csi.inference.domains import Domains
from csi.results import SUPPRESS_BELOW


class Explained:
    """The change of one group: its inputs, and the functions of them that are the parts.

    Inputs are, before and after: item weights, shares of cells, item means by cell, item means.
    ``at`` says which estimate each input is, -1 for a constant.
    """

    def __init__(
        self,
        index: Index,
        domains: Domains,
        pair: tuple[int, int],
        term: str,
        cells: tuple[str, ...],
        bases: Bases,
        df: float | None = None,
    ) -> None:
        self.index, self.domains, self.pair, self.term = index, domains, pair, term
        self.bases, self.df = bases, df
        self.items = construct_items(index.fit)[term]
        self.side = np.full(index.fit.design.n, -1, dtype=np.int64)
        for number, domain in enumerate(pair):
            self.side[domains.codes == domain] = number
        self.cells: CellTable = split_cells(
            index.fit.design, cells, self.side, smallest=SUPPRESS_BELOW
        )
        self.estimates, self.values, self.at = self._inputs()

    def parts(self) -> Estimates:
        """Return every part, with the rows of the table that it makes."""
        k, c = len(self.items), len(self.cells.labels)
        labels: PartLabels = part_labels(self.items, self.cells.labels)
        slopes = part_slopes(self.values, k, c)
        jacobian = np.zeros((len(slopes), len(self.estimates)))
        used = self.at >= 0
        np.add.at(jacobian.T, self.at[used], slopes[:, used].T)
        parts = change_parts(self.values, k, c)
        df = self.df if self.df is not None else self._df()
        n = min(self.index.scores.n[row] for row in self._score_rows())
        n_eff = min(self.index.scores.n_eff[row] for row in self._score_rows())
        size = len(parts)
        return self.estimates.map(
            parts,
            jacobian,
            labels,
            n=np.full(size, n),
            n_eff=np.full(size, n_eff),
            df=np.full(size, df),
        )

    def scores(self) -> dict[str, object]:
        """Return the two scores, their bases, and how many cells there are."""
        first, second = self._score_rows()
        scores = self.index.scores
        return {
            "score_before": scores.values[first],
            "score_after": scores.values[second],
            "n_before": scores.n[first],
            "n_after": scores.n[second],
            "n_cells": len(self.cells.labels),
            "n_merged": self.cells.n_merged,
        }

    def _score_rows(self) -> tuple[int, int]:
        labels = self.index.scores.labels
        mine = np.flatnonzero((labels["term"] == self.term).to_numpy())
        number = self.bases.numbers(labels.iloc[mine])
        first, second = (int(mine[np.flatnonzero(number == each)[0]]) for each in self.pair)
        return first, second

    def _df(self) -> float:
        scores = self.index.scores.select(list(self._score_rows()))
        return float(self.bases.df(scores, np.array([1]), np.array([0]))[0])

    def _inputs(self) -> tuple[Estimates, FloatArray, IntArray]:
        """Return the estimates, the inputs' values, and which estimate each input is."""
        design, k, c = self.index.fit.design, len(self.items), len(self.cells.labels)
        weights, of_weight = self._weights()
        means, of_mean = self._item_means()
        sides = _domains(self.side, 2)
        indicator = np.where(
            (self.cells.codes >= 0)[:, None], self.cells.codes[:, None] == np.arange(c), np.nan
        ).astype(np.float64)
        names = [str(number) for number in range(c)]
        shares = domain_means(design, indicator, names, sides)
        both = np.where(self.cells.codes >= 0, self.side * c + self.cells.codes, -1)
        at = [self.index.fit.table.items.index(item) for item in self.items]
        answers = self.index.fit.values[:, at]
        cell_means = domain_means(design, answers, self.items, _domains(both, 2 * c))
        plain = [
            each.relabel(pd.DataFrame({"term": ["x"] * len(each)}))
            for each in (weights, shares, cell_means, means)
        ]
        joined = join_estimates(plain)
        starts = np.cumsum([0, *(len(each) for each in plain)])
        of_cell = _borrowed(cell_means.values.reshape(2, c, k))
        places = np.concatenate(
            [
                np.concatenate(
                    [
                        starts[0] + of_weight[side],
                        starts[1] + side * c + np.arange(c),
                        np.where(of_cell[side] >= 0, starts[2] + of_cell[side], -1).ravel(),
                        starts[3] + of_mean[side],
                    ]
                )
                for side in (0, 1)
            ]
        ).astype(np.int64)
        values = np.where(places >= 0, joined.values[np.maximum(places, 0)], 0.0)
        return joined, values, places

    def _weights(self) -> tuple[Estimates, list[IntArray]]:
        """Return the item weights, and their rows on either side."""
        labels = self.index.weights.labels
        mine = np.flatnonzero((labels["construct"] == self.term).to_numpy())
        weights = self.index.weights.select(mine)
        own = [name for name in self.index.fit.by if name in weights.labels]
        terms, rows = weights.labels["term"].to_numpy(), []
        for domain in self.pair:
            match = np.ones(len(weights), dtype=np.bool_)
            for name in own:
                match &= (weights.labels[name] == self.domains.labels[name].iloc[domain]).to_numpy()
            rows.append(_rows_of(self.items, terms, np.flatnonzero(match)))
        return weights, rows

    def _item_means(self) -> tuple[Estimates, list[IntArray]]:
        """Return the item means, and their rows on either side."""
        labels = self.index.indicators.labels
        mine = np.flatnonzero((labels["construct"] == self.term).to_numpy())
        means = self.index.indicators.select(mine)
        number, terms = self.bases.numbers(means.labels), means.labels["term"].to_numpy()
        rows = [_rows_of(self.items, terms, np.flatnonzero(number == d)) for d in self.pair]
        return means, rows


def _rows_of(items: Sequence[str], terms: npt.NDArray[np.object_], rows: IntArray) -> IntArray:
    """Return which of some rows each item has."""
    place = dict(zip(terms[rows], rows, strict=True))
    return np.array([place[item] for item in items], dtype=np.int64)


def _domains(codes: IntArray, size: int) -> Domains:
    labels = pd.DataFrame({"side": range(size)})
    return Domains(by=("side",), labels=labels, codes=codes)


def _borrowed(means: FloatArray) -> IntArray:
    """Return which estimate is each side's mean of a cell and item, shape (2, c, k).

    A side without answers takes the other's; -1 where neither has any.
    """
    own = np.arange(means.size).reshape(means.shape)
    known = np.isfinite(means)
    other = own[::-1]
    return np.where(known, own, np.where(known[::-1], other, -1)).astype(np.int64)
