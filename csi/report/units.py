"""In what every number of a result's tables is counted: points, shares, points per point."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

POINTS = "points, 0 to 100"
GAP = "points, first minus second"
CHANGE = "points, after minus before"
SHARE = "share, 0 to 1"
PER_POINT = "points of the outcome per point"
R_SHARE = "share of the explained variance, 0 to 1"
COEFFICIENT = "coefficient"

UNITS: Mapping[str, Mapping[str, str]] = {
    "index": {"": POINTS},
    "indicators": {"": POINTS},
    "weights": {"": "weight, adding up to 1 in a construct"},
    "parameters": {
        "=~": "points of the item per point of the construct",
        "~": PER_POINT,
        "~~": "squared points",
    },
    "fit": {"": "as the column is named"},
    "reliability": {"": COEFFICIENT},
    "drivers": {
        "importance": PER_POINT,
        "performance": POINTS,
        "lmg": "share of the variance, 0 to 1",
        "lmg_share": R_SHARE,
        "johnson_share": R_SHARE,
        "pls_effect": PER_POINT,
    },
    "comparisons": {"": GAP},
    "invariance": {"": "chi-square and coefficients, as the column is named"},
    "elements": {"score": POINTS, "dissatisfied": SHARE, "contact": SHARE},
    "element_drivers": {
        "importance": "points of perceived quality per point, among users",
        "importance_all": "points of perceived quality per point, over all customers",
        "performance": POINTS,
        "reach": SHARE,
        "lmg": "share of the variance, 0 to 1",
        "lmg_share": R_SHARE,
        "johnson_share": R_SHARE,
    },
    "short_boards": {"": "points, ours minus the best competitor's; importance per point"},
    "complaint_ladder": {"share": SHARE, "score": POINTS},
    "complaint_ladder_gaps": {"": GAP},
    "changes": {"": CHANGE},
    "trend": {"": "points, 0 to 100; change in points since the wave before"},
    "decomposition": {"": CHANGE},
    "gap_parts": {"": "points, ours minus theirs"},
    "regions": {"raw": POINTS, "adjusted": POINTS, "shrunk": POINTS},
    "region_sources": {"": "as in its column `unit`"},
    "region_answers": {"top_marks": SHARE, "flat_rows": SHARE},
}
"""By table, then by ``measure`` (or ``op``): the unit of ``estimate`` and its interval."""

_LOWER = {("elements", "dissatisfied"), ("region_answers", "top_marks"),
          ("region_answers", "flat_rows")}  # fmt: skip


def units_table(tables: Mapping[str, pd.DataFrame], lower: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return what the numbers of each table are counted in.

    Parameters
    ----------
    tables : mapping of str to DataFrame
    lower : tuple of str
        Constructs of which less is better.

    Returns
    -------
    DataFrame
        ``table, measure, unit, better``: "lower" for measures of which less is better; for those of
        constructs, which constructs these are.
    """
    but = f"higher, but lower of {', '.join(lower)}" if lower else "higher"
    rows = [
        (name, measure, unit, _better(name, measure, unit, but))
        for name in tables
        for measure, unit in UNITS.get(name, {}).items()
    ]
    return pd.DataFrame(rows, columns=["table", "measure", "unit", "better"])


def _better(table: str, measure: str, unit: str, but: str) -> str:
    if (table, measure) in _LOWER:
        return "lower"
    return but if unit.startswith("points,") and measure in ("", "performance", "score") else ""
