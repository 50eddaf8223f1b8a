"""Weights that allow for who responded, from what the operator knows about everybody issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.dissatisfied.boosting import boost_main_effects
from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.folds import assign_folds
from csi.dissatisfied.indicators import Indicator, find_indicators, read_values
from csi.dissatisfied.learners import bin_indicators
from csi.inference import BoolArray, FloatArray, SurveyDesign

CLASSES = 10
LEAST_RESPONDENTS = 30
_ROUNDS = 150


def weight_for_response(
    design: SurveyDesign,
    responded: str,
    indicators: Sequence[str | Indicator],
    *,
    observed: str | date,
    seed: int,
    classes: int = CLASSES,
) -> pd.Series:
    """Weight respondents to stand for everybody issued, by classes of the propensity to respond.

    The propensity is a sum of curves of the indicators, estimated without the respondent's own
    fold. Within classes of about equal propensity every respondent's weight is multiplied by the
    class's weight over its respondents' weight (Little 1986). What decides response beyond the
    indicators, dissatisfaction itself included, is not repaired.

    Parameters
    ----------
    design : SurveyDesign
        Everybody issued to the field, with design weights.
    responded : str
        Column of truth values.
    indicators : sequence of str or Indicator
        Known for everybody issued.
    observed : str or date
        The day of the snapshot, or its column.
    seed : int
    classes : int
        Fewer are formed where a class would have fewer than 30 respondents.

    Returns
    -------
    Series, length n
        Weights; 0 for those who did not respond. Their sum is that of the design weights.

    Raises
    ------
    DissatisfiedError
        If fewer than 30 responded, or nobody refused.

    Examples
    --------
    >>> weights = weight_for_response(  # doctest: +SKIP
    ...     make_design(issued, weights="design_weight"), "responded", ["tenure_months"],
    ...     observed=date(2026, 3, 31), seed=1,
    ... )
    """
    if responded not in design.frame.columns:
        raise DissatisfiedError(f"There is no column `{responded}` for `responded`.")
    answered = design.frame[responded].fillna(value=False).to_numpy(dtype=np.bool_)
    count = int(answered.sum())
    if count < LEAST_RESPONDENTS or count == design.n:
        raise DissatisfiedError(
            f"{count} of {design.n} issued have `{responded}` = true; the propensity to respond "
            f"needs at least {LEAST_RESPONDENTS} respondents and some who did not respond."
        )
    z = _propensity(design, answered, indicators, observed, seed)
    group = _classes(z, design.weights, answered, classes)
    issued = np.bincount(group, weights=design.weights)
    heard = np.bincount(group, weights=design.weights * answered)
    weights = np.where(answered, design.weights * (issued / heard)[group], 0.0)
    return pd.Series(weights, index=design.frame.index, name="weight")


def _propensity(
    design: SurveyDesign,
    answered: BoolArray,
    indicators: Sequence[str | Indicator],
    observed: str | date,
    seed: int,
) -> FloatArray:
    wanted = find_indicators(design.frame, indicators)
    values = read_values(design.frame, wanted, as_of=observed)
    binned = bin_indicators(wanted, values, design.weights)
    sizes = np.array([bins.size + 1 for bins in binned.fine])
    fold = assign_folds(design, 5, seed=seed)
    z = np.empty(design.n)
    for k in np.unique(fold):
        train, test = fold != k, fold == k
        curves = boost_main_effects(
            binned.fine_codes[train],
            sizes,
            binned.ordered,
            answered[train].astype(np.float64),
            design.weights[train],
            rounds=_ROUNDS,
        )
        z[test] = curves.log_odds(binned.fine_codes[test])
    return z


def _classes(
    z: FloatArray, weights: FloatArray, answered: BoolArray, classes: int
) -> npt.NDArray[np.int64]:
    """Cut at quantiles of the propensity; fewer classes where one would have too few."""
    order = np.argsort(z, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    for number in range(classes, 0, -1):
        group = np.empty(len(z), dtype=np.int64)
        group[order] = np.minimum((reached * number - 1e-12).astype(np.int64), number - 1)
        if np.bincount(group[answered], minlength=number).min() >= LEAST_RESPONDENTS:
            return group
    return np.zeros(len(z), dtype=np.int64)
