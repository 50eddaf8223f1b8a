"""Drivers of satisfaction: how much each construct matters, and how well it is doing.

*Importance* of a driver: what the model says the outcome's index gains, in points, for one point
more of the driver's index (total effect). *Performance*: the driver's own 0-100 score. Beside them
always the relative weights, the driver's share in explaining the outcome, which need no paths, and
the total effects of a PLS path model with the same paths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from csi.errors import ModelError, suggest
from csi.index import construct_items, estimate_index, matching_pls_model
from csi.inference import Estimates, FloatArray, join_estimates
from csi.inference.ranks import rank_intervals, top_probabilities
from csi.model.diagnosis import Verdict
from csi.model.effects import total_effects_in_points
from csi.model.fit import ModelFit
from csi.model.pls import fit_pls, pls_jacobian
from csi.model.relative_weights import as_shares, johnson_weights, lmg_shares

Shown = Literal["importance", "lmg_share"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Drivers:
    """Importance, performance and relative weight of every driver of one outcome.

    Attributes
    ----------
    fit : ModelFit
    outcome : str
    names : tuple of str
        The outcome's antecedents in the model.
    importance : Estimates
        Total effects, in index points per index point. Labels: ``term``.
    performance : Estimates
        Scores. Labels: ``term``.
    lmg, lmg_share : Estimates
        Shares of R² by LMG, as they are and as shares of their sum. Labels: ``term``.
    johnson_share : Estimates
        The same by Johnson's relative weights. Labels: ``term``.
    pls_effect : Estimates
        Total effects of a PLS path model with the same paths, in points per point. Labels:
        ``term``.
    r_squared : float
        Of the outcome's score on the drivers' scores.
    verdict : {"certified", "provisional", "withheld"}
        On the model's paths.
    """

    fit: ModelFit
    outcome: str
    names: tuple[str, ...]
    importance: Estimates
    performance: Estimates
    lmg: Estimates
    lmg_share: Estimates
    johnson_share: Estimates
    pls_effect: Estimates
    r_squared: float
    verdict: Verdict

    @property
    def shown(self) -> Shown:
        """What ranks the drivers: total effects, or relative weights where paths are withheld."""
        return "lmg_share" if self.verdict == "withheld" else "importance"

    def __repr__(self) -> str:
        ranked: Estimates = getattr(self, self.shown)
        first = self.names[int(np.argmax(ranked.values))]
        return (
            f"Drivers(outcome={self.outcome!r}, drivers={len(self.names)}, first={first!r}, "
            f"by={self.shown!r}, paths {self.verdict})"
        )

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every measure of every driver.

        Returns
        -------
        DataFrame
            ``term, measure``, the estimate columns, ``rank, rank_low, rank_high``. A withheld
            model has no ``importance`` rows.
        """
        measures = {
            "importance": self.importance,
            "performance": self.performance,
            "lmg": self.lmg,
            "lmg_share": self.lmg_share,
            "johnson_share": self.johnson_share,
            "pls_effect": self.pls_effect,
        }
        if self.verdict == "withheld":
            del measures["importance"]
        parts = []
        for name, estimates in measures.items():
            table = estimates.tidy(conf_level)
            table.insert(1, "measure", name)
            parts.append(pd.concat([table, rank_intervals(estimates, conf_level)], axis=1))
        return pd.concat(parts, ignore_index=True)

    def top(self, k: int = 3, *, seed: int) -> pd.DataFrame:
        """Return how surely each driver is among the k strongest, by what ranks them.

        See `csi.inference.ranks.top_probabilities`.

        Returns
        -------
        DataFrame
            ``term, measure, estimate, probability``, the surest first.
        """
        ranked: Estimates = getattr(self, self.shown)
        table = top_probabilities(ranked, min(k, len(self.names)), seed=seed)
        table.insert(1, "measure", self.shown)
        return table.sort_values("probability", ascending=False, ignore_index=True)

    def summary(self) -> str:
        """Return the ranking in words."""
        table = self.tidy()
        table = table[table["measure"] == self.shown].sort_values("rank")
        lines = [repr(self)]
        lines += [
            f"{row['rank']:.0f} [{row['rank_low']:.0f}-{row['rank_high']:.0f}] {row['term']}: "
            f"{row['estimate']:.2f} [{row['conf_low']:.2f}, {row['conf_high']:.2f}]"
            for row in table.to_dict("records")
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)


def rank_drivers(fit: ModelFit, outcome: str | None = None) -> Drivers:
    """Rank what is associated with an outcome, by importance and by relative weight.

    Parameters
    ----------
    fit : ModelFit
        Of the whole sample.
    outcome : str, optional
        By default the questionnaire's index construct.

    Returns
    -------
    Drivers

    Raises
    ------
    ModelError
        If the fit is by group, or the outcome is unknown or has no predictors.
    """
    if fit.by:
        raise ModelError(
            f"The model was fitted by {' × '.join(fit.by)}; drivers need one model. Restrict the "
            "data to one group and fit it, or fit a pooled model."
        )
    name = _outcome(fit, outcome)
    blocks = construct_items(fit)
    names = tuple(driver for driver in fit.table.antecedents_of(name) if driver in blocks)
    if not names:
        raise ModelError(f"`{name}` has no predictors in the model, so it has no drivers.")
    group = fit.groups[0]
    index = estimate_index(fit)
    covariances = score_covariances(fit, index.weights, (name, *names))
    C = _square(covariances.values, len(names) + 1)
    labels = pd.DataFrame({"term": names})
    lmg = covariances.map(*lmg_shares(C), labels)
    johnson = covariances.map(*johnson_weights(C), labels)
    terms = index.scores.labels["term"].tolist()
    return Drivers(
        fit=fit,
        outcome=name,
        names=names,
        importance=total_effects_in_points(group.structure, group.theta, name, names),
        performance=index.scores.select([terms.index(driver) for driver in names]),
        lmg=lmg,
        lmg_share=lmg.map(*as_shares(lmg.values), labels),
        johnson_share=johnson.map(*as_shares(johnson.values), labels),
        pls_effect=_pls_effects(fit, name, names),
        r_squared=float(lmg.values.sum()),
        verdict=fit.diagnosis().verdict,
    )


def _outcome(fit: ModelFit, outcome: str | None) -> str:
    if outcome is None and fit.questionnaire is not None and fit.questionnaire.model is not None:
        outcome = fit.questionnaire.model.index
    known = list(construct_items(fit))
    if outcome is None:
        raise ModelError(f"Say which `outcome` the drivers are of: one of {', '.join(known)}.")
    if outcome not in known:
        raise ModelError(
            f"`{outcome}` is not a construct of the model ({', '.join(known)}). "
            f"{suggest(outcome, known)}".rstrip()
        )
    return outcome


def score_covariances(
    fit: ModelFit, weights: Estimates, constructs: tuple[str, ...], *, group: int = 0
) -> Estimates:
    """Return the covariances of construct scores in one group of a fit, vech row by row.

    C = AᵀSA with A the item weights, so dC = Aᵀ dS A + dAᵀSA + AᵀS dA.

    Parameters
    ----------
    fit : ModelFit
    weights : Estimates
        Item weights of that group. Labels: ``construct, term``.
    constructs : tuple of str
    group : int
        Position in ``fit.groups``.
    """
    moments = fit.groups[group].moments
    named = weights.labels[["construct", "term"]].set_axis(["lhs", "rhs"], axis=1)
    joined = join_estimates([weights.relabel(named), moments.estimates])
    S, p, k = moments.cov, len(moments.items), len(constructs)
    A = np.zeros((p, k))
    place = {}
    for row, (construct, item) in enumerate(weights.labels[["construct", "term"]].to_numpy()):
        if construct in constructs:
            at = (moments.items.index(item), constructs.index(construct))
            A[at] = weights.values[row]
            place[at] = row
    C, SA = A.T @ S @ A, S @ A
    i, j = np.tril_indices(k)
    r, c = np.tril_indices(p)
    jacobian = np.zeros((len(i), len(joined)))
    twice = np.where(r == c, 0.5, 1.0)
    jacobian[:, len(weights) + p :] = (A[r][:, i] * A[c][:, j] + A[c][:, i] * A[r][:, j]).T * twice
    for (item, construct), row in place.items():
        jacobian[:, row] += np.where(i == construct, SA[item, j], 0.0)
        jacobian[:, row] += np.where(j == construct, SA[item, i], 0.0)
    names = np.asarray(constructs, dtype=object)
    labels = pd.DataFrame({"lhs": names[i], "rhs": names[j]})
    return joined.map(C[i, j], jacobian, labels)


def _square(vech: FloatArray, k: int) -> FloatArray:
    C = np.zeros((k, k))
    C[np.tril_indices(k)] = vech
    return np.asarray(C + C.T - np.diag(np.diag(C)))


def _pls_effects(fit: ModelFit, outcome: str, names: tuple[str, ...]) -> Estimates:
    """Return the total effects of the matching PLS path model, in points per point."""
    moments = fit.groups[0].moments
    jacobian = pls_jacobian(fit_pls(moments.cov, matching_pls_model(fit)), ("index_effect",))
    place = {(str(source), str(target)): k for k, (_, source, target) in enumerate(jacobian.labels)}
    rows = [place[(name, outcome)] for name in names]
    full = np.hstack([np.zeros((len(rows), len(moments.items))), jacobian.matrix[rows]])
    return moments.estimates.map(jacobian.values[rows], full, pd.DataFrame({"term": names}))
