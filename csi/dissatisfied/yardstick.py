"""Full gradient boosting, fitted only to say what an additive model gives away."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from csi.dissatisfied.boosting import MIN_ROWS
from csi.inference import FloatArray, IntArray


def yardstick_log_odds(
    codes: npt.NDArray[np.int64],
    sizes: IntArray,
    y: FloatArray,
    weights: FloatArray,
    train: IntArray,
    test: IntArray,
) -> FloatArray:
    """Fit histogram gradient boosting with interactions to some rows and predict others.

    Parameters
    ----------
    codes : array of int, shape (n, J)
        The last code of each column stands for null.
    sizes : IntArray, shape (J,)
    y, weights : FloatArray, shape (n,)
    train, test : IntArray
        Rows.

    Returns
    -------
    FloatArray, shape (len(test),)
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    machine = HistGradientBoostingClassifier(
        learning_rate=0.06,
        max_iter=150,
        max_leaf_nodes=6,
        min_samples_leaf=MIN_ROWS,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=0,
    )
    gaps = np.where(codes == sizes - 1, np.nan, codes.astype(np.float64))
    machine.fit(gaps[train], y[train], sample_weight=weights[train] / weights[train].mean())
    return np.asarray(machine.decision_function(gaps[test]), dtype=np.float64)
