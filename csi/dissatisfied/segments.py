"""Segment grids such as value × stability × need: dissatisfaction in every cell that has a base."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError
from csi.dissatisfied.identities import refuse_free_text
from csi.errors import suggest
from csi.inference import (
    BoolArray,
    Domains,
    Estimates,
    FloatArray,
    IntArray,
    SurveyDesign,
    domain_means,
    join_estimates,
    numeric_items,
)
from csi.results import ESTIMATE_COLUMNS, base_flag

ALL = "all"
"""The level of an axis that a row is not split by."""

_TERMS = ("share_of_customers", "mean", "dissatisfied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One side of a grid.

    Attributes
    ----------
    column : str
    edges : tuple of float
        Numbers are cut here; a band holds its upper edge. Without edges every value is a level.
    labels : tuple of str
        Names of the bands, one more than edges, or of the sorted levels.
    name : str
        How the grid calls the axis; the column's name where empty.
    """

    column: str
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    name: str = ""

    @property
    def title(self) -> str:
        """The name, or else the column."""
        return self.name or self.column


@dataclass(frozen=True, kw_only=True, eq=False)
class SegmentGrid:
    """A grid, its margins, and which of its cells have a base.

    Attributes
    ----------
    levels : mapping of str to tuple of str
        Axis to the names of its levels.
    estimates : Estimates
        Labels: one column per axis (`ALL` where a row is not split by it) and ``term``:
        ``share_of_customers``, ``mean`` (points) and ``dissatisfied`` (share).
    """

    levels: Mapping[str, tuple[str, ...]]
    estimates: Estimates

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes in order."""
        return tuple(self.levels)

    @property
    def cells(self) -> int:
        """Cells that the axes make, with or without customers."""
        return math.prod(len(names) for names in self.levels.values())

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return every cell and margin with its ``flag``; on a base below 30 only the base."""
        table = self.estimates.tidy(conf_level)
        table["flag"] = [base_flag(n_eff) for n_eff in table["n_eff"]]
        numbers = [name for name in ESTIMATE_COLUMNS if name not in ("n", "n_eff")]
        table.loc[table["flag"] == "suppressed", numbers] = np.nan
        table[["statistic", "p_value"]] = np.nan
        return table

    def bases(self) -> pd.DataFrame:
        """Return, for the grid and each of its margins, how many cells can be shown.

        Returns
        -------
        DataFrame
            ``axes, cells, with_customers, shown, low, suppressed`` and ``customers_shown``: the
            share of customers who are in a cell that can be shown.
        """
        labels = self.estimates.labels
        table = labels.assign(
            n_eff=self.estimates.n_eff, n=self.estimates.n, share=self.estimates.values
        )
        table = table[table["term"] == "mean"].assign(
            weight=table.loc[table["term"] == "share_of_customers", "share"].to_numpy()
        )
        split = table[list(self.axes)] != ALL
        rows = []
        for kept in _subsets(self.axes):
            own = table[(split == [name in kept for name in self.axes]).all(axis=1)]
            flags = pd.Series([base_flag(value) for value in own["n_eff"]], index=own.index)
            rows.append(
                {
                    "axes": " × ".join(kept),
                    "cells": math.prod(len(self.levels[name]) for name in kept),
                    "with_customers": len(own),
                    "shown": int((flags != "suppressed").sum()),
                    "low": int((flags == "low").sum()),
                    "suppressed": int((flags == "suppressed").sum()),
                    "customers_shown": float(own.loc[flags != "suppressed", "weight"].sum()),
                }
            )
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """Return in words how much of the grid has a base, and the finest margin that has all."""
        bases = self.bases()
        row = bases.iloc[0]
        text = (
            f"{row['axes']}: {row['shown']} of {row['cells']} cells can be shown, {row['low']} of "
            f"them on a low base; {row['customers_shown']:.0%} of customers are in them."
        )
        whole = bases[(bases["suppressed"] == 0) & (bases["with_customers"] == bases["cells"])]
        if row["suppressed"] == 0 and row["with_customers"] == row["cells"]:
            return text
        if len(whole) == 0:
            return f"{text} No margin has a base in every cell: make fewer bands."
        best = whole.sort_values("cells", ascending=False).iloc[0]
        return f"{text} {best['axes']} has a base in each of its {best['cells']} cells."

    def __repr__(self) -> str:
        return f"SegmentGrid({' × '.join(self.axes)}, cells={self.cells})"


def segment_grid(
    design: SurveyDesign,
    outcome: str,
    axes: Sequence[Axis],
    *,
    scale: tuple[float, float] = (1.0, 10.0),
    dissatisfied_to: float = 5.0,
) -> SegmentGrid:
    """Estimate share of customers, mean score and share of dissatisfied in every cell of a grid.

    Every margin is estimated too: where a grid of 36 cells has no base, one of 9 may have.

    Parameters
    ----------
    design : SurveyDesign
    outcome : str
        Column of ratings.
    axes : sequence of Axis
        One to four.
    scale : (float, float)
        Ends of the rating scale; means are in points of 100.
    dissatisfied_to : float
        Ratings up to this count as dissatisfied.

    Returns
    -------
    SegmentGrid

    Raises
    ------
    DissatisfiedError
        For every axis that cannot be used.

    Examples
    --------
    >>> from csi.inference import make_design
    >>> data = pd.DataFrame({"score": [1, 10] * 60, "arpu": [20.0, 80.0] * 60})
    >>> grid = segment_grid(make_design(data), "score", [Axis(column="arpu", edges=(50.0,))])
    >>> grid.summary()
    'arpu: 2 of 2 cells can be shown, 2 of them on a low base; 100% of customers are in them.'
    """
    _check(design.frame, axes)
    levels = {axis.title: _levels(design.frame, axis) for axis in axes}
    rating = numeric_items(design.frame, [outcome])[:, 0]
    known = np.logical_and.reduce([codes >= 0 for codes, _ in levels.values()])
    inside = known & ~np.isnan(rating) & (design.weights > 0)
    if not inside.any():
        raise DissatisfiedError("No respondent has an answer and a level on every axis.")
    score = 100.0 * (rating - scale[0]) / (scale[1] - scale[0])
    low = np.where(np.isnan(rating), np.nan, rating <= dissatisfied_to)
    parts = []
    for kept in _subsets(tuple(levels)):
        domains = _domains(levels, kept, inside)
        whole = Domains(by=(), labels=pd.DataFrame(index=range(1)), codes=np.where(inside, 0, -1))
        marks = (domains.codes[:, None] == np.arange(len(domains))).astype(np.float64)
        terms = [str(k) for k in range(len(domains))]
        shares = domain_means(design, np.where(inside[:, None], marks, np.nan), terms, whole)
        parts.append(shares.relabel(domains.labels_for(_TERMS[:1])))
        values = np.column_stack([score, low]).astype(np.float64)
        parts.append(domain_means(design, values, _TERMS[1:], domains))
    joined = join_estimates(parts)
    return SegmentGrid(
        levels={name: tuple(names) for name, (_, names) in levels.items()},
        estimates=_in_order(joined, tuple(levels)),
    )


def _check(frame: pd.DataFrame, axes: Sequence[Axis]) -> None:
    faults = [] if 1 <= len(axes) <= 4 else [f"A grid has one to four axes; got {len(axes)}."]
    titles = [axis.title for axis in axes]
    for axis in axes:
        if axis.column not in frame.columns:
            hint = suggest(axis.column, frame.columns)
            faults.append(f"There is no column `{axis.column}`. {hint}".rstrip())
        elif axis.edges and not pd.api.types.is_numeric_dtype(frame[axis.column]):
            faults.append(f"Axis `{axis.title}` has edges, but `{axis.column}` is not a number.")
        if titles.count(axis.title) > 1:
            faults.append(f"Two axes are called `{axis.title}`.")
        if list(axis.edges) != sorted(set(axis.edges)):
            faults.append(f"Edges of axis `{axis.title}` must rise; got {axis.edges!r}.")
        if axis.edges and axis.labels and len(axis.labels) != len(axis.edges) + 1:
            faults.append(
                f"Axis `{axis.title}` has {len(axis.edges) + 1} bands and {len(axis.labels)} "
                "labels."
            )
    if faults:
        raise DissatisfiedError("\n".join(dict.fromkeys(faults)))


def _levels(frame: pd.DataFrame, axis: Axis) -> tuple[IntArray, list[str]]:
    """Return each respondent's level (-1 where missing) and the names of all levels."""
    column = frame[axis.column]
    if axis.edges:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        codes = np.where(np.isnan(values), -1, np.searchsorted(axis.edges, values, side="left"))
        ends = [f"{edge:g}" for edge in axis.edges]
        between = [f"over {a} to {b}" for a, b in pairwise(ends)]
        names = list(axis.labels) or [f"to {ends[0]}", *between, f"over {ends[-1]}"]
        return codes.astype(np.int64), names
    codes, levels = pd.factorize(column, sort=True)
    refuse_free_text(levels, f"Axis `{axis.title}`")
    if axis.labels and len(axis.labels) != len(levels):
        raise DissatisfiedError(
            f"Axis `{axis.title}` has {len(levels)} levels and {len(axis.labels)} labels."
        )
    return codes.astype(np.int64), list(axis.labels) or [str(level) for level in levels]


def _subsets(axes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the grid, then its margins from fine to coarse."""
    return [kept for size in range(len(axes), 0, -1) for kept in combinations(axes, size)]


def _domains(
    levels: dict[str, tuple[IntArray, list[str]]], kept: tuple[str, ...], inside: BoolArray
) -> Domains:
    """Return the cells with respondents, the axes that are not kept being `ALL`."""
    number = np.zeros(len(inside), dtype=np.int64)
    for name in kept:
        codes, names = levels[name]
        number = number * len(names) + codes
    used = np.unique(number[inside])
    codes = np.where(inside, np.searchsorted(used, np.where(inside, number, 0)), -1)
    sizes = [len(levels[name][1]) for name in kept]
    places = dict(zip(kept, np.unravel_index(used, sizes), strict=True))
    labels = pd.DataFrame(
        {
            name: np.array(names, dtype=object)[places[name]] if name in kept else ALL
            for name, (_, names) in levels.items()
        },
        index=range(len(used)),
    )
    return Domains(by=tuple(levels), labels=labels, codes=codes)


def _in_order(joined: Estimates, axes: tuple[str, ...]) -> Estimates:
    """Put the three numbers of a cell together."""
    cell = joined.labels.groupby(list(axes), sort=False).ngroup().to_numpy()
    term = joined.labels["term"].map({name: k for k, name in enumerate(_TERMS)}).to_numpy()
    order = np.lexsort([term, cell])
    n_eff: FloatArray = joined.n_eff.copy()
    share = joined.labels["term"].to_numpy() == _TERMS[0]
    mean = joined.labels["term"].to_numpy() == _TERMS[1]
    # A share of customers is shown where the cell's own numbers are.
    of_cell = np.zeros(int(cell.max()) + 1)
    of_cell[cell[mean]] = joined.n_eff[mean]
    n_eff[share] = of_cell[cell[share]]
    return replace(joined, n_eff=n_eff).select(order)
