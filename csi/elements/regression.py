"""One audience's regression of the outcome on the elements it rates, with influences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.elements.outcome import Outcome
from csi.inference import BoolArray, Estimates, FloatArray, SurveyDesign, join_estimates
from csi.model.relative_weights import as_shares, johnson_weights, lmg_shares
from csi.moments import Moments, estimate_moments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AudienceModel:
    """The outcome's score regressed on the elements that the same people rate.

    Attributes
    ----------
    audience : str
        Who was asked, as the questionnaire says it; "" for everybody.
    coefficients : Estimates
        Points of the outcome per point of each element, the others held equal. Labels: ``term``.
    lmg, lmg_share, johnson_share : Estimates
        Shares of R² by LMG, and both relative weights as shares of their sum. Labels: ``term``.
    r_squared : float
    n_dropped : int
        Users left out because a score is missing: fewer than half of the items answered.
    """

    audience: str
    coefficients: Estimates
    lmg: Estimates
    lmg_share: Estimates
    johnson_share: Estimates
    r_squared: float
    n_dropped: int


def fit_audience(
    design: SurveyDesign,
    outcome: Outcome,
    audience: str,
    names: Sequence[str],
    scores: FloatArray,
    asked: BoolArray,
) -> AudienceModel:
    """Regress the outcome on scores among those who were asked.

    The coefficients solve Σ_D w x (y − xᵀβ) = 0 over the users with all scores; their influences
    are those of the weighted moments, through β = C_xx⁻¹ c_xy, and so equal to the linearised
    ones of an estimating equation (Binder 1983), plus what the estimation of the outcome's item
    weights adds.

    Parameters
    ----------
    design : SurveyDesign
    outcome : Outcome
    audience : str
    names : sequence of str, length k
        Elements.
    scores : FloatArray, shape (n, k)
        Each respondent's own scores of the elements.
    asked : BoolArray, shape (n,)

    Returns
    -------
    AudienceModel
    """
    values = np.column_stack([outcome.scores, scores])
    moments = estimate_moments(design, (outcome.name, *names), domain=asked, values=values)
    covariances = _covariances(design, moments, outcome, values)
    C = moments.cov
    labels = pd.DataFrame({"term": list(names)})
    lmg = covariances.map(*lmg_shares(C), labels)
    johnson = covariances.map(*johnson_weights(C), labels)
    # svyglm's degrees of freedom: sampling units minus strata, less one for each predictor.
    df = np.full(len(names), design.domain_df(moments.inside) - len(names))
    return AudienceModel(
        audience=audience,
        coefficients=covariances.map(*regression_slopes(C), labels, df=df),
        lmg=lmg,
        lmg_share=lmg.map(*as_shares(lmg.values), labels),
        johnson_share=johnson.map(*as_shares(johnson.values), labels),
        r_squared=float(lmg.values.sum()),
        n_dropped=moments.n_dropped,
    )


def regression_slopes(C: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return β = C_xx⁻¹ c_xy and its derivatives, dβ = C_xx⁻¹ (dc_xy − dC_xx β).

    Parameters
    ----------
    C : FloatArray, shape (k + 1, k + 1)
        Covariances: the outcome first, then the k predictors.

    Returns
    -------
    slopes : FloatArray, shape (k,)
    jacobian : FloatArray, shape (k, (k + 1)(k + 2)/2)
        Derivatives with respect to vech(C), lower triangle row by row.
    """
    inverse = np.linalg.inv(C[1:, 1:])
    beta = inverse @ C[1:, 0]
    columns = []
    for i, j in zip(*np.tril_indices(len(C)), strict=True):
        change = np.zeros(len(beta))
        if j == 0 and i > 0:
            change[i - 1] = 1.0
        elif i == j > 0:
            change[i - 1] = -beta[i - 1]
        elif i > 0:
            change[i - 1], change[j - 1] = -beta[j - 1], -beta[i - 1]
        columns.append(inverse @ change)
    return np.asarray(beta), np.column_stack(columns)


def _covariances(
    design: SurveyDesign, moments: Moments, outcome: Outcome, values: FloatArray
) -> Estimates:
    """Return vech(C) as functions of the moments and of the outcome's item weights."""
    p = len(moments.items)
    vech = moments.estimates.select(np.arange(p, len(moments.estimates)))
    if outcome.weights is None:
        return vech
    inside = moments.inside
    w = design.weights[inside] / design.weights[inside].sum()
    slopes = outcome.slopes[inside]
    slopes = slopes - w @ slopes
    # Cov(∂y/∂ω, each variable), shape (p, n_weights)
    cross = ((values[inside] - moments.mean) * w[:, None]).T @ slopes
    rows, columns = np.tril_indices(p)
    with_outcome = np.where(rows == 0, 2.0, 1.0) * (columns == 0)
    jacobian = np.hstack([np.eye(len(vech)), with_outcome[:, None] * cross[rows]])
    joined = join_estimates([vech, outcome.weights])
    k = len(outcome.weights)
    return joined.map(
        vech.values,
        jacobian,
        vech.labels,
        n=joined.n[:-k],
        n_eff=joined.n_eff[:-k],
        df=joined.df[:-k],
    )
