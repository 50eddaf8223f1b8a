"""The same scores by NumPy: what every engine is compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from csi.dissatisfied.table_model import POINTS_PER_LOG_ODD, TableModel
from csi.inference import IntArray
from csi.warehouse.sql import BUCKETS, PRIME, ScoringOptions, bucket_constants


def score_frame(model: TableModel, frame: pd.DataFrame, options: ScoringOptions) -> pd.DataFrame:
    """Score a data frame as the SQL of `csi.warehouse.sql.scoring_sql` does.

    Parameters
    ----------
    model : TableModel
    frame : DataFrame
    options : ScoringOptions

    Returns
    -------
    DataFrame
        The columns of ``options.columns()`` without those carried.
    """
    terms = model.points(frame, options.as_of)
    points = model.base_points + terms.sum(axis=1)
    least = np.array(list(model.tier_points().values()))
    scores = {
        options.key: frame[options.key].to_numpy(),
        "points": points,
        "probability": expit(points / POINTS_PER_LOG_ODD),
        "tier": 1 + (points[:, None] < least).sum(axis=1),
        "bucket": _buckets(frame, options),
    }
    # the largest first; of equal ones, the later term
    order = np.lexsort((np.tile(np.arange(terms.shape[1]), (len(terms), 1)), terms))[:, ::-1]
    for k in range(options.reasons):
        if k < terms.shape[1]:
            effect = np.take_along_axis(terms, order[:, k : k + 1], axis=1)[:, 0]
            number = order[:, k] + 1
        else:
            effect, number = np.zeros(len(terms), int), np.zeros(len(terms), int)
        scores[f"reason_{k + 1}"] = np.where(effect > 0, number, 0)
        scores[f"effect_{k + 1}"] = np.maximum(effect, 0)
    return pd.DataFrame(scores)


def _buckets(frame: pd.DataFrame, options: ScoringOptions) -> IntArray:
    if options.bucket is not None:
        return frame[options.bucket].to_numpy(dtype=np.int64)
    a, b = bucket_constants(options.seed)
    rest = np.abs(np.fmod(frame[options.key].to_numpy(dtype=np.int64), PRIME))
    return np.asarray((rest * a + b) % PRIME % BUCKETS)
