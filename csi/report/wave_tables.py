"""The tidy tables of changes, trends, their explanation, and regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from csi.comparison import Comparison, Decomposition, Regions, Trend
from csi.results import base_flag


def wave_tables(
    changes: Sequence[Comparison],
    trend: Sequence[Trend],
    decomposition: Sequence[Decomposition],
    regions: Regions | None,
) -> Mapping[str, pd.DataFrame]:
    """Return the tables that have rows, by name.

    They are ``changes``, ``trend``, ``decomposition``, ``regions``, ``region_sources`` and
    ``region_answers``.
    """
    tables = {
        "changes": [each.tidy() for each in changes],
        "trend": [each.tidy() for each in trend],
        "decomposition": [_parts(each) for each in decomposition],
    }
    if regions is not None:
        tables["regions"] = [regions.tidy()]
        tables["region_sources"] = [regions.side_by_side()]
        tables["region_answers"] = [regions.coaching]
    return {
        name: pd.concat(parts, ignore_index=True)
        for name, parts in tables.items()
        if sum(len(part) for part in parts)
    }


def gap_table(gap: Decomposition) -> pd.DataFrame:
    """Return the parts of one gap: ``group_a`` (ours) minus ``group_b``, of the item ``across``."""
    table = _parts(gap).drop(columns=["after", "before"])
    table = table.assign(group_a=_code(gap.after, table), group_b=_code(gap.before, table))
    first = ["group_a", "group_b", "term"]
    rest = [name for name in table.columns if name not in first]
    return table[[*first, *rest]].assign(across=gap.across)


def _code(code: object, table: pd.DataFrame) -> np.ndarray[Any, Any]:
    return np.array([code] * len(table), dtype=object)


def _parts(explained: Decomposition) -> pd.DataFrame:
    """Return the parts with what they explain; rows that are of no cell have no codes."""
    table = explained.tidy()
    for name in explained.cells:
        table[name] = table[name].replace("", np.nan)
    place = len(explained.within)
    table.insert(place, "term", explained.term)
    table.insert(place + 1, "before", str(explained.before))
    table.insert(place + 2, "after", str(explained.after))
    return table.assign(flag=[base_flag(n_eff) for n_eff in table["n_eff"]])
