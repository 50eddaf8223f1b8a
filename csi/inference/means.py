"""Weighted means of items by domain, over the valid answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.errors import DesignError, suggest
from csi.inference.design import (
    Domains,
    FloatArray,
    IntArray,
    SurveyDesign,
    effective_base,
    split_domains,
)
from csi.inference.estimates import Estimates


@dataclass(frozen=True, eq=False)
class DomainMeanBasis:
    """Influences of domain means: 1_D δ (y − μ) / Σ_D δw, domain by domain, item by item.

    Attributes
    ----------
    y : FloatArray, shape (n, p)
        Answers, NaN where missing.
    domain : IntArray, shape (n,)
        Domain codes, -1 outside every domain.
    means, totals : FloatArray, shape (n_domains, p)
        Domain means, and sums of weights over the valid answers.
    """

    y: FloatArray
    domain: IntArray
    means: FloatArray
    totals: FloatArray

    @property
    def width(self) -> int:
        """Number of domain means."""
        return self.means.size

    def rows(self, index: IntArray) -> FloatArray:
        """Return the influences of some respondents."""
        n_domains, p = self.means.shape
        result = np.zeros((len(index), n_domains, p))
        inside = np.flatnonzero(self.domain[index] >= 0)
        code = self.domain[index[inside]]
        with np.errstate(divide="ignore", invalid="ignore"):
            influence = (self.y[index[inside]] - self.means[code]) / self.totals[code]
        result[inside, code] = np.where(np.isnan(influence), 0.0, influence)
        return result.reshape(len(index), n_domains * p)


def estimate_means(
    design: SurveyDesign,
    items: Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
) -> Estimates:
    """Estimate the means of items, for any domains, over the valid answers.

    The domain mean is Σ_D δ w y / Σ_D δ w with δ marking valid answers; its influence is
    1_D δ (y − μ) / Σ_D δ w and respondents outside the domain stay in the design with influence
    zero (Särndal, Swensson and Wretman 1992, sec. 5.8).

    Parameters
    ----------
    design : SurveyDesign
    items : sequence of str
        Numeric columns. A 0/1 column gives a share.
    by : str or sequence of str, optional
        Columns whose combinations are the domains.

    Returns
    -------
    Estimates
        Labels: the columns of ``by``, then ``term``. A domain without a valid answer has NaN.

    Raises
    ------
    DesignError
        If an item is unknown or not numeric.

    Examples
    --------
    >>> import pandas as pd
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"line": [1, 1, 2, 2], "score": [10.0, 30.0, 50.0, 50.0]})
    >>> estimate_means(make_design(data), ["score"], by="line").values
    array([20., 50.])
    """
    domains = split_domains(design, by)
    y = numeric_items(design.frame, items)
    return domain_means(design, y, tuple(items), domains)


def domain_means(
    design: SurveyDesign, y: FloatArray, terms: Sequence[str], domains: Domains
) -> Estimates:
    """Estimate the means of the columns of ``y`` (n, p) in each domain."""
    valid = ~np.isnan(y)
    inside = domains.codes >= 0
    code = domains.codes[inside]
    w = design.weights[inside, None] * valid[inside]
    totals = np.zeros((len(domains), y.shape[1]))
    sums = np.zeros_like(totals)
    np.add.at(totals, code, w)
    np.add.at(sums, code, w * np.where(valid[inside], y[inside], 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(totals > 0, sums / totals, np.nan)
    basis = DomainMeanBasis(y, domains.codes, means, totals)
    n, n_eff, df = _bases(design, valid, domains)
    labels = domains.labels.iloc[np.repeat(np.arange(len(domains)), len(terms))]
    return Estimates(
        design=design,
        labels=labels.reset_index(drop=True).assign(term=list(terms) * len(domains)),
        values=means.ravel(),
        n=n.ravel(),
        n_eff=n_eff.ravel(),
        df=df.ravel(),
        basis=basis,
        jacobian=np.eye(means.size),
    )


def numeric_items(frame: pd.DataFrame, items: Sequence[str]) -> FloatArray:
    """Return columns as floats, shape (n, len(items)); missing answers are NaN."""
    for item in items:
        if item not in frame.columns:
            raise DesignError(
                f"The data have no column `{item}`. {suggest(item, frame.columns)}".rstrip()
            )
        if not pd.api.types.is_numeric_dtype(frame[item]):
            raise DesignError(
                f"`{item}` holds {frame[item].dtype} values, not numbers: read the answers with "
                "`read_responses`, which checks every cell, or convert the column."
            )
    return frame[list(items)].to_numpy(dtype=np.float64, na_value=np.nan)


def _bases(
    design: SurveyDesign, valid: np.ndarray, domains: Domains
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return n, n_eff and df of every domain mean; columns with the same gaps are counted once."""
    shape = (len(domains), valid.shape[1])
    n, n_eff, df = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    patterns, pattern_of = np.unique(valid, axis=1, return_inverse=True)
    for k in range(patterns.shape[1]):
        columns = np.flatnonzero(pattern_of.ravel() == k)
        for g in range(len(domains)):
            mask = (domains.codes == g) & patterns[:, k] & (design.weights > 0)
            n[g, columns] = np.count_nonzero(mask)
            n_eff[g, columns] = effective_base(design.weights[mask])
            df[g, columns] = design.domain_df(mask)
    return n, n_eff, df
