"""Reading the numbers that lavaan computed."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from csi.model.fit import ModelFit

FOLDER = Path(__file__).parents[1] / "oracles"


@lru_cache
def oracle(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def without_defined(syntax: str) -> str:
    """Leave out lavaan's `:=` lines: csi computes effects itself."""
    return "\n".join(line for line in syntax.splitlines() if ":=" not in line)


def side_by_side(fit: ModelFit, reference: dict[str, Any]) -> pd.DataFrame:
    """Our free parameters beside lavaan's, whatever the order of a covariance's sides."""
    theirs = pd.DataFrame(reference["parameters"])
    theirs = theirs[theirs["op"].isin(["=~", "~", "~~"]) & (theirs["se"].fillna(0) > 0)]
    ours = fit.tidy()
    ours = ours[ours["std_error"] > 0]
    for table in (theirs, ours):
        table["key"] = [
            (op, *(sorted((lhs, rhs)) if op == "~~" else (lhs, rhs)))
            for lhs, op, rhs in table[["lhs", "op", "rhs"]].itertuples(index=False, name=None)
        ]
    assert set(theirs["key"]) == set(ours["key"])
    return ours.merge(theirs, on="key", suffixes=("", "_lavaan"))


def simple_random_factor(n: int) -> float:
    """csi divides by n − 1 like R's survey package, lavaan's MLR by n."""
    return float(np.sqrt((n - 1) / n))
