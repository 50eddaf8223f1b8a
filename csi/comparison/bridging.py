"""Scores from the items that stayed the same, so that a reworded item does not end a series."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from csi.index import Index, construct_items
from csi.inference import Estimates, join_estimates


def unchanged_items(index: Index, construct: str, changed: Collection[str]) -> tuple[str, ...]:
    """Return the items of a construct that were not changed."""
    own = construct_items(index.fit).get(construct, ())
    return tuple(item for item in own if item not in changed)


def bridged_scores(index: Index, construct: str, items: Collection[str]) -> Estimates:
    """Return the scores of a construct from some of its items alone.

    Σ_k ω_k m_k / Σ_k ω_k over the items, with the index weights of one pooled fit: the same items
    with the same weights in every wave.

    Parameters
    ----------
    index : Index
        Of one pooled fit.
    construct : str
    items : collection of str

    Returns
    -------
    Estimates
        Labels as those of ``index.scores``.
    """
    own = index.weights.labels
    omega = index.weights.select(
        ((own["construct"] == construct) & own["term"].isin(list(items))).to_numpy()
    )
    labels = index.indicators.labels
    means = index.indicators.select(labels["term"].isin(omega.labels["term"]).to_numpy())
    groups = means.labels.drop_duplicates(list(index.by)) if index.by else means.labels[:1]
    joined = join_estimates([omega, means.relabel(means.labels[["construct", "term"]])])
    k, total = len(omega), float(omega.values.sum())
    place = {item: j for j, item in enumerate(omega.labels["term"])}
    j = np.array([place[item] for item in means.labels["term"]])
    group = np.repeat(np.arange(len(groups)), k)
    values = np.zeros(len(groups))
    jacobian = np.zeros((len(groups), len(joined)))
    np.add.at(values, group, omega.values[j] * means.values / total)
    jacobian[group, k + np.arange(len(means))] = omega.values[j] / total
    jacobian[group, j] = (means.values - values[group]) / total
    jacobian = np.where(np.isfinite(values)[:, None], jacobian, 0.0)
    answered = np.where(jacobian[:, k:] != 0.0, means.n, np.inf).min(axis=1)
    effective = np.where(jacobian[:, k:] != 0.0, means.n_eff, np.inf).min(axis=1)
    df = np.where(jacobian[:, k:] != 0.0, means.df, np.inf).min(axis=1)
    named = groups[list(index.by)].assign(term=construct)
    return joined.map(
        values,
        jacobian,
        named,
        n=np.where(np.isfinite(answered), answered, 0.0),
        n_eff=np.where(np.isfinite(effective), effective, 0.0),
        df=np.where(np.isfinite(df), df, 0.0),
    )
