"""Kinds of customers: the cells whose mix and levels explain a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.errors import DesignError
from csi.inference import IntArray, SurveyDesign, effective_base

OTHER = "other"
"""The label of cells that were merged because they are small."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CellTable:
    """The cells of some respondents.

    Attributes
    ----------
    labels : DataFrame, shape (n_cells, n_columns)
    codes : IntArray, shape (n,)
        -1 for those outside, and those with an empty column.
    n_merged : int
        Cells that were merged into the last one.
    """

    labels: pd.DataFrame
    codes: IntArray
    n_merged: int


def split_cells(
    design: SurveyDesign, columns: tuple[str, ...], side: IntArray, *, smallest: float
) -> CellTable:
    """Split two groups of respondents by columns; cells with a small base on a side are merged.

    A cell that is empty on one side and large enough on the other stays: it has come or gone.

    Parameters
    ----------
    design : SurveyDesign
    columns : tuple of str
    side : IntArray, shape (n,)
        0 or 1, or -1 for those in neither group.
    smallest : float
        Effective base.
    """
    levels = design.frame[list(columns)]
    known = levels.notna().all(axis=1).to_numpy() & (side >= 0) & (design.weights > 0)
    if not known.any():
        raise DesignError(
            f"No respondent has a level of {' × '.join(columns)}: there are no cells."
        )
    grouped = levels[known].groupby(list(columns), sort=True, observed=True)
    codes = np.full(design.n, -1, dtype=np.int64)
    codes[known] = grouped.ngroup().to_numpy()
    labels = levels[known].drop_duplicates().sort_values(list(columns)).reset_index(drop=True)
    base = np.array(
        [
            [effective_base(design.weights[(codes == c) & (side == s)]) for s in (0, 1)]
            for c in range(len(labels))
        ]
    )
    small = ((base > 0) & (base < smallest)).any(axis=1)
    if small.sum() < 2:
        return CellTable(labels=labels.astype(object), codes=codes, n_merged=0)
    number = np.where(small, int((~small).sum()), np.cumsum(~small) - 1)
    codes[known] = number[codes[known]]
    rest = pd.DataFrame([[OTHER] * len(columns)], columns=list(columns))
    large: pd.DataFrame = labels[np.asarray(~small)].astype(object)
    kept = pd.concat([large, rest], ignore_index=True)
    return CellTable(labels=kept, codes=codes, n_merged=int(small.sum()))
