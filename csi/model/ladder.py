"""The ladder of invariance: equal structure, loadings, intercepts; and what must be released.

Where a step is rejected, the loading or intercept of one item in one group is released, the one
whose equality the data contradict most, and the step is tested again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from csi.errors import ModelError
from csi.inference import BoolArray, FloatArray, IntArray
from csi.model.estimation import polish, rescale_structure, starting_values, variance_units
from csi.model.group_model import GroupModel, Level, Release, label_map
from csi.model.group_moments import GroupMoments
from csi.model.multigroup import MultiGroupFit, adjoint_functions, fit_multigroup
from csi.model.structure import LAMBDA, compile_structure, gradient, implied_moments

_CONVERGED = 1e-6
_TIE = 1e-9
"""Score statistics this close, relatively, are equal: the first in the order of the model wins."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """Scaled difference test between two levels (Satorra and Bentler 2001)."""

    chi2: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One model of the ladder.

    Attributes
    ----------
    name : str
        The level, after "partial " where entries had to be released.
    fit : MultiGroupFit
    before : MultiGroupFit or None
        The model of the level before.
    difference : Difference or None
        The test against it.
    holds : bool
        Whether the test does not reject.
    """

    name: str
    fit: MultiGroupFit
    before: MultiGroupFit | None = None
    difference: Difference | None = None
    holds: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Ladder:
    """The models that were fitted and the entries that were released, in order."""

    steps: tuple[Step, ...]
    released: tuple[Release, ...]

    @property
    def holds(self) -> bool:
        """Whether every level holds, after what was released."""
        last = {step.name.removeprefix("partial "): step.holds for step in self.steps}
        return all(last.values())


def climb_ladder(model: GroupModel, data: GroupMoments, level: float) -> Ladder:
    """Fit the levels of invariance and release what contradicts them.

    Parameters
    ----------
    model : GroupModel
    data : GroupMoments
    level : float
        Of the whole ladder: each of its two tests is made at half of it (Bonferroni), so that
        groups in which the items work alike are touched with at most this probability.
    """
    configural = _fitted(model, data, "configural", (), start_of_groups(model, data))
    steps = [Step(name="configural", fit=configural)]
    released: list[Release] = []
    before = configural
    for name in ("metric", "scalar"):
        found = _climbed(model, data, name, before, tuple(released), level / 2.0)
        steps += found.steps
        released = list(found.released)
        before = steps[-1].fit
    return Ladder(steps=tuple(steps), released=tuple(released))


def _climbed(
    model: GroupModel,
    data: GroupMoments,
    name: Level,
    before: MultiGroupFit,
    released: tuple[Release, ...],
    level: float,
) -> Ladder:
    """Test one level, releasing entries until it holds or nothing is left to release."""
    fit = _fitted(model, data, name, released, _own_values(before))
    steps = [_step(name, fit, before, level)]
    kind = model.loading if name == "metric" else model.intercept
    last, known = steps[0], released
    while not last.holds:
        candidates = releasable(model, len(data), kind, released)
        if not candidates:
            break
        released = (*released, most_contradicted(last.fit, candidates))
        fit = _fitted(model, data, name, released, _own_values(last.fit))
        last = _step(f"partial {name}", fit, before, level)
    if released != known:
        steps.append(last)
    return Ladder(steps=tuple(steps), released=released)


def _step(name: str, fit: MultiGroupFit, before: MultiGroupFit, level: float) -> Step:
    difference = scaled_difference(fit, before)
    holds = not difference.p_value < level
    return Step(name=name, fit=fit, before=before, difference=difference, holds=holds)


def scaled_difference(restricted: MultiGroupFit, general: MultiGroupFit) -> Difference:
    """Test a restricted model against a more general one.

    The scaling is (df₀c₀ − df₁c₁)/(df₀ − df₁) (Satorra and Bentler 2001); where it is not positive,
    which happens far from equality, that of the restricted model.
    """
    df = restricted.df - general.df
    if df <= 0:
        return Difference(chi2=0.0, df=0, p_value=1.0)
    scaling = (general.spread - restricted.spread) / df
    if not scaling > 0.0:
        scaling = restricted.scaling
    chi2 = max(restricted.chi2 - general.chi2, 0.0) / scaling
    return Difference(chi2=chi2, df=df, p_value=float(stats.chi2.sf(chi2, df)))


def with_intercepts(model: GroupModel, released: Collection[Release]) -> set[Release]:
    """Release the intercept of every released loading too: alone it would mean nothing."""
    structure = model.structure
    result = set(released)
    for entry, group in released:
        if model.loading[entry]:
            items = structure.row[loading_rows(model, entry)].tolist()
            result |= {(structure.n_free + item, group) for item in items}
    return result


def loading_rows(model: GroupModel, entry: int) -> IntArray:
    """Return the loadings of the table that an entry is, or whose item it is the intercept of."""
    structure = model.structure
    loadings = structure.matrix == LAMBDA
    if model.loading[entry]:
        return np.flatnonzero(loadings & (structure.free == entry))
    return np.flatnonzero(loadings & (structure.row == entry - structure.n_free))


def releasable(
    model: GroupModel, n_groups: int, kind: BoolArray, released: Collection[Release]
) -> list[Release]:
    """Return the entries that can be released in a group with every construct still linked.

    Of two groups that share a number, releasing either is the same: the later one is taken.
    """
    loose = with_intercepts(model, released)
    result = []
    for entry in np.flatnonzero(kind).tolist():
        sharing = [g for g in range(n_groups) if (entry, g) not in loose]
        later = sharing[1:] if len(sharing) == 2 else sharing if len(sharing) > 2 else []
        result += [
            (entry, g) for g in later if _linked(model, n_groups, {*loose, (entry, g)}, entry)
        ]
    return result


def _linked(model: GroupModel, n_groups: int, loose: Collection[Release], entry: int) -> bool:
    """Say whether the groups still have a common ruler for the constructs that an entry is of.

    Groups are linked by items that are equal in both; every group must be reached from the first.
    """
    structure = model.structure
    for construct in np.unique(structure.column[loading_rows(model, entry)]):
        own = np.flatnonzero((structure.matrix == LAMBDA) & (structure.column == construct))
        intercepts = structure.n_free + structure.row[own]
        entries = structure.free[own] if model.loading[entry] else intercepts
        equal = np.array([[(e, g) not in loose for g in range(n_groups)] for e in entries.tolist()])
        reached = np.arange(n_groups) == 0
        for _ in range(n_groups):
            reached |= equal[(equal & reached).any(axis=1)].any(axis=0)
        if not reached.all():
            return False
    return True


def most_contradicted(fit: MultiGroupFit, candidates: Sequence[Release]) -> Release:
    """Return the candidate with the largest score statistic."""
    statistic = score_statistics(fit, candidates)
    return candidates[int(np.argmax(statistic >= statistic.max() * (1.0 - _TIE)))]


def score_statistics(fit: MultiGroupFit, candidates: Sequence[Release]) -> FloatArray:
    """Return the generalised score statistic of releasing each candidate alone.

    The slope of F on the released entry, less what the other numbers take up of it, squared, over
    its design-based variance (Rao 1948; Boos 1992): weights, clusters and skewed answers count.
    """
    n_free, share = fit.labels.n_free, fit.data.share
    cross = np.zeros((n_free, len(candidates)))
    slope = np.zeros(len(candidates))
    direct = [np.zeros((len(candidates), part.slope.shape[1])) for part in fit.parts]
    for c, (entry, g) in enumerate(candidates):
        part, number = fit.parts[g], fit.labels.own[g]
        kept = number >= 0
        cross[number[kept], c] = share[g] * part.hessian[kept, entry]
        slope[c] = share[g] * part.gradient[entry]
        direct[g][c] = share[g] * part.slope[entry]
    names = pd.DataFrame({"term": [""] * len(candidates)})
    scores = adjoint_functions(fit, slope, -fit.bread.solve(cross), names, direct=direct)
    variance = np.diag(scores.covariance())
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0.0, slope**2 / variance, 0.0)


def _fitted(
    model: GroupModel,
    data: GroupMoments,
    level: Level,
    released: Collection[Release],
    start: FloatArray,
) -> MultiGroupFit:
    labels = label_map(model, len(data), level, with_intercepts(model, released))
    fit = fit_multigroup(model, data, labels, start)
    if not fit.gradient < _CONVERGED and level != "configural":
        # The average over groups may not be possible where one of them is at a bound.
        fit = fit_multigroup(model, data, labels, start_of_groups(model, data))
    if not fit.gradient < _CONVERGED:
        units = model.units(data.scale)
        worst = int(np.argmax([np.abs(part.gradient * units).max() for part in fit.parts]))
        raise ModelError(
            f"The {level} model of the groups did not converge (largest slope {fit.gradient:.1e}; "
            f"the worst group is {data.names[worst]}). A group that is too small, or items that do "
            "not measure one construct there, are the usual cause: merge or leave out the group, "
            "or mend the measurement model."
        )
    return fit


def _own_values(fit: MultiGroupFit) -> FloatArray:
    return np.array([fit.of_group(g) for g in range(len(fit.data))])


def start_of_groups(model: GroupModel, data: GroupMoments) -> FloatArray:
    """Start every group at the model of the covariances within groups."""
    structure = compile_structure(model.structure.table)
    unit = rescale_structure(structure, 1.0 / data.scale)
    S = data.pooled_cov / data.scale
    begin = starting_values(unit, S)
    theta, _ = polish(unit, begin, S)
    if not np.abs(gradient(implied_moments(unit, theta), S)).max(initial=0.0) < _CONVERGED:
        theta = begin  # what runs away for all together may still be found in each group
    theta = theta * variance_units(structure, data.scale)
    markers = model.fixed[len(theta) : model.structure.n_free]
    nothing = np.zeros(len(structure.nodes))
    return np.array([np.concatenate([theta, markers, each.mean, nothing]) for each in data.moments])
