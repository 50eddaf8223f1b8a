"""One group's model, fitted to every replicate of its sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from csi.inference import BoolArray, FloatArray, IntArray
from csi.inference.replication import BootstrapWeights
from csi.model.batch import BatchFit, fit_batch, matrix_stack
from csi.model.batch_missing import fit_incomplete_batch
from csi.model.fit import ModelFit
from csi.model.group_fit import GroupFit
from csi.model.structure import Structure


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupBootstrap:
    """The refits of one group; the first row of every array is the fit itself.

    Attributes
    ----------
    group : mapping of str to object
        The group's level of each column of ``by``.
    parameters : FloatArray, shape (1 + R, n_parameters)
        Every row of the parameter table.
    scores : FloatArray, shape (1 + R, n_constructs)
        Construct scores by the refit's own loadings.
    effects : FloatArray, shape (1 + R, n_drivers)
        Total effects on the outcome, in points per point.
    converged, admissible : BoolArray, shape (R,)
        Inadmissible refits stay in all arrays, refits that did not converge with their last value:
        to leave them out would understate the uncertainty.
    """

    group: Mapping[str, object]
    parameters: FloatArray
    scores: FloatArray
    effects: FloatArray
    converged: BoolArray
    admissible: BoolArray


def refit_group(
    fit: ModelFit,
    number: int,
    replicates: BootstrapWeights,
    constructs: tuple[str, ...],
    outcome: str,
    drivers: tuple[str, ...],
) -> GroupBootstrap:
    """Refit group ``number`` to every replicate, and score it with the refits' loadings."""
    group = fit.groups[number]
    structure = group.structure
    means, variances = _item_moments(fit, number, replicates)
    fixed = _fixed_values(fit, structure, variances)
    known = np.flatnonzero(np.isfinite(variances[1:]).all(axis=1))
    batch = _refits(fit, group, replicates, fixed, known)
    values = np.full((1 + len(fixed), len(structure.free)), np.nan)
    values[0], values[1 + known] = structure.values(group.theta.values), batch.values
    converged, admissible = np.zeros((2, len(fixed)), dtype=np.bool_)
    converged[known], admissible[known] = batch.converged, batch.admissible
    return GroupBootstrap(
        group=group.group,
        parameters=values,
        scores=_scores(fit, structure, values, means, constructs),
        effects=_effects(structure, values, outcome, drivers),
        converged=converged,
        admissible=admissible,
    )


def _refits(
    fit: ModelFit,
    group: GroupFit,
    replicates: BootstrapWeights,
    fixed: FloatArray,
    known: IntArray,
) -> BatchFit:
    """Refit to the replicates ``known``, in which somebody of the group was drawn."""
    start = group.theta.values
    if group.share_missing > 0:
        chosen = replicates.rows(known)
        inside = group.moments.inside
        return fit_incomplete_batch(
            group.structure, start, fit.values, inside, fixed[known], chosen
        )
    S = _covariances(fit, group, replicates)[known]
    return fit_batch(group.structure, S, start, fixed[known], group.moments.n_eff)


def _covariances(fit: ModelFit, group: GroupFit, replicates: BootstrapWeights) -> FloatArray:
    """Return the items' covariances in every replicate, shape (R, p, p)."""
    rows = np.flatnonzero(group.moments.inside)
    z = fit.values[rows] - group.moments.mean
    i, j = np.tril_indices(z.shape[1])
    columns = np.hstack([np.ones((len(rows), 1)), z, z[:, i] * z[:, j]])
    totals = replicates.totals(columns, rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        moments = totals[:, 1:] / totals[:, :1]
    p = z.shape[1]
    d = moments[:, :p]
    S = np.empty((len(totals), p, p))
    S[:, i, j] = S[:, j, i] = moments[:, p:] - d[:, i] * d[:, j]
    return S


def _item_moments(
    fit: ModelFit, number: int, replicates: BootstrapWeights
) -> tuple[FloatArray, FloatArray]:
    """Return means and variances of items over their valid answers, shape (1 + R, p) each.

    The first row is the sample itself.
    """
    weights = fit.design.weights
    rows = np.flatnonzero((fit.domains.codes == number) & (weights > 0))
    y = fit.values[rows]
    valid, centre = ~np.isnan(y), np.nanmean(y, axis=0)
    z = np.where(valid, y - centre, 0.0)
    columns = np.hstack([valid.astype(np.float64), z, z**2])
    totals = np.vstack([weights[rows] @ columns, replicates.totals(columns, rows)])
    count, first, second = np.split(totals, 3, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = first / count
        return centre + shift, second / count - shift**2


def _fixed_values(fit: ModelFit, structure: Structure, variances: FloatArray) -> FloatArray:
    """Return the fixed values in every replicate: assumed reliabilities follow the variance."""
    fixed = np.repeat(structure.fixed_values[None], len(variances) - 1, axis=0)
    for row, p in enumerate(structure.table.parameters):
        if p.op == "~~" and p.lhs == p.rhs and p.lhs in fit.reliability_assumed:
            k = structure.items.index(p.lhs)
            fixed[:, row] *= variances[1:, k] / variances[0, k]
    return fixed


def _scores(
    fit: ModelFit,
    structure: Structure,
    values: FloatArray,
    means: FloatArray,
    constructs: tuple[str, ...],
) -> FloatArray:
    Lambda = matrix_stack(structure, values)[0]
    columns = []
    for construct in constructs:
        own = own_items(fit, construct)
        loading = Lambda[:, own, structure.nodes.index(construct)]
        columns.append((loading * means[:, own]).sum(axis=1) / loading.sum(axis=1))
    return np.column_stack(columns)


def _effects(
    structure: Structure, values: FloatArray, outcome: str, drivers: tuple[str, ...]
) -> FloatArray:
    """Return TE·κ_outcome/κ_driver with κ = Σλ²/Σλ, shape (R, n_drivers)."""
    if not drivers:
        return np.zeros((len(values), 0))
    Lambda, B, _, _ = matrix_stack(structure, values)
    total = np.full_like(B, np.nan)
    finite = np.isfinite(B).all(axis=(1, 2))
    total[finite] = np.linalg.inv(np.eye(B.shape[1]) - B[finite])
    kappa = (Lambda**2).sum(axis=1) / Lambda.sum(axis=1)
    target = structure.nodes.index(outcome)
    own = [structure.nodes.index(name) for name in drivers]
    return np.asarray(total[:, target][:, own] * kappa[:, [target]] / kappa[:, own])


def own_items(fit: ModelFit, construct: str) -> list[int]:
    """Return the positions of a construct's items."""
    own = fit.table.items_of(construct)
    return [fit.table.items.index(item) for item in own if item in fit.table.items]
