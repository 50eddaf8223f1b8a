"""Weighted means of items by domain, over the valid answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from csi.errors import DesignError, suggest
from csi.inference.arrays import FloatArray, group_sums
from csi.inference.design import SurveyDesign
from csi.inference.domains import DomainBasis, Domains, domain_bases, split_domains
from csi.inference.estimates import Estimates


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
    return domain_ratios(design, y, None, terms, domains)


def domain_ratios(
    design: SurveyDesign,
    y: FloatArray,
    x: FloatArray | None,
    terms: Sequence[str],
    domains: Domains,
) -> Estimates:
    """Estimate Σ w y / Σ w x in each domain over the rows with both; x = None stands for 1."""
    valid = ~np.isnan(y) if x is None else ~(np.isnan(y) | np.isnan(x))
    if x is not None:
        y = np.where(valid, y, np.nan)
    inside = np.flatnonzero(domains.codes >= 0)
    code, w = domains.codes[inside], design.weights[inside, None]
    counted = valid[inside]
    below = np.where(counted, w, 0.0) if x is None else np.where(counted, w * x[inside], 0.0)
    above = np.where(counted, w * y[inside], 0.0)
    totals = group_sums(code, len(domains), below)
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = group_sums(code, len(domains), above)
        ratios = np.where(totals != 0, sums / totals, np.nan)
    bases = domain_bases(design, valid, domains)
    return Estimates(
        design=design,
        labels=domains.labels_for(terms),
        values=ratios.ravel(),
        n=bases.n.ravel(),
        n_eff=bases.n_eff.ravel(),
        df=bases.df.ravel(),
        basis=DomainBasis(y, x, domains.codes, ratios, totals),
        jacobian=identity(ratios.size),
    )


def identity(size: int) -> sparse.csr_array[np.float64]:
    """Return the Jacobian of numbers that are the basis' own."""
    return sparse.csr_array(sparse.eye_array(size, dtype=np.float64, format="csr"))


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
