"""Regions whose answers look prompted: too many top marks, too many flat rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from csi.comparison.shrinkage import between_variance
from csi.index import Index, construct_items
from csi.inference import FloatArray, domain_means, split_domains
from csi.inference.multiplicity import adjust_p_values
from csi.results import SUPPRESS_BELOW

MEASURES = ("top_marks", "flat_rows")
FEWEST = 3
"""Ratings that a row needs to be called flat."""


def coaching_table(index: Index, region: str, conf_level: float) -> pd.DataFrame:
    """Compare each region's top marks and flat rows with what the other regions lead to expect.

    A region is out of line where its share lies further above the others' mean than their spread
    and sampling allow: t = (p − μ) / √(ψ + A + Var μ) with μ and A, the mean and the variance
    between regions, from the others alone (a prediction interval for a new region; Higgins,
    Thompson and Spiegelhalter 2009). One-sided, corrected over regions and measures by Holm. It
    says that somebody should look, not that anybody was coached.

    Returns
    -------
    DataFrame
        ``region``'s column, ``measure`` ("top_marks": share of the best rating among all ratings of
        the model; "flat_rows": share of respondents with the same answer to all of them), the
        estimate columns, ``expected, expected_high`` (what the others lead to expect, and its upper
        bound), ``p_adjusted``, ``flag``: "out of line" or "".
    """
    fit = index.fit
    items = list(dict.fromkeys(i for own in construct_items(fit).values() for i in own))
    values = fit.values[:, [fit.table.items.index(item) for item in items]]
    domains = split_domains(fit.design, region)
    y = np.column_stack([_top_marks(values), _flat_rows(values)])
    found = domain_means(fit.design, y, MEASURES, domains)
    table = found.tidy(conf_level).rename(columns={"term": "measure"})
    parts = []
    for measure in MEASURES:
        own = table[table["measure"] == measure].reset_index(drop=True)
        parts.append(_against_others(own, conf_level))
    result = pd.concat(parts, ignore_index=True)
    known = result["_p"].notna().to_numpy()
    p = np.full(len(result), np.nan)
    if known.any():
        p[known] = adjust_p_values(result["_p"].to_numpy()[known], "holm")
    result = result.drop(columns="_p").assign(p_adjusted=p)
    flagged = result["p_adjusted"].to_numpy() < 1.0 - conf_level
    return result.assign(flag=np.where(flagged, "out of line", ""))


def _top_marks(values: FloatArray) -> FloatArray:
    """Return each respondent's share of answers at the best end."""
    answered = np.isfinite(values)
    best = np.nanmax(values, axis=0)
    count = answered.sum(axis=1)
    share = ((values == best) & answered).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, share, np.nan)


def _flat_rows(values: FloatArray) -> FloatArray:
    """Return 1 for respondents with one answer to all ratings, NaN for those with few ratings."""
    answered = np.isfinite(values)
    low = np.where(answered, values, np.inf).min(axis=1)
    high = np.where(answered, values, -np.inf).max(axis=1)
    return np.where(answered.sum(axis=1) >= FEWEST, (low == high).astype(np.float64), np.nan)


def _against_others(own: pd.DataFrame, conf_level: float) -> pd.DataFrame:
    y, psi = own["estimate"].to_numpy(), own["std_error"].to_numpy() ** 2
    large = (own["n_eff"] >= SUPPRESS_BELOW).to_numpy() & np.isfinite(y)
    expected, bound, p = (np.full(len(y), np.nan) for _ in range(3))
    for i in np.flatnonzero(large):
        others = large.copy()
        others[i] = False
        if others.sum() < 3:
            continue
        A = between_variance(y[others], np.maximum(psi[others], 1e-12))
        precision = 1.0 / (np.maximum(psi[others], 1e-12) + A)
        mu = float(precision @ y[others] / precision.sum())
        error = float(np.sqrt(psi[i] + A + 1.0 / precision.sum()))
        df = float(others.sum() - 1)
        expected[i], bound[i] = mu, mu + stats.t.ppf(conf_level, df) * error
        p[i] = float(stats.t.sf((y[i] - mu) / error, df))
    return own.assign(expected=expected, expected_high=bound, _p=p)
