"""The satisfaction index: construct and indicator scores per group, with their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from csi.errors import ModelError
from csi.inference import (
    Domains,
    Estimates,
    FloatArray,
    domain_means,
    join_estimates,
    split_domains,
)
from csi.model.fit import ModelFit
from csi.model.group_fit import GroupFit
from csi.model.pls import PLSModel, fit_pls, pls_jacobian, pls_model
from csi.model.structure import LAMBDA, complex_jacobian, implied_covariances
from csi.results import base_flag

WeightScheme = Literal["loading", "pls", "regression", "equal"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Index:
    """Scores of every construct in every group.

    Attributes
    ----------
    fit : ModelFit
    by : tuple of str
        Columns whose combinations are the groups; empty for the whole sample.
    scheme : {"loading", "pls", "regression", "equal"}
    construct : str
        The construct whose score is the satisfaction index; "" where the model does not say.
    scores : Estimates
        Construct scores with the model's weights. Labels: ``by``, ``term``.
    equal : Estimates
        Construct scores with equal weights, for checking. Labels: ``by``, ``term``.
    indicators : Estimates
        Item means over the valid answers. Labels: ``by``, ``construct``, ``term``.
    weights : Estimates
        Item weights, summing to 1 per construct. Labels: the fit's ``by``, ``construct``,
        ``term``.
    weights_of : mapping of str to object
        The group of the fit whose weights all groups have; empty where each has those of its model.
    """

    fit: ModelFit
    by: tuple[str, ...]
    scheme: WeightScheme
    construct: str
    scores: Estimates
    equal: Estimates
    indicators: Estimates
    weights: Estimates
    weights_of: Mapping[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        groups = len(self.scores) // max(self.scores.labels["term"].nunique(), 1)
        by = " × ".join(self.by) or "all"
        return f"Index(by={by}, groups={groups}, weights={self.scheme!r}, index={self.construct!r})"

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the construct scores, with ``flag``: "", "low" or "suppressed" base."""
        return _flagged(self.scores.tidy(conf_level))

    def equal_tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the construct scores with equal weights."""
        return _flagged(self.equal.tidy(conf_level))

    def indicators_tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the item means."""
        return _flagged(self.indicators.tidy(conf_level))

    def weights_tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the item weights."""
        return self.weights.tidy(conf_level)

    def summary(self) -> str:
        """Return the index of every group, suppressed ones left out."""
        table = self.tidy()
        if self.construct:
            table = table[table["term"] == self.construct]
        lines = [repr(self)]
        for row in table.to_dict("records"):
            name = ", ".join(f"{column} = {row[column]}" for column in self.by) or "all"
            if row["flag"] == "suppressed":
                lines.append(f"{name}: {row['term']} not shown, effective base {row['n_eff']:.0f}")
                continue
            mark = " †" if row["flag"] == "low" else ""
            lines.append(
                f"{name}: {row['term']} {row['estimate']:.1f} "
                f"[{row['conf_low']:.1f}, {row['conf_high']:.1f}], n={row['n']:.0f}{mark}"
            )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)


def estimate_index(
    fit: ModelFit,
    *,
    by: str | Sequence[str] | Domains | None = None,
    weights: WeightScheme = "loading",
    weights_of: Mapping[str, object] | None = None,
) -> Index:
    """Estimate the scores of constructs and indicators in any groups.

    The score of a construct is Σ_k ω_k·m_k with m_k the weighted mean of item k over its valid
    answers and Σω_k = 1 (Fornell et al. 1996). Its standard error contains the sampling of the
    means, the estimation of the weights, and the covariance of both.

    Parameters
    ----------
    fit : ModelFit
        A pooled fit gives every group the same weights, so that scores are comparable; a fit by
        group gives each group its own.
    by : str, sequence of str or Domains, optional
        Columns whose combinations are scored, or groups made otherwise; by default the groups of
        the fit.
    weights : {"loading", "pls", "regression", "equal"}
        ``loading``: λ_k/Σλ, the same under any choice of markers. ``regression``: proportional to
        Σ⁻¹λ. ``pls``: unstandardised outer weights of a PLS path model with the same paths.
    weights_of : mapping of str to object, optional
        Of a fit by group: one of its groups, e.g. ``{"wave": "2025q1"}``, whose weights score all
        groups. A series with the weights of its first wave is not revised when a wave is added.

    Returns
    -------
    Index

    Raises
    ------
    ModelError
        For an unknown scheme or group, groups that cut across the fit's, or loadings that sum to
        nothing.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.inference import make_design
    >>> from csi.model.fit import fit_model
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=300)
    >>> data = pd.DataFrame({f"x{k}": 7 + f + rng.normal(size=300) for k in range(4)})
    >>> index = estimate_index(fit_model(make_design(data), "F =~ x0 + x1 + x2 + x3"))
    >>> index.tidy()["term"].tolist()
    ['F']
    """
    if weights not in get_args(WeightScheme):
        raise ModelError(
            f"`weights` must be one of {', '.join(get_args(WeightScheme))}; got {weights!r}."
        )
    _refuse_unconverged(fit, weights)
    domains = split_domains(fit.design, fit.by if by is None else by)
    groups = _one_group(fit, weights_of) if weights_of else fit.groups
    group_of_domain = [0] * len(domains) if weights_of else _group_of_domain(fit, domains)
    indicators = _indicators(fit, domains)
    omega = [_item_weights(fit, group, weights) for group in groups]
    equal = [_item_weights(fit, group, "equal") for group in groups]
    keys = pd.DataFrame([group.group for group in groups])
    named = fit.questionnaire.model.index if fit.questionnaire and fit.questionnaire.model else ""
    return Index(
        fit=fit,
        by=domains.by,
        scheme=weights,
        construct=named,
        scores=_scores(fit, domains, indicators, omega, group_of_domain),
        equal=_scores(fit, domains, indicators, equal, group_of_domain),
        indicators=indicators,
        weights=join_estimates(omega, keys=keys if fit.by and not weights_of else None),
        weights_of=dict(weights_of or {}),
    )


def construct_items(fit: ModelFit) -> dict[str, tuple[str, ...]]:
    """Return the items that make up the score of each construct."""
    table = fit.table
    blocks = {
        construct: tuple(item for item in table.items_of(construct) if item in table.items)
        for construct in table.constructs
    }
    return {construct: own for construct, own in blocks.items() if own}


def matching_pls_model(fit: ModelFit) -> PLSModel:
    """Return the PLS path model with the fit's blocks and paths."""
    blocks = construct_items(fit)
    paths = [(a, b) for a, b in fit.table.paths if a in blocks and b in blocks]
    return pls_model(fit.table.items, {c: list(own) for c, own in blocks.items()}, paths)


def _refuse_unconverged(fit: ModelFit, weights: WeightScheme) -> None:
    """Raise where item weights would come from a solution that is none."""
    if weights in ("equal", "pls"):
        return
    for group in fit.groups:
        if not group.record.converged:
            raise ModelError(
                f"The model ({group}) did not converge: the gradient is "
                f"{group.record.gradient:.1e}, so its loadings give no item weights. Simplify the "
                'model, merge constructs that cannot be told apart, or use weights="equal".'
            )


def _one_group(fit: ModelFit, wanted: Mapping[str, object]) -> tuple[GroupFit]:
    for group in fit.groups:
        if dict(group.group) == dict(wanted):
            return (group,)
    known = "; ".join(str(group) for group in fit.groups)
    raise ModelError(f"`weights_of` is {dict(wanted)}, which the fit has no model of ({known}).")


def _group_of_domain(fit: ModelFit, domains: Domains) -> list[int]:
    if not fit.by:
        return [0] * len(domains)
    if not set(fit.by) <= set(domains.by):
        raise ModelError(
            f"The model was fitted by {' × '.join(fit.by)}, so scores need those columns in `by`; "
            f"got {' × '.join(domains.by) or 'none'}. Fit one pooled model to score any groups."
        )
    levels = [tuple(group.group[name] for name in fit.by) for group in fit.groups]
    wanted = domains.labels[list(fit.by)].itertuples(index=False, name=None)
    return [levels.index(tuple(level)) for level in wanted]


def _indicators(fit: ModelFit, domains: Domains) -> Estimates:
    means = domain_means(fit.design, fit.values, fit.table.items, domains)
    construct_of = {item: c for c, own in construct_items(fit).items() for item in own}
    labels = means.labels.copy()
    position = labels.columns.get_loc("term")
    constructs = [construct_of.get(item, "") for item in labels["term"]]
    labels.insert(int(position), "construct", constructs)  # type: ignore[arg-type]
    return means.relabel(labels)


def _item_weights(fit: ModelFit, group: GroupFit, scheme: WeightScheme) -> Estimates:
    """Return the weights of all items of all constructs of one group."""
    blocks = construct_items(fit)
    labels = pd.DataFrame(
        [(construct, item) for construct, own in blocks.items() for item in own],
        columns=["construct", "term"],
    )
    if scheme == "pls":
        return _pls_weights(fit, group, labels)
    columns = [
        (group.structure.nodes.index(construct), [fit.table.items.index(item) for item in own])
        for construct, own in blocks.items()
    ]

    def function(theta: FloatArray) -> FloatArray:
        Lambda = group.structure.matrices(theta)[0]
        parts = []
        for node, rows in columns:
            own: FloatArray = Lambda[rows, node]
            if scheme == "equal":
                own = np.ones_like(own)
            elif scheme == "regression":
                sigma = implied_covariances(group.structure, theta)[0][np.ix_(rows, rows)]
                own = np.asarray(np.linalg.solve(sigma, own))
            parts.append(own / own.sum())
        return np.concatenate(parts)

    values = function(group.theta.values)
    if not np.isfinite(values).all():
        bad = labels["construct"][~np.isfinite(values)].iloc[0]
        raise ModelError(f"The loadings of `{bad}` sum to nothing, so its items have no weights.")
    if scheme == "regression":
        jacobian = complex_jacobian(function, group.theta.values)
    elif scheme == "loading":
        jacobian = _loading_slopes(group, columns)
    else:
        jacobian = np.zeros((len(values), group.structure.n_free))
    return group.theta.map(values, jacobian, labels)


def _loading_slopes(group: GroupFit, columns: list[tuple[int, list[int]]]) -> FloatArray:
    """Return the derivatives of λ_k/Σλ: (δ_kl − ω_k)/Σλ with respect to λ_l."""
    structure = group.structure
    Lambda = structure.matrices(group.theta.values)[0]
    of_loading = {
        (int(row), int(column)): int(free)
        for matrix, row, column, free in zip(
            structure.matrix, structure.row, structure.column, structure.free, strict=True
        )
        if matrix == LAMBDA
    }
    parts = []
    for node, rows in columns:
        own = Lambda[rows, node]
        slope = (np.eye(len(own)) - (own / own.sum())[:, None]) / own.sum()
        part = np.zeros((len(own), structure.n_free))
        for k, row in enumerate(rows):
            free = of_loading.get((row, node), -1)
            if free >= 0:
                part[:, free] += slope[:, k]
        parts.append(part)
    return np.vstack(parts)


def _pls_weights(fit: ModelFit, group: GroupFit, labels: pd.DataFrame) -> Estimates:
    fitted = fit_pls(group.cov, matching_pls_model(fit))
    jacobian = pls_jacobian(fitted, targets=("index_weight",))
    place = {(str(a), str(b)): k for k, (_, a, b) in enumerate(jacobian.labels)}
    rows = [place[pair] for pair in zip(labels["construct"], labels["term"], strict=True)]
    p = len(fit.table.items)
    full = np.hstack([np.zeros((len(rows), p)), jacobian.matrix[rows]])
    return group.moments.estimates.map(jacobian.values[rows], full, labels)


def _scores(
    fit: ModelFit,
    domains: Domains,
    indicators: Estimates,
    weights: list[Estimates],
    group_of_domain: list[int],
) -> Estimates:
    """Return Σω·m per domain and construct, by the product rule."""
    joined = join_estimates(
        [*weights, indicators.relabel(indicators.labels[["construct", "term"]])]
    )
    per_group, n_weights = len(weights[0]), len(weights[0]) * len(weights)
    p = len(fit.table.items)
    constructs = list(construct_items(fit))
    own = weights[0].labels
    places = []
    for construct in constructs:
        mine = np.flatnonzero((own["construct"] == construct).to_numpy())
        at = [fit.table.items.index(item) for item in own["term"].iloc[mine]]
        places.append((mine, np.asarray(at)))
    values = np.zeros(len(domains) * len(constructs))
    jacobian = np.zeros((len(values), len(joined)))
    for d, g in enumerate(group_of_domain):
        for c, (mine, items) in enumerate(places):
            row = d * len(constructs) + c
            at_weight = g * per_group + mine
            at_mean = n_weights + d * p + items
            omega, mean = joined.values[at_weight], joined.values[at_mean]
            values[row] = omega @ mean
            jacobian[row, at_weight] = mean
            jacobian[row, at_mean] = omega
    jacobian = np.where(np.isfinite(values)[:, None], jacobian, 0.0)
    repeated = np.repeat(np.arange(len(domains)), len(constructs))
    labels = domains.labels.iloc[repeated].reset_index(drop=True)
    labels = labels.assign(term=constructs * len(domains))
    at_mean = jacobian[:, n_weights:] != 0.0

    def least(own_values: FloatArray) -> FloatArray:
        masked = np.where(at_mean, own_values[n_weights:], np.inf).min(axis=1)
        return np.where(np.isfinite(masked), masked, 0.0)

    return joined.map(
        values,
        jacobian,
        labels,
        n=least(joined.n),
        n_eff=least(joined.n_eff),
        df=least(joined.df),
    )


def _flagged(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(flag=[base_flag(n_eff) for n_eff in table["n_eff"]])
