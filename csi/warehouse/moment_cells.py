"""Sums of products by cell: by SQL on any engine, or row by row from a stream of DuckDB's.

A cell is a group, a stratum, a sampling unit and a pattern of gaps. With thousands of cells DuckDB
adds up products two to four times slower than one matrix product per cell and batch does.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from csi.inference import FloatArray, IntArray
from csi.warehouse.engine import DuckDBEngine, Engine
from csi.warehouse.moment_sql import PATTERN_ITEMS, MomentColumns, products_sql, rows_sql

BATCH_ROWS = 131_072
"""Rows of a batch: 30 answers take 31 MB as doubles."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellSums:
    """Sums over the rows of every cell, sorted by key.

    Attributes
    ----------
    keys : DataFrame, shape (n_cells, n_keys)
    n, weight, squares : FloatArray, shape (n_cells,)
        Rows, Σw and Σw².
    first : FloatArray, shape (n_cells, p)
        Σw(x−c) with c the pilot mean.
    second : FloatArray, shape (n_cells, p, p)
        Σw(x−c)(x−c)ᵀ.
    """

    keys: pd.DataFrame
    n: FloatArray
    weight: FloatArray
    squares: FloatArray
    first: FloatArray
    second: FloatArray

    def answered(self, columns: MomentColumns) -> FloatArray:
        """Return 1 where the rows of a cell have an answer to an item, else 0, (n_cells, p)."""
        present = np.ones(self.first.shape)
        for k in range(len(columns.items) if columns.patterns else 0):
            word = self.keys[columns.gaps[k // PATTERN_ITEMS]].to_numpy(dtype=np.int64)
            present[:, k] = (word >> (k % PATTERN_ITEMS)) % 2 == 0
        return present


def sum_cells(columns: MomentColumns, table: str, pilot: FloatArray, engine: Engine) -> CellSums:
    """Add up products by cell in one pass over the table.

    Parameters
    ----------
    columns : MomentColumns
    table : str
        As it stands after FROM.
    pilot : FloatArray, shape (p,)
    engine : Engine

    Returns
    -------
    CellSums
    """
    if isinstance(engine, DuckDBEngine):
        sql = rows_sql(columns, table, engine.dialect)
        return _sorted(_from_rows(engine.batches(sql, BATCH_ROWS), columns, pilot), columns)
    found = engine.fetch(products_sql(columns, table, pilot, engine.dialect))
    return _sorted(_from_sums(found, columns), columns)


def _from_sums(found: pd.DataFrame, columns: MomentColumns) -> CellSums:
    p = len(columns.items)
    lower = np.tril_indices(p)
    sums = found.drop(columns=columns.keys).to_numpy(dtype=np.float64)
    second = np.empty((len(sums), p, p))
    second[:, lower[0], lower[1]] = sums[:, 3 + p :]
    second[:, lower[1], lower[0]] = sums[:, 3 + p :]
    return CellSums(
        keys=found[columns.keys],
        n=sums[:, 0],
        weight=sums[:, 1],
        squares=sums[:, 2],
        first=sums[:, 3 : 3 + p],
        second=second,
    )


def _from_rows(batches: Iterator[Any], columns: MomentColumns, pilot: FloatArray) -> CellSums:
    """Add one matrix product per cell and batch: (1, x−c)ᵀ diag(w) (1, x−c)."""
    p, keys = len(columns.items), _Keys(len(columns.keys))
    sums = np.zeros((0, p + 1, p + 1))
    bases = np.zeros((0, 2))
    room = np.ones((p + 1, BATCH_ROWS))
    for batch in batches:
        own, cells = keys.cells([batch.column(k) for k in range(len(columns.keys))])
        grow = len(keys) - len(sums)
        sums = np.concatenate([sums, np.zeros((grow, p + 1, p + 1))]) if grow else sums
        bases = np.concatenate([bases, np.zeros((grow, 2))]) if grow else bases
        order = np.argsort(own, kind="stable")
        starts = np.searchsorted(own[order], np.arange(len(cells) + 1))
        w = _numbers(batch.column(len(columns.keys)))[order]
        z = room[:, : len(w)]
        for k in range(p):
            answers = _numbers(batch.column(len(columns.keys) + 1 + k))
            answers = np.nan_to_num(answers - pilot[k]) if columns.patterns else answers - pilot[k]
            np.take(answers, order, out=z[k + 1])
        wz = z * w
        for cell, first, last in zip(cells, starts[:-1], starts[1:], strict=True):
            sums[cell] += wz[:, first:last] @ z[:, first:last].T
        bases[cells, 0] += np.diff(starts)
        bases[cells, 1] += np.add.reduceat(w**2, starts[:-1])
    return CellSums(
        keys=keys.frame(columns.keys),
        n=bases[:, 0],
        weight=sums[:, 0, 0],
        squares=bases[:, 1],
        first=sums[:, 0, 1:],
        second=sums[:, 1:, 1:],
    )


class _Keys:
    """The cells met so far, numbered as they come."""

    def __init__(self, width: int) -> None:
        self._numbers: dict[tuple[Hashable, ...], int] = {}
        self._width = width

    def __len__(self) -> int:
        return len(self._numbers)

    def cells(self, columns: Sequence[Any]) -> tuple[IntArray, IntArray]:
        """Return every row's cell among those of the batch, and these cells' numbers."""
        own = np.zeros(len(columns[0]), dtype=np.int64)
        levels = []
        for column in columns:
            code, level = pd.factorize(column.to_pandas(), use_na_sentinel=False)
            own = pd.factorize(own * len(level) + code)[0]
            levels.append((code, level.tolist()))
        first = np.empty(own.max() + 1, dtype=np.int64)
        first[own[::-1]] = np.arange(len(own))[::-1]
        found = zip(
            *(
                [None if pd.isna(level[k]) else level[k] for k in code[first]]
                for code, level in levels
            ),
            strict=True,
        )
        numbers = [self._numbers.setdefault(key, len(self._numbers)) for key in found]
        few = np.int16 if len(numbers) < 2**15 else np.int64  # sorted by radix
        return own.astype(few), np.array(numbers, dtype=np.int64)

    def frame(self, names: Sequence[str]) -> pd.DataFrame:
        """Return the cells' keys in the order of their numbers."""
        columns = zip(*self._numbers, strict=True) if self._numbers else [()] * self._width
        return pd.DataFrame(dict(zip(names, (list(c) for c in columns), strict=True)))


def _numbers(column: Any) -> FloatArray:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _sorted(cells: CellSums, columns: MomentColumns) -> CellSums:
    """Put cells in the order of their keys, whatever the engine did."""
    keys = cells.keys.reset_index(drop=True)
    order = keys.sort_values(columns.keys).index.to_numpy()
    return CellSums(
        keys=keys.iloc[order].reset_index(drop=True),
        n=cells.n[order],
        weight=cells.weight[order],
        squares=cells.squares[order],
        first=cells.first[order],
        second=cells.second[order],
    )
