"""Reliability and validity of the measurement: alpha, omega, AVE, HTMT, Fornell and Larcker."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from csi.inference import FloatArray
from csi.model.group_fit import GroupFit
from csi.model.structure import implied_moments


def reliability_table(fit: GroupFit) -> pd.DataFrame:
    """Return alpha, omega and AVE of every construct.

    alpha = k/(k−1)·(1 − Σs_ii/ΣΣs_ij) (Cronbach 1951); omega = (Σλ)²ψ / ΣΣs_ij, with the observed
    variance of the sum (McDonald 1999); AVE = the mean squared standardised loading (Fornell and
    Larcker 1981). Two items have Spearman and Brown's 2r/(1 + r) beside: alpha understates theirs
    (Eisinga, te Grotenhuis and Pelzer 2013).

    Returns
    -------
    DataFrame
        ``construct, alpha, omega, ave, n_items, assumed, spearman_brown``. A single item has no
        alpha: ``omega`` is then the assumed reliability, and ``assumed`` is True.
    """
    table = fit.structure.table
    implied = implied_moments(fit.structure, fit.theta.values)
    Lambda = fit.structure.matrices(fit.theta.values)[0]
    rows = []
    for construct in table.constructs:
        own = [table.items.index(name) for name in table.items_of(construct) if name in table.items]
        if not own:
            continue
        node = fit.structure.nodes.index(construct)
        loading, psi = Lambda[own, node], float(implied.phi[node, node])
        S = fit.cov[np.ix_(own, own)]
        single = len(own) == 1
        squared = loading**2 * psi / np.diag(implied.sigma)[own]
        rows.append(
            {
                "construct": construct,
                "alpha": np.nan if single else cronbach_alpha(S),
                "omega": float(loading.sum() ** 2 * psi / S.sum()),
                "ave": float(squared.mean()),
                "n_items": len(own),
                "assumed": single,
                "spearman_brown": spearman_brown(S) if len(own) == 2 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def cronbach_alpha(S: FloatArray) -> float:
    """Return coefficient alpha of items with covariances ``S``."""
    k = len(S)
    return float(k / (k - 1) * (1.0 - np.trace(S) / S.sum()))


def spearman_brown(S: FloatArray) -> float:
    """Return the reliability of the sum of two standardised items with covariances ``S``."""
    r = S[0, 1] / np.sqrt(S[0, 0] * S[1, 1])
    return float(2.0 * r / (1.0 + r))


def fornell_larcker(fit: GroupFit) -> pd.DataFrame:
    """Compare what constructs share with their items with what they share with each other.

    Two constructs are told apart where both have an AVE above their squared correlation (Fornell
    and Larcker 1981). The criterion overlooks what HTMT finds (Henseler, Ringle and Sarstedt 2015).

    Returns
    -------
    DataFrame
        ``construct_a, construct_b, ave_a, ave_b, shared, apart``: ``shared`` is the squared
        correlation of the constructs.
    """
    reliability = reliability_table(fit).set_index("construct")["ave"]
    phi = implied_moments(fit.structure, fit.theta.values).phi
    nodes = fit.structure.nodes
    rows = []
    for a, b in combinations(reliability.index, 2):
        i, j = nodes.index(a), nodes.index(b)
        shared = float(phi[i, j] ** 2 / (phi[i, i] * phi[j, j]))
        least = float(min(reliability[a], reliability[b]))
        rows.append((a, b, reliability[a], reliability[b], shared, least > shared))
    columns = ["construct_a", "construct_b", "ave_a", "ave_b", "shared", "apart"]
    return pd.DataFrame(rows, columns=columns)


def heterotrait_monotrait(fit: GroupFit) -> pd.DataFrame:
    """Return HTMT of every pair of constructs with several items.

    The mean absolute correlation between the items of two constructs over the geometric mean of
    the mean absolute correlations within (Henseler, Ringle and Sarstedt 2015).

    Returns
    -------
    DataFrame
        ``construct_a, construct_b, htmt``.
    """
    table = fit.structure.table
    sd = np.sqrt(np.diag(fit.cov))
    R = np.abs(fit.cov / np.outer(sd, sd))
    blocks = {}
    for construct in table.constructs:
        own = [table.items.index(name) for name in table.items_of(construct) if name in table.items]
        if len(own) > 1:
            within = R[np.ix_(own, own)]
            blocks[construct] = (own, within[np.tril_indices(len(own), -1)].mean())
    rows = [
        {
            "construct_a": a,
            "construct_b": b,
            "htmt": float(
                R[np.ix_(blocks[a][0], blocks[b][0])].mean() / np.sqrt(blocks[a][1] * blocks[b][1])
            ),
        }
        for a, b in combinations(blocks, 2)
    ]
    return pd.DataFrame(rows, columns=["construct_a", "construct_b", "htmt"])
