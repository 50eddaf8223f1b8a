"""Full-information maximum likelihood in many replicates at once.

As in `csi.model.batch`, every refit starts at the fit and steps by the fit's own curvature; the
slope is added up over the patterns of missing answers, each for all replicates in one product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csi.inference import BoolArray, FloatArray, IntArray
from csi.inference.replication import BootstrapWeights
from csi.model import missing as gaps
from csi.model.batch import (
    TOLERANCE,
    BatchFit,
    implied_stack,
    parameter_slopes,
    positive_definite,
    proper_solutions,
    table_values,
)
from csi.model.structure import Structure

_STEPS = 60
_CHUNK = 250


@dataclass(frozen=True, kw_only=True, eq=False)
class PatternStack:
    """Respondents who answered the same items, in every replicate.

    Attributes
    ----------
    items : IntArray
    share : FloatArray, shape (R,)
        Their share of the replicate's weight.
    mean : FloatArray, shape (R, n_items)
    cov : FloatArray, shape (R, n_items, n_items)
        About those means.
    """

    items: IntArray
    share: FloatArray
    mean: FloatArray
    cov: FloatArray

    def rows(self, keep: IntArray) -> PatternStack:
        """Return some of the replicates."""
        return PatternStack(
            items=self.items, share=self.share[keep], mean=self.mean[keep], cov=self.cov[keep]
        )


def fit_incomplete_batch(
    structure: Structure,
    theta: FloatArray,
    values: FloatArray,
    inside: BoolArray,
    fixed: FloatArray,
    replicates: BootstrapWeights,
) -> BatchFit:
    """Refit a full-information model to every replicate.

    Parameters
    ----------
    structure : Structure
    theta : FloatArray, shape (n_free,)
        The fit.
    values : FloatArray, shape (n, p)
        Answers of the whole design, NaN where missing.
    inside : BoolArray, shape (n,)
        Who is in the likelihood.
    fixed : FloatArray, shape (R, n_parameters)
        Values of the fixed rows of the parameter table.
    replicates : BootstrapWeights

    Returns
    -------
    BatchFit
    """
    rows = np.flatnonzero(inside)
    data = gaps.group_patterns(values[rows], replicates.design.weights[rows])
    start, nu, _, _ = gaps.polish_incomplete(structure, theta, data, np.nanmean(data.y, axis=0))
    H = 2.0 * gaps.observed_information(structure, start, data, nu)
    inverse: FloatArray = np.asarray(np.linalg.pinv(H, hermitian=True))
    errors = np.sqrt(np.maximum(2.0 * np.diag(inverse) / len(rows), 1e-300))
    patterns = _pattern_stacks(data, nu, rows, replicates)
    begin = np.concatenate([start, nu])
    points = np.repeat(begin[None], len(fixed), axis=0)
    converged = np.zeros(len(fixed), dtype=np.bool_)
    for first in range(0, len(fixed), _CHUNK):
        left = np.arange(first, min(first + _CHUNK, len(fixed)))
        for pace in (1.0, 0.5, 0.2):
            own = [p.rows(left) for p in patterns]
            points[left], converged[left] = _chord(
                structure, own, begin, fixed[left], pace * inverse, errors
            )
            left = left[~converged[left]]
    table = table_values(structure, points[:, : structure.n_free], fixed)
    stack = implied_stack(structure, table)
    converged &= positive_definite(stack.sigma)
    proper = proper_solutions(structure, table, stack)
    return BatchFit(values=table, converged=converged, admissible=converged & proper)


def _pattern_stacks(
    data: gaps.Incomplete, centre: FloatArray, rows: IntArray, replicates: BootstrapWeights
) -> list[PatternStack]:
    """Return every pattern's share, means and covariances in all replicates."""
    found, total = [], np.zeros(len(replicates))
    for pattern in data.patterns:
        z = data.y[np.ix_(pattern.rows, pattern.items)] - centre[pattern.items]
        i, j = np.tril_indices(z.shape[1])
        columns = np.hstack([np.ones((len(z), 1)), z, z[:, i] * z[:, j]])
        sums = replicates.totals(columns, rows[pattern.rows])
        weight = np.where(sums[:, 0] > 0, sums[:, 0], 1.0)  # nobody drawn: a share of zero
        mean = sums[:, 1 : 1 + z.shape[1]] / weight[:, None]
        cov = np.empty((len(sums), z.shape[1], z.shape[1]))
        second = sums[:, 1 + z.shape[1] :] / weight[:, None]
        cov[:, i, j] = cov[:, j, i] = second - mean[:, i] * mean[:, j]
        total += sums[:, 0]
        found.append(
            PatternStack(
                items=pattern.items, share=sums[:, 0], mean=mean + centre[pattern.items], cov=cov
            )
        )
    return [
        PatternStack(items=p.items, share=p.share / total, mean=p.mean, cov=p.cov) for p in found
    ]


def _chord(
    structure: Structure,
    patterns: list[PatternStack],
    begin: FloatArray,
    fixed: FloatArray,
    inverse: FloatArray,
    errors: FloatArray,
) -> tuple[FloatArray, BoolArray]:
    """Step by the curvature of the fit until every refit stands still or is given up."""
    points = np.repeat(begin[None], len(fixed), axis=0)
    converged = np.zeros(len(fixed), dtype=np.bool_)
    going, last = np.arange(len(fixed)), np.full(len(fixed), np.inf)
    for _ in range(_STEPS):
        if len(going) == 0:
            break
        own = patterns if len(going) == len(fixed) else [p.rows(going) for p in patterns]
        try:
            slope = _slopes(structure, own, points[going], fixed[going])
        except np.linalg.LinAlgError:
            break
        step = slope @ inverse
        size = np.abs(step / errors).max(axis=1, initial=0.0)
        growing = ~(size < 2.0 * last[going])
        points[going[~growing]] -= step[~growing]
        last[going] = size
        converged[going[(size < TOLERANCE) & ~growing]] = True
        going = going[(size >= TOLERANCE) & ~growing]
    return points, converged


def _slopes(
    structure: Structure, patterns: list[PatternStack], points: FloatArray, fixed: FloatArray
) -> FloatArray:
    """Return the derivative of −2 log L per respondent, parameters then means."""
    k = structure.n_free
    nu = points[:, k:]
    stack = implied_stack(structure, table_values(structure, points[:, :k], fixed))
    G, of_mean = np.zeros_like(stack.sigma), np.zeros_like(nu)
    for pattern in patterns:
        o, share = pattern.items, pattern.share
        W = np.linalg.inv(stack.sigma[:, o[:, None], o])
        d = pattern.mean - nu[:, o]
        S = pattern.cov + d[:, :, None] * d[:, None, :]
        G[:, o[:, None], o] += share[:, None, None] * (W - W @ S @ W)
        of_mean[:, o] -= 2.0 * share[:, None] * (W @ d[..., None])[..., 0]
    return np.hstack([parameter_slopes(structure, stack, G), of_mean])
