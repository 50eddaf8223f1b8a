"""The tidy tables of changes, trends, their explanation, and regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
