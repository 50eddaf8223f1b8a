"""How well the model reproduces the covariances: the measures of lavaan, by their formulas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from csi.inference import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FitMeasures:
    """Fit of one group.

    Attributes
    ----------
    n_parameters : int
    chi2, df, p_value : float
        n times the discrepancy; valid for simple random samples of normal answers.
    scaling : float
        Mean eigenvalue of U·Γ: what clusters, weights and non-normality do to χ² (Satorra and
        Bentler 1994; Yuan and Bentler 2000).
    chi2_scaled, p_scaled : float
    baseline_chi2, baseline_df : float
        Of the model with uncorrelated items.
    cfi, tli : float
        Bentler (1990); Tucker and Lewis (1973).
    rmsea, rmsea_low, rmsea_high : float
        Steiger and Lind (1980), with a 90 % interval.
    srmr : float
    loglik, aic, bic : float
    """

    n_parameters: int
    chi2: float
    df: int
    p_value: float
    scaling: float
    chi2_scaled: float
    p_scaled: float
    baseline_chi2: float
    baseline_df: int
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    loglik: float
    aic: float
    bic: float


def fit_measures(
    *,
    chi2: float,
    df: int,
    n: int,
    n_parameters: int,
    baseline_chi2: float,
    baseline_df: int,
    srmr: float,
    loglik: float,
    scaling: float,
) -> FitMeasures:
    """Derive every measure from the χ² values, the log-likelihood and the scaling factor."""
    excess = max(chi2 - df, 0.0)
    baseline_excess = max(baseline_chi2 - baseline_df, excess)
    low, high = _rmsea_interval(chi2, df, n)
    ratio = chi2 / df if df else np.nan
    baseline_ratio = baseline_chi2 / baseline_df if baseline_df else np.nan
    return FitMeasures(
        n_parameters=n_parameters,
        chi2=chi2,
        df=df,
        p_value=float(stats.chi2.sf(chi2, df)) if df else np.nan,
        scaling=scaling,
        chi2_scaled=chi2 / scaling if df else np.nan,
        p_scaled=float(stats.chi2.sf(chi2 / scaling, df)) if df else np.nan,
        baseline_chi2=baseline_chi2,
        baseline_df=baseline_df,
        cfi=1.0 - excess / baseline_excess if baseline_excess > 0 else 1.0,
        tli=(baseline_ratio - ratio) / (baseline_ratio - 1.0) if df else 1.0,
        rmsea=float(np.sqrt(excess / (df * n))) if df else 0.0,
        rmsea_low=low,
        rmsea_high=high,
        srmr=srmr,
        loglik=loglik,
        aic=-2.0 * loglik + 2.0 * n_parameters,
        bic=-2.0 * loglik + np.log(n) * n_parameters,
    )


def log_likelihood(S: FloatArray, sigma: FloatArray, n: int) -> float:
    """Return −n/2 (p log 2π + log|Σ| + tr(SΣ⁻¹)), with free means."""
    log_det = float(np.linalg.slogdet(sigma)[1])
    trace = float(np.trace(np.linalg.solve(sigma, S)))
    return float(-0.5 * n * (len(S) * np.log(2.0 * np.pi) + log_det + trace))


def independence_chi2(S: FloatArray, n: int) -> tuple[float, int]:
    """Return χ² and degrees of freedom of the model with uncorrelated items."""
    p = len(S)
    value = n * (float(np.log(np.diag(S)).sum()) - float(np.linalg.slogdet(S)[1]))
    return value, p * (p - 1) // 2


def root_mean_square_residual(S: FloatArray, sigma: FloatArray) -> float:
    """Return SRMR, the root mean square of (s_ij − σ_ij)/(sd_i sd_j), i ≥ j (Bentler 1995)."""
    sd = np.sqrt(np.diag(S))
    residual = (S - sigma) / np.outer(sd, sd)
    return float(np.sqrt(np.mean(residual[np.tril_indices(len(S))] ** 2)))


def _rmsea_interval(chi2: float, df: int, n: int) -> tuple[float, float]:
    """Return the 90 % interval: noncentralities with χ² at their 95th and 5th percentile."""
    if df == 0:
        return 0.0, 0.0

    def bound(probability: float) -> float:
        def excess(noncentrality: float) -> float:
            return float(stats.ncx2.cdf(chi2, df, noncentrality)) - probability

        if float(stats.chi2.cdf(chi2, df)) < probability:
            return 0.0
        top = max(chi2, 1.0)
        while excess(top) > 0.0:
            top *= 2.0
        root = float(optimize.brentq(excess, 1e-12, top, xtol=1e-9, rtol=1e-12))
        return float(np.sqrt(root / (df * n)))

    return bound(0.95), bound(0.05)
