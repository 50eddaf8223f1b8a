"""A few made-up rows that have the moments of many respondents.

Influences of means and covariances are quadratic in the answers, so their totals over a sampling
unit depend on the unit's means and covariances only. Rows with the same weight, means and
covariances as the respondents of a unit therefore give the same estimates and the same standard
errors in everything that follows from moments: model, index, drivers, gaps, invariance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import linalg

from csi.inference import Behind, FloatArray, IntArray, Lonely, SurveyDesign, make_design
from csi.warehouse.moment_cells import CellSums
from csi.warehouse.moment_sql import MomentColumns

UNIT, WEIGHT = "csi_unit", "csi_weight"


def stand_in_design(
    cells: CellSums, columns: MomentColumns, pilot: FloatArray, lonely: Lonely
) -> SurveyDesign:
    """Return a design whose rows stand for the respondents of every cell.

    A cell with r answered items becomes r + 1 rows m + √(r+1) A h_i, each with weight
    Σw / (r + 1): A is the square root of the cell's covariance matrix, and the h_i are the corners
    of a simplex around 0.

    Parameters
    ----------
    cells : CellSums
    columns : MomentColumns
    pilot : FloatArray, shape (p,)
    lonely : {"fail", "certainty", "adjust", "average"}

    Returns
    -------
    SurveyDesign
        With the columns of ``by`` and ``strata`` and the items; ``behind`` gives the bases.
    """
    present = cells.answered(columns)
    patterns, which = np.unique(present, axis=0, return_inverse=True)
    rows, of_cell, answers = [], [], []
    for k, pattern in enumerate(patterns):
        members = np.flatnonzero(which.ravel() == k)
        items = np.flatnonzero(pattern)
        made = _rows(cells, members, items)
        full = np.full((*made.shape[:2], len(pilot)), np.nan)
        full[:, :, items] = made + pilot[items]
        answers.append(full.reshape(-1, len(pilot)))
        of_cell.append(np.repeat(members, made.shape[1]))
        rows.append(np.full(len(members) * made.shape[1], float(made.shape[1])))
    cell = np.concatenate(of_cell)
    order = np.argsort(cell, kind="stable")
    cell, share = cell[order], np.concatenate(rows)[order]
    values = np.concatenate(answers)[order]
    frame = _frame(cells, columns, cell, values).assign(**{WEIGHT: cells.weight[cell] / share})
    design = make_design(
        frame, weights=WEIGHT, strata=columns.strata or None, psu=UNIT, lonely=lonely
    )
    behind = Behind(n=cells.n[cell] / share, squares=cells.squares[cell] / share)
    return replace(design, behind=behind)


def _rows(cells: CellSums, members: IntArray, items: IntArray) -> FloatArray:
    """Return the rows of some cells as distances from the pilot, (n_cells, r + 1, r)."""
    r = len(items)
    total = cells.weight[members, None]
    mean = cells.first[np.ix_(members, items)] / total
    second = cells.second[np.ix_(members, items, items)] / total[:, :, None]
    values, vectors = np.linalg.eigh(second - mean[:, :, None] * mean[:, None, :])
    scaled = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    root = scaled @ vectors.transpose(0, 2, 1)  # symmetric, so that it is the only one
    corners = linalg.helmert(r + 1).T * np.sqrt(r + 1.0)
    return np.asarray(mean[:, None, :] + corners @ root)


def _frame(
    cells: CellSums, columns: MomentColumns, cell: IntArray, values: FloatArray
) -> pd.DataFrame:
    names = dict(zip(columns.levels, dict.fromkeys((*columns.by, *columns.strata)), strict=True))
    keys = cells.keys[[*columns.levels, "q_u"]].rename(columns={**names, "q_u": UNIT})
    labels = keys.iloc[cell].reset_index(drop=True)
    items = pd.DataFrame(values, columns=list(columns.items))
    return pd.concat([labels, items], axis=1)
