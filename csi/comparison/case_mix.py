"""Scores of regions as if each had the customers of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.errors import DesignError
from csi.index import Index, construct_items
from csi.inference import (
    ArrayBasis,
    BoolArray,
    Estimates,
    FloatArray,
    SurveyDesign,
    join_estimates,
    split_domains,
)
from csi.inference.stages import column_of

MANY_LEVELS = 15
"""A numeric column with more levels counts as a number, not as categories."""


@dataclass(frozen=True, eq=False)
class MixColumns:
    """Covariates of the customers.

    Attributes
    ----------
    values : FloatArray, shape (n, q)
    names : tuple of str
        ``age`` for a number, ``line=2`` for a level beside the first.
    known : BoolArray, shape (n,)
        Who has all of them.
    """

    values: FloatArray
    names: tuple[str, ...]
    known: BoolArray


def mix_columns(design: SurveyDesign, columns: Sequence[str]) -> MixColumns:
    """Return the covariates: numbers as they are, other columns as indicators of their levels."""
    parts, names = [], []
    known = np.ones(design.n, dtype=np.bool_)
    for name in columns:
        column = column_of(design.frame, name, "mix")
        known &= column.notna().to_numpy()
        levels = sorted(column[design.weights > 0].dropna().unique())
        if pd.api.types.is_numeric_dtype(column) and len(levels) > MANY_LEVELS:
            parts.append(column.to_numpy(dtype=np.float64, na_value=np.nan))
            names.append(name)
            continue
        for level in levels[1:]:
            parts.append((column == level).to_numpy(dtype=np.float64, na_value=0.0))
            shown = int(level) if isinstance(level, float) and level.is_integer() else level
            names.append(f"{name}={shown}")
    values = np.column_stack(parts) if parts else np.zeros((design.n, 0))
    return MixColumns(values, tuple(names), known)


@dataclass(frozen=True, eq=False)
class Adjusted:
    """Adjusted scores.

    Attributes
    ----------
    scores : Estimates
        Labels: the region's column, ``term``.
    slopes : Estimates
        Points per unit of each covariate. Labels: ``term``.
    n_left_out : int
        Respondents without one of the covariates.
    """

    scores: Estimates
    slopes: Estimates
    n_left_out: int


def adjust_scores(index: Index, region: str, mix: Sequence[str], term: str) -> Adjusted:
    """Return the scores that regions would have if each had the customers of all.

    Each item is regressed on the regions and the covariates by weighted least squares; a region's
    adjusted mean is its prediction at the covariates' means of everybody (direct standardisation
    under the regression), and the score is Σ_k ω_k times these. Influences are
    (XᵀWX)⁻¹ x_i e_i (Binder 1983), plus those of the covariates' means and of ω.

    Parameters
    ----------
    index : Index
        By ``region``.
    region : str
    mix : sequence of str
    term : str

    Raises
    ------
    DesignError
        If covariates determine the region, or each other.
    """
    design, items = index.fit.design, construct_items(index.fit)[term]
    domains = split_domains(design, region)
    covariates = mix_columns(design, mix)
    inside = (domains.codes >= 0) & (design.weights > 0)
    used = inside & covariates.known
    at = [index.fit.table.items.index(item) for item in items]
    fitted = [
        _regress(design, index.fit.values[:, column], domains.codes, covariates, used)
        for column in at
    ]
    own = index.weights.labels
    omega = index.weights.select(((own["construct"] == term) & own["term"].isin(items)).to_numpy())
    place = {item: j for j, item in enumerate(omega.labels["term"])}
    width = len(domains) + len(covariates.names)
    scores = index.scores.select((index.scores.labels["term"] == term).to_numpy())
    coefficients = Estimates(
        design=design,
        labels=pd.DataFrame({"term": ["x"] * (width * len(items))}),
        values=np.concatenate([values for values, _ in fitted]),
        n=np.full(width * len(items), scores.n.max()),
        n_eff=np.full(width * len(items), scores.n_eff.max()),
        df=np.full(width * len(items), design.domain_df(used)),
        basis=ArrayBasis(np.hstack([influence for _, influence in fitted])),
        jacobian=np.eye(width * len(items)),
    )
    joined = join_estimates(
        [omega.relabel(pd.DataFrame({"term": ["x"] * len(omega)})), coefficients]
    )
    order = [place[item] for item in items]
    weight = omega.values[order]
    table = coefficients.values.reshape(len(items), width)
    jacobian = np.zeros((width, len(joined)))
    jacobian[:, order] = table.T
    for k in range(len(items)):
        jacobian[np.arange(width), len(omega) + k * width + np.arange(width)] = weight[k]
    r = len(domains)
    values = weight @ table
    return Adjusted(
        scores=joined.map(
            values[:r],
            jacobian[:r],
            scores.labels,
            n=scores.n,
            n_eff=scores.n_eff,
            df=scores.df,
        ),
        slopes=joined.map(values[r:], jacobian[r:], pd.DataFrame({"term": list(covariates.names)})),
        n_left_out=int((inside & ~covariates.known).sum()),
    )


def _regress(
    design: SurveyDesign,
    y: FloatArray,
    region: np.ndarray,
    covariates: MixColumns,
    used: BoolArray,
) -> tuple[FloatArray, FloatArray]:
    """Return adjusted means and slopes of one item, with everybody's influence on them."""
    rows = used & np.isfinite(y)
    w, Z = design.weights[rows], covariates.values[rows]
    everybody, mix = design.weights[used], covariates.values[used]
    centre = everybody @ mix / everybody.sum()
    n_regions = int(region.max()) + 1
    X = np.hstack([region[rows, None] == np.arange(n_regions), Z - centre]).astype(np.float64)
    gram = X.T @ (X * w[:, None])
    size = np.sqrt(np.maximum(np.diag(gram), 1e-300))
    if np.linalg.cond(gram / np.outer(size, size)) > 1e10:
        raise DesignError(
            f"The covariates ({', '.join(covariates.names)}) determine each other or the region, "
            "so nothing can be adjusted for: leave one out of `mix`."
        )
    inverse = np.linalg.inv(gram)
    beta = inverse @ (X.T @ (w * y[rows]))
    influence = np.zeros((design.n, len(beta)))
    influence[rows] = (X * (y[rows] - X @ beta)[:, None]) @ inverse
    shift = (mix - centre) @ beta[n_regions:] / everybody.sum()
    influence[np.flatnonzero(used), :n_regions] += shift[:, None]
    return beta, influence
