"""Lists and rankings of weighted respondents, and numbers that carry their influences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csi.dissatisfied.counts import sums_by_code
from csi.inference import (
    ArrayBasis,
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
    effective_base,
)


def as_estimates(
    design: SurveyDesign,
    labels: pd.DataFrame,
    values: FloatArray,
    influence: FloatArray,
    inside: BoolArray,
) -> Estimates:
    """Return numbers with influences (n, k) that rest on the respondents inside."""
    k = len(values)
    return Estimates(
        design=design,
        labels=labels,
        values=values,
        n=np.full(k, float(inside.sum())),
        n_eff=np.full(k, effective_base(design.weights[inside])),
        df=np.full(k, design.domain_df(inside)),
        basis=ArrayBasis(influence, inside),
        jacobian=np.eye(k),
    )


def list_membership(p: FloatArray, weights: FloatArray, share: float) -> tuple[FloatArray, float]:
    """Return the part of each weight that is on the list of the highest ``p``, and its last p."""
    order = np.argsort(-p, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    last = float(p[order[min(int(np.searchsorted(reached, share)), len(p) - 1)]])
    above, tied = p > last, p == last
    room = share * weights.sum() - weights[above].sum()
    return above + tied * (room / weights[tied].sum()), last


def weighted_auc(w: FloatArray, p: FloatArray, y: FloatArray) -> tuple[float, FloatArray]:
    """Return the weighted AUC, ties counting half, and its influences."""
    _, rank = np.unique(p, return_inverse=True)
    size = int(rank.max()) + 1

    def below(group: FloatArray) -> FloatArray:
        held = sums_by_code(rank, w * group, size)
        return np.asarray((np.cumsum(held) - held / 2.0)[rank] / held.sum())

    others_below, dissatisfied_below = below(1.0 - y), below(y)
    w1, w0 = float(w @ y), float(w @ (1.0 - y))
    auc = float((w * y) @ others_below) / w1
    influence = y * (others_below - auc) / w1 + (1.0 - y) * (1.0 - dissatisfied_below - auc) / w0
    return auc, influence


def local_rate(w: FloatArray, p: FloatArray, y: FloatArray, share: float, last: float) -> float:
    """Return the share of dissatisfied near the end of a list."""
    near = p == last
    if w[near].sum() < 0.01 * w.sum():
        width = min(0.3 * share, 0.3 * (1.0 - share), 0.05)
        order = np.argsort(-p, kind="stable")
        reached = np.cumsum(w[order]) / w.sum()
        near = np.zeros(len(p), dtype=np.bool_)
        near[order[np.abs(reached - share) <= width]] = True
    return float(np.average(y[near], weights=w[near])) if near.any() else float(last)
