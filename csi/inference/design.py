"""How the respondents came into the sample: weights, strata, clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from csi.errors import DesignError, suggest
from csi.responses.data import Responses

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

Lonely = Literal["fail", "certainty", "adjust", "average"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """One stage of selection: units drawn within strata.

    Attributes
    ----------
    stratum, unit : IntArray, shape (n,)
        Codes of each respondent's stratum and sampling unit; units are numbered over all strata.
    fraction : FloatArray, shape (n_strata,)
        Share of the stratum's units that was drawn; 0 means drawn with replacement.
    multiplier : FloatArray, shape (n_strata,)
        Factor of this stage's variance: 1 at the first stage, the sampling fraction of the
        enclosing unit below (Cochran 1977, eq. 10.15).
    """

    stratum: IntArray
    unit: IntArray
    fraction: FloatArray
    multiplier: FloatArray

    @cached_property
    def units_per_stratum(self) -> IntArray:
        """Number of sampled units in each stratum."""
        return np.bincount(self.stratum_of_unit, minlength=len(self.fraction)).astype(np.int64)

    @cached_property
    def stratum_of_unit(self) -> IntArray:
        """Stratum code of each unit."""
        codes = np.empty(int(self.unit.max()) + 1, dtype=np.int64)
        codes[self.unit] = self.stratum
        return codes

    @cached_property
    def order(self) -> IntArray:
        """Rows sorted so that the rows of a unit stand together."""
        return np.argsort(self.unit, kind="stable").astype(np.int64)

    @cached_property
    def unit_starts(self) -> IntArray:
        """Where each unit begins in ``order``, and the number of rows at the end."""
        sizes = np.bincount(self.unit)
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """A calibration that the weights went through.

    Attributes
    ----------
    auxiliaries : FloatArray, shape (n, q)
        The variables whose totals were matched.
    base_weights : FloatArray, shape (n,)
        The weights before; influences are replaced by their residuals from the regression on the
        auxiliaries with these weights (Deville and Särndal 1992).
    """

    auxiliaries: FloatArray
    base_weights: FloatArray


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
    """

    frame: pd.DataFrame
    weights: FloatArray
    stages: tuple[Stage, ...]
    lonely: Lonely = "fail"
    calibrations: tuple[Calibration, ...] = ()
    reasons: pd.DataFrame | None = None
    description: dict[str, str] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of respondents."""
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

    def domain_df(self, mask: BoolArray) -> float:
        """Return the degrees of freedom of a domain: its PSUs minus its strata."""
        rows = mask & (self.weights > 0)
        units = np.unique(self.psu[rows])
        return float(len(units) - len(np.unique(self.stages[0].stratum_of_unit[units])))

    def __repr__(self) -> str:
        stage = self.stages[0]
        return (
            f"SurveyDesign(n={self.n}, strata={len(stage.fraction)}, "
            f"psu={len(stage.stratum_of_unit)}, deff_weights={kish_deff(self.weights):.2f})"
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
    stages = _stages(frame, _names(strata), _names(psu), _names(fpc))
    design = SurveyDesign(
        frame=frame,
        weights=_weights(frame, weights),
        stages=stages,
        lonely=lonely,
        reasons=None if reasons is None else reasons.reset_index(drop=True),
        description={
            "weights": weights or "",
            "strata": ", ".join(_names(strata)),
            "psu": ", ".join(_names(psu)),
            "fpc": ", ".join(_names(fpc)),
        },
    )
    if lonely == "fail":
        _refuse_lonely_strata(design, _names(strata))
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Domains:
    """A partition of the respondents into reported groups.

    Attributes
    ----------
    by : tuple of str
        The columns that define the groups.
    labels : DataFrame, shape (n_domains, len(by))
        The levels of each group, in sorted order.
    codes : IntArray, shape (n,)
        Each respondent's group; -1 for those with a missing level.
    """

    by: tuple[str, ...]
    labels: pd.DataFrame
    codes: IntArray

    def __len__(self) -> int:
        return len(self.labels)


def split_domains(design: SurveyDesign, by: str | Sequence[str] | None) -> Domains:
    """Split the respondents by the levels of one or more columns.

    Parameters
    ----------
    design : SurveyDesign
    by : str, sequence of str or None
        None gives the whole sample as one group.

    Returns
    -------
    Domains

    Raises
    ------
    DesignError
        If a column is unknown, named twice, or empty.
    """
    names = _names(by)
    if not names:
        whole = np.zeros(design.n, dtype=np.int64)
        return Domains(by=(), labels=pd.DataFrame(index=range(1)), codes=whole)
    for name in names:
        _column(design.frame, name, "by")
    if len(set(names)) < len(names):
        raise DesignError(f"`by` names a column twice: {', '.join(names)}.")
    levels = design.frame[list(names)]
    known = levels.notna().all(axis=1).to_numpy()
    if not known.any():
        raise DesignError(f"No respondent has a level of {' × '.join(names)}: nothing to split by.")
    grouped = levels[known].groupby(list(names), sort=True, observed=True)
    codes = np.full(design.n, -1, dtype=np.int64)
    codes[known] = grouped.ngroup().to_numpy()
    labels = levels[known].drop_duplicates().sort_values(list(names)).reset_index(drop=True)
    return Domains(by=names, labels=_whole_numbers(labels), codes=codes)


def _whole_numbers(labels: pd.DataFrame) -> pd.DataFrame:
    """Show the level 2.0 as 2: codes are whole numbers that NaN turned into floats."""
    shown = labels.copy()
    for name in shown.columns:
        column = shown[name]
        if pd.api.types.is_float_dtype(column) and (column == column.round()).all():
            shown[name] = column.astype(np.int64)
    return shown


def _names(columns: str | Sequence[str] | None) -> tuple[str, ...]:
    if columns is None:
        return ()
    return (columns,) if isinstance(columns, str) else tuple(columns)


def _column(frame: pd.DataFrame, name: str, role: str) -> pd.Series:
    if name not in frame.columns:
        hint = suggest(name, frame.columns)
        raise DesignError(f"`{role}` names the column `{name}`, which the data do not have. {hint}")
    return frame[name]


def _weights(frame: pd.DataFrame, name: str | None) -> FloatArray:
    if name is None:
        return np.ones(len(frame))
    column = pd.to_numeric(_column(frame, name, "weights"), errors="coerce")
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


def _stages(
    frame: pd.DataFrame, strata: tuple[str, ...], psu: tuple[str, ...], fpc: tuple[str, ...]
) -> tuple[Stage, ...]:
    n = len(frame)
    n_stages = max(len(psu), 1)
    if len(fpc) > n_stages:
        raise DesignError(f"`fpc` names {len(fpc)} columns for {n_stages} stage(s) of selection.")
    stratum = _combined(frame, strata, "strata") if strata else np.zeros(n, dtype=np.int64)
    stages: list[Stage] = []
    multiplier = np.ones(n)
    for k in range(n_stages):
        own = _combined(frame, psu[k : k + 1], "psu") if psu else np.arange(n, dtype=np.int64)
        unit = _codes(np.column_stack([stratum, own]))
        fraction = _fraction(frame, fpc[k], stratum, unit) if k < len(fpc) else np.zeros(n)
        first = np.unique(stratum, return_index=True)[1]
        stages.append(
            Stage(
                stratum=stratum,
                unit=unit,
                fraction=fraction[first],
                multiplier=multiplier[first],
            )
        )
        stratum, multiplier = unit, multiplier * fraction
        if not multiplier.any():
            break
    return tuple(stages)


def _combined(frame: pd.DataFrame, names: tuple[str, ...], role: str) -> IntArray:
    columns = []
    for name in names:
        column = _column(frame, name, role)
        if column.isna().any():
            row = int(np.argmax(column.isna().to_numpy()))
            raise DesignError(
                f"`{name}` ({role}) is missing for {int(column.isna().sum())} respondents "
                f"(first in row {row + 1}); every respondent belongs to one."
            )
        columns.append(pd.factorize(column, sort=True)[0])
    return _codes(np.column_stack(columns))


def _codes(columns: npt.NDArray[np.int64]) -> IntArray:
    """Number the distinct rows 0, 1, ... in sorted order."""
    code = columns[:, 0].astype(np.int64)
    for column in columns.T[1:]:
        code = np.unique(code * (int(column.max()) + 1) + column, return_inverse=True)[1]
    return np.unique(code, return_inverse=True)[1].astype(np.int64)


def _fraction(frame: pd.DataFrame, name: str, stratum: IntArray, unit: IntArray) -> FloatArray:
    """Return each row's sampling fraction from population sizes or fractions."""
    values = pd.to_numeric(_column(frame, name, "fpc"), errors="coerce").to_numpy(dtype=np.float64)
    if not np.isfinite(values).all() or (values <= 0).any():
        raise DesignError(f"`{name}` (fpc) must be a positive number in every row.")
    low = np.full(stratum.max() + 1, np.inf)
    high = np.full(stratum.max() + 1, -np.inf)
    np.minimum.at(low, stratum, values)
    np.maximum.at(high, stratum, values)
    if (high > low).any():
        raise DesignError(f"`{name}` (fpc) differs within a stratum; it is one number per stratum.")
    if (values <= 1).all():
        return values
    pairs = np.unique(np.column_stack([stratum, unit]), axis=0)
    drawn = np.bincount(pairs[:, 0])[stratum]
    if (values < drawn).any():
        row = int(np.argmax(values < drawn))
        raise DesignError(
            f"`{name}` (fpc) says {values[row]:g} units in a stratum from which {drawn[row]} were "
            "drawn; give the number of units in the population, or fractions of at most 1."
        )
    return drawn / values


def _refuse_lonely_strata(design: SurveyDesign, strata: tuple[str, ...]) -> None:
    stage = design.stages[0]
    alone = (stage.units_per_stratum == 1) & (stage.fraction < 1)
    if not alone.any():
        return
    row = int(np.argmax(alone[stage.stratum]))
    levels = ", ".join(f"{name} = {design.frame[name].iloc[row]}" for name in strata)
    where = f" (first: {levels})" if levels else ""
    raise DesignError(
        f"{int(alone.sum())} of {len(alone)} strata have a single sampling unit{where}, so their "
        'variance cannot be estimated. Merge strata, or choose lonely="certainty", "adjust" or '
        '"average".'
    )
