"""Non-response adjustment in classes, merged until none is thin or extreme."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.errors import WeightingError, suggest
from csi.inference import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NonresponseAdjustment:
    """Weights raised for those who did not answer.

    Attributes
    ----------
    weights : FloatArray, shape (n,)
        0 for non-respondents.
    classes : IntArray, shape (n,)
        Adjustment class of each row.
    cells : DataFrame
        One row per class: ``adjustment_class, cells`` (what was merged into it), ``n_selected,
        n_respondents, response_rate`` (weighted), ``factor``.
    """

    weights: FloatArray
    classes: IntArray
    cells: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"NonresponseAdjustment(respondents={int(self.cells['n_respondents'].sum())} of "
            f"{len(self.weights)}, classes={len(self.cells)})"
        )

    def tidy(self) -> pd.DataFrame:
        """Return one row per adjustment class."""
        return self.cells.copy()

    def summary(self) -> str:
        """Return the classes as text."""
        head = (
            f"Non-response adjusted in {len(self.cells)} classes; factors "
            f"{self.cells['factor'].min():.2f} to {self.cells['factor'].max():.2f}."
        )
        return f"{head}\n{self.cells.to_string(index=False, float_format='%.3f')}"


def adjust_nonresponse(
    frame: pd.DataFrame,
    *,
    responded: str,
    classes: Sequence[str],
    weights: npt.ArrayLike,
    min_respondents: int = 20,
    max_factor: float = 3.0,
) -> NonresponseAdjustment:
    """Raise the weights of respondents to those of all selected units, class by class.

    In class c the factor is Σ_c d / Σ_{c, respondents} d. Classes start as the combinations of the
    class variables. One with too few respondents, or with a factor above ``max_factor`` times the
    overall one, is merged with the class of the nearest response rate among those that agree in
    most of the leading variables, until none is left (Kalton and Flores-Cervantes 2003).

    Parameters
    ----------
    frame : DataFrame, shape (n, n_columns)
        All selected units of known eligibility, respondents and others.
    responded : str
        Column that is true (or 1) for respondents.
    classes : sequence of str
        Columns known for all units, the most important first.
    weights : array_like, shape (n,)
        Base weights.
    min_respondents : int
        Fewest respondents of a class.
    max_factor : float
        Largest factor of a class relative to that of the whole sample.

    Returns
    -------
    NonresponseAdjustment

    Raises
    ------
    WeightingError
        For unknown columns, missing classes, and when nobody responded.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"region": ["a"] * 4 + ["b"] * 4, "done": [1, 1, 1, 0, 1, 0, 0, 1]})
    >>> adjust_nonresponse(
    ...     data, responded="done", classes=["region"], weights=[3.0] * 8, min_respondents=2
    ... ).weights
    array([4., 4., 4., 0., 6., 0., 0., 6.])
    """
    d = np.asarray(weights, dtype=np.float64)
    answered = _check_nonresponse(frame, responded, classes, d, min_respondents, max_factor)
    keys = frame[list(classes)].itertuples(index=False, name=None)
    codes, levels = pd.factorize(pd.Series(list(keys), dtype=object), sort=False)
    order = np.argsort([str(level) for level in levels], kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    cell = rank[codes]
    cells = [
        _Cell(
            levels=(levels[k],),
            members=(j,),
            selected=int((cell == j).sum()),
            respondents=int(answered[cell == j].sum()),
            weight=float(d[cell == j].sum()),
            answered=float(d[(cell == j) & answered].sum()),
        )
        for j, k in enumerate(order)
    ]
    overall = float(d.sum() / d[answered].sum())
    merged = _merge_classes(cells, min_respondents, max_factor * overall)
    place = np.empty(len(cells), dtype=np.int64)
    for k, part in enumerate(merged):
        place[list(part.members)] = k
    class_of = place[cell]
    factor = np.array([part.factor for part in merged])
    return NonresponseAdjustment(
        weights=np.where(answered, d * factor[class_of], 0.0),
        classes=class_of,
        cells=_class_table(merged),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """Cells adjusted together."""

    levels: tuple[tuple[Hashable, ...], ...]
    members: tuple[int, ...]
    selected: int
    respondents: int
    weight: float
    answered: float

    @property
    def rate(self) -> float:
        return self.answered / self.weight if self.weight > 0 else 0.0

    @property
    def factor(self) -> float:
        return self.weight / self.answered if self.answered > 0 else np.inf

    def join(self, other: _Cell) -> _Cell:
        return _Cell(
            levels=self.levels + other.levels,
            members=self.members + other.members,
            selected=self.selected + other.selected,
            respondents=self.respondents + other.respondents,
            weight=self.weight + other.weight,
            answered=self.answered + other.answered,
        )

    def agreement(self, other: _Cell) -> int:
        """Return in how many leading variables all cells of both agree."""
        everything = self.levels + other.levels
        depth = len(everything[0])
        for k in range(depth):
            if len({level[k] for level in everything}) > 1:
                return k
        return depth


def _merge_classes(cells: list[_Cell], fewest: int, largest: float) -> list[_Cell]:
    while len(cells) > 1:
        failing = [c for c in cells if c.respondents < fewest or c.factor > largest]
        if not failing:
            break
        weakest = min(failing, key=lambda c: (c.respondents, c.rate, c.members))
        others = [c for c in cells if c is not weakest]
        nearest = min(
            others,
            key=lambda c: (-weakest.agreement(c), abs(c.rate - weakest.rate), c.members),
        )
        cells = [c for c in others if c is not nearest] + [nearest.join(weakest)]
    return sorted(cells, key=lambda c: min(c.members))


def _class_table(cells: list[_Cell]) -> pd.DataFrame:
    def name(levels: tuple[tuple[Hashable, ...], ...]) -> str:
        return "; ".join(" × ".join(str(x) for x in level) for level in levels)

    return pd.DataFrame(
        {
            "adjustment_class": range(1, len(cells) + 1),
            "cells": [name(c.levels) for c in cells],
            "n_selected": [c.selected for c in cells],
            "n_respondents": [c.respondents for c in cells],
            "response_rate": [c.rate for c in cells],
            "factor": [c.factor for c in cells],
        }
    )


def _check_nonresponse(
    frame: pd.DataFrame,
    responded: str,
    classes: Sequence[str],
    d: FloatArray,
    min_respondents: int,
    max_factor: float,
) -> BoolArray:
    faults = [
        f"The data have no column `{name}`. {suggest(name, frame.columns)}".rstrip()
        for name in [responded, *classes]
        if name not in frame.columns
    ]
    if not classes:
        faults.append("`classes` names no column: give at least one.")
    if len(d) != len(frame):
        faults.append(f"`weights` has {len(d)} values for {len(frame)} rows.")
    elif not (np.isfinite(d).all() and (d >= 0).all() and d.sum() > 0):
        faults.append("`weights` must be numbers of at least 0, not all 0.")
    if min_respondents < 1:
        faults.append(f"`min_respondents` must be at least 1; got {min_respondents!r}.")
    if not max_factor > 1:
        faults.append(f"`max_factor` must be above 1; got {max_factor!r}.")
    if faults:
        raise WeightingError(faults)
    for name in [responded, *classes]:
        gaps = int(frame[name].isna().sum())
        if gaps:
            faults.append(
                f"`{name}` is missing for {gaps} of {len(frame)} rows; non-response classes must "
                "be known for every selected unit."
            )
    if faults:
        raise WeightingError(faults)
    values = frame[responded]
    odd = sorted({str(v) for v in values.unique() if v not in (0, 1, False, True)})
    if odd:
        raise WeightingError(
            f"`{responded}` must be true or false, 1 or 0; it also holds {', '.join(odd[:5])}."
        )
    answered = values.to_numpy(dtype=np.bool_)
    if not d[answered].sum() > 0:
        raise WeightingError(f"Nobody responded: `{responded}` is false in every weighted row.")
    return answered
