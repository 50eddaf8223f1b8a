"""How the respondents came into the sample: weights, strata, clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd

from csi.errors import DesignError
from csi.inference.arrays import BoolArray, FloatArray, IntArray, group_sums
from csi.inference.stages import Stage, build_stages, column_names, column_of
from csi.responses.data import Responses

_REDUNDANT = 1e-12
"""An eigenvalue that is this part of the largest is none: its auxiliary follows from others."""

Lonely = Literal["fail", "certainty", "adjust", "average"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """A calibration that the weights went through.

    Attributes
    ----------
    auxiliaries : FloatArray, shape (n, q) or (n_cells, q)
        The variables whose totals were matched.
    base_weights : FloatArray, shape (n,)
        The weights before; influences are replaced by their residuals from the regression on the
        auxiliaries with these weights (Deville and Särndal 1992).
    cells : IntArray, shape (n,), optional
        Each respondent's row of ``auxiliaries``, where many respondents share one.
    regression_weights : FloatArray, shape (n,), optional
        Weights of that regression; the base weights by default.
    """

    auxiliaries: FloatArray
    base_weights: FloatArray
    cells: IntArray | None = None
    regression_weights: FloatArray | None = None

    @property
    def slope_weights(self) -> FloatArray:
        """The weights of the regression of influences on the auxiliaries."""
        return self.base_weights if self.regression_weights is None else self.regression_weights

    def rows(self, index: IntArray) -> FloatArray:
        """Return the auxiliaries of some respondents."""
        return self.auxiliaries[index if self.cells is None else self.cells[index]]

    def cross(self, index: IntArray, columns: FloatArray) -> FloatArray:
        """Return Σ d x yᵀ over some respondents with columns y, shape (q, n_columns)."""
        weighted = columns * self.slope_weights[index, None]
        if self.cells is None:
            return np.asarray(self.auxiliaries[index].T @ weighted)
        by_cell = group_sums(self.cells[index], len(self.auxiliaries), weighted)
        return np.asarray(self.auxiliaries.T @ by_cell)

    @cached_property
    def inverse(self) -> FloatArray:
        """The inverse of Σ d x xᵀ, shape (q, q); redundant auxiliaries do no harm."""
        gram, size = self._gram
        scaled = np.linalg.pinv(gram, rcond=_REDUNDANT, hermitian=True)
        return np.asarray(scaled / np.outer(size, size))

    @cached_property
    def rank(self) -> int:
        """How many of the auxiliaries are not redundant."""
        return int(np.linalg.matrix_rank(self._gram[0], rtol=_REDUNDANT, hermitian=True))

    @cached_property
    def _gram(self) -> tuple[FloatArray, FloatArray]:
        """Σ d x xᵀ with each auxiliary scaled to 1, and their scales."""
        d, X = self.slope_weights, self.auxiliaries
        if self.cells is not None:
            d = np.bincount(self.cells, weights=d, minlength=len(X)).astype(np.float64)
        gram = (X * d[:, None]).T @ X
        size = np.sqrt(np.where(np.diag(gram) > 0, np.diag(gram), 1.0))
        return gram / np.outer(size, size), size


@dataclass(frozen=True, kw_only=True, eq=False)
class Behind:
    """The respondents behind each row of a design whose rows sum many up.

    Attributes
    ----------
    n : FloatArray, shape (n,)
        How many they are; parts of respondents where several rows share one.
    squares : FloatArray, shape (n,)
        The sum of their squared weights.
    """

    n: FloatArray
    squares: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class SurveyDesign:
    """The respondents with their weights, strata and clusters.

    Attributes
    ----------
    frame : DataFrame, shape (n, n_columns)
    weights : FloatArray, shape (n,)
        Final weights; only their ratios matter for means, shares and models.
    stages : tuple of Stage
        The stages of selection, first the primary sampling units.
    lonely : {"fail", "certainty", "adjust", "average"}
        What a stratum with a single unit contributes: an error, nothing, its squared distance
        from zero, or the average of the other strata.
    calibrations : tuple of Calibration
    reasons : DataFrame or None
        Why a cell of ``frame`` is empty, where known.
    description : mapping of str to str
        Which columns gave weights, strata, clusters and fractions.
    full_weights : FloatArray, shape (n,), or None
        The weights before `restrict_design` set those of the others to 0: through a calibration
        they still take part in the variance.
    behind : Behind or None
        Where rows stand for sums over many respondents: the bases that these give. None where
        every row is a respondent.
    """

    frame: pd.DataFrame
    weights: FloatArray
    stages: tuple[Stage, ...]
    lonely: Lonely = "fail"
    calibrations: tuple[Calibration, ...] = ()
    reasons: pd.DataFrame | None = None
    description: dict[str, str] = field(default_factory=dict)
    full_weights: FloatArray | None = None
    behind: Behind | None = None

    @property
    def n(self) -> int:
        """Number of rows: respondents, except where rows stand for many (``behind``)."""
        return len(self.weights)

    @property
    def strata(self) -> IntArray:
        """First-stage stratum code of each respondent."""
        return self.stages[0].stratum

    @property
    def psu(self) -> IntArray:
        """Code of each respondent's primary sampling unit."""
        return self.stages[0].unit

    @property
    def df(self) -> float:
        """Degrees of freedom: primary sampling units minus strata."""
        return self.domain_df(self.weights > 0)

    @property
    def variance_weights(self) -> FloatArray:
        """The weights of influences in the variance."""
        return self.weights if self.full_weights is None else self.full_weights

    @property
    def residual_factor(self) -> float:
        """Factor on the variance of residuals: n/(n − q) for a regression on q auxiliaries.

        Residuals are smaller than errors because the regression was fitted to them. It is left out,
        as in R, where the regression takes the base weights.
        """
        n = int(np.count_nonzero(self.variance_weights))
        own = [c.rank for c in self.calibrations if c.regression_weights is not None]
        return float(np.prod([n / max(n - rank, 1) for rank in own]))

    @property
    def left_out(self) -> BoolArray | None:
        """Who was set aside by `restrict_design`: without influence; None for nobody."""
        if self.full_weights is None:
            return None
        return np.asarray((self.weights == 0) & (self.full_weights > 0))

    def respondents(self, mask: BoolArray) -> int:
        """Return the number of respondents of a domain."""
        if self.behind is None:
            return int(np.count_nonzero(mask))
        return round(float(self.behind.n[mask].sum()))

    def effective(self, mask: BoolArray) -> float:
        """Return the effective base of a domain, (Σw)² / Σw²."""
        if self.behind is None:
            return effective_base(self.weights[mask])
        squares = float(self.behind.squares[mask].sum())
        return float(self.weights[mask].sum()) ** 2 / squares if squares > 0 else 0.0

    def domain_df(self, mask: BoolArray) -> float:
        """Return the degrees of freedom of a domain: its PSUs minus its strata."""
        rows = mask & (self.weights > 0)
        units = np.unique(self.psu[rows])
        return float(len(units) - len(np.unique(self.stages[0].stratum_of_unit[units])))

    def __repr__(self) -> str:
        stage, used = self.stages[0], self.weights > 0
        n = self.n if self.behind is None else self.respondents(used)
        deff = self.respondents(used) / self.effective(used) if used.any() else np.nan
        return (
            f"SurveyDesign(n={n}, strata={len(stage.fraction)}, "
            f"psu={len(stage.stratum_of_unit)}, deff_weights={deff:.2f})"
        )


def make_design(
    data: pd.DataFrame | Responses,
    *,
    weights: str | None = None,
    strata: str | Sequence[str] | None = None,
    psu: str | Sequence[str] | None = None,
    fpc: str | Sequence[str] | None = None,
    lonely: Lonely = "fail",
) -> SurveyDesign:
    """Describe how the respondents were sampled.

    Parameters
    ----------
    data : DataFrame or Responses
        One row per respondent.
    weights : str, optional
        Column of weights; without it every respondent counts alike.
    strata : str or sequence of str, optional
        Column or columns whose combinations are the strata of the first stage.
    psu : str or sequence of str, optional
        Column of primary sampling units, or one column per stage of selection. Codes may repeat
        in different strata. Without it respondents were drawn themselves.
    fpc : str or sequence of str, optional
        Column of population sizes (numbers of units) or of sampling fractions (at most 1) per
        stratum, one column per stage. Without it units count as drawn with replacement.
    lonely : {"fail", "certainty", "adjust", "average"}
        What to do with a stratum that has a single unit.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    DesignError
        For unknown columns, missing or negative weights, empty data, impossible fractions, and
        single-unit strata under ``lonely="fail"``.

    Examples
    --------
    >>> import pandas as pd
    >>> make_design(pd.DataFrame({"score": [1.0, 2.0], "w": [1.0, 3.0]}), weights="w")
    SurveyDesign(n=2, strata=1, psu=2, deff_weights=1.25)
    """
    if lonely not in get_args(Lonely):
        raise DesignError(f"`lonely` must be one of {', '.join(get_args(Lonely))}; got {lonely!r}.")
    frame, reasons = (data.frame, data.reasons) if isinstance(data, Responses) else (data, None)
    if len(frame) == 0:
        raise DesignError("The data have no rows: a design needs at least one respondent.")
    frame = frame.reset_index(drop=True)
    stages = build_stages(frame, column_names(strata), column_names(psu), column_names(fpc))
    design = SurveyDesign(
        frame=frame,
        weights=_weights(frame, weights),
        stages=stages,
        lonely=lonely,
        reasons=None if reasons is None else reasons.reset_index(drop=True),
        description={
            "weights": weights or "",
            "strata": ", ".join(column_names(strata)),
            "psu": ", ".join(column_names(psu)),
            "fpc": ", ".join(column_names(fpc)),
        },
    )
    if lonely == "fail":
        _refuse_lonely_strata(design, column_names(strata))
    return design


def kish_deff(weights: FloatArray) -> float:
    """Return the design effect of unequal weights, n Σw² / (Σw)² (Kish 1965)."""
    total = float(weights.sum())
    return (
        float(np.count_nonzero(weights) * (weights @ weights) / total**2) if total > 0 else np.nan
    )


def effective_base(weights: FloatArray) -> float:
    """Return the effective base (Σw)² / Σw² (Kish 1965); 0 for an empty domain."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def _weights(frame: pd.DataFrame, name: str | None) -> FloatArray:
    if name is None:
        return np.ones(len(frame))
    column = pd.to_numeric(column_of(frame, name, "weights"), errors="coerce")
    values = column.to_numpy(dtype=np.float64)
    bad = ~np.isfinite(values)
    if bad.any():
        raise DesignError(
            f"{int(bad.sum())} of {len(values)} weights in `{name}` are missing or not numbers "
            f"(first in row {int(np.argmax(bad)) + 1}); every respondent needs a weight."
        )
    if (values < 0).any():
        row = int(np.argmax(values < 0))
        raise DesignError(
            f"Weights in `{name}` must not be negative; row {row + 1} has {values[row]:g}."
        )
    if not values.sum() > 0:
        raise DesignError(f"All weights in `{name}` are zero.")
    return values


def _refuse_lonely_strata(design: SurveyDesign, strata: tuple[str, ...]) -> None:
    for k, stage in enumerate(design.stages):
        if not stage.lonely.any():
            continue
        row = int(np.argmax(stage.lonely[stage.stratum]))
        levels = ", ".join(f"{name} = {design.frame[name].iloc[row]}" for name in strata)
        where = f" (first: {levels})" if levels else ""
        what = "strata" if k == 0 else f"units of stage {k}"
        raise DesignError(
            f"{int(stage.lonely.sum())} of {len(stage.lonely)} {what} have a single sampling "
            f"unit{where}, so their variance cannot be estimated. Merge strata, or choose "
            'lonely="certainty", "adjust" or "average".'
        )
