"""What the design does to the saturated model: tr(H₁Γ), without the whole of Γ where possible."""

from __future__ import annotations

import numpy as np

from csi.inference import FloatArray
from csi.inference.variance import stage_factors
from csi.model.missing import saturated_implied
from csi.model.structure import expected_information
from csi.moments import Moments


def saturated_trace(moments: Moments, values: FloatArray) -> float:
    """Return tr(H₁ V) with H₁ the saturated information and V the covariance of vech(S).

    Where respondents are sampled one by one, each adds ½ tr(W(zz'−S)W(zz'−S)) =
    ½ (q² − 2q + p) with q = z'Wz and W = S⁻¹, so that no covariance of p(p+1)/2 numbers is formed.

    Parameters
    ----------
    moments : Moments
        Of complete answers.
    values : FloatArray, shape (n, p)
    """
    design, S = moments.estimates.design, moments.cov
    stage, rows = design.stages[0], np.flatnonzero(moments.inside)
    alone = int(np.bincount(stage.unit[rows]).max()) == 1
    plain = not (design.calibrations or stage.lonely.any() or design.left_out is not None)
    if not (alone and plain and len(design.stages) == 1):
        p = len(S)
        V = moments.estimates.covariance()[p:, p:]
        return float(np.einsum("ij,ji->", expected_information(saturated_implied(S)), V))
    W = np.linalg.inv(S)
    w = design.variance_weights[rows] / float(design.weights[rows].sum())
    z = values[rows] - moments.mean
    q = np.einsum("ij,ij->i", z @ W, z)
    factor, shift = stage_factors(design, stage)
    stratum = stage.stratum[rows]
    result = float((factor[stratum] * w**2) @ (0.5 * (q**2 - 2.0 * q + len(S))))
    for h in np.flatnonzero(np.bincount(stratum, minlength=len(shift)) > 0):
        own = stratum == h
        WM = W @ ((z[own] * w[own, None]).T @ z[own] - w[own].sum() * S)
        result -= 0.5 * float(shift[h] * np.einsum("ij,ji->", WM, WM))
    return result
