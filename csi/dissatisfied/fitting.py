"""Cross-fitting of all learners, and the finished table model of one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import expit

from csi.dissatisfied.calibration import offset_for_rate
from csi.dissatisfied.fitted import YARDSTICK
from csi.dissatisfied.learners import LEARNERS, Binned, Learner, Tables, learn
from csi.dissatisfied.ranking import list_membership
from csi.dissatisfied.table_model import TableModel
from csi.dissatisfied.yardstick import yardstick_log_odds
from csi.inference import FloatArray, IntArray
from csi.storage import installed_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How large a model may become."""

    max_indicators: int
    max_bins: int


def cross_fit(
    binned: Binned,
    y: FloatArray,
    w: FloatArray,
    fold: IntArray,
    sizes: Sizes,
    *,
    yardstick: bool,
) -> dict[str, FloatArray]:
    """Return log-odds of every learner from models that did not see the respondent."""
    names = [*LEARNERS, *([YARDSTICK] if yardstick else [])]
    result = {name: np.empty(len(y)) for name in names}
    codes = np.array([bins.size + 1 for bins in binned.fine])
    for k in np.unique(fold):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        for learner in LEARNERS:
            tables = fit_learner(learner, binned, y, w, train, sizes)
            result[learner][test] = tables.log_odds(binned.values, test)
        if yardstick:
            result[YARDSTICK][test] = yardstick_log_odds(
                binned.fine_codes, codes, y, w, train, test
            )
    return result


def fit_learner(
    learner: Learner,
    binned: Binned,
    y: FloatArray,
    w: FloatArray,
    rows: IntArray,
    sizes: Sizes,
) -> Tables:
    """Fit one learner to some rows."""
    return learn(
        learner,
        binned,
        y,
        w,
        rows,
        max_indicators=sizes.max_indicators,
        max_bins=sizes.max_bins,
    )


def finish(
    learner: Learner,
    tables: Tables,
    binned: Binned,
    w: FloatArray,
    slope: float,
    *,
    rate: float,
    tiers: Mapping[str, float],
    about: Mapping[str, object],
) -> TableModel:
    """Centre, calibrate and tier the tables of a learner.

    Parameters
    ----------
    learner : str
    tables : Tables
    binned : Binned
    w : FloatArray, shape (n,)
    slope : float
        Of the calibration, from log-odds of models that did not see the answer.
    rate : float
        What the probabilities average to: all folds' models together fix the slope, but the
        level is this model's own.
    tiers : mapping of str to float
        Tier to the share of the population in it or in a higher one.
    about : mapping of str to object

    Returns
    -------
    TableModel
    """
    parts = tables.term_values(binned.values, np.arange(len(w)))
    z = slope * (tables.intercept + parts.sum(axis=1))
    offset = offset_for_rate(z, w, rate)
    z = offset + z
    ends = {name: list_membership(z, w, share)[1] for name, share in tiers.items()}
    return TableModel(
        kind=learner,
        bins=tables.bins,
        terms=tables.terms,
        shares={name: bins.shares(binned.values[name], w) for name, bins in tables.bins.items()},
        intercept=tables.intercept,
        offset=offset,
        slope=slope,
        reference=np.average(parts, axis=0, weights=w),
        tiers=ends,
        about={**about, "mean_probability": float(np.average(expit(z), weights=w))},
    )


def describe_training(
    frame: pd.DataFrame,
    outcome: str,
    indicators: Sequence[str],
    *,
    dissatisfied: int,
    dissatisfied_to: float,
    observed: str | date,
    seed: int,
) -> dict[str, object]:
    """Return what a model says about the data it was fitted to; no value of any row."""
    used = frame[[outcome, *indicators]].astype(str)
    rows = pd.util.hash_pandas_object(used, index=False).to_numpy()
    return {
        "csi": installed_version("csi"),
        "outcome": outcome,
        "dissatisfied_to": dissatisfied_to,
        "respondents": len(frame),
        "dissatisfied": dissatisfied,
        "observed": observed.isoformat() if isinstance(observed, date) else observed,
        "seed": seed,
        "data_sha256": hashlib.sha256(rows.tobytes()).hexdigest(),
    }
