"""The table that a plan is made for: one row per stratum, with its customers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from csi.errors import SamplingError, suggest
from csi.questionnaire.schema import Questionnaire
from csi.sampling.limits import BoolArray, FloatArray, IntArray
from csi.sampling.settings import PlanSettings
from csi.sampling.strata import CellIndex, StratumItem

_NUMBERS = ("population", "sd", "deff", "cost", "response_rate", "minimum", "maximum")
_DESIGNS = ("probability", "quota")
_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Population:
    """The strata of a plan, checked.

    Attributes
    ----------
    index : CellIndex
    codes : DataFrame, shape (H, number of strata)
        Answer codes of each stratum.
    size, sd, deff, cost, response_rate, minimum, maximum : ndarray, shape (H,)
    quota : ndarray of bool, shape (H,)
        Strata without a frame, filled by quota.
    """

    index: CellIndex
    codes: pd.DataFrame
    size: FloatArray
    sd: FloatArray
    deff: FloatArray
    cost: FloatArray
    response_rate: FloatArray
    minimum: FloatArray
    maximum: FloatArray
    quota: BoolArray

    def rows(self, order: IntArray) -> Population:
        """Return the strata in another order; `index` still finds them in the first one."""
        columns = (*_NUMBERS[1:], "quota")
        return replace(
            self,
            codes=self.codes.iloc[order],
            size=self.size[order],
            **{name: getattr(self, name)[order] for name in columns},
        )


def read_population(
    table: pd.DataFrame, questionnaire: Questionnaire, settings: PlanSettings
) -> Population:
    """Check the table of strata and fill what it leaves out from the settings.

    Raises
    ------
    SamplingError
        With every fault, each with its row (1 is the first below the header).
    """
    needed = [*settings.strata, "population"]
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise SamplingError(
            f"The population table has no column {', '.join(f'`{name}`' for name in missing)}. "
            f"It needs {', '.join(f'`{name}`' for name in needed)}; it has "
            f"{', '.join(map(str, table.columns))}. {suggest(missing[0], table.columns)}".strip()
        )
    if not len(table):
        raise SamplingError("The population table has no row.")
    faults: list[str] = []
    items = [StratumItem.of(questionnaire, name) for name in settings.strata]
    columns = {item.name: pa.Array.from_pandas(table[item.name]) for item in items}
    positions = [item.positions(columns[item.name]) for item in items]
    for item, position in zip(items, positions, strict=True):
        for row in np.flatnonzero(position < 0)[:_SHOWN]:
            faults.append(
                f"Row {row + 1}, `{item.name}`: {table[item.name].iloc[row]!r} is no code or label "
                f"of the questionnaire ({', '.join(map(str, item.codes))})."
            )
    codes = pd.DataFrame(
        {
            item.name: np.array(item.codes)[np.maximum(position, 0)]
            for item, position in zip(items, positions, strict=True)
        }
    )
    if not faults:
        twice = codes.duplicated()
        for row in np.flatnonzero(twice)[:_SHOWN]:
            names = ", ".join(f"{name} = {codes[name].iloc[row]}" for name in codes)
            faults.append(f"Row {row + 1}: the stratum {names} stands twice.")
    values = {name: _column(table, name, settings, faults) for name in _NUMBERS}
    quota = _quota(table, faults)
    if faults:
        raise SamplingError(faults)
    return Population(
        index=CellIndex.of(items, positions),
        codes=codes,
        size=values.pop("population"),
        quota=quota,
        **values,
    )


def _column(
    table: pd.DataFrame, name: str, settings: PlanSettings, faults: list[str]
) -> FloatArray:
    default = {
        "population": np.nan,
        "sd": settings.sd,
        "deff": settings.deff,
        "cost": 1.0,
        "response_rate": settings.response_rate,
        "minimum": float(settings.minimum),
        "maximum": settings.maximum,
    }[name]
    if name not in table.columns:
        return np.full(len(table), default)
    given = table[name]
    values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    blank = given.isna().to_numpy()
    wrong = np.isnan(values) & ~blank
    wrong |= values <= 0
    if name == "response_rate":
        wrong |= values > 1
    if name == "population":
        wrong |= blank
    allowed = "above 0 and at most 1" if name == "response_rate" else "a number above 0"
    for row in np.flatnonzero(wrong)[:_SHOWN]:
        faults.append(f"Row {row + 1}, `{name}`: must be {allowed}; got {given.iloc[row]!r}.")
    return np.where(blank, default, values)


def _quota(table: pd.DataFrame, faults: list[str]) -> BoolArray:
    if "design" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    design = table["design"].fillna("probability").astype(str).str.strip().str.lower()
    for row in np.flatnonzero(~design.isin(_DESIGNS))[:_SHOWN]:
        faults.append(
            f"Row {row + 1}, `design`: must be probability or quota; "
            f"got {table['design'].iloc[row]!r}."
        )
    return np.asarray(design == "quota")
