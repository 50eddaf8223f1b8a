"""Gaps between groups in index points, as observed and without what biased items add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from csi.errors import ModelError, suggest
from csi.inference import Estimates, FloatArray, join_estimates
from csi.model.common_ruler import pair_verdict

if TYPE_CHECKING:
    from csi.model.invariance import Invariance


def corrected_gaps(
    invariance: Invariance, scores: Estimates, weights: Estimates, construct: str
) -> Estimates:
    """Return each pair's gap as observed, without the items' bias, and the bias, in index points.

    Without bias, the items of a construct's score differ between groups a and b by what the
    constructs' means explain: Σ_k ω_k Σ_j λ_kj (mean_aj − mean_bj), with the index weights ω and
    the common loadings λ. Scores, ω, λ and means vary together in the standard errors. Where a pair
    is not comparable, nothing says which of its items is the biased one: the corrected gap and the
    bias are NaN.

    Parameters
    ----------
    invariance : Invariance
    scores : Estimates
        Scores of the groups. Labels: the columns of ``by``, ``term``.
    weights : Estimates
        Item weights of one pooled fit. Labels: ``construct, term``.
    construct : str

    Returns
    -------
    Estimates
        Labels: ``group_a, group_b, term`` with terms ``observed``, ``corrected`` and ``bias``.

    Raises
    ------
    ModelError
        If the construct is unknown, or weights differ between groups.
    """
    return gaps_of_constructs(invariance, scores, weights, [construct])


def gaps_of_constructs(
    invariance: Invariance, scores: Estimates, weights: Estimates, constructs: Sequence[str]
) -> Estimates:
    """Return `corrected_gaps` of several constructs, one after another, with one covariance."""
    for construct in constructs:
        _refuse_weights(invariance, weights, construct)
    omega = weights.select(weights.labels["construct"].isin(list(constructs)).to_numpy())
    mine = scores.select(scores.labels["term"].isin(list(constructs)).to_numpy())
    joined = join_estimates([mine, omega, invariance.loadings, invariance.means])
    names = [_name(row) for row in invariance.groups.itertuples(index=False, name=None)]
    values, jacobian, labels = [], [], []
    for construct in constructs:
        own = np.flatnonzero((mine.labels["term"] == construct).to_numpy())
        keys = [tuple(row) for row in mine.labels.iloc[own][list(invariance.by)].to_numpy()]
        place = [own[keys.index(tuple(row))] for row in invariance.groups.to_numpy()]
        fair = _Fair(invariance, omega, len(mine), construct)
        for a, b in combinations(range(len(place)), 2):
            observed = np.zeros(len(joined))
            observed[place[a]], observed[place[b]] = 1.0, -1.0
            seen = float(observed @ joined.values)
            gap, corrected = fair.gap(a, b)
            items = invariance.blocks[construct]
            if pair_verdict(invariance.ladder, items, a, b) == "not comparable":
                gap = np.nan
            values += [seen, gap, seen - gap]
            jacobian += [observed, corrected, observed - corrected]
            labels += [(names[a], names[b], term) for term in ("observed", "corrected", "bias")]
    table = pd.DataFrame(labels, columns=["group_a", "group_b", "term"])
    return joined.map(np.asarray(values), np.asarray(jacobian), table)


def _refuse_weights(invariance: Invariance, weights: Estimates, construct: str) -> None:
    if construct not in invariance.blocks:
        raise ModelError(
            f"`{construct}` is no construct measured by items ({', '.join(invariance.blocks)}). "
            f"{suggest(construct, list(invariance.blocks))}".rstrip()
        )
    omega = weights.select((weights.labels["construct"] == construct).to_numpy())
    if omega.labels["term"].duplicated().any():
        raise ModelError(
            "The index has item weights of its own in each group, so its gaps are not on one "
            "scale. Score the groups with one pooled fit."
        )


@dataclass(frozen=True)
class _Fair:
    """Gaps that the constructs' means explain, as functions of scores, ω, λ and means together."""

    invariance: Invariance
    omega: Estimates
    n_scores: int
    construct: str

    def gap(self, a: int, b: int) -> tuple[float, FloatArray]:
        """Return Σ_k ω_k Σ_j λ_kj (mean_aj − mean_bj) and its derivatives."""
        loadings, means = self.invariance.loadings, self.invariance.means
        at_loading = self.n_scores + len(self.omega)
        at_mean = at_loading + len(loadings)
        row = np.zeros(at_mean + len(means))
        own = self.omega.labels
        weight_of = {
            str(item): j
            for j, (owner, item) in enumerate(zip(own["construct"], own["term"], strict=True))
            if owner == self.construct
        }
        constructs, total = list(self.invariance.blocks), 0.0
        for k, (construct, item) in enumerate(loadings.labels.itertuples(index=False, name=None)):
            if item not in weight_of:
                continue
            j = weight_of[item]
            weight, loading, difference = self.omega.values[j], loadings.values[k], 0.0
            for g, sign in ((a, 1.0), (b, -1.0)):
                if g:  # the reference group's means are zero
                    mean = (g - 1) * len(constructs) + constructs.index(construct)
                    difference += sign * means.values[mean]
                    row[at_mean + mean] += sign * weight * loading
            row[self.n_scores + j] += loading * difference
            row[at_loading + k] += weight * difference
            total += float(weight * loading * difference)
        return total, row


def _name(levels: tuple[object, ...]) -> object:
    return levels[0] if len(levels) == 1 else ", ".join(str(level) for level in levels)
