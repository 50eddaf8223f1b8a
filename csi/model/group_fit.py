"""One model fitted to one group of respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from csi.errors import ModelError
from csi.inference import (
    ArrayBasis,
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
)
from csi.model import missing as gaps
from csi.model.estimation import (
    GRADIENT_TOLERANCE,
    FitRecord,
    maximum_likelihood,
    rescale_structure,
    variance_units,
)
from csi.model.fitmeasures import (
    FitMeasures,
    fit_measures,
    independence_chi2,
    log_likelihood,
    root_mean_square_residual,
)
from csi.model.missing_moments import incomplete_moments
from csi.model.scaling import saturated_trace
from csi.model.score_basis import score_estimates
from csi.model.structure import (
    Structure,
    compile_structure,
    discrepancy,
    implied_moments,
    observed_information,
)
from csi.model.syntax import ParameterTable
from csi.moments import Moments, estimate_moments

Missing = Literal["ml", "listwise"]


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupFit:
    """A fitted model of one group.

    Attributes
    ----------
    group : mapping of str to object
        The group's level of each column of ``by``; empty for a pooled model.
    structure : Structure
    theta : Estimates
        The free parameters with their influences.
    record : FitRecord
    measures : FitMeasures
    moments : Moments
        Item means and covariances that the model was fitted to, with their influences.
    share_missing : float
        Share of missing answers among those in the likelihood.
    """

    group: Mapping[str, object]
    structure: Structure
    theta: Estimates
    record: FitRecord
    measures: FitMeasures
    moments: Moments
    share_missing: float

    @property
    def n(self) -> int:
        """Respondents in the likelihood."""
        return self.moments.n

    @property
    def cov(self) -> FloatArray:
        """Covariances of the items, shape (p, p)."""
        return self.moments.cov

    def __str__(self) -> str:
        return ", ".join(f"{name} = {level}" for name, level in self.group.items()) or "all"


def fit_group(
    design: SurveyDesign,
    table: ParameterTable,
    values: FloatArray,
    *,
    inside: BoolArray,
    group: Mapping[str, object],
    missing: Missing,
    reliability: Mapping[str, float],
) -> GroupFit:
    """Fit one group by maximum likelihood, with every parameter's influences.

    Parameters
    ----------
    design : SurveyDesign
    table : ParameterTable
    values : FloatArray, shape (n, p)
        Answers in the order of ``table.items``.
    inside : BoolArray, shape (n,)
        Who belongs to the group.
    group : mapping
        The group's labels.
    missing : {"ml", "listwise"}
    reliability : mapping of str to float
        Assumed reliability of single items; their error variance (1 − r)·s² is held fixed.
    """
    inside = inside & (design.weights > 0)
    try:
        incomplete = missing == "ml" and bool(np.isnan(values[inside]).any())
        fit = _fit_incomplete if incomplete else _fit_complete
        return fit(design, table, values, inside, group, reliability)
    except ModelError as error:
        label = ", ".join(f"{name} = {level}" for name, level in group.items())
        raise ModelError(f"Group {label}: {error}" if label else str(error)) from None


def _fit_complete(
    design: SurveyDesign,
    table: ParameterTable,
    values: FloatArray,
    inside: BoolArray,
    group: Mapping[str, object],
    reliability: Mapping[str, float],
) -> GroupFit:
    moments = estimate_moments(design, table.items, domain=inside, values=values)
    S, n = moments.cov, moments.n
    structure = _with_reliability(table, S, reliability)
    theta, record = maximum_likelihood(structure, S, n)
    H = observed_information(structure, theta, S)
    implied = implied_moments(structure, theta)
    scores = score_estimates(implied, values, moments)
    scores.covariance()  # once; those of the parameters and their functions follow from it
    estimates = _theta_from_scores(structure, theta, H, moments, scores)
    chi2 = n * max(discrepancy(structure, theta, S), 0.0)
    sigma = implied.sigma
    baseline, baseline_df = independence_chi2(S, n)
    measures = fit_measures(
        chi2=chi2,
        df=structure.df,
        n=n,
        n_parameters=structure.n_free,
        baseline_chi2=baseline,
        baseline_df=baseline_df,
        srmr=root_mean_square_residual(S, sigma),
        loglik=log_likelihood(S, sigma, n),
        scaling=_scaling_complete(structure, n, H, saturated_trace(moments, values), estimates),
    )
    return GroupFit(
        group=group,
        structure=structure,
        theta=estimates,
        record=record,
        measures=measures,
        moments=moments,
        share_missing=0.0,
    )


def _with_reliability(
    table: ParameterTable, S: FloatArray, reliability: Mapping[str, float]
) -> Structure:
    """Fix the error variance of single items at (1 − r) times the item's variance."""
    single = {own[0] for c in table.constructs if len(own := table.items_of(c)) == 1}
    variances = {
        item: (1.0 - reliability[item]) * float(S[k, k])
        for k, item in enumerate(table.items)
        if item in reliability and item in single
    }
    return compile_structure(table.with_error_variances(variances))


def _theta_from_scores(
    structure: Structure, theta: FloatArray, H: FloatArray, moments: Moments, scores: Estimates
) -> Estimates:
    """Give the parameters their influences H⁻¹ s_i / Σw (implicit function theorem)."""
    total = float(moments.estimates.design.weights[moments.inside].sum())
    return scores.map(
        theta,
        _solved(H, np.eye(len(H))) / total,
        pd.DataFrame({"term": _free_names(structure)}),
        n=scores.n,
        n_eff=scores.n_eff,
        df=scores.df,
    )


def _scaling_complete(
    structure: Structure, n: int, H: FloatArray, unrestricted: float, theta: Estimates
) -> float:
    """Return (tr(H₁Γ) − tr(H₀ n·V(θ))) / df, Γ being n times the covariance of vech(S)."""
    if structure.df == 0:
        return np.nan
    restricted = float(np.einsum("ij,ji->", H, theta.covariance()))
    return n * (unrestricted - restricted) / structure.df


def _fit_incomplete(
    design: SurveyDesign,
    table: ParameterTable,
    values: FloatArray,
    inside: BoolArray,
    group: Mapping[str, object],
    reliability: Mapping[str, float],
) -> GroupFit:
    moments, data = incomplete_moments(design, table.items, inside, values)
    used, n, p = moments.inside, moments.n, len(table.items)
    mean, S, total = moments.mean, moments.cov, float(design.weights[moments.inside].sum())
    structure = _with_reliability(table, S, reliability)
    theta, record = maximum_likelihood(structure, S, n)
    theta, nu, record = _climb(structure, theta, data, mean, S, record)
    H = gaps.observed_information(structure, theta, data, nu)
    implied = implied_moments(structure, theta)
    scores = np.zeros((design.n, structure.n_free + p))
    scores[used] = gaps.casewise_scores(data, nu, implied)
    everything = Estimates(
        design=design,
        labels=pd.DataFrame({"term": [*_free_names(structure), *table.items]}),
        values=np.concatenate([theta, nu]),
        n=np.full(len(H), float(n)),
        n_eff=np.full(len(H), moments.n_eff),
        df=np.full(len(H), moments.estimates.df[0]),
        basis=ArrayBasis(scores),
        jacobian=_solved(H, np.eye(len(H))) / total,
    )
    measures = _measures_incomplete(structure, data, moments, everything, H, (nu, implied.sigma))
    return GroupFit(
        group=group,
        structure=structure,
        theta=everything.select(np.arange(structure.n_free)),
        record=record,
        measures=measures,
        moments=moments,
        share_missing=float(np.isnan(values[used]).mean()),
    )


def _climb(
    structure: Structure,
    theta: FloatArray,
    data: gaps.Incomplete,
    mean: FloatArray,
    S: FloatArray,
    record: FitRecord,
) -> tuple[FloatArray, FloatArray, FitRecord]:
    """Go from the fit to the EM covariances to the likelihood of the answers, at unit scale."""
    scale = float(np.mean(np.diag(S)))
    unit = rescale_structure(structure, 1.0 / scale)
    units = variance_units(structure, scale)
    found, nu, steps, gradient = gaps.polish_incomplete(
        unit, theta / units, gaps.scaled_data(data, scale**0.5), mean / scale**0.5
    )
    polished = FitRecord(
        semopy_success=record.semopy_success,
        semopy_message=record.semopy_message,
        semopy_iterations=record.semopy_iterations,
        semopy_gradient=record.semopy_gradient,
        gradient=gradient,
        polish_steps=record.polish_steps + steps,
        polish_size=record.polish_size,
        converged=bool(gradient < GRADIENT_TOLERANCE),
    )
    return found * units, nu * scale**0.5, polished


def _measures_incomplete(
    structure: Structure,
    data: gaps.Incomplete,
    moments: Moments,
    estimates: Estimates,
    H: FloatArray,
    restricted: tuple[FloatArray, FloatArray],
) -> FitMeasures:
    n, p, saturated = moments.n, len(structure.items), (moments.mean, moments.cov)
    F1 = gaps.minus_two_log_likelihood(data, *saturated)
    F0 = gaps.minus_two_log_likelihood(data, *restricted)
    w = data.weights[:, None] * ~np.isnan(data.y)
    own_mean = np.nansum(w * data.y, axis=0) / w.sum(axis=0)
    own_variance = np.nansum(w * (data.y - own_mean) ** 2, axis=0) / w.sum(axis=0)
    Fb = gaps.minus_two_log_likelihood(data, own_mean, np.diag(own_variance))
    return fit_measures(
        chi2=n * max(F0 - F1, 0.0),
        df=structure.df,
        n=n,
        n_parameters=structure.n_free + p,
        baseline_chi2=n * (Fb - F1),
        baseline_df=p * (p - 1) // 2,
        srmr=_srmr_with_means(saturated, restricted),
        loglik=-0.5 * n * F0,
        scaling=_scaling_incomplete(structure, data, moments, estimates, H),
    )


def _srmr_with_means(
    saturated: tuple[FloatArray, FloatArray], restricted: tuple[FloatArray, FloatArray]
) -> float:
    (mean, S), (nu, sigma) = saturated, restricted
    sd = np.sqrt(np.diag(S))
    residual = ((S - sigma) / np.outer(sd, sd))[np.tril_indices(len(S))]
    return float(np.sqrt(np.mean(np.concatenate([residual, (mean - nu) / sd]) ** 2)))


def _scaling_incomplete(
    structure: Structure,
    data: gaps.Incomplete,
    moments: Moments,
    estimates: Estimates,
    H: FloatArray,
) -> float:
    if structure.df == 0:
        return np.nan
    p = len(moments.items)
    saturated = gaps.slopes(data, moments.mean, gaps.saturated_implied(moments.cov)).observed
    means_last = np.concatenate([np.arange(p, len(saturated)), np.arange(p)])
    gamma = moments.estimates.covariance()[np.ix_(means_last, means_last)]
    unrestricted = float(np.einsum("ij,ji->", saturated, gamma))
    restricted = float(np.einsum("ij,ji->", H, estimates.covariance()))
    return moments.n * (unrestricted - restricted) / structure.df


def _solved(H: FloatArray, right: FloatArray) -> FloatArray:
    """Solve H x = right; where H is singular, in the directions that the data determine."""
    try:
        return np.asarray(np.linalg.solve(H, right))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(H, hermitian=True) @ right)


def _free_names(structure: Structure) -> Sequence[str]:
    names = [""] * structure.n_free
    for p, free in zip(structure.table.parameters, structure.free, strict=True):
        if free >= 0 and not names[free]:
            names[free] = str(p)
    return names
