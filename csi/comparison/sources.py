"""Other measures of regions: complaints, call-backs, mystery visits, each on its own base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from csi.errors import DesignError, suggest

REQUIRED = ("region", "source", "value", "unit", "base", "base_unit")
NUMBERS = ("value", "base", "low", "high")
BETTER = ("lower", "higher")


def read_sources(path: str | Path) -> pd.DataFrame:
    """Read a table of other sources from a CSV file.

    Parameters
    ----------
    path : str or Path
        UTF-8, with the columns ``region, source, value, unit, base, base_unit`` and, if wanted,
        ``low, high, better``.

    Returns
    -------
    DataFrame

    Raises
    ------
    DesignError
        If columns are missing.
    """
    table = pd.read_csv(path, encoding="utf-8-sig")
    missing = [name for name in REQUIRED if name not in table]
    if missing:
        raise DesignError(
            f"{Path(path).name} lacks the columns {', '.join(missing)}; it has "
            f"{', '.join(table.columns)}."
        )
    return table


def check_sources(table: pd.DataFrame | None, regions: Sequence[object]) -> pd.DataFrame:
    """Return the table of other sources, checked: every fault at once.

    Raises
    ------
    DesignError
        For missing columns, unknown regions, two rows of one source for a region, values that are
        not numbers, no base, and units that differ within a source.
    """
    if table is None:
        return pd.DataFrame(columns=[*REQUIRED, "low", "high", "better"])
    missing = [name for name in REQUIRED if name not in table]
    if missing:
        raise DesignError(f"`sources` lacks the columns {', '.join(missing)}.")
    checked = table.copy()
    for name in ("low", "high"):
        if name not in checked:
            checked[name] = np.nan
    if "better" not in checked:
        checked["better"] = "lower"
    faults = [*_row_faults(checked, regions), *_source_faults(checked)]
    if faults:
        raise DesignError("\n".join(faults))
    for name in NUMBERS:
        checked[name] = pd.to_numeric(checked[name])
    return checked


def _row_faults(table: pd.DataFrame, regions: Sequence[object]) -> list[str]:
    faults, seen = [], set()
    for number, row in enumerate(table.to_dict("records"), start=1):
        where = f"`sources`, row {number}"
        if row["region"] not in regions:
            hint = suggest(str(row["region"]), [str(each) for each in regions])
            faults.append(f"{where}: there is no region {row['region']!r}. {hint}".rstrip())
        key = row["region"], row["source"]
        if key in seen:
            faults.append(f"{where}: a second value of {row['source']} for {row['region']!r}.")
        seen.add(key)
        for name in NUMBERS:
            empty = pd.isna(row[name])
            if (name in ("value", "base") and empty) or (not empty and not _is_number(row[name])):
                faults.append(f"{where}: `{name}` is {row[name]!r}, which is no number.")
        if row["better"] not in BETTER:
            faults.append(f"{where}: `better` is {row['better']!r}; say lower or higher.")
        if _is_number(row["base"]) and not float(row["base"]) > 0:
            faults.append(f"{where}: `base` is {row['base']!r}; it counts what `value` rests on.")
    return faults


def _source_faults(table: pd.DataFrame) -> list[str]:
    return [
        f"`sources`: {source} has several {name}s "
        f"({', '.join(sorted(str(each) for each in set(part[name])))}); one source has one."
        for source, part in table.groupby("source", sort=False)
        for name in ("unit", "base_unit", "better")
        if part[name].nunique(dropna=False) > 1
    ]


def _is_number(value: object) -> bool:
    try:
        return bool(np.isfinite(float(value)))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def ranked_sources(
    table: pd.DataFrame, region: str, score_ranks: Mapping[object, float]
) -> pd.DataFrame:
    """Return the sources with each region's rank in them, beside its rank by the score."""
    lower = (table["better"] == "lower").to_numpy()
    badness = np.where(lower, table["value"], -table["value"].astype(np.float64))
    rank = pd.Series(badness, index=table.index, dtype=np.float64).groupby(table["source"])
    ranked = table.assign(
        rank=rank.rank(method="min"),
        score_rank=[score_ranks.get(each, np.nan) for each in table["region"]],
    ).rename(columns={"region": region})
    columns = ["source", "value", "unit", "base", "base_unit", "low", "high", "better"]
    return ranked[[region, *columns, "rank", "score_rank"]].reset_index(drop=True)
