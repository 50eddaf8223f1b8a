"""How well a multi-group model reproduces means and covariances: lavaan's measures."""

from __future__ import annotations

import numpy as np
from scipy import stats

from csi.model.fitmeasures import independence_chi2
from csi.model.group_moments import GroupMoments
from csi.model.group_slopes import group_point
from csi.model.multigroup import MultiGroupFit, saturated_spread


def multigroup_measures(fit: MultiGroupFit) -> dict[str, float]:
    """Return χ², CFI, RMSEA and SRMR, from χ² as it is and scaled for the design.

    CFI: Bentler (1990); RMSEA with the factor √G: Steiger (1998); the scaled ones put the scaled
    χ² of model and baseline into the same formulas.
    """
    data, df = fit.data, fit.df
    base_chi2, base_df, base_scaling = _baseline(data)
    scaled = fit.chi2 / fit.scaling if df else np.nan
    return {
        "chi2": fit.chi2,
        "df": float(df),
        "scaling": fit.scaling,
        "chi2_scaled": scaled,
        "p_value": float(stats.chi2.sf(scaled, df)) if df else np.nan,
        "cfi": _cfi(fit.chi2, df, base_chi2, base_df),
        "cfi_scaled": _cfi(scaled if df else 0.0, df, base_chi2 / base_scaling, base_df),
        "rmsea": _rmsea(fit.chi2, df, data),
        "rmsea_scaled": _rmsea(scaled, df, data),
        "srmr": _srmr(fit) if df else 0.0,
    }


def _baseline(data: GroupMoments) -> tuple[float, int, float]:
    """Return χ², df and scaling of uncorrelated items with means of their own."""
    parts = [independence_chi2(each.cov, each.n) for each in data.moments]
    chi2, df = sum(part[0] for part in parts), sum(part[1] for part in parts)
    p = len(data.items)
    rows, columns = np.tril_indices(p)
    diagonal = p + np.flatnonzero(rows == columns)
    spread = 0.0
    for share, each in zip(data.share, data.moments, strict=True):
        gamma, variance = np.diag(each.estimates.covariance()), np.diag(each.cov)
        by_variance = gamma[diagonal] / (2.0 * variance**2)
        spread += share * float((gamma[:p] / variance + by_variance).sum())
    return chi2, df, (saturated_spread(data) - data.n * spread) / df if df else 1.0


def _cfi(chi2: float, df: int, base_chi2: float, base_df: int) -> float:
    excess = max(chi2 - df, 0.0)
    base = max(base_chi2 - base_df, excess)
    return 1.0 - excess / base if base > 0.0 else 1.0


def _rmsea(chi2: float, df: int, data: GroupMoments) -> float:
    return float(np.sqrt(max(chi2 - df, 0.0) / (df * data.n) * len(data))) if df else 0.0


def _srmr(fit: MultiGroupFit) -> float:
    """Return the groups' root mean square residuals of correlations and standardised means."""
    total, lower = 0.0, np.tril_indices(len(fit.data.items))
    for g, (share, each) in enumerate(zip(fit.data.share, fit.data.moments, strict=True)):
        point = group_point(fit.model.structure, fit.of_group(g))
        sd = np.sqrt(np.diag(each.cov))
        residual = ((each.cov - point.implied.sigma) / np.outer(sd, sd))[lower]
        both = np.concatenate([residual, (each.mean - point.mu) / sd])
        total += share * float(np.sqrt(np.mean(both**2)))
    return total
