"""The stages of selection: strata, sampling units, sampling fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from csi.errors import DesignError, suggest
from csi.inference.arrays import BoolArray, FloatArray, IntArray, number_rows


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
    unit_strata : IntArray, shape (n_units,), optional
        Stratum code of each unit, where some units have no row: their totals are 0.
    """

    stratum: IntArray
    unit: IntArray
    fraction: FloatArray
    multiplier: FloatArray
    unit_strata: IntArray | None = None

    @cached_property
    def units_per_stratum(self) -> IntArray:
        """Number of sampled units in each stratum."""
        return np.bincount(self.stratum_of_unit, minlength=len(self.fraction)).astype(np.int64)

    @cached_property
    def stratum_of_unit(self) -> IntArray:
        """Stratum code of each unit."""
        if self.unit_strata is not None:
            return self.unit_strata
        codes = np.empty(int(self.unit.max()) + 1, dtype=np.int64)
        codes[self.unit] = self.stratum
        return codes

    @property
    def has_empty_units(self) -> bool:
        """Whether a sampled unit has no row."""
        return len(np.unique(self.unit)) < len(self.stratum_of_unit)

    @cached_property
    def order(self) -> IntArray:
        """Rows sorted so that the rows of a unit stand together."""
        return np.argsort(self.unit, kind="stable").astype(np.int64)

    @cached_property
    def lonely(self) -> BoolArray:
        """Which strata have a single unit although more units were not drawn."""
        open_ = self.multiplier * (1.0 - self.fraction)
        return np.asarray((self.units_per_stratum == 1) & (open_ > 0))

    def keep(self, rows: IntArray) -> Stage:
        """Return the stage of some rows; units that lose all theirs still count as sampled."""
        return replace(
            self,
            stratum=self.stratum[rows],
            unit=self.unit[rows],
            unit_strata=self.stratum_of_unit,
        )


def build_stages(
    frame: pd.DataFrame, strata: tuple[str, ...], psu: tuple[str, ...], fpc: tuple[str, ...]
) -> tuple[Stage, ...]:
    """Read the stages of selection off columns; see `make_design`."""
    n = len(frame)
    n_stages = max(len(psu), 1)
    if len(fpc) > n_stages:
        raise DesignError(f"`fpc` names {len(fpc)} columns for {n_stages} stage(s) of selection.")
    stratum = _combined(frame, strata, "strata") if strata else np.zeros(n, dtype=np.int64)
    stages: list[Stage] = []
    multiplier = np.ones(n)
    for k in range(n_stages):
        unit = np.arange(n, dtype=np.int64)
        if psu:
            own = _combined(frame, psu[k : k + 1], "psu")
            unit = number_rows(np.column_stack([stratum, own]))
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


def column_names(columns: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return one, several or no column names as a tuple."""
    if columns is None:
        return ()
    return (columns,) if isinstance(columns, str) else tuple(columns)


def column_of(frame: pd.DataFrame, name: str, role: str) -> pd.Series:
    """Return a column, or say which argument named one that the data do not have."""
    if name not in frame.columns:
        hint = suggest(name, frame.columns)
        raise DesignError(
            f"`{role}` names the column `{name}`, which the data do not have. {hint}".rstrip()
        )
    return frame[name]


def _combined(frame: pd.DataFrame, names: tuple[str, ...], role: str) -> IntArray:
    columns = []
    for name in names:
        column = column_of(frame, name, role)
        if column.isna().any():
            row = int(np.argmax(column.isna().to_numpy()))
            raise DesignError(
                f"`{name}` ({role}) is missing for {int(column.isna().sum())} respondents "
                f"(first in row {row + 1}); every respondent belongs to one."
            )
        columns.append(pd.factorize(column, sort=True)[0])
    return number_rows(np.column_stack(columns))


def _fraction(frame: pd.DataFrame, name: str, stratum: IntArray, unit: IntArray) -> FloatArray:
    """Return each row's sampling fraction from population sizes or fractions."""
    column = column_of(frame, name, "fpc")
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
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
    return np.asarray(drawn / values)
