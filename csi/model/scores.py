"""Factor scores of respondents: for looking at people, not for an index.

Factor scores are centred and, by regression, shrunk towards the mean; the index uses weighted item
means instead (`csi.estimate_index`).
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from csi.errors import ModelError
from csi.inference import FloatArray
from csi.model.fit import ModelFit
from csi.model.group_fit import GroupFit
from csi.model.structure import implied_moments

ScoreMethod = Literal["regression", "bartlett"]


def factor_scores(fit: ModelFit, *, method: ScoreMethod = "regression") -> pd.DataFrame:
    """Predict every respondent's position on every construct.

    Regression: ΦΛᵀΣ⁻¹(y − μ) (Thurstone 1935). Bartlett (1937): (ΛᵀΘ⁻¹Λ)⁻¹ΛᵀΘ⁻¹(y − μ), unbiased
    and not shrunk. With missing answers both use the items that were answered.

    Parameters
    ----------
    fit : ModelFit
    method : {"regression", "bartlett"}

    Returns
    -------
    DataFrame, shape (n, n_constructs)
        In the order of the design; NaN for respondents outside the fit, and where the answered
        items do not determine a Bartlett score.

    Raises
    ------
    ModelError
        For an unknown method.
    """
    if method not in get_args(ScoreMethod):
        raise ModelError(f"`method` must be {' or '.join(get_args(ScoreMethod))}; got {method!r}.")
    nodes = list(fit.groups[0].structure.nodes)
    scores = np.full((fit.design.n, len(nodes)), np.nan)
    for group in fit.groups:
        rows = np.flatnonzero(group.moments.inside)
        scores[rows] = _group_scores(group, fit.values[rows], method)
    table = pd.DataFrame(scores, columns=nodes, index=fit.design.frame.index)
    return table[list(fit.table.constructs)]


def _group_scores(group: GroupFit, y: FloatArray, method: ScoreMethod) -> FloatArray:
    implied = implied_moments(group.structure, group.theta.values)
    Lambda, _, _, Theta = group.structure.matrices(group.theta.values)
    result = np.full((len(y), len(implied.phi)), np.nan)
    answered, which = np.unique(~np.isnan(y), axis=0, return_inverse=True)
    for k, pattern in enumerate(answered):
        rows, items = np.flatnonzero(which.ravel() == k), np.flatnonzero(pattern)
        L = Lambda[items]
        square = np.ix_(items, items)
        if method == "regression":
            weights = np.linalg.solve(implied.sigma[square], L @ implied.phi).T
        else:
            weights = _bartlett(L, Theta[square])
        z = y[np.ix_(rows, items)] - group.moments.mean[items]
        result[rows] = z @ weights.T
    return result


def _bartlett(L: FloatArray, Theta: FloatArray) -> FloatArray:
    """Return (ΛᵀΘ⁻¹Λ)⁻¹ΛᵀΘ⁻¹, NaN for constructs that the items do not determine.

    An item without error determines its construct alone, so its error is taken as a sliver.
    """
    diagonal = np.diag(Theta)
    sliver = 1e-9 * float(diagonal.max(initial=1.0))
    W = np.linalg.inv(Theta + np.diag(np.where(diagonal <= 0.0, sliver, 0.0)))
    result = np.full((L.shape[1], L.shape[0]), np.nan)
    measured = np.flatnonzero(np.abs(L).sum(axis=0) > 0)
    own = L[:, measured]
    result[measured] = np.linalg.solve(own.T @ W @ own, own.T @ W)
    return result
