"""Means and covariances of items with gaps, by EM, with every respondent's influence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csi.inference import (
    ArrayBasis,
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
)
from csi.model import missing as gaps
from csi.moments import (
    Moments,
    moment_labels,
    refuse_few_respondents,
    refuse_hopeless_items,
    refuse_singular,
)


def incomplete_moments(
    design: SurveyDesign, items: Sequence[str], inside: BoolArray, values: FloatArray
) -> tuple[Moments, gaps.Incomplete]:
    """Estimate means and covariances from all answers, missing at random.

    The EM estimate maximises the likelihood of the answers given; its influence is H⁻¹ times the
    casewise score of the unrestricted model.

    Parameters
    ----------
    design : SurveyDesign
    items : sequence of str
    inside : BoolArray, shape (n,)
        Who belongs, with a positive weight.
    values : FloatArray, shape (n, p)

    Returns
    -------
    moments : Moments
        Respondents without any answer are left out and counted in ``n_dropped``.
    data : Incomplete
        The answers by pattern, for the likelihood of a model.
    """
    refuse_hopeless_items(values[inside], items)
    used = inside & ~np.isnan(values).all(axis=1)
    n, p, n_inside = design.respondents(used), len(items), design.respondents(inside)
    refuse_few_respondents(n, p, n_inside)
    weights = design.weights[used]
    data = gaps.group_patterns(values[used], weights)
    mean, S = gaps.saturated_moments(data)
    refuse_singular(S, items)
    implied = gaps.saturated_implied(S)
    H = gaps.slopes(data, mean, implied).observed
    scores = np.zeros((design.n, len(H)))
    scores[used] = gaps.casewise_scores(data, mean, implied)
    means_first = np.concatenate([np.arange(len(H) - p, len(H)), np.arange(len(H) - p)])
    n_eff, k = design.effective(used), len(H)
    estimates = Estimates(
        design=design,
        labels=moment_labels(items),
        values=np.concatenate([mean, S[np.tril_indices(p)]]),
        n=np.full(k, float(n)),
        n_eff=np.full(k, n_eff),
        df=np.full(k, design.domain_df(used)),
        basis=ArrayBasis(scores),
        jacobian=np.linalg.inv(H)[means_first] / weights.sum(),
    )
    moments = Moments(
        items=tuple(items),
        mean=mean,
        cov=S,
        n=n,
        n_eff=n_eff,
        n_dropped=n_inside - n,
        inside=used,
        estimates=estimates,
    )
    return moments, data
