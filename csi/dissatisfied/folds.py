"""Folds for cross-fitting that keep sampling units whole."""

from __future__ import annotations

import numpy as np

from csi.inference import IntArray, SurveyDesign


def assign_folds(design: SurveyDesign, n_folds: int, *, seed: int) -> IntArray:
    """Deal the primary sampling units of every stratum to folds in random order.

    A respondent's neighbours in the same unit are in the same fold, so that a model is never
    tested on them.

    Parameters
    ----------
    design : SurveyDesign
    n_folds : int
    seed : int

    Returns
    -------
    IntArray, shape (n,)
    """
    rng = np.random.default_rng(seed)
    stratum = design.stages[0].stratum_of_unit
    order = np.lexsort([rng.random(len(stratum)), stratum])
    fold_of_unit = np.empty(len(stratum), dtype=np.int64)
    fold_of_unit[order] = np.arange(len(stratum)) % n_folds
    return np.asarray(fold_of_unit[design.psu])
