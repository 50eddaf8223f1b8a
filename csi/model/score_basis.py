"""Influences of respondents on the parameters, straight from the casewise scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.inference import BoolArray, Estimates, FloatArray, IntArray
from csi.model.structure import Implied
from csi.moments import Moments


@dataclass(frozen=True, eq=False)
class ScoreBasis:
    """Scores d log L_i/dθ_k = (z'Σ⁻¹u_k)(z'Σ⁻¹v_k) − u_k'Σ⁻¹v_k, per unit weight.

    They need p columns of answers and two thin products, where the covariances of the items would
    need p(p+1)/2 columns.

    Attributes
    ----------
    y : FloatArray, shape (n, p)
    inside : BoolArray, shape (n,)
    mean : FloatArray, shape (p,)
    left, right : FloatArray, shape (p, n_table)
        Σ⁻¹U and Σ⁻¹V.
    constant : FloatArray, shape (n_table,)
    implied : Implied
        Which rows of the parameter table share a parameter.
    """

    y: FloatArray
    inside: BoolArray
    mean: FloatArray
    left: FloatArray
    right: FloatArray
    constant: FloatArray
    implied: Implied

    @property
    def width(self) -> int:
        """Number of free parameters."""
        return self.implied.n_free

    def rows(self, index: IntArray) -> FloatArray:
        """Return the scores of some respondents; zero outside."""
        use = np.flatnonzero(self.inside[index])
        z = self.y[index[use]] - self.mean
        scores = z @ self.left
        scores *= z @ self.right
        scores -= self.constant
        own = self.implied.collect(scores)
        if len(use) == len(index):
            return own
        result = np.zeros((len(index), self.width))
        result[use] = own
        return result


def score_estimates(implied: Implied, values: FloatArray, moments: Moments) -> Estimates:
    """Return the scores at a solution as estimates: zero in sum, with a covariance.

    Parameters
    ----------
    implied : Implied
        Σ(θ) at the solution.
    values : FloatArray, shape (n, p)
        Answers of the whole design.
    moments : Moments
        Of the respondents in the likelihood, all with complete answers.
    """
    W = np.linalg.inv(implied.sigma)
    left, right = W @ implied.U, W @ implied.V
    basis = ScoreBasis(
        y=values,
        inside=moments.inside,
        mean=moments.mean,
        left=left,
        right=right,
        constant=(implied.U * right).sum(axis=0),
        implied=implied,
    )
    k = implied.n_free
    return Estimates(
        design=moments.estimates.design,
        labels=pd.DataFrame({"term": [f"score {number}" for number in range(k)]}),
        values=np.zeros(k),
        n=np.full(k, float(moments.n)),
        n_eff=np.full(k, moments.n_eff),
        df=np.full(k, moments.estimates.df[0]),
        basis=basis,
        jacobian=np.eye(k),
    )
