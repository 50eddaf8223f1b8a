"""Weighted means and covariances of items, with every respondent's influence on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.errors import ModelError
from csi.inference import (
    BoolArray,
    Estimates,
    FloatArray,
    IntArray,
    SurveyDesign,
    numeric_items,
)


@dataclass(frozen=True, eq=False)
class MomentBasis:
    """Influences of means and covariances: 1_D z / Σ_D w and 1_D (z zᵀ − S) / Σ_D w.

    Attributes
    ----------
    y : FloatArray, shape (n, p)
        Answers; rows outside ``inside`` are not used.
    inside : BoolArray, shape (n,)
    mean : FloatArray, shape (p,)
    cov : FloatArray, shape (p, p)
    total : float
        Sum of weights inside.
    """

    y: FloatArray
    inside: BoolArray
    mean: FloatArray
    cov: FloatArray
    total: float

    @property
    def width(self) -> int:
        """Number of means and covariances: p + p(p+1)/2."""
        p = len(self.mean)
        return p + p * (p + 1) // 2

    def rows(self, index: IntArray) -> FloatArray:
        """Return the influences of some respondents."""
        p = len(self.mean)
        lower = np.tril_indices(p)
        result = np.zeros((len(index), self.width))
        use = np.flatnonzero(self.inside[index])
        z = self.y[index[use]] - self.mean
        result[use, :p] = z
        result[use, p:] = z[:, lower[0]] * z[:, lower[1]] - self.cov[lower]
        return result / self.total


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Means and covariances of items among some respondents.

    Attributes
    ----------
    items : tuple of str
    mean : FloatArray, shape (p,)
    cov : FloatArray, shape (p, p)
        With denominator Σw.
    n : int
        Respondents behind the moments.
    n_eff : float
    n_dropped : int
        Respondents of the domain left out for missing answers.
    inside : BoolArray, shape (n_design,)
        Which respondents were used.
    estimates : Estimates
        The means, then the covariances, lower triangle row by row.
    """

    items: tuple[str, ...]
    mean: FloatArray
    cov: FloatArray
    n: int
    n_eff: float
    n_dropped: int
    inside: BoolArray
    estimates: Estimates

    def __repr__(self) -> str:
        return f"Moments(items={len(self.items)}, n={self.n}, dropped={self.n_dropped})"


def estimate_moments(
    design: SurveyDesign,
    items: Sequence[str],
    *,
    domain: BoolArray | None = None,
    values: FloatArray | None = None,
) -> Moments:
    """Estimate the weighted means and covariances of items from complete cases.

    S = Σ_D w (y − m)(y − m)ᵀ / Σ_D w, the pseudo-maximum-likelihood moments (Skinner, Holt and
    Smith 1989).

    Parameters
    ----------
    design : SurveyDesign
    items : sequence of str
    domain : BoolArray, shape (n,), optional
        Who belongs; by default everybody.
    values : FloatArray, shape (n, len(items)), optional
        Answers to use instead of the design's columns, e.g. rescaled ones.

    Returns
    -------
    Moments

    Raises
    ------
    ModelError
        If an item has no answer, is constant, or repeats another; if too few answered all items.
    """
    y = numeric_items(design.frame, items) if values is None else values
    inside = design.weights > 0 if domain is None else domain & (design.weights > 0)
    refuse_hopeless_items(y[inside], items)
    complete = inside & ~np.isnan(y).any(axis=1)
    n, n_inside = design.respondents(complete), design.respondents(inside)
    refuse_few_respondents(n, len(items), n_inside)
    refuse_hopeless_items(y[complete], items)
    w = design.weights[complete]
    total = float(w.sum())
    mean = w @ y[complete] / total
    z = y[complete] - mean
    cov = (z * w[:, None]).T @ z / total
    refuse_singular(cov, items)
    n_eff = design.effective(complete)
    basis = MomentBasis(y, complete, mean, cov, total)
    k = basis.width
    estimates = Estimates(
        design=design,
        labels=moment_labels(items),
        values=np.concatenate([mean, cov[np.tril_indices(len(items))]]),
        n=np.full(k, float(n)),
        n_eff=np.full(k, n_eff),
        df=np.full(k, design.domain_df(complete)),
        basis=basis,
        jacobian=np.eye(k),
    )
    return Moments(
        items=tuple(items),
        mean=mean,
        cov=cov,
        n=n,
        n_eff=n_eff,
        n_dropped=n_inside - n,
        inside=complete,
        estimates=estimates,
    )


def moment_labels(items: Sequence[str]) -> pd.DataFrame:
    """Label means as ``item ~1`` and covariances as ``item ~~ item``."""
    rows, columns = np.tril_indices(len(items))
    names = np.asarray(items, dtype=object)
    return pd.DataFrame(
        {
            "lhs": np.concatenate([names, names[rows]]),
            "op": ["~1"] * len(items) + ["~~"] * len(rows),
            "rhs": np.concatenate([np.full(len(items), "", dtype=object), names[columns]]),
        }
    )


def refuse_hopeless_items(y: FloatArray, items: Sequence[str]) -> None:
    """Raise for items without answers and items that everybody answered alike."""
    faults = []
    for item, column in zip(items, y.T, strict=True):
        answers = column[~np.isnan(column)]
        if len(answers) == 0:
            faults.append(
                f"`{item}` has no answer among the {len(y)} respondents of the model. Remove it "
                "from the model, or check its column and its missing codes."
            )
        elif np.ptp(answers) == 0:
            faults.append(
                f"`{item}` is constant: all {len(answers)} answers are the same. It cannot measure "
                "a construct; remove it from the model."
            )
    if faults:
        raise ModelError("\n".join(faults))


def refuse_few_respondents(n: int, n_items: int, n_domain: int) -> None:
    """Raise where there are not more complete respondents than items."""
    if n <= n_items:
        raise ModelError(
            f"Only {n} of {n_domain} respondents answered all {n_items} items of the model; a "
            "covariance matrix needs more respondents than items. Pool the groups (one model, "
            "scores by group), use fewer items, or collect more interviews."
        )


def refuse_singular(cov: FloatArray, items: Sequence[str]) -> None:
    """Raise where items repeat each other, naming the pair or the combination."""
    sd = np.sqrt(np.diag(cov))
    correlation = cov / np.outer(sd, sd)
    values, vectors = np.linalg.eigh(correlation)
    if values[0] > 1e-10:
        return
    involved = [items[int(k)] for k in np.flatnonzero(np.abs(vectors[:, 0]) > 0.1)]
    raise ModelError(
        f"The items {', '.join(involved)} are linear combinations of each other (smallest "
        f"eigenvalue of the correlations: {values[0]:.1e}). Remove duplicates from the model."
    )
