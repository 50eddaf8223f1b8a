"""Where each parameter of a multi-group model stands, and which groups share it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from csi.inference import BoolArray, FloatArray, IntArray
from csi.model.estimation import variance_units
from csi.model.structure import LAMBDA, Structure, compile_structure
from csi.model.syntax import ParameterTable

Level = Literal["configural", "metric", "scalar"]
Release = tuple[int, int]
"""An entry of θ, ν, α and the group in which it is a number of its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupModel:
    """A model whose parameters θ, intercepts ν and construct means α have a place each.

    Attributes
    ----------
    structure : Structure
        With a place in θ for the markers' loadings too, so that they can be released.
    fixed : FloatArray, shape (k + p + m,)
        The value where a parameter is not free: of markers and of construct means.
    loading, intercept, mean : BoolArray, shape (k + p + m,)
        Which entries are loadings, intercepts of items that measure, and means of constructs.
    marker : BoolArray, shape (k + p + m,)
        Loadings that give a construct its unit.
    """

    structure: Structure
    fixed: FloatArray
    loading: BoolArray
    intercept: BoolArray
    mean: BoolArray
    marker: BoolArray

    @property
    def width(self) -> int:
        """Number of entries of θ, ν and α."""
        return len(self.fixed)

    def units(self, scale: float) -> FloatArray:
        """Return what each entry is multiplied by when variances are multiplied by ``scale``."""
        theta = variance_units(self.structure, scale)
        return np.concatenate([theta, np.full(self.width - len(theta), scale**0.5)])


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelMap:
    """Which number each group's entries are.

    Attributes
    ----------
    own : IntArray, shape (n_groups, k + p + m)
        -1 for fixed entries.
    n_free : int
    """

    own: IntArray
    n_free: int

    def entries(self, model: GroupModel, group: int, values: FloatArray) -> FloatArray:
        """Return θ, ν and α of a group, shape (k + p + m,)."""
        own = self.own[group]
        return np.where(own >= 0, values[np.maximum(own, 0)], model.fixed)


def lay_out(table: ParameterTable) -> GroupModel:
    """Give every parameter a place, the markers' loadings last among θ."""
    compiled = compile_structure(table)
    markers = np.flatnonzero((compiled.matrix == LAMBDA) & (compiled.free < 0))
    free = compiled.free.copy()
    free[markers] = compiled.n_free + np.arange(len(markers))
    structure = replace(compiled, free=free, n_free=compiled.n_free + len(markers))
    k, p, m = structure.n_free, len(structure.items), len(structure.nodes)
    fixed = np.zeros(k + p + m)
    fixed[free[markers]] = compiled.fixed_values[markers]
    loading, marker, intercept, mean = (np.zeros(k + p + m, dtype=bool) for _ in range(4))
    loading[free[compiled.matrix == LAMBDA]] = True
    marker[free[markers]] = True
    intercept[k : k + p] = True
    mean[k + p :] = True
    for item, node in structure.observed_node:
        intercept[k + item], mean[k + p + node] = False, False
    return GroupModel(
        structure=structure,
        fixed=fixed,
        loading=loading,
        intercept=intercept,
        mean=mean,
        marker=marker,
    )


def label_map(
    model: GroupModel, n_groups: int, level: Level, released: Collection[Release] = ()
) -> LabelMap:
    """Give numbers to the parameters of a level, some entries released in some groups."""
    shared = model.loading & ~model.marker & (level != "configural")
    shared |= model.intercept & (level == "scalar")
    parameter = np.arange(model.width) < model.width - len(model.structure.nodes)
    separate = parameter & ~model.marker & ~shared
    means = model.mean & (level == "scalar")
    own = np.full((n_groups, model.width), -1, dtype=np.int64)
    loose = np.zeros((n_groups, model.width), dtype=bool)
    for entry, group in released:
        loose[group, entry] = True
    common = np.full(model.width, -1, dtype=np.int64)
    count = 0
    for g in range(n_groups):
        alone = separate | loose[g] | (means & (g > 0))
        first = shared & ~loose[g] & (common < 0)
        common[first] = count + np.arange(int(first.sum()))
        count += int(first.sum())
        own[g, shared & ~loose[g]] = common[shared & ~loose[g]]
        own[g, alone] = count + np.arange(int(alone.sum()))
        count += int(alone.sum())
    return LabelMap(own=own, n_free=count)
